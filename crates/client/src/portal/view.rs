//! What the window shows of a quote's customer side.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

satchel_core::words! {
    /// Whether a link still opens a quote.
    pub enum LinkState as "LinkState" {
        /// It does.
        Open = "open",
        /// Somebody ended it.
        Ended = "ended",
        /// It is too old.
        Expired = "expired",
    }
}

satchel_core::words! {
    /// What a customer did.
    pub enum NewsKind as "NewsKind" {
        /// Asked for a quote, which is still a draft.
        Requested = "requested",
        /// Asked something that is not answered yet.
        Asked = "asked",
        /// Accepted.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Looked at it.
        Viewed = "viewed",
    }
}

/// A link that was mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkRow {
    /// Id.
    pub id: String,
    /// Whom it was mailed to.
    pub to: String,
    /// When, in words.
    pub made_text: String,
    /// How often it was looked at; looks within ten minutes are one.
    pub views: u32,
    /// First look, in words.
    pub first_viewed_text: Option<String>,
    /// Latest look, in words.
    pub last_viewed_text: Option<String>,
    /// Whether it still opens the quote.
    pub state: LinkState,
}

/// A message of the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MessageRow {
    /// Id.
    pub id: String,
    /// Who wrote it; a customer by the name they typed.
    pub author: String,
    /// Somebody of the provider wrote it.
    pub ours: bool,
    /// When, in words.
    pub at_text: String,
    /// Text.
    pub body: String,
    /// Written here and not with the server yet.
    pub waiting: bool,
}

/// What somebody asked for on the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RequestView {
    /// Who.
    pub contact: String,
    /// Their address.
    pub email: String,
    /// Their number, or empty.
    pub phone: String,
    /// How they want to be answered: `email`, `phone`.
    pub preferred: String,
    /// Sites they speak of.
    pub site_count: Option<u32>,
    /// Bandwidth, features, budget, message, in their words; empty ones are not there.
    pub texts: Vec<(String, String)>,
    /// The list they handed in, or empty.
    pub file_name: String,
    /// Rows of it that were left out.
    pub left_out: u32,
    /// When, in words.
    pub at_text: String,
}

/// A quote's customer side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerSide {
    /// Links, the latest first.
    pub links: Vec<LinkRow>,
    /// The thread, oldest first.
    pub messages: Vec<MessageRow>,
    /// The request this quote began with.
    pub request: Option<RequestView>,
    /// The person may write, and end links.
    pub may_write: bool,
}

/// A message to the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendMessage {
    /// Quote version.
    pub quote_id: String,
    /// Text.
    pub body: String,
}

/// Something a customer did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomerNews {
    /// What.
    #[ts(as = "NewsKind")]
    pub kind: String,
    /// Quote version; empty for a request in a currency without a price book.
    pub quote_id: String,
    /// Its number.
    pub number: String,
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// Who, as they named themselves; for a look, whom the link was mailed to.
    pub who: String,
    /// What was asked, or why it was declined; empty otherwise.
    pub text: String,
    /// When, in words.
    pub at_text: String,
}
