//! Sync: register, push, pull, poke, and saving the outbox of a revoked device.

pub(crate) mod apply;
mod parcel;
mod poke;
mod prune;
mod pull;
mod push;
mod reach;
pub(crate) mod reader;
mod register;
mod salvage;
pub mod scopes;
mod who;

pub use poke::{CHANNEL, Pokes, listen, poke};
pub use prune::{prune, prune_lists};
pub use pull::pull;
pub use push::push;
pub use register::register;
pub use salvage::salvage;
