//! What the header and the Sync Centre show.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::AsOf;

satchel_core::words! {
    /// How this laptop stands with the server.
    pub enum Connection as "Connection" {
        /// It answers.
        Online = "online",
        /// It does not.
        Offline = "offline",
        /// A sync is under way.
        Syncing = "syncing",
        /// There is none.
        Demo = "demo",
        /// It wants a sign-in.
        SignedOut = "signed_out",
    }
}

satchel_core::words! {
    /// What became of a change.
    pub enum ChangeStatus as "ChangeStatus" {
        /// Only on this laptop.
        Waiting = "waiting",
        /// With the server; its effect has not come back.
        Sent = "sent",
        /// Done as meant.
        Confirmed = "confirmed",
        /// Done, together with somebody else's change.
        Merged = "merged",
        /// Not done: somebody else changed the same.
        Conflict = "conflict",
        /// Not done: a rule refuses it.
        Rejected = "rejected",
        /// Set aside for an operator.
        Parked = "parked",
    }
}

satchel_core::words! {
    /// What a person may do about a change that was not done.
    pub enum SyncChoice as "SyncChoice" {
        /// Mine on top of theirs.
        KeepMine = "keep_mine",
        /// Theirs stands.
        TakeTheirs = "take_theirs",
        /// Another text on top of theirs.
        Edit = "edit",
        /// The same against what stands now.
        SendAgain = "send_again",
        /// A new quote under the next number.
        Renumber = "renumber",
        /// Leave it.
        Dismiss = "dismiss",
    }
}

satchel_core::words! {
    /// What a change may be about. One that is sent again stays about the same.
    pub enum SubjectKind as "SubjectKind" {
        /// An account.
        Account = "account",
        /// A clause of the library.
        Clause = "clause",
        /// A delegation of approvals.
        Delegation = "delegation",
        /// A job.
        Job = "job",
        /// The organisation's settings.
        Organisation = "organisation",
        /// A price book.
        PriceBook = "price_book",
        /// A quote.
        Quote = "quote",
        /// What goes with a quote: files, mail, messages, links.
        QuoteFile = "quote_file",
        /// A site.
        Site = "site",
        /// A task.
        Task = "task",
        /// A ticket.
        Ticket = "ticket",
    }
}

/// The header's one quiet line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// How this laptop stands with the server.
    pub connection: Connection,
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
    #[ts(type = "RefusalCode | null")]
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
    /// Rows of the server's that this laptop could not take in, at most 200.
    pub skipped: Vec<SkippedRow>,
}

/// A row of the server's that this laptop could not take in; everything else came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SkippedRow {
    /// Its table.
    #[ts(type = "TableName")]
    pub table: String,
    /// Its id.
    pub id: String,
    /// Details for support: no names, no contents, no secrets.
    pub support: String,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncItem {
    /// Mutation id.
    pub id: String,
    /// Verb, e.g. `quote.send`; the UI words it.
    #[ts(as = "satchel_core::wire::mutation::IntentName")]
    pub name: String,
    /// What it is about, e.g. `QTE-20251121-0A00` or an account's name.
    pub subject: String,
    /// Quote id, account id ... to open.
    pub subject_id: String,
    /// What that is.
    #[ts(as = "SubjectKind")]
    pub subject_kind: String,
    /// What became of it.
    pub status: ChangeStatus,
    /// Reason code when refused.
    #[ts(type = "RefusalCode | null")]
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
    /// What a person may do about it now.
    pub choices: Vec<SyncChoice>,
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
    /// What is chosen; `edit` comes with `values`. Whatever it is, the change stays in the history.
    pub choice: SyncChoice,
    /// Field to text, for `edit`.
    #[serde(default)]
    pub values: std::collections::BTreeMap<String, String>,
}
