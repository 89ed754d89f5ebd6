//! The pricing hash: proof that laptop and server priced the same inputs by the same rules (RULES WFL 9).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::PricingInput;
use crate::canonical_json::{NumberOutOfRange, canonical, sha256_hex};

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

/// Lower-case hex SHA-256 of the canonical JSON.
pub fn pricing_hash(document: &PricingDocument) -> Result<String, NumberOutOfRange> {
    let input = serde_json::to_value(&document.input).unwrap_or(Value::Null);
    let value = json!({
        "price_book_version_id": document.price_book_version_id,
        "rules_version": document.rules_version,
        "tax_date": document.tax_date.to_string(),
        "input": input,
    });
    canonical(&value).map(|bytes| sha256_hex(&bytes))
}
