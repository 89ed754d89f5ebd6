//! Quotes on the laptop.

pub mod commands;
mod document;
mod page;
pub mod present;
pub mod queries;
pub mod roi;
pub mod shown;
pub mod sign;
pub mod target;
pub mod view;
