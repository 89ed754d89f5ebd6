//! Accounts as lists and as one page.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{Allowed, AsOf};

satchel_core::words! {
    /// Whether an agreed price counts now.
    pub enum PriceState as "PriceState" {
        /// Asked for.
        Proposed = "proposed",
        /// Counts now.
        InForce = "in_force",
        /// Counts from a later day on.
        Later = "later",
        /// Its days are over.
        Ended = "ended",
        /// Not agreed to.
        Refused = "refused",
    }
}

satchel_core::words! {
    /// What was agreed in place of the list.
    pub enum PriceKind as "PriceKind" {
        /// A price of an item.
        Contract = "contract",
        /// A volume table.
        Volume = "volume",
        /// A price book version that stays.
        Lock = "lock",
    }
}

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
    /// How large it is.
    #[ts(as = "satchel_core::accounts::Segment")]
    pub segment: String,
    /// Where the provider stands with it.
    #[ts(as = "satchel_core::accounts::AccountStatus")]
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
    /// `business` or `consumer`.
    #[ts(as = "satchel_core::accounts::CustomerType")]
    pub customer_type: String,
    /// `prepaid`, `net_30`, `net_60`, `net_90`.
    #[ts(as = "satchel_core::quotes::PaymentTerms")]
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

/// Something agreed with the account in place of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgreedPriceView {
    /// Id.
    pub id: String,
    /// What was agreed.
    #[ts(as = "PriceKind")]
    pub kind: String,
    /// Package name, `Volume table` or `Price lock`.
    pub what: String,
    /// Price, rows or price book, formatted.
    pub terms_text: String,
    /// Validity in words.
    pub valid_text: String,
    /// First day, ISO.
    pub valid_from: String,
    /// Whether it counts now.
    pub state: PriceState,
    /// Why, in the words of the person who asked.
    pub reason: String,
    /// Who asked and when, in words; empty for what came with the data.
    pub proposed_text: String,
    /// Who decided and when, in words.
    pub decided_text: String,
    /// Their note.
    pub decision_note: String,
    /// What may be done: `decide`, `end`.
    pub allowed: Vec<Allowed>,
}

/// A price asked for that this person may decide about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceToDecide {
    /// Account.
    pub account_id: String,
    /// Its name.
    pub account: String,
    /// The price.
    pub price: AgreedPriceView,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AgreedTermsArgs {
    /// A price for an item, monthly or once.
    Contract {
        /// Item code.
        item_code: String,
        /// As typed.
        price: String,
        /// Volume and term discounts come on top.
        stacks: bool,
    },
    /// An own volume table.
    Volume {
        /// Rows as typed.
        rows: Vec<VolumeRowText>,
    },
    /// New quotes stay on this price book version.
    Lock {
        /// Version.
        price_book_id: String,
    },
}

/// A row of a volume table as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VolumeRowText {
    /// From this many sites.
    pub min: String,
    /// Up to this many; empty = open.
    pub max: String,
    /// Percent.
    pub pct: String,
}

/// A price asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposePrice {
    /// Account.
    pub account_id: String,
    /// What is asked for.
    pub terms: AgreedTermsArgs,
    /// First day, ISO.
    pub valid_from: String,
    /// Last day, ISO; empty = open.
    pub valid_to: String,
    /// Why.
    pub reason: String,
}

/// A yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecidePrice {
    /// Account.
    pub account_id: String,
    /// What is decided about.
    pub id: String,
    /// Yes or no.
    pub approve: bool,
    /// Note; a reason for a no.
    pub note: String,
}

/// An earlier end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndPrice {
    /// Account.
    pub account_id: String,
    /// What ends.
    pub id: String,
    /// Last day, ISO.
    pub last_day: String,
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
    /// `business` or `consumer`.
    #[ts(as = "Option<satchel_core::accounts::CustomerType>")]
    pub customer_type: Option<String>,
}
