//! Volume tiers and the price waterfall (RULES VOL, WFL). Invariant: no rounding between steps; a line's net is its
//! rounded unit price times its quantity; the steps sum exactly to the discount.

mod deal_target;
mod hash;
mod line;
mod nudge;
mod quote;
#[cfg(test)]
mod tests;
mod volume;

use serde::{Deserialize, Serialize};

pub use deal_target::{AllocatedLine, DealLine, DealTarget, allocate_deal_target};
pub use hash::{PricingDocument, pricing_hash};
pub use line::{LineFlag, LinePrice, Step, StepKind, Terms, price_line};
pub use nudge::{Nudge, QuoteNudge, quote_nudges, unit_nudge};
pub(crate) use quote::exceeds;
pub use quote::{Charge, ContractValue, PricedLine, PricedQuote, charge_total, contract_value, price_quote};
pub use volume::{Tier, VolumeRow, VolumeTable, count_sites, volume_pct_for, volume_price};

use crate::money::{Currency, Exact, MoneyError, SplitError};

/// Decimals that a unit price may have: the currency's 2, usage items up to 6 (WFL 5).
pub const UNIT_DP: std::ops::RangeInclusive<u32> = 2..=6;

/// How discounts stack (WFL 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum StackingPolicy {
    /// Each percentage applies to the running price.
    Compound,
    /// The percentages are added on the contract or list price.
    Additive,
    /// The larger of volume and term, then manual.
    BestOf,
}

/// What kind of charge a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ChargeType {
    /// Every month.
    Recurring,
    /// Once.
    OneOff,
    /// By use; an estimate on a quote.
    Usage,
}

/// Whether a line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// Counts.
    Selected,
    /// Priced, not counted.
    Optional,
    /// Left out.
    Cancelled,
}

/// A manual discount: only one of the three (WFL 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Manual {
    /// None.
    None,
    /// Percent, 0..100.
    Pct(Exact),
    /// Amount off per unit.
    Amount(Exact),
    /// Target unit price.
    Target(Exact),
}

/// An agreed unit price that replaces the list price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractPrice {
    /// Unit price.
    pub price: Exact,
    /// Volume and term come on top (default: an agreed price is final).
    pub stacks: bool,
}

/// A row of the term table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermRow {
    /// From this many months.
    pub min_months: u32,
    /// Percent.
    pub pct: Exact,
}

/// Percentage of the row with the greatest `min_months <= term` (WFL D6).
pub fn term_pct(table: &[TermRow], term_months: u32) -> Exact {
    table
        .iter()
        .filter(|row| row.min_months <= term_months)
        .max_by_key(|row| row.min_months)
        .map_or_else(Exact::zero, |row| row.pct.clone())
}

/// One line's pricing input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingLine {
    /// Line id.
    pub id: String,
    /// Site id.
    pub site: String,
    /// Counts or not.
    pub status: LineStatus,
    /// Kind of charge.
    pub charge_type: ChargeType,
    /// Decimals of the unit price.
    pub unit_dp: u32,
    /// List unit price.
    pub list_price: Exact,
    /// Agreed price.
    pub contract: Option<ContractPrice>,
    /// Quantity.
    pub qty: Exact,
    /// Volume discount applies although not recurring.
    pub volume_eligible: bool,
    /// Term discount applies although not recurring.
    pub term_eligible: bool,
    /// Manual discount.
    pub manual: Manual,
}

/// Everything that determines a quote's price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingInput {
    /// Currency.
    pub currency: Currency,
    /// Stacking policy.
    pub policy: StackingPolicy,
    /// Term in months.
    pub term_months: u32,
    /// Term table.
    pub term_table: Vec<TermRow>,
    /// Volume table.
    pub volume_table: VolumeTable,
    /// Snapshot of active sites that are not on the quote.
    pub existing_active_sites: u32,
    /// Lines.
    pub lines: Vec<PricingLine>,
}

/// Why something cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    /// A price below 0.
    #[error("a price is negative")]
    NegativePrice,
    /// A quantity below 0.
    #[error("a quantity is negative")]
    NegativeQty,
    /// More decimals than the item's unit precision.
    #[error("a price has more decimals than its item allows")]
    PricePrecision,
    /// A unit precision outside 2..6 decimals.
    #[error("a unit price has between 2 and 6 decimals")]
    BadPrecision,
    /// Manual percentage outside 0..100.
    #[error("a manual percentage is outside 0 to 100")]
    ManualOutOfRange,
    /// Two lines with one id.
    #[error("two lines have the same id")]
    DuplicateLine,
    /// Deal target below 0.
    #[error("the target is negative")]
    BadTarget,
    /// A quantity of 0 where a unit price is asked.
    #[error("a quantity is zero")]
    BadQty,
    /// An amount beyond 64-bit minor units.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Nothing to split over.
    #[error(transparent)]
    Split(#[from] SplitError),
}

impl PricingError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NegativePrice => "negative_price",
            Self::NegativeQty => "negative_qty",
            Self::PricePrecision => "price_precision",
            Self::BadPrecision => "bad_precision",
            Self::ManualOutOfRange => "manual_out_of_range",
            Self::DuplicateLine => "duplicate_line",
            Self::BadTarget => "bad_target",
            Self::BadQty => "bad_qty",
            Self::Money(error) => error.code(),
            Self::Split(error) => error.code(),
        }
    }
}
