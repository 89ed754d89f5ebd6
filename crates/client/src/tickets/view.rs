//! What the window shows of tickets.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{AsOf, ListRequest};

/// Which tickets.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListTickets {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Only this site's.
    pub site_id: Option<String>,
    /// Window, filters (`status`, `priority`, `category`, `owner`), text, order (`raised`, `priority`, `account`).
    pub list: ListRequest,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketRow {
    /// Ticket id.
    pub id: String,
    /// `TKT-000012`; empty until the server has given one.
    pub number: String,
    /// In a line.
    pub subject: String,
    /// Account id.
    pub account_id: String,
    /// Account.
    pub account: String,
    /// Site id, if it is about one.
    pub site_id: Option<String>,
    /// Site; empty when none.
    pub site: String,
    /// What it is about.
    #[ts(as = "satchel_core::tickets::Category")]
    pub category: String,
    /// How much it presses.
    #[ts(as = "satchel_core::tickets::Priority")]
    pub priority: String,
    /// Where it stands.
    #[ts(as = "satchel_core::tickets::Status")]
    pub status: String,
    /// Who looks after it; empty when nobody.
    pub owner: String,
    /// When it was raised, in words.
    pub raised_text: String,
    /// Raised or changed here and not confirmed by the server.
    pub waiting: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// Something that happened on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketEvent {
    /// Event id.
    pub id: String,
    /// Who.
    pub by: String,
    /// When, in words.
    pub at_text: String,
    /// Note; may be empty.
    pub note: String,
    /// The customer was told.
    pub told_customer: bool,
    /// What changed: field, before, after; people by name.
    #[ts(type = "Array<[TicketField, string, string]>")]
    pub changes: Vec<(String, String, String)>,
    /// Not confirmed by the server.
    pub waiting: bool,
}

/// A ticket whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketView {
    /// As in the list.
    pub row: TicketRow,
    /// In full.
    pub description: String,
    /// Who of the customer reported it; may be empty.
    pub reported_by: String,
    /// Who raised it; empty when not known.
    pub raised_by: String,
    /// The first answer to the customer, in words.
    pub first_reply_text: Option<String>,
    /// When it was resolved, in words.
    pub resolved_text: Option<String>,
    /// When it was closed, in words.
    pub closed_text: Option<String>,
    /// Who looks after it.
    pub owner_id: Option<String>,
    /// What happened, the latest first.
    pub events: Vec<TicketEvent>,
    /// Statuses it may have next.
    #[ts(as = "Vec<satchel_core::tickets::Status>")]
    pub next: Vec<String>,
    /// Who could look after it: id and name.
    pub people: Vec<(String, String)>,
}

/// The latest ticket of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LastTicket {
    /// Ticket id.
    pub id: String,
    /// Number, or its subject as long as it has none.
    pub label: String,
    /// Where it stands.
    #[ts(as = "satchel_core::tickets::Status")]
    pub status: String,
    /// When it was raised, in words.
    pub raised_text: String,
}

/// A new ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RaiseTicket {
    /// Account.
    pub account_id: String,
    /// Site, if it is about one.
    pub site_id: Option<String>,
    /// What it is about.
    #[ts(as = "satchel_core::tickets::Category")]
    pub category: String,
    /// How much it presses.
    #[ts(as = "satchel_core::tickets::Priority")]
    pub priority: String,
    /// In a line.
    pub subject: String,
    /// In full.
    pub description: String,
    /// Who of the customer reported it.
    pub reported_by: String,
}

/// Something to record on a ticket. What is not named stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkOnTicket {
    /// Ticket.
    pub ticket_id: String,
    /// Next status.
    #[ts(as = "Option<satchel_core::tickets::Status>")]
    pub status: Option<String>,
    /// Other priority.
    #[ts(as = "Option<satchel_core::tickets::Priority>")]
    pub priority: Option<String>,
    /// Other category.
    #[ts(as = "Option<satchel_core::tickets::Category>")]
    pub category: Option<String>,
    /// Who looks after it from now on; empty for nobody.
    pub owner_id: Option<String>,
    /// What happened; may be empty when something changes.
    pub note: String,
    /// The customer was told this.
    pub told_customer: bool,
}

/// What a ticket may be raised with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketChoices {
    /// Categories.
    #[ts(as = "Vec<satchel_core::tickets::Category>")]
    pub categories: Vec<String>,
    /// Priorities, the most pressing first.
    #[ts(as = "Vec<satchel_core::tickets::Priority>")]
    pub priorities: Vec<String>,
}
