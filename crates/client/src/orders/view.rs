//! Orders, made by the server exactly once from an accepted quote.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::AsOf;

/// One row. Filters: `status`, `account`. Sort: `number`, `account`, `monthly`, `accepted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OrderRow {
    /// Order id.
    pub id: String,
    /// `BUS-20251121-0002`.
    pub number: String,
    /// Account id.
    pub account_id: String,
    /// Account name.
    pub account: String,
    /// Quote version it was made from.
    pub quote_id: String,
    /// That quote's number.
    pub quote_number: String,
    /// Where it stands.
    #[ts(as = "satchel_core::orders::OrderStatus")]
    pub status: String,
    /// Sites on it.
    pub sites: u32,
    /// Monthly, formatted.
    pub monthly_text: String,
    /// Once-off, formatted.
    pub one_off_text: String,
    /// Contract value, formatted.
    pub tcv_text: String,
    /// Term.
    pub term_months: u32,
    /// Accepted by the server, in words.
    pub accepted_text: String,
    /// First to last day of the contract, in words, once an order form named the start.
    pub contract_text: Option<String>,
    /// Purchase order number; empty when the customer gave none.
    pub po_number: String,
    /// The one site it is for; absent when it is for all of its quote.
    pub site: Option<String>,
    /// As of when.
    pub as_of: AsOf,
}
