//! Facts and words the demo is made of: towns with their postal codes, tax rates, parts of company names.

use std::collections::BTreeMap;

use crate::approvals::ApprovalPolicy;
use crate::money::{Currency, Exact};
use crate::organisations::{Branding, CountBasis, NumberStyle, OrgSettings, SlaTemplate};
use crate::pricing::{StackingPolicy, TermRow};
use crate::sla::{CreditMode, Denominator, HourRounding, Scope, SlaTerms};

/// Town, province or state, postal code, latitude and longitude in ten-thousandths of a degree.
pub(super) type Town = (&'static str, &'static str, &'static str, i32, i32);

/// South African towns.
pub(super) const ZA_TOWNS: &[Town] = &[
    ("Johannesburg", "Gauteng", "2001", -262041, 280473),
    ("Sandton", "Gauteng", "2196", -261076, 280567),
    ("Pretoria", "Gauteng", "0002", -257479, 282293),
    ("Centurion", "Gauteng", "0157", -258603, 281894),
    ("Midrand", "Gauteng", "1685", -259992, 281263),
    ("Soweto", "Gauteng", "1804", -262485, 278540),
    ("Benoni", "Gauteng", "1501", -261885, 283207),
    ("Kempton Park", "Gauteng", "1619", -261000, 282333),
    ("Vanderbijlpark", "Gauteng", "1911", -267117, 278378),
    ("Cape Town", "Western Cape", "8001", -339249, 184241),
    ("Bellville", "Western Cape", "7530", -339000, 186333),
    ("Stellenbosch", "Western Cape", "7600", -339321, 188602),
    ("Paarl", "Western Cape", "7646", -337342, 189621),
    ("George", "Western Cape", "6529", -339630, 224617),
    ("Worcester", "Western Cape", "6850", -336465, 194485),
    ("Durban", "KwaZulu-Natal", "4001", -298587, 310218),
    ("Umhlanga", "KwaZulu-Natal", "4320", -297280, 310850),
    ("Pietermaritzburg", "KwaZulu-Natal", "3201", -296006, 303794),
    ("Newcastle", "KwaZulu-Natal", "2940", -277580, 299318),
    ("Richards Bay", "KwaZulu-Natal", "3900", -287807, 320383),
    ("Gqeberha", "Eastern Cape", "6001", -339608, 256022),
    ("East London", "Eastern Cape", "5201", -330153, 279116),
    ("Mthatha", "Eastern Cape", "5099", -315889, 287844),
    ("Makhanda", "Eastern Cape", "6139", -333042, 265328),
    ("Bloemfontein", "Free State", "9301", -291181, 262231),
    ("Welkom", "Free State", "9459", -279770, 267350),
    ("Polokwane", "Limpopo", "0699", -239045, 294689),
    ("Tzaneen", "Limpopo", "0850", -238332, 301635),
    ("Mbombela", "Mpumalanga", "1200", -254745, 309694),
    ("Emalahleni", "Mpumalanga", "1035", -258713, 292332),
    ("Rustenburg", "North West", "0299", -256672, 272424),
    ("Mahikeng", "North West", "2745", -258560, 256403),
    ("Kimberley", "Northern Cape", "8301", -287282, 247499),
    ("Upington", "Northern Cape", "8801", -284478, 212561),
];

/// Indian towns.
pub(super) const IN_TOWNS: &[Town] = &[
    ("Mumbai", "Maharashtra", "400001", 189388, 728354),
    ("Pune", "Maharashtra", "411001", 185204, 738567),
    ("Nagpur", "Maharashtra", "440001", 211458, 790882),
    ("Nashik", "Maharashtra", "422001", 199975, 737898),
    ("Bengaluru", "Karnataka", "560001", 129716, 775946),
    ("Mysuru", "Karnataka", "570001", 122958, 766394),
    ("Chennai", "Tamil Nadu", "600001", 130827, 802707),
    ("Coimbatore", "Tamil Nadu", "641001", 110168, 769558),
    ("Hyderabad", "Telangana", "500001", 173850, 784867),
    ("Ahmedabad", "Gujarat", "380001", 230225, 725714),
    ("Surat", "Gujarat", "395003", 211702, 728311),
    ("New Delhi", "Delhi", "110001", 286139, 772090),
    ("Kolkata", "West Bengal", "700001", 225726, 883639),
    ("Jaipur", "Rajasthan", "302001", 269124, 757873),
];

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
