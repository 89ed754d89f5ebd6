//! The demo organisation: generated, deterministic for a seed and a day, plausible. Invariant: it is made with the same
//! rules as real data, so every figure in it can be traced.

mod accounts;
mod catalogue;
mod clauses;
mod facts;
mod jobs;
mod quotes;
mod service;
mod tickets;

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use crate::canonical_json::sha256_hex;
use crate::ids::{AccountId, OrgId, UserId};
use crate::people::Role;
use crate::time::{Timestamp, Zone};
use crate::wire::rows::Row;

/// What to generate.
#[derive(Debug, Clone, Copy)]
pub struct DemoSpec {
    /// Organisation id.
    pub org_id: OrgId,
    /// The same seed and day give the same rows.
    pub seed: u64,
    /// Now.
    pub now: Timestamp,
    /// Accounts that get 200, 50, 5 and no sites.
    pub accounts: [u32; 4],
}

impl DemoSpec {
    /// 520 accounts with 10,000 sites.
    pub fn standard(now: Timestamp) -> Self {
        Self { org_id: OrgId(demo_id(1, "org", 0)), seed: 1, now, accounts: [20, 80, 400, 20] }
    }

    /// A small one for tests: 16 accounts with 300 sites.
    pub fn small(now: Timestamp) -> Self {
        Self { accounts: [1, 1, 10, 4], ..Self::standard(now) }
    }

    /// Zone of the demo organisation.
    pub fn zone(&self) -> Zone {
        chrono_tz::Africa::Johannesburg
    }

    fn today(&self) -> NaiveDate {
        crate::time::local_date(self.now, self.zone())
    }

    pub(crate) fn id(&self, kind: &str, index: u64) -> Uuid {
        demo_id(self.seed, kind, index)
    }
}

/// A person of the demo organisation.
#[derive(Debug, Clone, Copy)]
pub struct DemoPerson {
    /// Display name: the role, because the demo invents nobody.
    pub name: &'static str,
    /// Sign-in name.
    pub email: &'static str,
    /// Role.
    pub role: Role,
}

/// The people of the demo organisation, the field seller first.
pub const PEOPLE: [DemoPerson; 7] = [
    DemoPerson { name: "Field seller", email: "seller@demo.example", role: Role::Seller },
    DemoPerson { name: "Sales manager", email: "manager@demo.example", role: Role::SalesManager },
    DemoPerson { name: "Director", email: "director@demo.example", role: Role::Director },
    DemoPerson { name: "Finance", email: "finance@demo.example", role: Role::Finance },
    DemoPerson { name: "Account manager", email: "accounts@demo.example", role: Role::AccountManager },
    DemoPerson { name: "Administrator", email: "admin@demo.example", role: Role::Admin },
    DemoPerson { name: "Technician", email: "technician@demo.example", role: Role::Technician },
];

/// Id of a demo person.
pub fn person_id(spec: &DemoSpec, index: usize) -> UserId {
    UserId(spec.id("user", index as u64))
}

fn demo_id(seed: u64, kind: &str, index: u64) -> Uuid {
    let digest = sha256_hex(format!("satchel-demo/{seed}/{kind}/{index}").as_bytes());
    let bytes = hex::decode(&digest[..32]).ok().and_then(|b| <[u8; 16]>::try_from(b).ok()).unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A small deterministic generator (SplitMix64): plausible, not secret.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub fn new(seed: u64, salt: u64) -> Self {
        Self(seed ^ salt.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0..n.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or(0)
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// All rows of the demo organisation, parents before children.
pub fn rows(spec: &DemoSpec) -> Vec<Row> {
    let mut rows = organisation(spec);
    rows.extend(catalogue::rows(spec));
    rows.extend(clauses::rows(spec));
    let accounts = accounts::generate(spec);
    let service = service::generate(spec, &accounts);
    let quotes = quotes::generate(spec, &rows, &accounts);
    let jobs = jobs::generate(spec, &accounts);
    let tickets = tickets::generate(spec, &accounts);
    for account in accounts {
        rows.push(account.row);
        rows.extend(account.contacts);
        rows.extend(account.agreed);
        rows.extend(account.sites);
    }
    rows.extend(service);
    rows.extend(quotes);
    rows.extend(jobs);
    rows.extend(tickets);
    rows
}

fn organisation(spec: &DemoSpec) -> Vec<Row> {
    let scope = spec.org_id.0;
    let settings = facts::settings();
    let mut rows = vec![
        Row::new("organisations", scope, scope)
            .with("name", "Satchel Demo Fibre")
            .with("country", "ZA")
            .with("zone", spec.zone().name())
            .with("settings", json!(settings)),
    ];
    for (index, person) in PEOPLE.iter().enumerate() {
        rows.push(
            Row::new("users", person_id(spec, index).0, scope)
                .with("name", person.name)
                .with("email", person.email)
                .with("role", person.role.as_str())
                .with("active", true),
        );
    }
    for (index, (country, code, label, pct, from, to, withdrawn)) in facts::TAX_RATES.iter().enumerate() {
        rows.push(
            Row::new("tax_rates", spec.id("tax", index as u64), scope)
                .with("country", *country)
                .with("tax_code", *code)
                .with("label", *label)
                .with("rate_pct", *pct)
                .with("valid_from", *from)
                .with("valid_to", *to)
                .with("withdrawn", *withdrawn),
        );
    }
    rows
}

pub(crate) struct DemoAccount {
    pub id: AccountId,
    pub row: Row,
    pub contacts: Vec<Row>,
    pub agreed: Vec<Row>,
    pub sites: Vec<Row>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_day_give_the_same_rows_and_every_row_is_unique() {
        let now = "2025-11-21T06:00:00Z".parse().expect("instant");
        let spec = DemoSpec::small(now);
        let first = rows(&spec);
        assert_eq!(first, rows(&spec));
        let ids: std::collections::BTreeSet<_> = first.iter().map(|row| (row.table().name, row.id())).collect();
        assert_eq!(ids.len(), first.len());
    }

    #[test]
    fn the_standard_organisation_is_as_large_as_promised() {
        let now = "2025-11-21T06:00:00Z".parse().expect("instant");
        let all = rows(&DemoSpec::standard(now));
        let count = |table: &str| all.iter().filter(|row| row.table().name == table).count();
        assert!(count("accounts") >= 500);
        assert!(count("sites") >= 10_000);
        for table in
            ["price_books", "price_items", "quotes", "orders", "sla_agreements", "incidents", "sla_site_months"]
        {
            assert!(count(table) > 1, "{table}");
        }
    }
}
