//! Clauses and their versions.

use satchel_core::clauses::ClauseStatus;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A version of a clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClauseView {
    /// Version id.
    pub id: String,
    /// Shared by all versions.
    pub family_id: String,
    /// From 1.
    pub version: u32,
    /// Topic.
    pub topic: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// `current`, `superseded`, `withdrawn`.
    pub status: ClauseStatus,
    /// New proposals carry it without being asked.
    pub by_default: bool,
    /// Who published it and when, in words.
    pub published_text: String,
}

/// The library: every clause in its latest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClauseLibrary {
    /// By topic and title; withdrawn ones last.
    pub clauses: Vec<ClauseView>,
    /// This person may publish and withdraw.
    pub may_publish: bool,
}

/// A new clause, or the next version of one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PublishClause {
    /// Version in use that it takes the place of.
    pub previous_id: Option<String>,
    /// Topic.
    pub topic: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// New proposals carry it without being asked.
    pub by_default: bool,
}
