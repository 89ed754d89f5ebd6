//! Price books and packages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A published price book version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceBookView {
    /// Version id, pinned by quotes.
    pub id: String,
    /// e.g. `ZAR 2025-11`.
    pub name: String,
    /// Version number.
    pub version: u32,
    /// ISO currency.
    pub currency: String,
    /// Whether quotes may still be made on it.
    #[ts(as = "satchel_core::catalogue::BookStatus")]
    pub status: String,
    /// From when, in words.
    pub valid_text: String,
    /// Items.
    pub items: Vec<PackageView>,
}

/// A sellable item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackageView {
    /// Item id.
    pub id: String,
    /// e.g. `FIB-100`.
    pub code: String,
    /// e.g. `100Mbps Fiber`.
    pub name: String,
    /// `fibre`, `wireless`, `voice`, `installation`, `hardware`, `usage`, `service`.
    pub family: String,
    /// `recurring`, `one_off`, `usage`.
    pub charge_type: satchel_core::pricing::ChargeType,
    /// List price, formatted without symbol.
    pub list_price_text: String,
    /// The once-off item that comes with it (its installation), by id.
    pub installation_item_id: Option<String>,
}

/// An item of a price book as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookItemText {
    /// Code that outlives versions.
    pub code: String,
    /// Name.
    pub name: String,
    /// Family.
    pub family: String,
    /// `recurring`, `one_off`, `usage`.
    pub charge_type: satchel_core::pricing::ChargeType,
    /// Decimals of the unit price.
    pub unit_dp: u32,
    /// List price, plain decimal.
    pub list_price: String,
    /// Cost, plain decimal; empty = unknown.
    pub cost: String,
    /// Volume discount applies although not recurring.
    pub volume_eligible: bool,
    /// Term discount applies although not recurring.
    pub term_eligible: bool,
    /// Tax code.
    pub tax_code: String,
    /// Place-of-supply rule.
    pub pos_rule: String,
    /// Code of the once-off item that comes along; empty = none.
    pub installation_code: String,
    /// What the package contains besides, as typed: `Sports channels; News channels`.
    #[serde(default)]
    pub includes: String,
}

/// The next version as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookDraft {
    /// e.g. `ZAR 2026-01`.
    pub name: String,
    /// First day for new quotes, ISO.
    pub valid_from: String,
    /// Items in their order.
    pub items: Vec<BookItemText>,
}

/// What is done to the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum BookEdit {
    /// As typed.
    Set {
        /// The whole.
        draft: BookDraft,
    },
    /// All list prices of one kind of charge up or down, rounded to each item's decimals.
    Raise {
        /// Which.
        charge_type: satchel_core::pricing::ChargeType,
        /// Percent, as typed.
        pct: String,
    },
    /// Rows of code and price, as copied from a spreadsheet.
    Paste {
        /// Text.
        text: String,
    },
    /// Begins again from the version in use.
    Discard,
}

/// A price book whose next version is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookDraftArgs {
    /// The version in use.
    pub price_book_id: String,
    /// What is done to it; nothing: looked at.
    pub edit: Option<BookEdit>,
}

/// What stands in the way, or what changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookProblemView {
    /// Place of the item, from 0; none: the whole.
    pub item: Option<u32>,
    /// Field.
    pub field: String,
    /// Stable code.
    #[ts(type = "RefusalCode")]
    pub code: String,
}

/// The next version of a price book while it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookDraftView {
    /// The version it stands on.
    pub base: PriceBookView,
    /// As typed.
    pub draft: BookDraft,
    /// List price in the base by code, where it is another one; empty text: the item is new.
    #[ts(type = "Record<string, string>")]
    pub was: std::collections::BTreeMap<String, String>,
    /// Items of the base that it does not have any more, by name.
    pub gone: Vec<String>,
    /// What keeps it from being published.
    pub problems: Vec<BookProblemView>,
    /// Rows that were pasted and could not be used.
    pub unused_rows: Vec<String>,
    /// Something was typed.
    pub kept: bool,
    /// This person may publish and withdraw.
    pub may_publish: bool,
}

/// An open quote on the base, as it would be on the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookImpactRow {
    /// Quote version.
    pub quote_id: String,
    /// Number and version.
    pub number: String,
    /// Account.
    pub account: String,
    /// `draft`, `sent`.
    #[ts(as = "satchel_core::quotes::QuoteStatus")]
    pub status: String,
    /// Monthly now.
    pub now_text: String,
    /// Monthly then.
    pub then_text: String,
    /// Then less now, signed.
    pub difference_text: String,
    /// Items that the next version does not have.
    pub missing: u32,
}

/// "What would change if": nothing changes by publishing alone; open quotes stay pinned to their version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BookImpact {
    /// Quotes that would cost something else, the largest difference first, at most 200.
    pub rows: Vec<BookImpactRow>,
    /// How many would.
    pub changed: u32,
    /// How many would not.
    pub unchanged: u32,
    /// Monthly of all of them now.
    pub now_text: String,
    /// Then.
    pub then_text: String,
    /// Then less now, signed.
    pub difference_text: String,
}
