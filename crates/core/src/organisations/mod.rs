//! The selling organisation and its settings.

use serde::{Deserialize, Serialize};

use crate::approvals::ApprovalPolicy;
use crate::money::{Currency, Exact};
use crate::pricing::{StackingPolicy, TermRow};

/// Settings of an organisation that rules read. Invariant: everything a rule needs stands here or on the row, never in code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgSettings {
    /// Days a sent quote stays open (APR 4); 30 by default.
    pub validity_days: u32,
    /// Stacking of discounts for new quotes (WFL 3).
    pub policy: StackingPolicy,
    /// Term discounts (WFL 4).
    pub term_table: Vec<TermRow>,
    /// Terms on offer, months.
    pub term_choices: Vec<u32>,
    /// Whether the account's active sites count for the volume tier (VOL 2).
    pub count_basis: CountBasis,
    /// Approval levels (APR 1).
    pub approval: ApprovalPolicy,
    /// Margin floor in percent; below it an approval is needed.
    pub margin_floor_pct: Option<Exact>,
    /// Contract value above which an approval is needed, by currency, plain decimal.
    pub tcv_limits: std::collections::BTreeMap<String, String>,
    /// How amounts are printed.
    pub number_style: NumberStyle,
    /// State code of the issuing registration (India: `MH`); empty elsewhere.
    pub supplier_state: String,
    /// Most sites on an order of a customer in the segment `sme` (feature 0-05); no limit when absent.
    #[serde(default)]
    pub sme_site_limit: Option<u32>,
    /// Printed on documents.
    pub branding: Branding,
    /// Default currency.
    pub currency: Currency,
}

/// Whether active sites count (VOL 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBasis {
    /// Only the sites on the quote: the literal requirement.
    QuoteOnly,
    /// The account's active sites as well.
    QuotePlusActive,
}

/// How amounts in ZAR are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `R41,650.00`
    Comma,
    /// `R 41 650,00`
    Space,
}

/// What documents carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    /// Legal name.
    pub legal_name: String,
    /// Address lines.
    pub address: Vec<String>,
    /// VAT number or GSTIN.
    pub tax_number: String,
    /// Registration number.
    pub registration_number: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Accent colour `#0B6E69`.
    pub accent: String,
    /// Terms printed under a quote, a paragraph each.
    pub quote_terms: Vec<String>,
}
