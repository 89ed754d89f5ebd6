//! The organisation's clause library on the laptop.

pub mod commands;
pub mod view;
