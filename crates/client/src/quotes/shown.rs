//! What the customer is shown of a quote: the presentation and the ROI.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A label with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PresentedTotal {
    /// Label.
    pub label: String,
    /// Value, formatted.
    pub amount_text: String,
}

/// A line as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PresentedLine {
    /// Item.
    pub item: String,
    /// `monthly`, `once`, `estimate`.
    pub kind: String,
    /// Quantity.
    pub qty: String,
    /// List unit price.
    pub list_text: String,
    /// Discount, empty without one.
    pub discount_text: String,
    /// Net amount; with tax for a consumer.
    pub net_text: String,
    /// What a bundle contains, in a sentence; empty for others.
    pub contains: String,
}

/// A site with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PresentedSite {
    /// Site.
    pub site: String,
    /// City and postal code.
    pub place: String,
    /// Lines.
    pub lines: Vec<PresentedLine>,
}

/// What the customer may see of a quote: what is printed, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PresentationView {
    /// Legal name of the seller.
    pub organisation: String,
    /// `QTE-20251121-0A00 v1`.
    pub number: String,
    /// `Draft`, `Subject to approval`.
    pub remark: Option<String>,
    /// Title.
    pub title: String,
    /// Customer.
    pub customer: String,
    /// Date, valid until, term, payment, currency.
    pub facts: Vec<PresentedTotal>,
    /// Amounts of lines are with tax: the customer is a private person.
    pub with_tax: bool,
    /// Monthly net.
    pub monthly_text: String,
    /// Monthly with tax.
    pub monthly_with_tax_text: String,
    /// The discount in a sentence.
    pub discount_note: Option<String>,
    /// Sites with their lines.
    pub sites: Vec<PresentedSite>,
    /// From the list price to the monthly net.
    pub monthly: Vec<PresentedTotal>,
    /// One-off, term, contract value.
    pub contract: Vec<PresentedTotal>,
    /// What it brings; empty without an ROI.
    pub roi: Vec<PresentedTotal>,
    /// Paragraphs.
    pub terms: Vec<String>,
}

/// Inputs of the ROI as typed: amounts in the quote's currency, hours and percentages as decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoiInputs {
    /// What the present provider costs a month.
    pub provider_cost: String,
    /// Hours a month.
    pub downtime_hours: String,
    /// An hour of downtime.
    pub cost_per_hour: String,
    /// Hours a month.
    pub staff_hours: String,
    /// An hour.
    pub staff_rate: String,
    /// A month.
    pub added_revenue: String,
    /// Percent.
    pub margin_pct: String,
    /// Once.
    pub migration: String,
    /// Percent a year.
    pub annual_rate_pct: String,
    /// 1 to 120.
    pub months: String,
}

/// Inputs for a quote's ROI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuoteRoiArgs {
    /// Quote version.
    pub quote_id: String,
    /// As typed; to read: absent = those kept with the quote, to save: absent = take the ROI off.
    pub inputs: Option<RoiInputs>,
}

/// The figures when one benefit is 20 % lower or higher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoiSwing {
    /// Benefit.
    pub name: String,
    /// NPV, lower.
    pub low_npv_text: String,
    /// ROI, lower.
    pub low_roi_text: String,
    /// NPV, higher.
    pub high_npv_text: String,
    /// ROI, higher.
    pub high_roi_text: String,
}

/// A quote's ROI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoiView {
    /// Inputs, normalised.
    pub inputs: RoiInputs,
    /// The quote carries an ROI.
    pub kept: bool,
    /// Benefits and costs of a month, and what is paid once.
    pub rows: Vec<PresentedTotal>,
    /// ROI, NPV, payback.
    pub figures: Vec<PresentedTotal>,
    /// Each benefit ± 20 %.
    pub sensitivity: Vec<RoiSwing>,
    /// Cumulative flow by month, month 0 first, thousandths of the chart's height.
    pub chart: Vec<u32>,
    /// Where 0 is.
    pub chart_zero: u32,
    /// Lowest and highest amount.
    pub chart_ends: (String, String),
}
