//! Delegated approvals on the laptop.

pub mod commands;
pub mod view;
