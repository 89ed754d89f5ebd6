//! Accounts on the laptop.

pub mod commands;
pub mod queries;
pub mod view;
