//! Satchel's server: sign-in, sync and orders over HTTPS on Postgres.
//!
//! Invariants: a synced row is written only through [`tenant::tenant_tx`], which holds the organisation's counter row; the
//! dedupe record stands in the transaction of the effect; the process keeps no state that a second instance would miss.

pub mod app;
pub mod caller;
pub mod door;
pub mod envelope;
pub mod files;
pub mod limits;
pub mod mail;
pub mod migrate;
pub mod notices;
pub mod operate;
pub mod passwords;
pub mod portal;
pub mod rows;
pub mod seed;
pub mod session;
pub mod sla;
pub mod sync;
pub mod tenant;
pub mod tls;
