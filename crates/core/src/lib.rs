//! Satchel's rule book: domain types, business rules and the wire protocol, compiled once into laptop and server.
//!
//! Invariant: no I/O, no clock, no randomness, no runtime: what is awaited is a reader's answer. The same inputs give the same cent on every machine.

pub mod accounts;
pub mod apply;
pub mod approvals;
pub mod attachments;
pub mod canonical_json;
pub mod catalogue;
pub mod clauses;
pub mod codes;
pub mod demo;
pub mod fx;
pub mod golden;
pub mod history;
pub mod ids;
pub mod jobs;
pub mod kpi;
pub mod mail;
pub mod money;
pub mod orders;
pub mod organisations;
pub mod people;
pub mod places;
pub mod portal;
pub mod pricing;
pub mod quotes;
pub mod roi;
pub mod sites;
pub mod sla;
pub mod steps;
pub mod sync;
pub mod tasks;
pub mod tax;
pub mod tickets;
pub mod time;
pub mod wire;
mod words;
