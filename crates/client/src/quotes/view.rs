//! Quotes as a list, as the builder's page, line by line, and explained.

use satchel_core::approvals::Level;
use satchel_core::pricing::{ChargeType, LineStatus, Manual, StepKind};
use satchel_core::quotes::{QuoteStatus, TotalKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{Allowed, AsOf, ListRequest};

satchel_core::words! {
    /// What a hint about the tier says.
    pub enum NudgeKind as "NudgeKind" {
        /// One more site pays.
        Add = "add",
        /// One site fewer costs.
        Keep = "keep",
    }
}

satchel_core::words! {
    /// Whose volume table prices a quote.
    pub enum TierSource as "TierSource" {
        /// The organisation's.
        Standard = "standard",
        /// The account's own.
        Account = "account",
    }
}

/// One row. Filters: `status`, `account_id`, `approval` (`needed`/`given`), `expiring` (`7d`). Sort: `number`, `account`,
/// `monthly`, `tcv`, `updated`, `valid_until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteRow {
    /// Quote version id.
    pub id: String,
    /// `QTE-20251121-0A00`.
    pub number: String,
    /// Version, from 1.
    pub version: u32,
    /// Title.
    pub title: String,
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// State now (a sent quote past its date is `expired`).
    pub status: QuoteStatus,
    /// Selected sites with a recurring line.
    pub sites: u32,
    /// Monthly net, formatted.
    pub monthly_text: String,
    /// Contract value, formatted.
    pub tcv_text: String,
    /// ISO currency.
    pub currency: String,
    /// In words; `None` until sent.
    pub valid_until_text: Option<String>,
    /// Where the approval stands.
    #[ts(as = "satchel_core::quotes::ApprovalState")]
    pub approval: String,
    /// Last change, in words.
    pub updated_text: String,
    /// Owner's name.
    pub owner: String,
    /// Changed here and not confirmed.
    pub waiting: bool,
    /// Order made from it.
    pub order_number: Option<String>,
}

/// The builder's page without its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteView {
    /// The list's row.
    pub row: QuoteRow,
    /// Price book version, e.g. `ZAR 2025-11 v3`.
    pub price_book: String,
    /// Its id.
    pub price_book_id: String,
    /// Term in months.
    pub term_months: u32,
    /// Terms on offer.
    pub term_choices: Vec<u32>,
    /// `prepaid`, `net_30`, `net_60`, `net_90`.
    #[ts(as = "satchel_core::quotes::PaymentTerms")]
    pub payment_terms: String,
    /// Payment terms of the account.
    #[ts(as = "satchel_core::quotes::PaymentTerms")]
    pub account_payment_terms: String,
    /// `compound`, `additive`, `best_of`.
    pub policy: String,
    /// Lines in all.
    pub line_count: u32,
    /// Sites on the quote, optional ones included.
    pub site_count: u32,
    /// The customer is a private person: prices with tax come first.
    pub consumer: bool,
    /// Every site becomes an order of its own.
    pub order_per_site: bool,
    /// Orders made from it; 0 before it is converted.
    pub orders: u32,
    /// Totals rail.
    pub totals: QuoteTotalsView,
    /// Volume tiers with the one reached.
    pub tier: TierView,
    /// Nudges; empty when none.
    pub nudges: Vec<NudgeView>,
    /// Approval badge.
    pub approval: ApprovalView,
    /// What may be done: `edit`, `request_approval`, `approve`, `reject_approval`, `send`, `accept`, `reject`, `lose`, `revise`, `pdf`.
    pub allowed: Vec<Allowed>,
    /// First and last 4 hex digits of the pricing hash, and the whole.
    pub pricing_hash: String,
    /// The acceptance, once recorded.
    pub acceptance: Option<AcceptanceView>,
    /// Why it was rejected or given up.
    pub closed: Option<ClosedView>,
    /// Latest look of the customer at a link, in words.
    pub viewed_text: Option<String>,
    /// Versions of this number, newest first.
    pub versions: Vec<QuoteVersionView>,
    /// Where the quote stands towards the server: `saved_here`, `waiting`, `confirmed`, `needs_you`.
    pub sync_state: String,
    /// Saved when, in words.
    pub saved_text: String,
    /// As of when.
    pub as_of: AsOf,
}

/// A version of the quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteVersionView {
    /// Quote version id.
    pub id: String,
    /// Version.
    pub version: u32,
    /// State.
    pub status: QuoteStatus,
    /// Contract value, formatted.
    pub tcv_text: String,
}

/// Who accepted for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AcceptanceView {
    /// Name as typed.
    pub name: String,
    /// Title as typed.
    pub title: String,
    /// When, in words.
    pub at_text: String,
    /// Purchase order number, when given.
    pub po_number: Option<String>,
    /// The customer accepted themselves, through the link mailed to this address.
    pub link_to: Option<String>,
}

/// Why a version is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedView {
    /// Who closed it, or the customer by the name they typed.
    pub by: String,
    /// When, in words.
    pub at_text: String,
    /// Reason.
    pub reason: String,
    /// The customer declined themselves, through the link mailed to this address.
    pub link_to: Option<String>,
}

/// The totals rail; all formatted by the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteTotalsView {
    /// Monthly net, with symbol: the page's hero.
    pub monthly_text: String,
    /// Monthly with tax, with symbol.
    pub monthly_incl_tax_text: String,
    /// Rows of the monthly block: `list`, `contract`, `volume`, `term`, `best_of`, `manual`, `net`, `tax`.
    pub monthly_rows: Vec<TotalRow>,
    /// Rows of the contract block: `one_off`, `recurring_term`, `tcv`, `usage_estimate`.
    pub contract_rows: Vec<TotalRow>,
    /// Tax groups of the monthly amount.
    pub tax_groups: Vec<TaxGroupView>,
    /// Effective discount, 4 decimals, or `None` when nothing is priced.
    pub effective_pct: Option<String>,
    /// Margin in percent, for those who may see it.
    pub margin_pct: Option<String>,
    /// Whole discount over the contract, formatted.
    pub discount_text: String,
    /// Monthly list, without symbol (for the footer).
    pub list_text: String,
}

/// One line of a totals block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TotalRow {
    /// What it is.
    pub kind: TotalKind,
    /// Values for the words, e.g. `{"pct": "20", "sites": "52"}`.
    #[ts(type = "Record<string, string>")]
    pub params: std::collections::BTreeMap<String, String>,
    /// Amount, formatted without symbol, with a minus sign for reductions.
    pub amount_text: String,
}

/// A tax group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaxGroupView {
    /// `VAT 15 %`, `IGST 18 % Karnataka`, `CGST 9 %` ...
    pub label: String,
    /// Taxable amount.
    pub net_text: String,
    /// Tax.
    pub tax_text: String,
}

/// Volume tiers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TierView {
    /// Sites that count.
    pub n: u32,
    /// Reached percentage, shortest form.
    pub pct: String,
    /// All tiers in order.
    pub tiers: Vec<TierStep>,
    /// Whose table it is.
    pub source: TierSource,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TierStep {
    /// Lower bound.
    pub min: u32,
    /// Percentage, shortest form.
    pub pct: String,
    /// The one in force.
    pub active: bool,
}

/// A hint about the tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NudgeView {
    /// What it says.
    pub kind: NudgeKind,
    /// Sites now.
    pub sites_now: u32,
    /// Percentage now.
    pub pct_now: String,
    /// Monthly now, formatted.
    pub monthly_now_text: String,
    /// Sites then.
    pub sites_then: u32,
    /// Percentage then.
    pub pct_then: String,
    /// Monthly then, formatted.
    pub monthly_then_text: String,
    /// Difference, formatted, positive.
    pub difference_text: String,
    /// Package assumed for the added sites.
    pub assumed: Option<String>,
}

/// Approval: needed, why, by whom, given by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApprovalView {
    /// Where it stands.
    #[ts(as = "satchel_core::quotes::ApprovalState")]
    pub state: String,
    /// Level needed.
    pub level: Level,
    /// Roles asked: `manager`, `director`, `finance`.
    pub approvers: Vec<String>,
    /// Discretionary percentage that decided, 4 decimals.
    pub basis_pct: String,
    /// All reasons in rule order.
    pub reasons: Vec<ApprovalReason>,
    /// Who gave or refused it, and when.
    pub decided_text: Option<String>,
    /// In whose place they did.
    pub decided_for: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// In whose place the person here would answer; absent for a right of their own, or none.
    pub on_behalf_of: Option<String>,
    /// The approvers that already gave it, by role (director + finance needs both).
    pub given_by_roles: Vec<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApprovalReason {
    /// `discount`, `margin`, `terms`, `clause`, `contract`, `tcv`, `clamped`.
    pub trigger: String,
    /// Level it asks for.
    pub level: Level,
}

/// One line of the grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteLineRow {
    /// Line id.
    pub id: String,
    /// Place on the quote, from 1.
    pub position: u32,
    /// Site id.
    pub site_id: String,
    /// Site name.
    pub site: String,
    /// City.
    pub city: String,
    /// Province or state.
    pub province: String,
    /// Postal code.
    pub postal_code: String,
    /// Item id.
    pub item_id: String,
    /// Item name.
    pub item: String,
    /// `recurring`, `one_off`, `usage`.
    pub charge_type: ChargeType,
    /// `selected`, `optional`, `cancelled`.
    pub status: LineStatus,
    /// Quantity, shortest form.
    pub qty: String,
    /// List unit price, without symbol.
    pub list_text: String,
    /// Manual discount as typed.
    pub manual: Manual,
    /// Manual in words, `2.5 %` or `–`.
    pub manual_text: String,
    /// Net unit price.
    pub net_unit_text: String,
    /// Net of the line.
    pub line_net_text: String,
    /// Effective discount, 4 decimals.
    pub effective_pct: Option<String>,
    /// `contract_above_list`, `clamped_to_zero`.
    pub flags: Vec<String>,
}

/// Lines of a quote. Filters: `province`, `item_id`, `status`, `charge_type`. Sort: `position`, `site`, `item`, `net`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ListQuoteLines {
    /// Quote version id.
    pub quote_id: String,
    /// Window, filters, order.
    pub list: ListRequest,
}

/// "Why this price".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LineExplanation {
    /// The line.
    pub line: QuoteLineRow,
    /// Price book in words.
    pub price_book: String,
    /// List amount of the line (qty × list).
    pub list_text: String,
    /// Steps in order; they sum exactly to −discount.
    pub steps: Vec<ExplanationStep>,
    /// Net amount of the line.
    pub net_text: String,
    /// Whole discount.
    pub discount_text: String,
    /// 4 decimals.
    pub effective_pct: Option<String>,
    /// Discretionary percentage, 4 decimals.
    pub discretionary_pct: String,
    /// Pricing hash of the quote.
    pub pricing_hash: String,
    /// Stacking policy.
    pub policy: String,
}

/// One step of the waterfall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExplanationStep {
    /// Which; `manual` has the rounding in it.
    pub step: StepKind,
    /// Percentage applied, shortest form; `None` for contract and amounts.
    pub pct: Option<String>,
    /// Running unit price, 6 decimals.
    pub unit_text: String,
    /// Effect on the line, formatted, signed.
    pub effect_text: String,
    /// Share of the list amount left after the step, 0..1000 (per mille), for the bar.
    pub left_per_mille: u32,
    /// Values for the words: `sites`, `term_months`.
    #[ts(type = "Record<string, string>")]
    pub params: std::collections::BTreeMap<String, String>,
}

/// A new quote.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreateQuote {
    /// Account.
    pub account_id: String,
    /// Title.
    pub title: String,
    /// Price book version; the current one in the account's currency when absent.
    pub price_book_id: Option<String>,
}

/// Changes to a draft, applied in order in one write.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditQuote {
    /// Quote version id.
    pub quote_id: String,
    /// Edits.
    pub edits: Vec<QuoteEditArgs>,
}

/// One edit. `line_ids` empty where a list is asked for means none.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum QuoteEditArgs {
    /// Title.
    SetTitle {
        /// Text.
        title: String,
    },
    /// Term in months.
    SetTerm {
        /// Months.
        term_months: u32,
    },
    /// Payment terms.
    SetPaymentTerms {
        /// `prepaid`, `net_30` ...
        #[ts(as = "satchel_core::quotes::PaymentTerms")]
        payment_terms: String,
    },
    /// One item for each of these sites (its installation comes along when the item names one).
    AddSites {
        /// Sites.
        site_ids: Vec<String>,
        /// Item of the pinned price book.
        item_id: String,
    },
    /// One more line.
    AddLine {
        /// Site.
        site_id: String,
        /// Item of the pinned price book.
        item_id: String,
        /// As typed.
        qty: String,
    },
    /// Another item on these lines.
    SetItem {
        /// Lines.
        line_ids: Vec<String>,
        /// Item of the pinned price book.
        item_id: String,
    },
    /// Quantity as typed.
    SetQty {
        /// Lines.
        line_ids: Vec<String>,
        /// As typed.
        qty: String,
    },
    /// Manual discount on these lines; the value is parsed by the engine (`6 %` → `6`).
    SetManual {
        /// Lines.
        line_ids: Vec<String>,
        /// Discount.
        manual: Manual,
    },
    /// Selected or optional.
    SetStatus {
        /// Lines.
        line_ids: Vec<String>,
        /// What it is now.
        status: LineStatus,
    },
    /// One order for all sites, or one for each.
    SetOrderSplit {
        /// One for each.
        per_site: bool,
    },
    /// The same lines once more.
    DuplicateLines {
        /// Lines.
        line_ids: Vec<String>,
    },
    /// Takes lines off.
    RemoveLines {
        /// Lines.
        line_ids: Vec<String>,
    },
}

/// A quote.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuoteId {
    /// Quote version id.
    pub quote_id: String,
}

/// A line.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuoteLineId {
    /// Quote version id.
    pub quote_id: String,
    /// Line id.
    pub line_id: String,
}

/// A draft that is gone.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuoteDiscarded {
    /// Its number, not used again.
    pub number: String,
    /// The account that its files and tasks stay with.
    pub account_id: String,
}

/// A decision or a remark on a quote.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct QuoteNote {
    /// Quote version id.
    pub quote_id: String,
    /// Note or reason; required for rejections.
    pub note: String,
}

/// The customer's acceptance.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AcceptQuote {
    /// Quote version id.
    pub quote_id: String,
    /// Name of the person who accepts for the customer.
    pub name: String,
    /// Title.
    pub title: String,
    /// Purchase order number.
    pub po_number: Option<String>,
    /// The customer's signature as drawn, lines of points in a field of 1000 by 300; absent: recorded without one.
    #[serde(default)]
    #[ts(optional)]
    pub strokes: Option<Vec<Vec<(u16, u16)>>>,
    /// The customer's own copy by mail; absent: none.
    #[serde(default)]
    #[ts(optional)]
    pub copy: Option<crate::mail::view::MailText>,
}

/// A finished document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DocumentFile {
    /// Proposed file name.
    pub file_name: String,
    /// Where the engine saved it.
    pub path: String,
    /// Bytes, base64, for a preview in the window.
    pub bytes_base64: String,
    /// Pages.
    pub pages: u32,
    /// Milliseconds it took.
    pub ms: u32,
}
