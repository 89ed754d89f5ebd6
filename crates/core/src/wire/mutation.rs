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

/// Everything a person can do to synced rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "args")]
pub enum Intent {
    /// Descriptive fields of an account.
    #[serde(rename = "account.edit")]
    AccountEdit(EditAccount),
    /// Sites from a list.
    #[serde(rename = "site.import")]
    SiteImport(ImportSites),
    /// Descriptive fields of sites.
    #[serde(rename = "site.edit")]
    SiteEdit(EditSites),
    /// Sites added by mistake, taken back.
    #[serde(rename = "site.remove")]
    SiteRemove(RemoveSites),
    /// A file at an account or a quote.
    #[serde(rename = "attachment.add")]
    AttachmentAdd(AddAttachment),
    /// A file of a quote, by mail to somebody.
    #[serde(rename = "mail.send")]
    MailSend(SendMail),
    /// The provider's word in the thread of a quote.
    #[serde(rename = "quote.message")]
    QuoteMessage(SendMessage),
    /// A customer's link that is no longer good for anything.
    #[serde(rename = "link.end")]
    LinkEnd(EndLink),
    /// Something happened on a job.
    #[serde(rename = "job.record")]
    JobRecord(RecordJobEvent),
    /// What a customer reports.
    #[serde(rename = "ticket.raise")]
    TicketRaise(RaiseTicket),
    /// Something that happened on a ticket.
    #[serde(rename = "ticket.update")]
    TicketUpdate(UpdateTicket),
    /// Something somebody has to do.
    #[serde(rename = "task.create")]
    TaskCreate(CreateTask),
    /// It is changed, done, cancelled or opened again.
    #[serde(rename = "task.update")]
    TaskUpdate(UpdateTask),
    /// A price asked for.
    #[serde(rename = "price.propose")]
    PricePropose(ProposePrice),
    /// A price agreed to, or not.
    #[serde(rename = "price.decide")]
    PriceDecide(DecidePrice),
    /// An agreed price that ends earlier.
    #[serde(rename = "price.end")]
    PriceEnd(EndPrice),
    /// Somebody else approves in one's place for some days.
    #[serde(rename = "approval.delegate")]
    ApprovalDelegate(DelegateApproval),
    /// That taken back.
    #[serde(rename = "approval.end_delegation")]
    ApprovalEndDelegation(EndDelegation),
    /// A clause of the library, or its next version.
    #[serde(rename = "clause.publish")]
    ClausePublish(PublishClause),
    /// A clause that is no longer used.
    #[serde(rename = "clause.withdraw")]
    ClauseWithdraw(WithdrawClause),
    /// A price book's next version.
    #[serde(rename = "book.publish")]
    BookPublish(PublishBook),
    /// A price book version that is no longer used.
    #[serde(rename = "book.withdraw")]
    BookWithdraw(WithdrawBook),
    /// How documents look.
    #[serde(rename = "organisation.brand")]
    BrandingEdit(Box<EditBranding>),
    /// Where the organisation's map comes from.
    #[serde(rename = "organisation.map_tiles")]
    MapTilesEdit(EditMapTiles),
    /// A new quote with its final number.
    #[serde(rename = "quote.create")]
    QuoteCreate(CreateQuote),
    /// Edits of a draft.
    #[serde(rename = "quote.edit")]
    QuoteEdit(EditQuote),
    /// Asking for the approval.
    #[serde(rename = "quote.request_approval")]
    QuoteRequestApproval(QuoteStep),
    /// Approving the discount of exactly this pricing.
    #[serde(rename = "quote.approve_discount")]
    QuoteApproveDiscount(QuoteStep),
    /// Refusing the discount.
    #[serde(rename = "quote.reject_discount")]
    QuoteRejectDiscount(QuoteStep),
    /// Sending.
    #[serde(rename = "quote.send")]
    QuoteSend(QuoteStep),
    /// The customer accepted.
    #[serde(rename = "quote.accept")]
    QuoteAccept(AcceptQuote),
    /// The customer refused.
    #[serde(rename = "quote.reject")]
    QuoteReject(QuoteStep),
    /// Given up.
    #[serde(rename = "quote.lose")]
    QuoteLose(QuoteStep),
    /// The next version.
    #[serde(rename = "quote.revise")]
    QuoteRevise(ReviseQuote),
    /// A draft that was never sent goes (schema 3).
    #[serde(rename = "quote.discard")]
    QuoteDiscard(DiscardQuote),
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
