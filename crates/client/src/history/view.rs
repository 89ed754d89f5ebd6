//! Shapes of histories.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A record whose history is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecordHistory {
    /// What it is.
    pub kind: RecordKind,
    /// Its id; of a quote any version's.
    pub id: String,
}

/// Records with a history of this kind; sites and tickets keep their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An account, with its quotes, tasks and agreed prices.
    Account,
    /// All versions of a quote's number.
    Quote,
    /// A task.
    Task,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryField {
    /// Field.
    pub field: String,
    /// What it was; sites and people by name.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// One step that changed a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryEntry {
    /// Its id.
    pub id: String,
    /// When, in words.
    pub at_text: String,
    /// By whom; of a customer's own answer the name they typed.
    pub by: String,
    /// The customer did it themselves.
    pub by_customer: bool,
    /// Name of the intent, e.g. `quote.send`.
    #[ts(type = "IntentName")]
    pub intent: String,
    /// Reason or note as typed; may be empty.
    pub note: String,
    /// Fields that changed.
    pub fields: Vec<HistoryField>,
    /// How many of what, e.g. `lines_added` 12.
    pub counts: Vec<HistoryCount>,
    /// The record it is about, where the history is of more than one.
    pub about: Option<HistorySubject>,
    /// Not confirmed by the server yet.
    pub waiting: bool,
}

/// A count of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryCount {
    /// Of what.
    pub kind: String,
    /// How many.
    pub n: u32,
}

/// A record that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistorySubject {
    /// Its table: `quotes`, `tasks`, `agreed_prices`, `accounts`.
    pub table: String,
    /// Its id.
    pub id: String,
    /// Number and version, or title; empty when it is gone or has none.
    pub text: String,
}
