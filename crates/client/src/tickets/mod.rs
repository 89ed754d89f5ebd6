//! Tickets on the laptop: read, raised and worked on with or without a network.

pub mod commands;
pub mod queries;
pub mod view;
