//! Sync: register, push, pull.

mod apply;
mod pull;
mod push;
mod register;

pub use pull::pull;
pub use push::push;
pub use register::register;
