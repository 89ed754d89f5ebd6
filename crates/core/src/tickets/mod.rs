//! Tickets: what a customer reports, and what is done about it until it is closed (features 0-46, 4-16).
//!
//! Invariant: a ticket's state follows from its events, each with who, when and what; what was said to the customer is marked
//! as said. A number is given once, by the server; until then a ticket is known by its subject.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::accounts::FieldEdit;
use crate::ids::{AccountId, SiteId, TicketEventId, TicketId};
use crate::time::Timestamp;

/// Longest subject, characters.
pub const MAX_SUBJECT: usize = 200;
/// Longest description or note, characters.
pub const MAX_NOTE: usize = 10_000;
/// Most events of one ticket.
pub const MAX_EVENTS: usize = 1_000;

crate::words! {
    /// What a ticket is about.
    pub enum Category as "TicketCategory" {
        /// No line.
        Connectivity = "connectivity",
        /// A slow line.
        Performance = "performance",
        /// A device.
        Equipment = "equipment",
        /// An installation.
        Installation = "installation",
        /// An invoice.
        Billing = "billing",
        /// Anything else.
        Other = "other",
    }
}

crate::words! {
    /// How much a ticket presses, the most pressing first.
    pub enum Priority as "TicketPriority" {
        /// Nothing works.
        Critical = "critical",
        /// Work is hindered.
        High = "high",
        /// The usual.
        Medium = "medium",
        /// Whenever there is time.
        Low = "low",
    }
}

/// What tickets are about.
pub const CATEGORIES: [&str; Category::WORDS.len()] = Category::WORDS;
/// How much they press, the most pressing first.
pub const PRIORITIES: [&str; Priority::WORDS.len()] = Priority::WORDS;

crate::words! {
    /// Where a ticket stands.
    pub enum Status as "TicketStatus" {
        /// Nobody works on it yet.
        Open = "open",
        /// Somebody does.
        InProgress = "in_progress",
        /// The customer has to answer or do something.
        Waiting = "waiting_customer",
        /// Done, as far as the provider knows.
        Resolved = "resolved",
        /// Done, and the customer agrees or said nothing.
        Closed = "closed",
    }
}

impl Status {
    /// Where it may go from here: a resolved ticket is reopened, a closed one stays closed.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Open | Self::InProgress | Self::Waiting => next != Self::Closed,
            Self::Resolved => matches!(next, Self::InProgress | Self::Closed),
            Self::Closed => false,
        }
    }
}

/// Arguments of `ticket.raise`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaiseTicket {
    /// Id, made on the laptop.
    pub ticket_id: TicketId,
    /// Account.
    pub account_id: AccountId,
    /// The site it is about, if it is about one.
    pub site_id: Option<SiteId>,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// One of [`PRIORITIES`].
    pub priority: String,
    /// In a line.
    pub subject: String,
    /// In full.
    pub description: String,
    /// Who of the customer reported it, as typed; may be empty.
    pub reported_by: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Columns of a ticket that an update may change: `owner_id` is empty or a person's id.
pub const CHANGEABLE: [&str; 4] = ["status", "priority", "category", "owner_id"];

/// Arguments of `ticket.update`: something that happened on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateTicket {
    /// Id of the event, made on the laptop.
    pub event_id: TicketEventId,
    /// Ticket.
    pub ticket_id: TicketId,
    /// Account.
    pub account_id: AccountId,
    /// What changed, by column of [`CHANGEABLE`]; may be empty.
    pub fields: BTreeMap<String, FieldEdit>,
    /// What happened, or what was said; may be empty when something changed.
    pub note: String,
    /// The customer was told this: it is an answer.
    pub told_customer: bool,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}
