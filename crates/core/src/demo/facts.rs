//! Facts and words the demo is made of: tax rates, parts of company names.

use std::collections::BTreeMap;

use crate::approvals::ApprovalPolicy;
use crate::money::{Currency, Exact};
use crate::organisations::{Branding, CountBasis, NumberStyle, OrgSettings, SlaTemplate};
use crate::pricing::{StackingPolicy, TermRow};
use crate::sla::{CreditMode, Denominator, HourRounding, Scope, SlaTerms};

/// First words of company names: rivers, mountains, trees and stones.
pub(super) const ZA_FIRST: &[&str] = &[
    "Karoo",
    "Umgeni",
    "Baobab",
    "Protea",
    "Drakensberg",
    "Limpopo",
    "Marula",
    "Cederberg",
    "Springbok",
    "Amatola",
    "Tugela",
    "Kalahari",
    "Fynbos",
    "Magalies",
    "Indwe",
    "Blue Crane",
    "Ubuntu",
    "Table Bay",
    "Highveld",
    "Lowveld",
];

/// First words of Indian company names.
pub(super) const IN_FIRST: &[&str] =
    &["Sahyadri", "Narmada", "Kaveri", "Deccan", "Konkan", "Godavari", "Nilgiri", "Aravalli", "Malabar", "Coromandel"];

/// Trades with their industry word.
pub(super) const TRADES: &[(&str, &str)] = &[
    ("Retail", "retail"),
    ("Logistics", "transport"),
    ("Foods", "food"),
    ("Clinics", "health"),
    ("Motors", "automotive"),
    ("Pharmacies", "health"),
    ("Schools", "education"),
    ("Hotels", "hospitality"),
    ("Mining Supplies", "mining"),
    ("Insurance", "finance"),
    ("Hardware", "retail"),
    ("Agri", "agriculture"),
    ("Textiles", "manufacturing"),
];

/// Parts of town a branch is named after.
pub(super) const QUARTERS: &[&str] = &[
    "Central",
    "North",
    "South",
    "East",
    "West",
    "Station",
    "Market",
    "Harbour",
    "Mall",
    "Industrial",
    "Park",
    "Ridge",
];

/// Streets.
pub(super) const STREETS: &[&str] =
    &["Main Road", "Church Street", "Market Street", "Station Road", "Long Street", "High Street", "Oak Avenue"];

/// Country, code, printed label, percent, from, to (exclusive), withdrawn.
type TaxRate = (&'static str, &'static str, &'static str, &'static str, &'static str, Option<&'static str>, bool);

/// What tax was and is.
pub(super) const TAX_RATES: &[TaxRate] = &[
    ("ZA", "ZA-STD", "VAT", "14", "1993-04-07", Some("2018-04-01"), false),
    ("ZA", "ZA-STD", "VAT", "15", "2018-04-01", None, false),
    ("ZA", "ZA-STD", "VAT", "15.5", "2025-05-01", None, true),
    ("ZA", "ZA-ZERO", "VAT zero-rated", "0", "1993-04-07", None, false),
    ("IN", "IN-GST-18", "GST", "18", "2017-07-01", None, false),
];

/// Settings of the demo organisation.
pub(super) fn settings() -> OrgSettings {
    let limits = [("ZAR", "5000000.00"), ("INR", "20000000.00"), ("USD", "300000.00")];
    OrgSettings {
        validity_days: 30,
        policy: StackingPolicy::Compound,
        term_table: vec![TermRow { min_months: 13, pct: Exact::from(15) }],
        term_choices: vec![12, 24, 36],
        count_basis: CountBasis::QuoteOnly,
        approval: ApprovalPolicy::default(),
        margin_floor_pct: Some(Exact::from(20)),
        tcv_limits: limits.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>(),
        number_style: NumberStyle::Comma,
        supplier_state: "MH".to_owned(),
        sme_site_limit: Some(10),
        sla_templates: sla_templates(),
        map_tiles: None,
        branding: branding(),
        currency: Currency::Zar,
    }
}

fn sla_templates() -> Vec<SlaTemplate> {
    let offers = [
        ("Business 99.5 %", Currency::Zar, "99.5", "200", "1500.00"),
        ("Enterprise 99.9 %", Currency::Zar, "99.9", "250", "2000.00"),
        ("Business 99.5 %", Currency::Inr, "99.5", "900", "3000.00"),
        ("Enterprise 99.9 %", Currency::Inr, "99.9", "1200", "4000.00"),
    ];
    let template = |(name, currency, guarantee, per_hour, cap): (&str, Currency, &str, &str, &str)| {
        let exact = |text: &str| Exact::parse(text).unwrap_or_else(|_| Exact::zero());
        let credit = CreditMode::PerHour { per_hour: exact(per_hour), scope: Scope::All, hours: HourRounding::Exact };
        SlaTemplate {
            name: name.to_owned(),
            currency,
            terms: SlaTerms {
                guarantee_pct: exact(guarantee),
                degraded_counts: false,
                maintenance_recurring: Vec::new(),
                notice_hours: 120,
                denominator: Denominator::Agreed,
                credit,
                cap: Some(cap.to_owned()),
            },
        }
    };
    offers.into_iter().map(template).collect()
}

fn branding() -> Branding {
    let text = |s: &str| s.to_owned();
    Branding {
        legal_name: text("Satchel Demo Fibre (Pty) Ltd"),
        address: vec![text("1 Demonstration Road"), text("Johannesburg, 2001"), text("South Africa")],
        tax_number: text("4000000000"),
        registration_number: text("2020/000000/07"),
        phone: text("+27 10 000 0000"),
        email: text("quotes@demo.example"),
        accent: text("#0B6E69"),
        logo_png_base64: None,
        quote_terms: vec![
            text(
                "Prices exclude tax unless stated. Tax is an estimate at the rate in force on the date of this quote; the rate at the time of supply applies.",
            ),
            text(
                "Monthly charges start on the day the service at a site is activated and run for the term stated. Installation is charged once per site after completion.",
            ),
            text(
                "Delivery depends on a site survey. Should a site need civil works that the survey did not show, it is quoted again and may be withdrawn without affecting the other sites' prices before signature.",
            ),
            text(
                "Service levels, maintenance windows and credits follow the service level agreement attached to the order.",
            ),
        ],
    }
}
