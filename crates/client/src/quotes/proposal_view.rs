//! The proposal around a quote, its order form, two quotes side by side, and what became of quotes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::shown::PresentedTotal;
use super::view::QuoteRow;
use crate::clauses::view::ClauseView;

satchel_core::words! {
    /// How a line of one quote differs from the other's.
    pub enum LineChange as "LineChange" {
        /// Only there.
        Added = "added",
        /// No longer there.
        Removed = "removed",
        /// There, and different.
        Changed = "changed",
    }
}

/// A proposal as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposalInputs {
    /// What the customer needs.
    pub requirements: String,
    /// What is offered.
    pub solution: String,
    /// First day of the implementation, ISO; empty = not known yet.
    pub start: String,
    /// Sites installed in a week.
    pub sites_per_week: String,
    /// What is made for this customer.
    pub features: Vec<FeatureInputs>,
    /// What other providers charge.
    pub competitors: Vec<CompetitorInputs>,
    /// Whether the comparison is printed.
    pub show_competitors: bool,
    /// Terms.
    pub clauses: Vec<ClauseInputs>,
    /// Name of the service level agreement that comes with the order; empty: the account's own stays.
    pub sla: String,
}

/// Something made for this customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FeatureInputs {
    /// Name.
    pub name: String,
    /// What it is.
    pub detail: String,
    /// Delivered on, ISO; empty = open.
    pub delivery: String,
}

/// What another provider charges at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CompetitorInputs {
    /// Site.
    pub site_id: String,
    /// Who.
    pub provider: String,
    /// Per month, as typed.
    pub monthly: String,
}

/// A clause as it stands in this proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClauseInputs {
    /// Library's version; none for one of this proposal's own.
    pub clause_id: Option<String>,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
}

/// Where a clause of the proposal stands towards the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClauseState {
    /// Word for word the library's.
    pub standard: bool,
    /// The library's words; none for a clause of this proposal's own.
    pub library: Option<ClauseText>,
    /// The version it came from is not in use any more.
    pub outdated: bool,
}

/// A clause's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClauseText {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Version.
    pub version: u32,
}

/// A step of the implementation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlanStep {
    /// What happens.
    pub label: String,
    /// Weeks, and days when the start is known.
    pub when_text: String,
    /// First week, from 1.
    pub from_week: u32,
    /// Last week.
    pub to_week: u32,
    /// Sites installed in it.
    pub sites: u32,
}

/// A site's price at another provider beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ComparisonRow {
    /// Site.
    pub site: String,
    /// Other provider.
    pub provider: String,
    /// Theirs, per month.
    pub theirs_text: String,
    /// Ours, per month, before tax.
    pub ours_text: String,
    /// Theirs less ours.
    pub difference_text: String,
}

/// A quote's proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposalView {
    /// As kept, or a beginning from the library.
    pub inputs: ProposalInputs,
    /// The quote carries a proposal.
    pub kept: bool,
    /// For each of its clauses.
    pub states: Vec<ClauseState>,
    /// Clauses on offer.
    pub library: Vec<ClauseView>,
    /// Service levels on offer, by name.
    pub sla_offers: Vec<String>,
    /// What the chosen one, or the account's own, guarantees.
    pub sla_text: Vec<String>,
    /// Plan from the quote's sites.
    pub plan: Vec<PlanStep>,
    /// Comparison per site.
    pub comparison: Vec<ComparisonRow>,
    /// Sums of the comparison: theirs, ours, difference; empty without one.
    pub comparison_sums: Vec<PresentedTotal>,
    /// Sites of the quote, to choose from.
    pub sites: Vec<(String, String)>,
}

/// A proposal to look at or to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteProposalArgs {
    /// Quote version.
    pub quote_id: String,
    /// As typed; to read: absent = as kept, to save: absent = take the proposal off.
    pub inputs: Option<ProposalInputs>,
}

/// An order form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderFormInputs {
    /// Legal name.
    pub legal_name: String,
    /// `pty_ltd`, `cc`, `ngo`, `government`, `other`.
    pub company_type: String,
    /// Registration number.
    pub registration_number: String,
    /// VAT number or GSTIN.
    pub tax_number: String,
    /// Industry.
    pub industry: String,
    /// Billing contact: name, e-mail, phone.
    pub billing_name: String,
    /// E-mail.
    pub billing_email: String,
    /// Phone.
    pub billing_phone: String,
    /// Technical contact: name, e-mail, phone; all empty = the sites' own.
    pub technical_name: String,
    /// E-mail.
    pub technical_email: String,
    /// Phone.
    pub technical_phone: String,
    /// `centralized`, `per_site`.
    pub billing_method: String,
    /// Purchase order number.
    pub po_number: String,
    /// Its date, ISO.
    pub po_date: String,
    /// First day of the contract, ISO.
    pub start: String,
    /// Remarks for the office.
    pub remarks: String,
}

/// A field that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormProblemView {
    /// Field of [`OrderFormInputs`].
    pub field: String,
    /// Stable code.
    #[ts(type = "RefusalCode")]
    pub code: String,
}

/// A quote's order form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderFormView {
    /// As kept, or what the account says.
    pub inputs: OrderFormInputs,
    /// The quote carries a form.
    pub kept: bool,
    /// What keeps it from being an order.
    pub problems: Vec<FormProblemView>,
    /// Last day of the contract, in words, once the start is known.
    pub contract_end_text: Option<String>,
    /// Sites on the quote that count.
    pub sites: u32,
    /// Most sites of the customer's segment.
    pub site_limit: Option<u32>,
    /// The account's country.
    pub country: String,
    /// The customer is a private person.
    pub consumer: bool,
    /// Every site becomes an order of its own.
    pub order_per_site: bool,
}

/// An order form to look at or to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteOrderFormArgs {
    /// Quote version.
    pub quote_id: String,
    /// As typed; to read: absent = as kept, to save: absent = take the form off.
    pub inputs: Option<OrderFormInputs>,
}

/// Two quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CompareQuotes {
    /// Version on the left.
    pub left_id: String,
    /// Version on the right.
    pub right_id: String,
}

/// A figure of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ComparedFigure {
    /// What.
    pub label: String,
    /// Left.
    pub left_text: String,
    /// Right.
    pub right_text: String,
    /// Right less left, signed; empty where it is no amount.
    pub difference_text: String,
    /// They differ.
    pub changed: bool,
}

/// A site's line in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ComparedLine {
    /// How it differs.
    pub change: LineChange,
    /// Site.
    pub site: String,
    /// Item on the left; empty when added.
    pub left_item: String,
    /// Item on the right; empty when removed.
    pub right_item: String,
    /// Net on the left.
    pub left_text: String,
    /// Net on the right.
    pub right_text: String,
    /// Right less left, signed.
    pub difference_text: String,
}

/// Two quotes side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ComparisonView {
    /// Left.
    pub left: QuoteRow,
    /// Right.
    pub right: QuoteRow,
    /// Facts and totals.
    pub figures: Vec<ComparedFigure>,
    /// Lines that differ.
    pub lines: Vec<ComparedLine>,
    /// Lines that are the same.
    pub same_lines: u32,
    /// What each could be compared with: versions and other quotes of the account.
    pub candidates: Vec<QuoteRow>,
}

/// A copy of a quote's lines under a new number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CopyQuote {
    /// Version to copy.
    pub quote_id: String,
    /// Title of the new one.
    pub title: String,
}

/// What a copy could not take along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CopiedQuote {
    /// The new draft.
    pub quote_id: String,
    /// Its number.
    pub number: String,
    /// Lines copied.
    pub lines: u32,
    /// Items that the present price book does not have, by name; their lines were left out.
    pub missing_items: Vec<String>,
    /// Lines left out because their site is gone.
    pub missing_sites: u32,
}

/// Quotes of a month and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversionRow {
    /// Month, representative or segment.
    pub label: String,
    /// Numbers first sent in the time.
    pub sent: u32,
    /// Of these, orders.
    pub orders: u32,
    /// Percent with one decimal; none when nothing was sent.
    pub pct: Option<String>,
}

/// Quote-to-order conversion, seen to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConversionView {
    /// The last twelve months, the newest first.
    pub months: Vec<ConversionRow>,
    /// By owner, over the same months.
    pub owners: Vec<ConversionRow>,
    /// By segment, over the same months.
    pub segments: Vec<ConversionRow>,
    /// All of it.
    pub whole: ConversionRow,
    /// Accepted against rejected and lost, by closing date, in the same months.
    pub win_rate_pct: Option<String>,
    /// Won and lost.
    pub won_lost: (u32, u32),
    /// As of when.
    pub as_of: crate::api::view::AsOf,
}
