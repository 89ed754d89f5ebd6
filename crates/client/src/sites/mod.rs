//! Sites on the laptop.

pub mod queries;
pub mod view;
