//! The organisation's clause library: standard texts in versions. Invariant: a published version never changes; a text that
//! differs from its version is a non-standard clause and needs an approval (RULES APR 1, D15).

use serde::{Deserialize, Serialize};

use crate::ids::ClauseId;
use crate::time::Timestamp;

/// Longest title, in characters.
pub const MAX_CLAUSE_TITLE: usize = 200;
/// Longest text, in characters.
pub const MAX_CLAUSE_BODY: usize = 20_000;

/// One version of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// This version.
    pub id: ClauseId,
    /// First version's id, shared by all versions.
    pub family_id: ClauseId,
    /// From 1.
    pub version: u32,
    /// Where it stands in the library, e.g. `Service`, `Payment`.
    pub topic: String,
    /// Title as printed.
    pub title: String,
    /// Text as printed.
    pub body: String,
    /// Whether new proposals take it.
    pub status: ClauseStatus,
    /// New proposals carry it without being asked.
    pub by_default: bool,
}

/// Whether new proposals take a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ClauseStatus {
    /// In use.
    Current,
    /// A later version is in use; quotes that carry this one keep it.
    Superseded,
    /// No longer in use.
    Withdrawn,
}

/// Arguments of `clause.publish`: a new clause, or the next version of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishClause {
    /// Version id, made on the laptop.
    pub id: ClauseId,
    /// The clause whose next version this is; a new clause when absent.
    pub previous_id: Option<ClauseId>,
    /// Topic.
    pub topic: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// New proposals carry it without being asked.
    pub by_default: bool,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `clause.withdraw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawClause {
    /// The version in use.
    pub id: ClauseId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}
