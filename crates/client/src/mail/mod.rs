//! Mail to customers: asked for here, with or without a network, and sent by the server.

pub mod commands;
pub mod view;
