//! The pricing hash: proof that laptop and server priced the same inputs by the same rules (RULES WFL 9).

use chrono::NaiveDate;
use serde_json::json;

use super::PricingInput;
use crate::canonical_json::{CanonicalJsonError, canonical, sha256_hex};

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

/// Lower-case hex SHA-256 of the canonical JSON. Equal values give equal hashes however their decimals were typed
/// (`15` and `15.0`).
pub fn pricing_hash(document: &PricingDocument) -> Result<String, CanonicalJsonError> {
    let input = serde_json::to_value(&document.input).map_err(|_| CanonicalJsonError::NotCanonical)?;
    let value = json!({
        "price_book_version_id": document.price_book_version_id,
        "rules_version": document.rules_version,
        "tax_date": document.tax_date.to_string(),
        "input": input,
    });
    canonical(&value).map(|bytes| sha256_hex(&bytes))
}

#[cfg(test)]
mod tests {
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
}
