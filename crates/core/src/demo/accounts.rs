//! Accounts with contacts, agreed prices and sites.

use serde_json::json;

use super::facts::{IN_FIRST, QUARTERS, STREETS, TRADES, ZA_FIRST};
use super::{DemoAccount, DemoSpec, Dice, person_id};
use crate::ids::AccountId;
use crate::places::{IN_TOWNS, Town, ZA_TOWNS};
use crate::wire::rows::Row;

/// Sites of an account of each size.
const SIZES: [u32; 4] = [200, 50, 5, 0];
/// Package, rand and rupees per month, as the price books list them.
const SERVICES: &[(&str, &str, &str)] = &[
    ("20Mbps Fiber", "699.00", "1499.00"),
    ("50Mbps Fiber", "999.00", "2199.00"),
    ("100Mbps Fiber", "1899.99", "3999.00"),
    ("200Mbps Fiber", "2999.00", "5999.00"),
];

pub(super) fn generate(spec: &DemoSpec) -> Vec<DemoAccount> {
    let mut accounts = Vec::new();
    for (size, count) in SIZES.into_iter().zip(spec.accounts) {
        for _ in 0..count {
            let index = accounts.len();
            accounts.push(account(spec, index, size));
        }
    }
    accounts
}

fn name_of(index: usize, indian: bool, prospect: bool) -> String {
    if prospect && index.is_multiple_of(20) {
        return "Kopano Retail".to_owned();
    }
    let firsts = if indian { IN_FIRST } else { ZA_FIRST };
    let first = firsts[index % firsts.len()];
    let (trade, _) = TRADES[(index / firsts.len()) % TRADES.len()];
    let round = index / (firsts.len() * TRADES.len());
    let suffix = ["", " Group", " Holdings", " Africa", " Trading"][round % 5];
    format!("{first} {trade}{suffix}")
}

fn account(spec: &DemoSpec, index: usize, size: u32) -> DemoAccount {
    let mut dice = Dice::new(spec.seed, 1_000 + index as u64);
    let prospect = size == 0;
    let indian = !prospect && index % 5 == 4;
    let (country, currency) = if indian { ("IN", "INR") } else { ("ZA", "ZAR") };
    let id = AccountId(spec.id("account", index as u64));
    let first_prospect: u32 = spec.accounts[..3].iter().sum();
    let kopano = prospect && u64::from(first_prospect) == index as u64;
    // Some who are asked to buy pay in dollars.
    let currency = if prospect && !kopano && index % 20 == 7 { "USD" } else { currency };
    let name = if kopano {
        "Kopano Retail".to_owned()
    } else {
        name_of(index + usize::from(index.is_multiple_of(20) && prospect), indian, false)
    };
    let town = *dice.pick(if indian { IN_TOWNS } else { ZA_TOWNS });
    let (_, industry) = TRADES[(index / 20) % TRADES.len()];
    let state = crate::places::state_code(country, town.1).unwrap_or_default();
    let row = Row::new("accounts", id.0, id.0)
        .with("name", name.clone())
        .with(
            "code",
            format!(
                "{}{index:03}",
                name.chars().filter(char::is_ascii_alphabetic).take(4).collect::<String>().to_uppercase()
            ),
        )
        .with("segment", if size >= 10 || kopano { "enterprise" } else { "sme" })
        .with(
            "status",
            if prospect {
                "prospect"
            } else if index % 61 == 60 {
                "suspended"
            } else {
                "active"
            },
        )
        .with(
            "registration_number",
            if indian {
                format!("U64{index:03}MH2015PTC{:06}", 200_000 + index)
            } else {
                format!("20{:02}/{:06}/07", 5 + index % 18, 100_000 + index * 37)
            },
        )
        .with("tax_number", if indian { String::new() } else { format!("4{:09}", 100_000_000 + index * 991) })
        .with("industry", if kopano { "retail" } else { industry })
        .with("payment_terms", ["net_30", "net_30", "net_60", "prepaid"][dice.below(4)])
        .with("currency", currency)
        .with("city", town.0)
        .with("province", town.1)
        .with("state_code", state)
        .with("country", country)
        .with("notes", "")
        .with("manager_id", json!(person_id(spec, if index.is_multiple_of(2) { 0 } else { 4 })))
        .with("customer_type", "business");
    let sites = (0..size).map(|n| site(spec, &mut dice, (index, n), id, &name, indian, town)).collect();
    DemoAccount {
        id,
        contacts: contacts(spec, index, id, &name, indian),
        agreed: agreed(spec, index, id, indian),
        row,
        sites,
    }
}

pub(super) fn domain(name: &str) -> String {
    let slug: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    format!("{slug}.example")
}

/// The site above the n-th: warehouses and every tenth branch stand under the head office, other branches under one of those.
fn above(n: u32) -> Option<u32> {
    match n {
        0 => None,
        _ if n < 10 || n.is_multiple_of(10) || n.is_multiple_of(17) => Some(0),
        _ => Some(n - n % 10),
    }
}

fn contacts(spec: &DemoSpec, index: usize, id: AccountId, name: &str, indian: bool) -> Vec<Row> {
    let prefix = if indian { "+9122" } else { "+2710" };
    [("Accounts payable", "billing", "billing", true), ("IT operations", "technical", "it", false)]
        .into_iter()
        .enumerate()
        .map(|(place, (who, role, mailbox, primary))| {
            Row::new("contacts", spec.id("contact", (index * 2 + place) as u64), id.0)
                .with("account_id", json!(id))
                .with("name", who)
                .with("role", role)
                .with("email", format!("{mailbox}@{}", domain(name)))
                .with("phone", format!("{prefix}{:07}", 5_000_000 + index * 2 + place))
                .with("is_primary", primary)
        })
        .collect()
}

fn agreed(spec: &DemoSpec, index: usize, id: AccountId, indian: bool) -> Vec<Row> {
    let from = spec.today() - chrono::Days::new(90);
    let to = spec.today() + chrono::Days::new(275);
    let row = |n: u64, terms: serde_json::Value| {
        Row::new("agreed_prices", spec.id("agreed", index as u64 * 4 + n), id.0)
            .with("account_id", json!(id))
            .with("terms", terms)
            .with("valid_from", from.to_string())
            .with("valid_to", to.to_string())
            .with("status", "approved")
            .with("reason", "Came with the contract")
            .with("decision_note", "")
    };
    let price = if indian { "1899.00" } else { "849.00" };
    match index % 12 {
        3 => vec![row(0, json!({ "kind": "contract", "item_code": "FIB-050", "price": price, "stacks": false }))],
        7 => vec![row(
            1,
            json!({ "kind": "volume", "rows": [
            { "min": 5, "max": 19, "pct": "8" }, { "min": 20, "max": 99, "pct": "18" }, { "min": 100, "max": null, "pct": "25" },
        ] }),
        )],
        _ => vec![],
    }
}

fn site(
    spec: &DemoSpec,
    dice: &mut Dice,
    (account, n): (usize, u32),
    id: AccountId,
    company: &str,
    indian: bool,
    home: Town,
) -> Row {
    let town = if n == 0 { home } else { *dice.pick(if indian { IN_TOWNS } else { ZA_TOWNS }) };
    let quarter = QUARTERS[(n as usize + dice.below(3)) % QUARTERS.len()];
    let place = if n == 0 { format!("{company} Head Office") } else { format!("{} {quarter} {n:03}", town.0) };
    let (package, rand, rupees) = SERVICES[if n == 0 { 3 } else { dice.below(3) }];
    let jitter = |dice: &mut Dice| i32::try_from(dice.below(1_200)).unwrap_or(0) - 600;
    let degrees = |value: i32| {
        format!("{}{}.{:04}", if value < 0 { "-" } else { "" }, value.abs() / 10_000, value.abs() % 10_000)
    };
    let status = if dice.below(40) == 0 { "suspended" } else { "active" };
    let since = spec.today() - chrono::Days::new(60 + dice.below(700) as u64);
    let (lat, lon) = (degrees(town.3 + jitter(dice)), degrees(town.4 + jitter(dice)));
    Row::new("sites", spec.id("site", (account * 1_000) as u64 + u64::from(n)), id.0)
        .with("account_id", json!(id))
        .with("parent_id", above(n).map(|above| json!(spec.id("site", (account * 1_000) as u64 + u64::from(above)))))
        .with("billing", if account % 5 == 3 { "per_site" } else { "centralized" })
        .with("name", place)
        .with("code", format!("S{account:03}-{n:03}"))
        .with(
            "site_type",
            if n == 0 {
                "headquarters"
            } else if n % 17 == 0 {
                "warehouse"
            } else {
                "branch"
            },
        )
        .with("address", format!("{} {}", 1 + dice.below(240), dice.pick(STREETS)))
        .with("city", town.0)
        .with("province", town.1)
        .with("state_code", crate::places::state_code(if indian { "IN" } else { "ZA" }, town.1).unwrap_or_default())
        .with("postal_code", town.2)
        .with("country", if indian { "IN" } else { "ZA" })
        .with("latitude", lat)
        .with("longitude", lon)
        .with("contact_name", "Site manager")
        .with(
            "contact_phone",
            format!("{}{:07}", if indian { "+9122" } else { "+2711" }, 4_000_000 + account * 300 + n as usize),
        )
        .with("contact_email", format!("site{n:03}@{}", domain(company)))
        .with("package", package)
        .with("notes", "")
        .with("monthly", if indian { rupees } else { rand })
        .with("currency", if indian { "INR" } else { "ZAR" })
        .with("installation_status", "completed")
        .with("service_status", status)
        .with("service_from", since.to_string())
        .with("service_to", serde_json::Value::Null)
        .with("monitored", dice.below(25) != 0)
}
