//! Accounts on the laptop.

pub mod commands;
pub mod prices;
pub mod queries;
pub mod view;
