//! Quotes on the laptop.

pub mod commands;
mod document;
mod page;
pub mod queries;
pub mod view;
