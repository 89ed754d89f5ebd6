//! SLA agreements, incidents, and the SLA status computed from them by the product's own rule.

use chrono::{Datelike, Duration, Months};
use serde_json::json;
use uuid::Uuid;

use super::{DemoAccount, DemoSpec, Dice};
use crate::sla::status::{AccountService, account_month};
use crate::time::format_instant_ms;
use crate::wire::rows::Row;

/// Accounts with at least this many sites have an agreement, the first sixty of them.
const MIN_SITES: usize = 5;
const MAX_AGREEMENTS: usize = 60;

const SUMMARIES: &[(&str, &str, &str)] = &[
    ("outage", "provider", "Fibre cut on the access ring"),
    ("outage", "provider", "Core router restart after a line card fault"),
    ("outage", "provider", "Aggregation switch lost power"),
    ("degraded", "provider", "High packet loss on the microwave hop"),
    ("outage", "customer_power", "No power at the customer's site"),
    ("outage", "customer", "Customer's router was unplugged"),
    ("outage", "force_majeure", "Flooding damaged the street cabinet"),
];

pub(super) fn generate(spec: &DemoSpec, accounts: &[DemoAccount]) -> Vec<Row> {
    let mut rows = Vec::new();
    let served = accounts.iter().filter(|account| account.sites.len() >= MIN_SITES).take(MAX_AGREEMENTS);
    for (index, account) in served.enumerate() {
        let agreement = agreement(spec, index, account);
        let incidents = incidents(spec, index, account);
        let service = AccountService {
            account_id: account.id.0,
            sites: &account.sites,
            agreements: std::slice::from_ref(&agreement),
            incidents: &incidents,
        };
        let this_month = spec.today().with_day(1).unwrap_or(spec.today());
        for back in [1, 0] {
            let month = this_month.checked_sub_months(Months::new(back)).unwrap_or(this_month);
            // Demo terms are valid by construction; a refusal would be a bug the unit test below finds.
            rows.extend(account_month(&service, month, spec.zone(), spec.now).unwrap_or_default());
        }
        rows.push(agreement);
        rows.extend(incidents);
    }
    rows
}

fn agreement(spec: &DemoSpec, index: usize, account: &DemoAccount) -> Row {
    let indian = account.row.text("country").is_ok_and(|country| country == "IN");
    let guarantee = ["99.9", "99.5", "99.95"][index % 3];
    let (per_hour, cap) = if indian { ("1200", "4000.00") } else { ("250", "2000.00") };
    let from = spec.today() - chrono::Days::new(400);
    Row::new("sla_agreements", spec.id("agreement", index as u64), account.id.0)
        .with("account_id", json!(account.id))
        .with(
            "terms",
            json!({
                "guarantee_pct": guarantee,
                "degraded_counts": index.is_multiple_of(4),
                "maintenance_recurring": [{ "weekday": "sun", "start": "02:00", "end": "06:00" }],
                "notice_hours": 72,
                "denominator": "agreed",
                "credit": { "mode": "per_hour", "per_hour": per_hour, "scope": "all", "hours": "exact" },
                "cap": cap,
            }),
        )
        .with("effective_from", from.to_string())
}

fn incidents(spec: &DemoSpec, index: usize, account: &DemoAccount) -> Vec<Row> {
    let mut dice = Dice::new(spec.seed, 70_000 + index as u64);
    let count = 2 + dice.below(8);
    (0..count)
        .map(|n| {
            let open = index % 9 == 2 && n == 0;
            let started = if open {
                spec.now - Duration::minutes(95)
            } else {
                spec.now - Duration::minutes(600 + dice.below(60 * 24 * 60) as i64)
            };
            let length = Duration::seconds(240 + dice.below(4 * 3600) as i64);
            let (severity, cause, summary) = *dice.pick(SUMMARIES);
            let affected = 1 + dice.below(account.sites.len().min(6));
            let first = dice.below(account.sites.len());
            let sites: Vec<Uuid> =
                (0..affected).map(|k| account.sites[(first + k) % account.sites.len()].id()).collect();
            let ended = (!open).then(|| format_instant_ms(started + length));
            let severity = if open { "outage" } else { severity };
            Row::new("incidents", spec.id("incident", (index * 100 + n) as u64), account.id.0)
                .with("account_id", json!(account.id))
                .with("number", format!("INC-{}-{:04}", started.format("%Y%m%d"), index * 10 + n))
                .with("severity", severity)
                .with("cause", if open { "provider" } else { cause })
                .with("started_at", format_instant_ms(started))
                .with("ended_at", json!(ended))
                .with("summary", if open { SUMMARIES[0].2 } else { summary })
                .with("site_ids", json!(sites))
        })
        .collect()
}
