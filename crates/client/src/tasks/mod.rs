//! Tasks on the laptop: made, changed, done and reminded of, with or without a network.

pub mod commands;
pub mod queries;
pub mod reminders;
pub mod view;
