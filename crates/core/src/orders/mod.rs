//! Orders, made by the server exactly once from an accepted quote.

mod number;

pub use number::{BadSequence, OrderNumber};
