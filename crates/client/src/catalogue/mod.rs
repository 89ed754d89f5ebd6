//! Catalogue on the laptop.

pub mod books;
pub mod queries;
pub mod view;
