//! What the header and the Sync Centre show.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::AsOf;

/// The header's one quiet line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// `online`, `offline`, `syncing`, `demo`, `signed_out`.
    pub connection: String,
    /// Since when offline, `07:42` or with the date; `None` when online.
    pub offline_since: Option<String>,
    /// Changes made here that the server has not confirmed.
    pub waiting: u32,
    /// Refused or conflicting changes that need a person.
    pub needs_you: u32,
    /// As of when the cache is.
    pub data: AsOf,
    /// The cache is older than half a day: figures may have moved on.
    pub stale: bool,
    /// True progress while syncing.
    pub progress: Option<crate::workspace::view::Progress>,
    /// Stable code of why the last attempt failed, e.g. `sync.unreachable`, `sync.not_satchel`, `sync.signed_out`.
    pub last_error: Option<String>,
    /// Which answer this is: of two, the one begun later is the newer, in whatever order they arrive.
    pub revision: u32,
    /// How far the store had come: another number at another time, and something was written in between.
    pub changes: u32,
}

/// The Sync Centre's three groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncCentre {
    /// Refused or conflicting.
    pub needs_you: Vec<SyncItem>,
    /// Saved on this laptop, not confirmed yet.
    pub waiting: Vec<SyncItem>,
    /// Confirmed in the last 30 days, latest first, at most 200.
    pub confirmed: Vec<SyncItem>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncItem {
    /// Mutation id.
    pub id: String,
    /// Verb, e.g. `quote.send`; the UI words it.
    pub name: String,
    /// What it is about, e.g. `QTE-20251121-0A00` or an account's name.
    pub subject: String,
    /// Quote id, account id ... to open.
    pub subject_id: Option<String>,
    /// `quote`, `account`, `site`.
    pub subject_kind: Option<String>,
    /// `waiting`, `sent`, `confirmed`, `merged`, `conflict`, `rejected`, `parked`.
    pub status: String,
    /// Reason code when refused.
    pub code: Option<String>,
    /// Reason's values.
    #[ts(type = "Record<string, string>")]
    pub params: std::collections::BTreeMap<String, String>,
    /// Per-line or per-field differences when refused.
    pub differences: Vec<Difference>,
    /// When it was typed, in words.
    pub made_at: String,
    /// When the server answered, in words.
    pub answered_at: Option<String>,
    /// Who made it.
    pub by: String,
    /// What it brought about, e.g. an order's number.
    pub outcome: Option<String>,
    /// What a person may do about it now: `keep_mine`, `take_theirs`, `edit`, `send_again`, `renumber`, `dismiss`.
    pub choices: Vec<String>,
    /// Details for support: no names, no contents, no secrets.
    pub support: String,
}

/// A value before, mine and theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Difference {
    /// Field or line, in words.
    pub label: String,
    /// Before.
    pub base: Option<String>,
    /// Mine.
    pub mine: Option<String>,
    /// The server's.
    pub theirs: Option<String>,
    /// Who made theirs, when known.
    pub theirs_by: Option<String>,
    /// When, in words.
    pub theirs_at: Option<String>,
}

/// What a person decided about a refused change.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResolveAttention {
    /// Mutation id.
    pub id: String,
    /// `keep_mine` (on top of theirs), `take_theirs`, `edit` (with `values`), `send_again` (the same intent against the
    /// present state), `renumber` (a new quote under the next number) or `dismiss`. Whatever is chosen, the change stays in the history.
    pub choice: String,
    /// Field to text, for `edit`.
    #[serde(default)]
    pub values: std::collections::BTreeMap<String, String>,
}
