//! The seeded simulator of sync. The laptop's machine is the product's own ([`satchel_core::sync`]), the rules are the
//! product's own; disk, network and database are models that crash, lose, double, reorder and go back in time.

mod catalogue;
pub mod check;
pub mod disk;
mod faults;
mod memory;
mod people;
pub mod random;
pub mod rows;
pub mod run;
pub mod sabotage;
pub mod server;
