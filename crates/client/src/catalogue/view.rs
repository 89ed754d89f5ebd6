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
    /// `published`, `withdrawn`.
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
