//! Customer accounts and what was agreed with them.

mod agreed;

use serde::{Deserialize, Serialize};

pub use agreed::{
    AgreedPrice, AgreedStatus, AgreedTerms, DecidePrice, EndPrice, MAX_REASON, MAX_VOLUME_ROWS, ProposePrice,
    TermsError,
};

use crate::ids::AccountId;
use crate::time::Timestamp;

/// An edit of descriptive fields: three-way merged per field on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditAccount {
    /// Account.
    pub account_id: Option<AccountId>,
    /// Field name to (base, mine). Fields: `notes`, `industry`, `customer_type`.
    pub fields: std::collections::BTreeMap<String, FieldEdit>,
    /// When, by the laptop's corrected clock; programs of schema 2 and before do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// What a field was and what it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    /// The value the laptop saw.
    pub base: String,
    /// The value the person typed.
    pub mine: String,
}

/// Descriptive fields a person may edit, with their longest length in characters.
pub const EDITABLE_FIELDS: [(&str, usize); 3] = [("notes", 10_000), ("industry", 200), (CUSTOMER_TYPE, 20)];
/// The field that says whether a customer is a company or a private person (feature 0-16).
pub const CUSTOMER_TYPE: &str = "customer_type";
/// Its values.
pub const CUSTOMER_TYPES: [&str; CustomerType::WORDS.len()] = CustomerType::WORDS;

crate::words! {
    /// How large a customer is.
    pub enum Segment as "Segment" {
        /// A small or medium one.
        Sme = "sme",
        /// A large one.
        Enterprise = "enterprise",
    }
}

crate::words! {
    /// Whether prices are read with tax, and whether a registration is asked for.
    pub enum CustomerType as "CustomerType" {
        /// A company.
        Business = "business",
        /// A private person.
        Consumer = "consumer",
    }
}

crate::words! {
    /// Where the provider stands with an account.
    pub enum AccountStatus as "AccountStatus" {
        /// A customer.
        Active = "active",
        /// A customer whose service rests.
        Suspended = "suspended",
        /// A customer no more.
        Closed = "closed",
        /// Not a customer yet.
        Prospect = "prospect",
    }
}
