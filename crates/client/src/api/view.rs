//! Small shapes that many views share. Invariant: every figure reaches the UI as text the engine formatted,
//! beside the raw value only where the UI must sort or draw; the UI never computes a rule.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::list_view::FilterNode;

/// When a cached figure was true, and in whose words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AsOf {
    /// RFC 3339 UTC instant; `None` when the figure never arrived.
    pub at: Option<String>,
    /// `07:42` today, `20 Nov 2025 07:42` otherwise, in the organisation's zone.
    pub text: String,
    /// Older than the organisation's staleness limit (24 h by default).
    pub stale: bool,
    /// Where the figure comes from, in words ("computed by the server from 3 incidents").
    pub source: String,
}

/// A window of a long list: the engine never sends 100,000 rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Window<T> {
    /// Rows `offset .. offset + rows.len()` of the filtered, sorted list.
    pub rows: Vec<T>,
    /// First row's index.
    pub offset: u32,
    /// Rows that match the filter.
    pub total: u32,
}

/// Which part of a list, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, Default)]
#[serde(default)]
pub struct ListRequest {
    /// Free text; every word must occur.
    pub text: Option<String>,
    /// `{"province": "Gauteng"}`: field name to wanted value; unknown fields are refused.
    pub filters: Vec<Filter>,
    /// Conditions put together, besides the filters.
    #[ts(optional = nullable)]
    pub tree: Option<FilterNode>,
    /// Column to sort by; the list's own order when absent.
    pub sort: Option<Sort>,
    /// Columns to sort by after that one.
    #[ts(as = "Option<Vec<Sort>>", optional)]
    pub sorts: Vec<Sort>,
    /// First row wanted.
    pub offset: u32,
    /// Rows wanted, at most 500.
    pub limit: u32,
}

/// One readable filter chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Filter {
    /// Field name as the list documents it.
    pub field: String,
    /// Wanted value.
    pub value: String,
}

/// Sort order of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sort {
    /// Column name.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// A value of a filterable field with the number of rows that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Facet {
    /// Field name.
    pub field: String,
    /// Value.
    pub value: String,
    /// Rows with it.
    pub count: u32,
}

/// What may be done now, and why not where it may not. Rust decides; the UI only shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Allowed {
    /// Verb, e.g. `send`.
    pub action: String,
    /// May be done now.
    pub allowed: bool,
    /// Stable code of the reason when it may not, e.g. `quote.needs_approval`.
    #[ts(type = "RefusalCode | null")]
    pub reason_code: Option<String>,
    /// Values for the reason's text, e.g. `{"level": "manager"}`.
    #[ts(type = "Record<string, string>")]
    pub reason_params: std::collections::BTreeMap<String, String>,
}

/// A file that was written for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// Proposed file name.
    pub file_name: String,
    /// Where the engine saved it.
    pub path: String,
    /// Bytes, base64, for saving a copy from the window.
    pub bytes_base64: String,
}

/// What kind of list file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ListFormat {
    /// Text with commas.
    Csv,
    /// A workbook.
    Xlsx,
}
