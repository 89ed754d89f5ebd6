//! The technician's week: six jobs on each working day around today, at sites the demo's customers really have.

use chrono::{Datelike, Duration, NaiveTime, Weekday};

use super::{DemoAccount, DemoSpec, PEOPLE, person_id};
use crate::people::Role;
use crate::time::{format_instant_ms, local_to_instant};
use crate::wire::rows::Row;

const DAYS: std::ops::Range<i64> = -1..4;
const WORK: [&str; 6] = [
    "Install fibre and router",
    "Replace a faulty ONU",
    "Move the rack to another room",
    "Measure the microwave hop",
    "Install a second line",
    "Yearly maintenance",
];

pub(super) fn generate(spec: &DemoSpec, accounts: &[DemoAccount]) -> Vec<Row> {
    let Some(technician) = PEOPLE.iter().position(|person| person.role == Role::Technician) else { return Vec::new() };
    let technician = person_id(spec, technician).0;
    let home = |account: &&DemoAccount| account.row.text("country") == Ok("ZA") && !account.sites.is_empty();
    let accounts: Vec<&DemoAccount> = accounts.iter().filter(home).collect();
    let mut rows = Vec::new();
    for day in DAYS {
        let date = spec.today() + Duration::days(day);
        if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) || accounts.is_empty() {
            continue;
        }
        for (n, title) in WORK.iter().enumerate() {
            let place = date.num_days_from_ce().unsigned_abs() as usize * WORK.len() + n;
            let account = accounts[place % accounts.len()];
            let site = &account.sites[place % account.sites.len()];
            let starts = date.and_time(NaiveTime::MIN) + Duration::minutes(450 + 90 * n as i64);
            let from = local_to_instant(starts, spec.zone());
            let past = date < spec.today();
            let text = |column: &str| site.text(column).unwrap_or_default().to_owned();
            let mut job = Row::new("jobs", spec.id("job", place as u64), technician)
                .with("number", format!("JOB-{}-{:03}", date.format("%Y%m%d"), n + 1))
                .with("technician_id", technician.to_string())
                .with("account_id", account.id.to_string())
                .with("site_id", site.id().to_string())
                .with("account", account.row.text("name").unwrap_or_default())
                .with("site", text("name"))
                .with("address", format!("{}, {}, {}", text("address"), text("city"), text("postal_code")))
                .with("contact", format!("{} {}", text("contact_name"), text("contact_phone")).trim())
                .with("title", *title)
                .with("notes", "")
                .with("window_from", format_instant_ms(from))
                .with("window_to", format_instant_ms(from + Duration::minutes(60)))
                .with("status", if past { "done" } else { "planned" })
                .with("needs_decision", false);
            if past {
                job.set("checked_in_at", format_instant_ms(from + Duration::minutes(7)));
                job.set("checked_out_at", format_instant_ms(from + Duration::minutes(52)));
            }
            rows.push(job);
        }
    }
    rows
}
