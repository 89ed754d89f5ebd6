//! The pricing hash: proof that laptop and server priced the same inputs by the same rules (RULES WFL 9).

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{ChargeType, ContractPrice, LineStatus, Manual, PricingInput, PricingLine, StackingPolicy, TermRow};
use crate::canonical_json::{CanonicalJsonError, canonical, sha256_hex};
use crate::money::{Currency, Exact};

/// Everything the hash covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingDocument {
    /// Pinned price book version.
    pub price_book_version_id: String,
    /// Version of the rules.
    pub rules_version: u32,
    /// Date of the tax estimate.
    pub tax_date: NaiveDate,
    /// All line inputs, policy, tables, term, currency.
    pub input: PricingInput,
}

/// The document as canonical JSON writes it: keys in their order, so that a serialiser's own bytes are the canonical ones.
/// A large quote is hashed at every keystroke; sorting a tree of it first costs four times as much.
#[derive(Serialize)]
struct Ordered<'a> {
    input: OrderedInput<'a>,
    price_book_version_id: &'a str,
    rules_version: u32,
    tax_date: String,
}

#[derive(Serialize)]
struct OrderedInput<'a> {
    currency: Currency,
    existing_active_sites: u32,
    lines: Vec<OrderedLine<'a>>,
    policy: StackingPolicy,
    term_months: u32,
    term_table: &'a [TermRow],
    volume_table: &'a RawValue,
}

#[derive(Serialize)]
struct OrderedLine<'a> {
    charge_type: ChargeType,
    contract: Option<&'a ContractPrice>,
    id: &'a str,
    list_price: &'a Exact,
    manual: &'a Manual,
    qty: &'a Exact,
    site: &'a str,
    status: LineStatus,
    term_eligible: bool,
    unit_dp: u32,
    volume_eligible: bool,
}

impl<'a> OrderedLine<'a> {
    fn of(line: &'a PricingLine) -> Self {
        Self {
            charge_type: line.charge_type,
            contract: line.contract.as_ref(),
            id: &line.id,
            list_price: &line.list_price,
            manual: &line.manual,
            qty: &line.qty,
            site: &line.site,
            status: line.status,
            term_eligible: line.term_eligible,
            unit_dp: line.unit_dp,
            volume_eligible: line.volume_eligible,
        }
    }
}

fn bytes(document: &PricingDocument) -> Result<Vec<u8>, CanonicalJsonError> {
    let input = &document.input;
    let broken = |_| CanonicalJsonError::NotCanonical;
    let table = canonical(&serde_json::to_value(&input.volume_table).map_err(broken)?)?;
    let table: Box<RawValue> = serde_json::from_slice(&table).map_err(broken)?;
    serde_json::to_vec(&Ordered {
        input: OrderedInput {
            currency: input.currency,
            existing_active_sites: input.existing_active_sites,
            lines: input.lines.iter().map(OrderedLine::of).collect(),
            policy: input.policy,
            term_months: input.term_months,
            term_table: &input.term_table,
            volume_table: &table,
        },
        price_book_version_id: &document.price_book_version_id,
        rules_version: document.rules_version,
        tax_date: document.tax_date.to_string(),
    })
    .map_err(broken)
}

/// Lower-case hex SHA-256 of the canonical JSON. Equal values give equal hashes however their decimals were typed
/// (`15` and `15.0`).
pub fn pricing_hash(document: &PricingDocument) -> Result<String, CanonicalJsonError> {
    bytes(document).map(|bytes| sha256_hex(&bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn document(list_price: &str, qty: &str) -> PricingDocument {
        let input = json!({
            "currency": "ZAR", "policy": "compound", "term_months": 24, "existing_active_sites": 0,
            "term_table": [{"min_months": 13, "pct": "15"}], "volume_table": {"source": "standard"},
            "lines": [{
                "id": "L1", "site": "S1", "status": "selected", "charge_type": "recurring", "unit_dp": 2,
                "list_price": list_price, "contract": null, "qty": qty, "volume_eligible": false,
                "term_eligible": false, "manual": {"type": "none"},
            }],
        });
        PricingDocument {
            price_book_version_id: "b".to_owned(),
            rules_version: 1,
            tax_date: NaiveDate::from_ymd_opt(2026, 11, 25).expect("a calendar day"),
            input: serde_json::from_value(input).expect("a pricing input"),
        }
    }

    #[test]
    fn the_hash_follows_the_values_and_not_the_way_they_were_typed() {
        let hash = |list: &str, qty: &str| pricing_hash(&document(list, qty)).expect("strings and small integers");
        assert_eq!(hash("1000.00", "1"), hash("1000", "1.0"));
        assert_ne!(hash("1000.00", "1"), hash("1000.01", "1"));
        assert_ne!(hash("1000.00", "1"), hash("1000.00", "2"));
    }

    #[test]
    fn rules_version_tax_date_and_price_book_are_part_of_the_hash() {
        let base = document("1000.00", "1");
        let day = base.tax_date.succ_opt().expect("a later day");
        for changed in [
            PricingDocument { rules_version: 2, ..base.clone() },
            PricingDocument { tax_date: day, ..base.clone() },
            PricingDocument { price_book_version_id: "c".to_owned(), ..base.clone() },
        ] {
            assert_ne!(pricing_hash(&changed), pricing_hash(&base));
        }
    }

    /// The document through the tree that sorts every key.
    fn sorted(document: &PricingDocument) -> Vec<u8> {
        let value = json!({
            "price_book_version_id": document.price_book_version_id,
            "rules_version": document.rules_version,
            "tax_date": document.tax_date.to_string(),
            "input": serde_json::to_value(&document.input).expect("a pricing input"),
        });
        canonical(&value).expect("strings and small integers")
    }

    fn any_line() -> impl Strategy<Value = Value> {
        let manual = prop_oneof![
            Just(json!({"type": "none"})),
            (0..100_u32).prop_map(|pct| json!({"type": "pct", "value": pct.to_string()})),
            (0..100_u32).prop_map(|off| json!({"type": "amount", "value": format!("{off}.50")})),
        ];
        let contract =
            prop_oneof![Just(json!(null)), any::<bool>().prop_map(|stacks| json!({"price": "90", "stacks": stacks}))];
        (any::<String>(), any::<String>(), 0..1_000_000_u32, manual, contract, any::<(bool, bool)>()).prop_map(
            |(id, site, price, manual, contract, (volume, term))| {
                json!({
                    "id": id, "site": site, "status": "selected", "charge_type": "one_off", "unit_dp": 2,
                    "list_price": price.to_string(), "contract": contract, "qty": "1.25", "volume_eligible": volume,
                    "term_eligible": term, "manual": manual,
                })
            },
        )
    }

    proptest! {
        #[test]
        fn the_bytes_are_the_canonical_ones(
            lines in prop::collection::vec(any_line(), 0..8),
            own_table in any::<bool>(),
            book in any::<String>(),
        ) {
            let mut one = document("1000.00", "1");
            one.input.lines = serde_json::from_value(Value::Array(lines)).expect("lines");
            one.price_book_version_id = book;
            if own_table {
                let table = json!({"source": "account", "rows": [{"min": 5, "max": null, "pct": "7.5"}]});
                one.input.volume_table = serde_json::from_value(table).expect("a table");
            }
            prop_assert_eq!(String::from_utf8(bytes(&one).expect("bytes")), String::from_utf8(sorted(&one)));
        }
    }
}
