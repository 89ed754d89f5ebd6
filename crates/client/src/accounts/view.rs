//! Accounts as lists and as one page.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::AsOf;

/// One row of the list. Filters: `status`, `segment`, `province`, `sla`. Sort: `name`, `sites`, `monthly`, `health`, `uptime`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountRow {
    /// Account id.
    pub id: String,
    /// Company name.
    pub name: String,
    /// Customer code, e.g. `KOPANO`.
    pub code: String,
    /// City of the head office.
    pub city: String,
    /// Province or state.
    pub province: String,
    /// `sme`, `enterprise`.
    pub segment: String,
    /// `active`, `suspended`, `closed`, `prospect`.
    pub status: String,
    /// Sites with an active service.
    pub active_sites: u32,
    /// Monthly recurring charges, formatted.
    pub monthly_text: String,
    /// Uptime of the last closed month, truncated to 3 decimals, or `None` = not measured.
    pub uptime_text: Option<String>,
    /// Sites in breach of their guarantee in the last closed month.
    pub breaches: u32,
    /// Live quotes.
    pub open_quotes: u32,
    /// Account manager's name.
    pub manager: String,
}

/// One account, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// The row's figures.
    pub row: AccountRow,
    /// Registration number.
    pub registration_number: String,
    /// VAT number or GSTIN.
    pub tax_number: String,
    /// Industry.
    pub industry: String,
    /// `prepaid`, `net_30`, `net_60`, `net_90`.
    pub payment_terms: String,
    /// ISO currency.
    pub currency: String,
    /// Free notes.
    pub notes: String,
    /// Contacts, the primary first.
    pub contacts: Vec<ContactView>,
    /// SLA of the account, last closed month and the running one.
    pub sla: Vec<crate::sla::view::AccountSla>,
    /// Agreed prices that replace the list.
    pub agreed_prices: Vec<AgreedPriceView>,
    /// As of when this is.
    pub as_of: AsOf,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactView {
    /// Contact id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `billing`, `technical`, `site`, `executive`.
    pub role: String,
    /// E-mail.
    pub email: String,
    /// E.164.
    pub phone: String,
    /// The primary contact.
    pub primary: bool,
}

/// A contract price or an own volume table of this account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgreedPriceView {
    /// Package name, or `Volume table`.
    pub what: String,
    /// Price or rows, formatted.
    pub terms_text: String,
    /// Validity in words.
    pub valid_text: String,
}

/// Edits of an account's descriptive fields; `None` leaves a field alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct EditAccount {
    /// Account id.
    pub account_id: String,
    /// New notes.
    pub notes: Option<String>,
    /// New industry.
    pub industry: Option<String>,
}
