//! What customers do with quotes online, as the laptop knows it: links that were mailed, looks at them, questions, answers.

pub mod commands;
pub(crate) mod news;
pub mod view;
