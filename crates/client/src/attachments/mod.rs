//! Files at accounts and quotes: taken offline, kept encrypted, sent in chunks after the data, fetched when opened.

pub mod commands;
mod transfer;
pub mod view;

pub(crate) use transfer::send_all;
