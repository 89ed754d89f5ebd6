//! What changed about an account, a quote or a task, by whom and when.

pub mod queries;
pub mod view;
