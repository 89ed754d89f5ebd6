//! Satchel's domain types and business rules. Invariant: no I/O, no clock, no randomness; the same inputs give the
//! same answer on a laptop and on the server.

pub mod money;
