//! Documents: PDF out, CSV and spreadsheets in. Bytes in, bytes out.
//!
//! Invariant: no I/O, no clock, no randomness; bad bytes give an error, never a panic.

pub mod quote_document;
pub mod quote_pdf;
pub mod site_list;
