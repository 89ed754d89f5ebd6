//! Applying intents: the same pure step on the laptop at once and on the server in order. Invariant: everything a step
//! reads stands in its world, loaded by each side from its own rows; everything it changes comes back as rows.

mod accounts;
mod attachments;
mod books;
mod clauses;
mod delegations;
mod discard;
mod jobs;
mod mail;
mod may;
mod organisation;
mod portal;
mod prices;
mod quotes;
mod references;
mod request;
mod sites;
mod tickets;

use serde_json::{Value, json};

pub use accounts::{AccountWorld, edit_account};
pub use attachments::{AttachmentWorld, add_attachment};
pub use books::{BookWorld, publish_book, withdraw_book};
pub use clauses::{ClauseWorld, publish_clause, withdraw_clause};
pub use delegations::{DelegationWorld, delegate_approval, end_delegation};
pub use discard::{Hanging, discard};
pub use jobs::{JobWorld, record_job_event};
pub use mail::{MailWorld, mail_tried, send_mail};
pub use may::{QuoteCase, Verb};
pub use organisation::{edit_branding, edit_map_tiles};
pub use portal::{Author, MessageWorld, customer_answers, end_link, link_open, link_viewed, new_link, write_message};
pub use prices::{PricesWorld, decide_price, end_price, propose_price};
pub use quotes::{QuoteWorld, account_terms, apply_quote, quote_id_of, siblings};
pub use references::{references, with_ids_replaced};
pub use request::{RequestWorld, RequestedSites, currency_of, take_request};
pub use sites::{EditWorld, Placed, RemovalWorld, SitesWorld, edit_reads, edit_sites, import_sites, remove_sites};
pub use tickets::{RaiseWorld, TicketWorld, raise_ticket, update_ticket};

/// Why an intent is not done. `conflict` means somebody else changed the same thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// Values and differences.
    pub detail: Value,
    /// Somebody else changed the same money, status or field.
    pub conflict: bool,
}

impl Refusal {
    /// A rule says no.
    pub fn rule(code: impl Into<String>) -> Self {
        Self { code: code.into(), detail: json!({}), conflict: false }
    }

    /// A rule says no, with values.
    pub fn with(code: impl Into<String>, detail: Value) -> Self {
        Self { code: code.into(), detail, conflict: false }
    }

    /// Somebody else was first.
    pub fn conflict(code: impl Into<String>, detail: Value) -> Self {
        Self { code: code.into(), detail, conflict: true }
    }
}
