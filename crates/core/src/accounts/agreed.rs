//! What was agreed with an account in place of the list (RULES WFL 1, VOL 5). Invariant: nothing takes part in a price
//! before somebody who may approve it has done so, and never two of the same kind on the same day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AgreedPriceId, PriceBookId, UserId};
use crate::money::Exact;
use crate::pricing::VolumeRow;
use crate::time::Timestamp;

/// Most rows of an account's own volume table.
pub const MAX_VOLUME_ROWS: usize = 20;
/// Longest reason or note, in characters.
pub const MAX_REASON: usize = 500;

/// Something agreed with the account that replaces the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedPrice {
    /// Id.
    pub id: AgreedPriceId,
    /// What was agreed.
    pub terms: AgreedTerms,
    /// First day, inclusive.
    pub valid_from: NaiveDate,
    /// Last day, inclusive; open when absent.
    pub valid_to: Option<NaiveDate>,
    /// Whether it counts.
    pub status: AgreedStatus,
    /// Who asked for it; absent for what came with the data.
    pub proposed_by: Option<UserId>,
}

/// Whether an agreed price counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum AgreedStatus {
    /// Asked for; prices nothing.
    Proposed,
    /// In force within its days.
    Approved,
    /// Refused; prices nothing.
    Refused,
}

/// A contract price for an item, an own volume table, or a price book version that stays.
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
    /// New quotes are made on this price book version, whatever is published or withdrawn meanwhile.
    Lock {
        /// The version that stays.
        price_book_id: PriceBookId,
    },
}

/// Why terms are not sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No item with this code in the account's currency.
    #[error("no price book in the account's currency has an item with this code")]
    UnknownItem,
    /// Price negative, absurd or finer than the item's.
    #[error("a price is 0 or more, with at most the item's decimals")]
    BadPrice,
    /// A volume row makes no sense.
    #[error("a row has 1 or more sites, an upper bound not below it, and 0 to 100 %")]
    BadRow,
    /// No rows, or too many.
    #[error("a volume table has 1 to {MAX_VOLUME_ROWS} rows")]
    BadRowCount,
    /// The version is not one of the account's currency.
    #[error("the price book version is not one in the account's currency")]
    UnknownBook,
    /// A lock needs a last day.
    #[error("a price lock needs a last day")]
    LockOpen,
    /// The last day is before the first.
    #[error("the last day is before the first")]
    BadPeriod,
}

impl TermsError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownItem => "price.unknown_item",
            Self::BadPrice => "price.bad_price",
            Self::BadRow => "price.bad_row",
            Self::BadRowCount => "price.bad_row_count",
            Self::UnknownBook => "price.unknown_book",
            Self::LockOpen => "price.lock_open",
            Self::BadPeriod => "price.bad_period",
        }
    }
}

/// Arguments of `price.propose`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposePrice {
    /// Id, made on the laptop.
    pub id: AgreedPriceId,
    /// Account.
    pub account_id: AccountId,
    /// What is asked for.
    pub terms: AgreedTerms,
    /// First day, inclusive.
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `price.decide`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidePrice {
    /// What is decided about.
    pub id: AgreedPriceId,
    /// Its account.
    pub account_id: AccountId,
    /// Yes or no.
    pub approve: bool,
    /// Why; needed for a no.
    pub note: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `price.end`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndPrice {
    /// What ends.
    pub id: AgreedPriceId,
    /// Its account.
    pub account_id: AccountId,
    /// Last day, inclusive, not after the one agreed.
    pub last_day: NaiveDate,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

impl AgreedPrice {
    /// Approved and in force on `day`.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.status == AgreedStatus::Approved && self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether both speak about the same thing on a same day, unless refused.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |first: &Self, second: &Self| first.valid_to.is_some_and(|last| last < second.valid_from);
        self.status != AgreedStatus::Refused
            && other.status != AgreedStatus::Refused
            && self.terms.subject() == other.terms.subject()
            && !before(self, other)
            && !before(other, self)
    }
}

impl AgreedTerms {
    /// What the terms are about: an item's code, `volume` or `lock`.
    pub fn subject(&self) -> (&'static str, &str) {
        match self {
            Self::Contract { item_code, .. } => ("contract", item_code),
            Self::Volume { .. } => ("volume", ""),
            Self::Lock { .. } => ("lock", ""),
        }
    }

    /// Whether the terms make sense: `decimals` are those of the unit price by item code, `books` the price book versions,
    /// both in the account's currency.
    pub fn check(
        &self,
        (valid_from, valid_to): (NaiveDate, Option<NaiveDate>),
        decimals: &BTreeMap<String, u32>,
        books: &[PriceBookId],
    ) -> Result<(), TermsError> {
        if valid_to.is_some_and(|last| last < valid_from) {
            return Err(TermsError::BadPeriod);
        }
        match self {
            Self::Contract { item_code, price, .. } => {
                let unit_dp = decimals.get(item_code).ok_or(TermsError::UnknownItem)?;
                let absurd = *price > Exact::from(1_000_000_000_000_i64);
                if price.is_negative() || price.decimals() > *unit_dp || absurd {
                    return Err(TermsError::BadPrice);
                }
                Ok(())
            }
            Self::Volume { rows } => {
                if rows.is_empty() || rows.len() > MAX_VOLUME_ROWS {
                    return Err(TermsError::BadRowCount);
                }
                let sound = |row: &VolumeRow| {
                    row.min >= 1
                        && row.max.is_none_or(|max| max >= row.min)
                        && !row.pct.is_negative()
                        && row.pct <= Exact::from(100)
                        && row.pct.decimals() <= 4
                };
                if rows.iter().all(sound) { Ok(()) } else { Err(TermsError::BadRow) }
            }
            Self::Lock { price_book_id } => {
                if valid_to.is_none() {
                    return Err(TermsError::LockOpen);
                }
                if books.contains(price_book_id) { Ok(()) } else { Err(TermsError::UnknownBook) }
            }
        }
    }
}
