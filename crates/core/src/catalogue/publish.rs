//! Publishing price books. Invariant: a published version never changes; the next one takes nothing away from quotes that
//! are pinned to it until it is withdrawn (feature 0-13, RULES APR 5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{ItemId, PriceBookId};
use crate::money::{Currency, Exact};
use crate::pricing::ChargeType;
use crate::time::Timestamp;

/// Most items of a version.
pub const MAX_ITEMS: usize = 2_000;
/// Most things a bundle contains.
pub const MAX_INCLUDED: usize = 20;
/// Longest code, in characters.
pub const MAX_CODE: usize = 40;
/// Longest name, in characters.
pub const MAX_NAME: usize = 200;

/// Arguments of `book.publish`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishBook {
    /// Version id, made on the laptop.
    pub id: PriceBookId,
    /// The newest version of the currency, as the person saw it; none for the currency's first.
    pub previous_id: Option<PriceBookId>,
    /// e.g. `ZAR 2026-01`.
    pub name: String,
    /// Currency of every price in it.
    pub currency: Currency,
    /// First day for new quotes.
    pub valid_from: NaiveDate,
    /// Items in their order.
    pub items: Vec<BookItem>,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// An item to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookItem {
    /// Id within the version, made on the laptop.
    pub id: ItemId,
    /// Code that outlives versions.
    pub code: String,
    /// Name.
    pub name: String,
    /// Family.
    pub family: String,
    /// Recurring, one-off or usage.
    pub charge_type: ChargeType,
    /// Decimals of the unit price: 2, usage up to 6.
    pub unit_dp: u32,
    /// List price per unit, before tax.
    pub list_price: Exact,
    /// Cost per unit.
    pub cost: Option<Exact>,
    /// See [`super::Item`].
    pub volume_eligible: bool,
    /// See [`super::Item`].
    pub term_eligible: bool,
    /// See [`super::Item`].
    pub tax_code: String,
    /// See [`super::Item`].
    pub pos_rule: String,
    /// Code of the once-off item that comes along.
    pub installation_code: Option<String>,
    /// See [`super::Item`]; at most [`MAX_INCLUDED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
}

/// Arguments of `book.withdraw`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawBook {
    /// Version.
    pub id: PriceBookId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// What is wrong with an item, or with the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookProblem {
    /// Place of the item, from 0; absent: the whole.
    pub item: Option<usize>,
    /// Field.
    pub field: &'static str,
    /// Stable code.
    pub code: &'static str,
}

/// Where a tax is due (TAX 5).
const POS_RULES: [&str; 3] = ["installation", "billing_address", "registered_location"];

impl PublishBook {
    /// Everything that keeps the book from being published; `tax_codes` are the organisation's.
    pub fn problems(&self, tax_codes: &BTreeSet<String>) -> Vec<BookProblem> {
        let mut found = Vec::new();
        let whole = |field, code| BookProblem { item: None, field, code };
        let name = self.name.trim().chars().count();
        if name == 0 || name > MAX_NAME {
            found.push(whole("name", "book.bad_name"));
        }
        if self.items.is_empty() || self.items.len() > MAX_ITEMS {
            found.push(whole("items", "book.bad_item_count"));
        }
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        let installations: BTreeSet<&str> = self
            .items
            .iter()
            .filter(|item| item.charge_type == ChargeType::OneOff)
            .map(|item| item.code.as_str())
            .collect();
        for (place, item) in self.items.iter().enumerate() {
            let mut say = |wrong: bool, field, code| {
                if wrong {
                    found.push(BookProblem { item: Some(place), field, code });
                }
            };
            let code = item.code.as_str();
            let bad_code = code.is_empty() || code.chars().count() > MAX_CODE || code.contains(char::is_whitespace);
            say(bad_code, "code", "book.bad_code");
            say(codes.insert(code, place).is_some(), "code", "book.code_twice");
            let long = |text: &str| text.trim().is_empty() || text.chars().count() > MAX_NAME;
            say(long(&item.name), "name", "book.bad_name");
            say(long(&item.family), "family", "book.bad_name");
            let most = if item.charge_type == ChargeType::Usage { 6 } else { 2 };
            say(item.unit_dp < 2 || item.unit_dp > most, "unit_dp", "book.bad_decimals");
            let absurd = |price: &Exact, decimals: u32| {
                price.is_negative() || price.decimals() > decimals || *price > Exact::from(1_000_000_000_000_i64)
            };
            say(absurd(&item.list_price, item.unit_dp.min(6)), "list_price", "book.bad_price");
            say(item.cost.as_ref().is_some_and(|cost| absurd(cost, 6)), "cost", "book.bad_price");
            say(!tax_codes.contains(&item.tax_code), "tax_code", "book.unknown_tax_code");
            say(!POS_RULES.contains(&item.pos_rule.as_str()), "pos_rule", "book.unknown_pos_rule");
            let dangling = item.installation_code.as_deref().is_some_and(|code| !installations.contains(code));
            say(dangling, "installation_code", "book.unknown_installation");
            let unsound = item.includes.len() > MAX_INCLUDED || item.includes.iter().any(|name| long(name));
            say(unsound, "includes", "book.bad_includes");
        }
        found
    }
}
