//! A quote version. Invariant: `content` pins every input of its price, so the same content has the same price and the
//! same hash on laptop and server; a version that left `Draft` never changes its content again (RULES APR 3).

use serde::{Deserialize, Serialize};

use super::{Proposal, QuoteNumber, RoiCase};
use crate::ids::{AccountId, ItemId, LineId, OrderId, PriceBookId, QuoteId, SiteId, UserId};
use crate::money::{Currency, Exact};
use crate::orders::OrderForm;
use crate::people::Role;
use crate::pricing::{ChargeType, ContractPrice, LineStatus, Manual, StackingPolicy, TermRow, VolumeTable};
use crate::time::Timestamp;

/// Most lines of a quote.
pub const MAX_LINES: usize = 4_000;
/// Longest title, note or reason, in characters.
pub const MAX_TITLE: usize = 200;

/// One version of a quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// This version.
    pub id: QuoteId,
    /// First version's id, shared by all versions of the number.
    pub family_id: QuoteId,
    /// `QTE-...`, the same for all versions.
    pub number: QuoteNumber,
    /// From 1.
    pub version: u32,
    /// Customer.
    pub account_id: AccountId,
    /// Title.
    pub title: String,
    /// Currency of every amount, fixed at creation (FXC 1).
    pub currency: Currency,
    /// Pinned price book version.
    pub price_book_id: PriceBookId,
    /// Whose quote it is.
    pub owner_id: UserId,
    /// What is priced.
    pub content: Content,
    /// Where it stands.
    pub state: State,
    /// Internal approval of the discount, bound to a pricing.
    pub approval: Approval,
    /// Made at.
    pub created_at: Timestamp,
    /// Last changed at.
    pub updated_at: Timestamp,
}

/// Everything that determines the price and the terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Term in months.
    pub term_months: u32,
    /// Payment terms.
    pub payment_terms: PaymentTerms,
    /// Stacking policy (WFL 3).
    pub policy: StackingPolicy,
    /// Volume table in force when last edited.
    pub volume_table: VolumeTable,
    /// Term table in force when last edited.
    pub term_table: Vec<TermRow>,
    /// Snapshot of the account's active sites that are not on the quote (VOL 2); 0 under `quote_only`.
    pub existing_active_sites: u32,
    /// Date of the tax estimate (TAX 2).
    pub tax_date: chrono::NaiveDate,
    /// Lines in the order shown.
    pub lines: Vec<Line>,
    /// What the customer gains, for the ROI; money never depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roi: Option<RoiCase>,
    /// What the proposal says around the figures; money never depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Box<Proposal>>,
    /// What the order will need besides; money never depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Box<OrderForm>>,
    /// Every site becomes an order of its own; money never depends on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub order_per_site: bool,
}

/// One line: an item at a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Line id.
    pub id: LineId,
    /// Site.
    pub site_id: SiteId,
    /// Item of the pinned version.
    pub item_id: ItemId,
    /// Item code.
    pub code: String,
    /// Item name as printed.
    pub name: String,
    /// Recurring, one-off or usage.
    pub charge_type: ChargeType,
    /// Decimals of the unit price.
    pub unit_dp: u32,
    /// List price of the pinned version.
    pub list_price: Exact,
    /// Cost per unit, for the margin; never printed.
    pub cost: Option<Exact>,
    /// Agreed price in force when last edited.
    pub contract: Option<ContractPrice>,
    /// Quantity.
    pub qty: Exact,
    /// See [`crate::catalogue::Item`].
    pub volume_eligible: bool,
    /// See [`crate::catalogue::Item`].
    pub term_eligible: bool,
    /// Manual discount.
    pub manual: Manual,
    /// Selected, optional or cancelled.
    pub status: LineStatus,
    /// Tax code of the item.
    pub tax_code: String,
    /// Place-of-supply rule of the item (TAX 5).
    pub pos_rule: String,
    /// State where the line is installed (India), or empty.
    pub state_code: String,
}

/// Payment terms (RULES DUE 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
pub enum PaymentTerms {
    /// Due at once.
    #[serde(rename = "prepaid")]
    Prepaid,
    /// 30 days.
    #[serde(rename = "net_30")]
    Net30,
    /// 60 days.
    #[serde(rename = "net_60")]
    Net60,
    /// 90 days.
    #[serde(rename = "net_90")]
    Net90,
}

impl PaymentTerms {
    /// Parses the wire word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "prepaid" => Some(Self::Prepaid),
            "net_30" => Some(Self::Net30),
            "net_60" => Some(Self::Net60),
            "net_90" => Some(Self::Net90),
            _ => None,
        }
    }

    /// The wire word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Net30 => "net_30",
            Self::Net60 => "net_60",
            Self::Net90 => "net_90",
        }
    }
}

/// Where a version stands; expiry is computed from `Sent` (RULES APR 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// With the customer.
    Sent(Sent),
    /// The customer accepted; the order is the server's to make.
    Accepted {
        /// How it was sent.
        sent: Sent,
        /// Who accepted.
        acceptance: Acceptance,
    },
    /// An order exists.
    Converted {
        /// How it was sent.
        sent: Sent,
        /// Who accepted.
        acceptance: Acceptance,
        /// The order, or the first of them.
        order_id: OrderId,
        /// Its number.
        order_number: String,
        /// How many orders there are: one, or one for each site; the named one is the first.
        #[serde(default = "one_order", skip_serializing_if = "is_one_order")]
        orders: u32,
    },
    /// The customer refused.
    Rejected(Closed),
    /// Given up.
    Lost(Closed),
    /// A later version was sent.
    Superseded(Sent),
}

fn one_order() -> u32 {
    1
}

fn is_one_order(orders: &u32) -> bool {
    *orders == 1
}

/// How a version was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// Last day, inclusive, in the organisation's zone.
    pub valid_until: chrono::NaiveDate,
    /// The pricing the customer holds.
    pub pricing_hash: String,
}

/// Why and when a version was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// Reason in the person's words.
    pub reason: String,
    /// How it was sent before; a draft that was given up never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
    /// How the customer refused themselves, when nobody recorded it for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<Online>,
}

/// The customer's acceptance as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Name of the person.
    pub name: String,
    /// Title.
    pub title: String,
    /// Purchase order number.
    pub po_number: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// The customer's own signature, when they signed on the laptop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// How the customer answered themselves, when nobody recorded it for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<Online>,
}

/// An answer that the customer gave themselves, through a link that was mailed to them. Who holds the link answers; what is
/// kept says which link it was and where from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Online {
    /// Name as typed.
    pub name: String,
    /// Address the link was mailed to.
    pub link_to: String,
    /// Internet address the answer came from.
    pub address: String,
}

/// Most points of a drawn signature.
pub const MAX_POINTS: usize = 5_000;
/// A drawn signature stands in a field of this width and height.
pub const SIGNATURE_FIELD: (u16, u16) = (1_000, 300);

/// A signature drawn on the laptop, bound to the document that was on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Lines of points in [`SIGNATURE_FIELD`], as drawn.
    pub strokes: Vec<Vec<(u16, u16)>>,
    /// SHA-256 of the PDF that was signed, lower-case hex; the file hangs on the quote.
    pub document_sha256: String,
}

impl Signature {
    /// Something is drawn, within its field, and it names a document.
    pub fn is_sound(&self) -> bool {
        let points = self.strokes.iter().map(Vec::len).sum::<usize>();
        let (width, height) = SIGNATURE_FIELD;
        let inside = self.strokes.iter().flatten().all(|(x, y)| *x <= width && *y <= height);
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (2..=MAX_POINTS).contains(&points)
            && inside
            && self.document_sha256.len() == 64
            && self.document_sha256.bytes().all(hex)
    }
}

/// Internal approval. Everything in it is bound to one pricing and one set of terms; a different binding voids it (APR 2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Approval {
    /// The open request.
    pub requested: Option<Remark>,
    /// Approvals given, one per role asked.
    pub grants: Vec<Remark>,
    /// The refusal.
    pub rejected: Option<Remark>,
}

/// Somebody's word on a pricing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who.
    pub by: UserId,
    /// In which role.
    pub role: Role,
    /// In whose place, when the right was delegated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// In which words.
    pub note: String,
    /// The pricing and terms it is about.
    pub binding: String,
}

impl Quote {
    /// The sending facts, if it was ever sent.
    pub fn sent(&self) -> Option<&Sent> {
        match &self.state {
            State::Sent(sent) | State::Superseded(sent) => Some(sent),
            State::Accepted { sent, .. } | State::Converted { sent, .. } => Some(sent),
            State::Draft | State::Rejected(_) | State::Lost(_) => None,
        }
    }

    /// The line with this id.
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.content.lines.iter().find(|line| line.id == id)
    }
}
