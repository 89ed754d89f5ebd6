//! Price books of internet packages in rand and in rupees.

use serde_json::json;

use super::DemoSpec;
use crate::wire::rows::Row;

/// Code, name, family, charge type, decimals, price in rand, cost in rand, price in rupees, cost in rupees, installation code.
type Package = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const PACKAGES: &[Package] = &[
    (
        "INS-STD",
        "Installation, standard",
        "installation",
        "one_off",
        2,
        "1500.00",
        "900.00",
        "5000.00",
        "3200.00",
        None,
    ),
    (
        "INS-DIST",
        "Installation, long distance",
        "installation",
        "one_off",
        2,
        "4500.00",
        "3100.00",
        "15000.00",
        "10500.00",
        None,
    ),
    ("FIB-020", "20Mbps Fiber", "fibre", "recurring", 2, "699.00", "385.00", "1499.00", "820.00", Some("INS-STD")),
    ("FIB-050", "50Mbps Fiber", "fibre", "recurring", 2, "999.00", "540.00", "2199.00", "1180.00", Some("INS-STD")),
    ("FIB-100", "100Mbps Fiber", "fibre", "recurring", 2, "1899.99", "1010.00", "3999.00", "2150.00", Some("INS-STD")),
    ("FIB-200", "200Mbps Fiber", "fibre", "recurring", 2, "2999.00", "1590.00", "5999.00", "3200.00", Some("INS-STD")),
    ("FIB-500", "500Mbps Fiber", "fibre", "recurring", 2, "5499.00", "2950.00", "9999.00", "5400.00", Some("INS-DIST")),
    ("FIB-1000", "1Gbps Fiber", "fibre", "recurring", 2, "8999.00", "4900.00", "16999.00", "9300.00", Some("INS-DIST")),
    ("LTE-050", "50Mbps LTE backup", "wireless", "recurring", 2, "449.00", "260.00", "899.00", "520.00", None),
    (
        "MW-100",
        "100Mbps Microwave",
        "wireless",
        "recurring",
        2,
        "3499.00",
        "1980.00",
        "7499.00",
        "4250.00",
        Some("INS-DIST"),
    ),
    ("VOIP-05", "Cloud voice, 5 extensions", "voice", "recurring", 2, "375.00", "190.00", "999.00", "510.00", None),
    ("RTR-BUS", "Business router", "hardware", "one_off", 2, "2450.00", "1850.00", "8500.00", "6500.00", None),
    ("ONU-GPON", "GPON ONU", "hardware", "one_off", 2, "890.00", "640.00", "2900.00", "2100.00", None),
    (
        "AMC-RTR",
        "Router maintenance, yearly share",
        "service",
        "recurring",
        2,
        "85.00",
        "40.00",
        "199.00",
        "95.00",
        None,
    ),
    ("PS-HOUR", "Professional services, hour", "service", "one_off", 2, "950.00", "560.00", "2400.00", "1400.00", None),
    ("USE-GB", "Traffic over allowance, GB", "usage", "usage", 6, "0.035000", "0.018000", "0.090000", "0.045000", None),
];

/// Two published books and an older, withdrawn one.
pub(super) fn rows(spec: &DemoSpec) -> Vec<Row> {
    let first = spec.today() - chrono::Days::new(20);
    let old = spec.today() - chrono::Days::new(200);
    let mut rows = Vec::new();
    for (index, (currency, version, status, from)) in
        [("ZAR", 3, "published", first), ("INR", 2, "published", first), ("ZAR", 2, "withdrawn", old)]
            .into_iter()
            .enumerate()
    {
        let book = spec.id("book", index as u64);
        rows.push(
            Row::new("price_books", book, spec.org_id.0)
                .with("name", format!("{currency} {}", from.format("%Y-%m")))
                .with("version", version)
                .with("currency", currency)
                .with("status", status)
                .with("valid_from", from.to_string()),
        );
        rows.extend(PACKAGES.iter().enumerate().map(|(place, package)| item(spec, index, place, package, currency)));
    }
    rows
}

fn item_id(spec: &DemoSpec, book: usize, place: usize) -> uuid::Uuid {
    spec.id("item", (book * 1_000 + place) as u64)
}

fn item(spec: &DemoSpec, book: usize, place: usize, package: &Package, currency: &str) -> Row {
    let (code, name, family, charge, unit_dp, zar, zar_cost, inr, inr_cost, installation) = *package;
    let rupees = currency == "INR";
    let installation =
        installation.and_then(|wanted| PACKAGES.iter().position(|p| p.0 == wanted)).map(|at| item_id(spec, book, at));
    Row::new("price_items", item_id(spec, book, place), spec.org_id.0)
        .with("price_book_id", json!(spec.id("book", book as u64)))
        .with("position", place)
        .with("code", code)
        .with("name", name)
        .with("family", family)
        .with("charge_type", charge)
        .with("unit_dp", unit_dp)
        .with("list_price", if rupees { inr } else { zar })
        .with("cost", if rupees { inr_cost } else { zar_cost })
        .with("volume_eligible", false)
        .with("term_eligible", false)
        .with("tax_code", if rupees { "IN-GST-18" } else { "ZA-STD" })
        .with("pos_rule", if family == "service" { "registered_location" } else { "installation" })
        .with("installation_item_id", json!(installation))
}
