//! The palette: anything, by any part of its name.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

satchel_core::words! {
    /// What is found.
    pub enum HitKind as "HitKind" {
        /// An account.
        Account = "account",
        /// A quote.
        Quote = "quote",
        /// An order.
        Order = "order",
        /// A ticket.
        Ticket = "ticket",
        /// A task.
        Task = "task",
        /// A site.
        Site = "site",
    }
}

/// What to find.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Search {
    /// What was typed.
    pub text: String,
    /// At most this many hits, 50 at most.
    pub limit: u32,
}

/// A hit, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchHit {
    /// What it is.
    pub kind: HitKind,
    /// Row id.
    pub id: String,
    /// What to show.
    pub title: String,
    /// Beside it: city, account, status.
    pub subtitle: String,
    /// Account to open for a site.
    pub account_id: Option<String>,
}
