//! Intents: domain commands with their arguments, applied at once on the laptop and replayed in order on the server.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::{DecidePrice, EditAccount, EndPrice, ProposePrice};
use crate::approvals::{DelegateApproval, EndDelegation};
use crate::attachments::AddAttachment;
use crate::catalogue::{PublishBook, WithdrawBook};
use crate::clauses::{PublishClause, WithdrawClause};
use crate::ids::{AccountId, PriceBookId, QuoteId};
use crate::jobs::RecordJobEvent;
use crate::mail::SendMail;
use crate::organisations::{EditBranding, EditMapTiles};
use crate::portal::{EndLink, SendMessage};
use crate::quotes::{Acceptance, Edit};
use crate::sites::{EditSites, ImportSites, RemoveSites};
use crate::tasks::{CreateTask, UpdateTask};
use crate::tickets::{RaiseTicket, UpdateTicket};
use crate::time::Timestamp;

/// Declares the intents: variant, arguments, name on the wire.
macro_rules! intents {
    ($($(#[$doc:meta])* $variant:ident($args:ty) = $name:literal,)+) => {
        /// Everything a person can do to synced rows.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name", content = "args")]
        pub enum Intent {
            $($(#[$doc])* #[serde(rename = $name)] $variant($args),)+
        }

        crate::words! {
            /// The names of all intents.
            pub enum IntentName as "IntentName" {
                $($(#[$doc])* $variant = $name,)+
            }
        }

        impl Intent {
            /// What is wanted, without its arguments.
            pub const fn name(&self) -> IntentName {
                match self {
                    $(Self::$variant(_) => IntentName::$variant,)+
                }
            }
        }
    };
}

intents! {
    /// Descriptive fields of an account.
    AccountEdit(EditAccount) = "account.edit",
    /// Sites from a list.
    SiteImport(ImportSites) = "site.import",
    /// Descriptive fields of sites.
    SiteEdit(EditSites) = "site.edit",
    /// Sites added by mistake, taken back.
    SiteRemove(RemoveSites) = "site.remove",
    /// A file at an account or a quote.
    AttachmentAdd(AddAttachment) = "attachment.add",
    /// A file of a quote, by mail to somebody.
    MailSend(SendMail) = "mail.send",
    /// The provider's word in the thread of a quote.
    QuoteMessage(SendMessage) = "quote.message",
    /// A customer's link that is no longer good for anything.
    LinkEnd(EndLink) = "link.end",
    /// Something happened on a job.
    JobRecord(RecordJobEvent) = "job.record",
    /// What a customer reports.
    TicketRaise(RaiseTicket) = "ticket.raise",
    /// Something that happened on a ticket.
    TicketUpdate(UpdateTicket) = "ticket.update",
    /// Something somebody has to do.
    TaskCreate(CreateTask) = "task.create",
    /// It is changed, done, cancelled or opened again.
    TaskUpdate(UpdateTask) = "task.update",
    /// A price asked for.
    PricePropose(ProposePrice) = "price.propose",
    /// A price agreed to, or not.
    PriceDecide(DecidePrice) = "price.decide",
    /// An agreed price that ends earlier.
    PriceEnd(EndPrice) = "price.end",
    /// Somebody else approves in one's place for some days.
    ApprovalDelegate(DelegateApproval) = "approval.delegate",
    /// That taken back.
    ApprovalEndDelegation(EndDelegation) = "approval.end_delegation",
    /// A clause of the library, or its next version.
    ClausePublish(PublishClause) = "clause.publish",
    /// A clause that is no longer used.
    ClauseWithdraw(WithdrawClause) = "clause.withdraw",
    /// A price book's next version.
    BookPublish(PublishBook) = "book.publish",
    /// A price book version that is no longer used.
    BookWithdraw(WithdrawBook) = "book.withdraw",
    /// How documents look.
    BrandingEdit(Box<EditBranding>) = "organisation.brand",
    /// Where the organisation's map comes from.
    MapTilesEdit(EditMapTiles) = "organisation.map_tiles",
    /// A new quote with its final number.
    QuoteCreate(CreateQuote) = "quote.create",
    /// Edits of a draft.
    QuoteEdit(EditQuote) = "quote.edit",
    /// Asking for the approval.
    QuoteRequestApproval(QuoteStep) = "quote.request_approval",
    /// Approving the discount of exactly this pricing.
    QuoteApproveDiscount(QuoteStep) = "quote.approve_discount",
    /// Refusing the discount.
    QuoteRejectDiscount(QuoteStep) = "quote.reject_discount",
    /// Sending.
    QuoteSend(QuoteStep) = "quote.send",
    /// The customer accepted.
    QuoteAccept(AcceptQuote) = "quote.accept",
    /// The customer refused.
    QuoteReject(QuoteStep) = "quote.reject",
    /// Given up.
    QuoteLose(QuoteStep) = "quote.lose",
    /// The next version.
    QuoteRevise(ReviseQuote) = "quote.revise",
    /// A draft that was never sent goes (schema 3).
    QuoteDiscard(DiscardQuote) = "quote.discard",
}

/// Whether any text in it, keys included, holds U+0000: JSON carries it, `jsonb` does not. The laptop refuses it where it is typed,
/// the server sets such a mutation aside.
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Arguments of `quote.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateQuote {
    /// Version id, made on the laptop.
    pub quote_id: QuoteId,
    /// `QTE-...`, final.
    pub number: String,
    /// Account.
    pub account_id: AccountId,
    /// Title.
    pub title: String,
    /// Pinned price book version.
    pub price_book_id: PriceBookId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `quote.edit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditQuote {
    /// Version id.
    pub quote_id: QuoteId,
    /// Edits, in order.
    pub edits: Vec<Edit>,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
    /// Pricing hash after the edits; the server must reach the same.
    pub pricing_hash: String,
}

/// Arguments of a step in a quote's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteStep {
    /// Version id.
    pub quote_id: QuoteId,
    /// Pricing hash the person saw.
    pub pricing_hash: String,
    /// Note or reason.
    pub note: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `quote.accept`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptQuote {
    /// Version id.
    pub quote_id: QuoteId,
    /// Pricing hash the customer accepted.
    pub pricing_hash: String,
    /// Who accepted.
    pub acceptance: Acceptance,
    /// Line id to net unit price as accepted, so that a refusal can name each difference.
    pub line_nets: std::collections::BTreeMap<Uuid, String>,
}

/// Arguments of `quote.revise`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviseQuote {
    /// The sent version.
    pub quote_id: QuoteId,
    /// Id of the next version, made on the laptop.
    pub next_id: QuoteId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `quote.discard`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscardQuote {
    /// The draft.
    pub quote_id: QuoteId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}
