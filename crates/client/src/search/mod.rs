//! Search on the laptop.

pub mod queries;
mod sources;
pub mod view;
