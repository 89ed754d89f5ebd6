//! What a customer does with a quote online, through a link that was mailed, and what the provider does about it.
//!
//! Invariant: a link is worth one quote version; whoever holds it reads what is printed and nothing else, and answers once:
//! the answer goes through the same rules as one that was recorded on a laptop, only nobody's role is asked for.

mod request;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, LinkId, MessageId, QuoteId};
use crate::time::Timestamp;

pub use request::{MAX_LINE, MAX_REQUESTED_SITES, MAX_TEXT, QuoteRequest, RequestProblem};

/// Days a link is good for after it was mailed: longer than any quote is open, so that what was accepted can be read again.
pub const LINK_DAYS: i64 = 180;
/// Longest message, characters.
pub const MAX_MESSAGE: usize = 4_000;
/// Most messages of one quote version: a thread, not a store.
pub const MAX_MESSAGES: usize = 200;
/// Looks within this time are one view.
pub const VIEW_MINUTES: i64 = 10;

/// Arguments of `quote.message`: the provider's word in the thread of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// Id, made on the laptop.
    pub id: MessageId,
    /// Account.
    pub account_id: AccountId,
    /// Quote version.
    pub quote_id: QuoteId,
    /// Text.
    pub body: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `link.end`: a link that is no longer good for anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndLink {
    /// Link.
    pub link_id: LinkId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// What a customer says through a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerWord {
    /// Yes, to exactly this pricing.
    Accept {
        /// Name as typed.
        name: String,
        /// Title as typed.
        title: String,
        /// Purchase order number, or empty.
        po_number: String,
        /// Pricing hash of the page they saw.
        pricing_hash: String,
    },
    /// No.
    Refuse {
        /// Name as typed.
        name: String,
        /// Why.
        reason: String,
    },
}

/// When a link that is mailed at `at` stops being good.
pub fn link_expires(at: Timestamp) -> Timestamp {
    at + Duration::days(LINK_DAYS)
}

/// Whether a look counts as a view of its own.
pub fn is_new_view(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now - last >= Duration::minutes(VIEW_MINUTES))
}
