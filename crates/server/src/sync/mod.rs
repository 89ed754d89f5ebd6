//! Sync: register, push, pull, poke, and saving the outbox of a revoked device.

pub(crate) mod apply;
mod catalogue;
pub(crate) mod customer;
mod poke;
mod prune;
mod pull;
mod push;
mod reach;
mod register;
mod salvage;
pub mod scopes;
mod sites;
mod tickets;
mod who;

pub use poke::{CHANNEL, Pokes, listen, poke};
pub use prune::prune;
pub use pull::pull;
pub use push::push;
pub use register::register;
pub use salvage::salvage;
