//! Sites on the laptop.

pub mod edit;
pub mod export;
pub mod queries;
pub mod view;
