//! Customer accounts and what was agreed with them.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AgreedPriceId};
use crate::money::Exact;
use crate::pricing::VolumeRow;

/// An edit of descriptive fields: three-way merged per field on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditAccount {
    /// Account.
    pub account_id: Option<AccountId>,
    /// Field name to (base, mine). Fields: `notes`, `industry`.
    pub fields: std::collections::BTreeMap<String, FieldEdit>,
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
pub const EDITABLE_FIELDS: [(&str, usize); 2] = [("notes", 10_000), ("industry", 200)];

/// Something agreed with the account that replaces the list (RULES WFL 1, VOL 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedPrice {
    /// Id.
    pub id: AgreedPriceId,
    /// What was agreed.
    pub terms: AgreedTerms,
    /// First day, inclusive.
    pub valid_from: chrono::NaiveDate,
    /// Last day, inclusive; open when absent.
    pub valid_to: Option<chrono::NaiveDate>,
}

/// A contract price for an item, or an own volume table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AgreedTerms {
    /// Replaces the list price of the item with this code.
    Contract {
        /// Item code, e.g. `FIB-100`: it outlives price book versions.
        item_code: String,
        /// Unit price.
        price: Exact,
        /// Volume and term discounts come on top.
        stacks: bool,
    },
    /// Replaces the standard volume table.
    Volume {
        /// Rows.
        rows: Vec<VolumeRow>,
    },
}

impl AgreedPrice {
    /// In force on `day`.
    pub fn in_force(&self, day: chrono::NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}
