//! Price books of internet packages in rand, in rupees and in dollars.

use serde_json::json;

use super::DemoSpec;
use crate::wire::rows::Row;

/// A package of the demo: prices and costs in rand, rupees and dollars.
struct Package {
    code: &'static str,
    name: &'static str,
    family: &'static str,
    charge: &'static str,
    unit_dp: u32,
    /// List price and cost by currency.
    prices: [(&'static str, &'static str); 3],
    installation: Option<&'static str>,
    includes: &'static [&'static str],
}

/// The currencies of [`Package::prices`].
const CURRENCIES: [&str; 3] = ["ZAR", "INR", "USD"];

const fn package(
    code: &'static str,
    name: &'static str,
    family: &'static str,
    charge: &'static str,
    prices: [(&'static str, &'static str); 3],
    installation: Option<&'static str>,
) -> Package {
    Package { code, name, family, charge, unit_dp: 2, prices, installation, includes: &[] }
}

const STANDARD: Option<&str> = Some("INS-STD");
const DISTANT: Option<&str> = Some("INS-DIST");

const PACKAGES: &[Package] = &[
    package(
        "INS-STD",
        "Installation, standard",
        "installation",
        "one_off",
        [("1500.00", "900.00"), ("5000.00", "3200.00"), ("95.00", "60.00")],
        None,
    ),
    package(
        "INS-DIST",
        "Installation, long distance",
        "installation",
        "one_off",
        [("4500.00", "3100.00"), ("15000.00", "10500.00"), ("280.00", "195.00")],
        None,
    ),
    fibre("FIB-020", "20Mbps Fiber", [("699.00", "385.00"), ("1499.00", "820.00"), ("45.00", "25.00")], STANDARD),
    fibre("FIB-050", "50Mbps Fiber", [("999.00", "540.00"), ("2199.00", "1180.00"), ("65.00", "35.00")], STANDARD),
    fibre("FIB-100", "100Mbps Fiber", [("1899.99", "1010.00"), ("3999.00", "2150.00"), ("119.00", "64.00")], STANDARD),
    fibre("FIB-200", "200Mbps Fiber", [("2999.00", "1590.00"), ("5999.00", "3200.00"), ("189.00", "99.00")], STANDARD),
    fibre("FIB-500", "500Mbps Fiber", [("5499.00", "2950.00"), ("9999.00", "5400.00"), ("339.00", "182.00")], DISTANT),
    fibre("FIB-1000", "1Gbps Fiber", [("8999.00", "4900.00"), ("16999.00", "9300.00"), ("559.00", "305.00")], DISTANT),
    package(
        "LTE-050",
        "50Mbps LTE backup",
        "wireless",
        "recurring",
        [("449.00", "260.00"), ("899.00", "520.00"), ("29.00", "16.00")],
        None,
    ),
    package(
        "MW-100",
        "100Mbps Microwave",
        "wireless",
        "recurring",
        [("3499.00", "1980.00"), ("7499.00", "4250.00"), ("219.00", "124.00")],
        DISTANT,
    ),
    package(
        "VOIP-05",
        "Cloud voice, 5 extensions",
        "voice",
        "recurring",
        [("375.00", "190.00"), ("999.00", "510.00"), ("24.00", "12.00")],
        None,
    ),
    package(
        "RTR-BUS",
        "Business router",
        "hardware",
        "one_off",
        [("2450.00", "1850.00"), ("8500.00", "6500.00"), ("155.00", "117.00")],
        None,
    ),
    package(
        "ONU-GPON",
        "GPON ONU",
        "hardware",
        "one_off",
        [("890.00", "640.00"), ("2900.00", "2100.00"), ("56.00", "40.00")],
        None,
    ),
    package(
        "AMC-RTR",
        "Router maintenance, yearly share",
        "service",
        "recurring",
        [("85.00", "40.00"), ("199.00", "95.00"), ("5.50", "2.60")],
        None,
    ),
    package(
        "PS-HOUR",
        "Professional services, hour",
        "service",
        "one_off",
        [("950.00", "560.00"), ("2400.00", "1400.00"), ("60.00", "35.00")],
        None,
    ),
    Package {
        unit_dp: 6,
        ..package(
            "USE-GB",
            "Traffic over allowance, GB",
            "usage",
            "usage",
            [("0.035000", "0.018000"), ("0.090000", "0.045000"), ("0.002200", "0.001100")],
            None,
        )
    },
    Package {
        includes: &["Video streaming app, 5 screens", "Sports channels", "News channels", "Streaming box"],
        ..package(
            "BUN-LOBBY",
            "Reception bundle, 100Mbps with television",
            "bundle",
            "recurring",
            [("2399.00", "1340.00"), ("4999.00", "2790.00"), ("149.00", "83.00")],
            STANDARD,
        )
    },
    Package {
        includes: &["Cloud voice, 10 extensions", "50Mbps LTE backup", "Video conferencing app, 20 seats"],
        ..package(
            "BUN-OFFICE",
            "Office bundle, 200Mbps with voice and backup",
            "bundle",
            "recurring",
            [("3899.00", "2150.00"), ("8199.00", "4550.00"), ("245.00", "135.00")],
            STANDARD,
        )
    },
];

const fn fibre(
    code: &'static str,
    name: &'static str,
    prices: [(&'static str, &'static str); 3],
    installation: Option<&'static str>,
) -> Package {
    package(code, name, "fibre", "recurring", prices, installation)
}

/// A published book in each currency and an older, withdrawn one.
pub(super) fn rows(spec: &DemoSpec) -> Vec<Row> {
    let first = spec.today() - chrono::Days::new(20);
    let old = spec.today() - chrono::Days::new(200);
    let mut rows = Vec::new();
    for (index, (currency, version, status, from)) in [
        ("ZAR", 3, "published", first),
        ("INR", 2, "published", first),
        ("ZAR", 2, "withdrawn", old),
        ("USD", 1, "published", first),
    ]
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
    let (list_price, cost) = package.prices[CURRENCIES.iter().position(|code| *code == currency).unwrap_or(0)];
    let installation = package
        .installation
        .and_then(|wanted| PACKAGES.iter().position(|p| p.code == wanted))
        .map(|at| item_id(spec, book, at));
    Row::new("price_items", item_id(spec, book, place), spec.org_id.0)
        .with("price_book_id", json!(spec.id("book", book as u64)))
        .with("position", place)
        .with("code", package.code)
        .with("name", package.name)
        .with("family", package.family)
        .with("charge_type", package.charge)
        .with("unit_dp", package.unit_dp)
        .with("list_price", list_price)
        .with("cost", cost)
        .with("volume_eligible", false)
        .with("term_eligible", false)
        .with("tax_code", if currency == "INR" { "IN-GST-18" } else { "ZA-STD" })
        .with("pos_rule", if package.family == "service" { "registered_location" } else { "installation" })
        .with("installation_item_id", json!(installation))
        .with("includes", json!(package.includes))
}
