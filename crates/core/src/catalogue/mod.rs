//! Price books: immutable published versions, one currency each.

mod publish;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use publish::{BookItem, BookProblem, MAX_INCLUDED, MAX_ITEMS, PublishBook, WithdrawBook};

use crate::ids::{ItemId, PriceBookId};
use crate::money::{Currency, Exact};
use crate::pricing::ChargeType;

/// A price book version with its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceBook {
    /// Version id, pinned by quotes.
    pub id: PriceBookId,
    /// e.g. `ZAR 2025-11`.
    pub name: String,
    /// Version number.
    pub version: u32,
    /// Currency of every price in it.
    pub currency: Currency,
    /// Published or withdrawn.
    pub status: BookStatus,
    /// First day for new quotes.
    pub valid_from: chrono::NaiveDate,
    /// Items by id.
    pub items: BTreeMap<ItemId, Item>,
}

/// Whether quotes may still be made on a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum BookStatus {
    /// In use.
    Published,
    /// No longer: pinned quotes are refused at the server.
    Withdrawn,
}

/// A sellable item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id within the version.
    pub id: ItemId,
    /// Code that outlives versions, e.g. `FIB-100`.
    pub code: String,
    /// Name.
    pub name: String,
    /// `fibre`, `wireless`, `voice`, `installation`, `hardware`, `usage`, `service`.
    pub family: String,
    /// Recurring, one-off or usage.
    pub charge_type: ChargeType,
    /// Decimals of the unit price: 2, usage up to 6.
    pub unit_dp: u32,
    /// List price per unit, before tax.
    pub list_price: Exact,
    /// Cost per unit, for the margin.
    pub cost: Option<Exact>,
    /// Volume discount applies although not recurring (VOL 4).
    pub volume_eligible: bool,
    /// Term discount applies although not recurring (WFL D10).
    pub term_eligible: bool,
    /// e.g. `ZA-STD`, `IN-GST-18`.
    pub tax_code: String,
    /// `installation`, `billing_address`, `registered_location` (TAX 5).
    pub pos_rule: String,
    /// The once-off item that comes along.
    pub installation_item_id: Option<ItemId>,
    /// What a bundle contains besides, as printed: apps, channels, services.
    pub includes: Vec<String>,
}
