//! A technician's jobs on the laptop: the day, and what happened on each job.

pub mod commands;
pub mod queries;
pub mod view;
