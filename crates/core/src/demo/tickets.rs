//! Tickets of the demo organisation: open ones that somebody works on, and older ones that were resolved.

use chrono::Duration;
use serde_json::json;

use super::{DemoAccount, DemoSpec, Dice, person_id};
use crate::tickets::Status;
use crate::time::format_instant_ms;
use crate::wire::rows::Row;

/// Category, priority, subject, what was said about it.
const REPORTS: [(&str, &str, &str, &str); 10] = [
    (
        "connectivity",
        "critical",
        "No link since this morning",
        "Fibre cut at the road works; the repair crew is on site.",
    ),
    ("connectivity", "high", "Link drops every evening", "Optical level at the edge; the patch lead was replaced."),
    ("performance", "medium", "Video calls stutter after lunch", "Backup traffic fills the link; moved to the night."),
    (
        "performance",
        "low",
        "Upload slower than ordered",
        "Measured at the port: as ordered. The customer's switch is at 100 Mbit/s.",
    ),
    ("equipment", "high", "Router restarts by itself", "Power supply failing; a new one is on its way."),
    ("equipment", "medium", "Spare battery is empty after ten minutes", "Battery is four years old; exchange planned."),
    ("installation", "medium", "Trench not closed after the installation", "Contractor comes back this week."),
    ("billing", "medium", "Installation invoiced twice", "Confirmed; the credit goes out with the next invoice."),
    ("billing", "low", "Order number missing on the invoice", "Added; the invoice was sent again."),
    ("other", "low", "New contact for this site", "Changed in the customer's record."),
];
/// One account in so many has tickets.
const EVERY: usize = 3;

/// Tickets and what happened on them.
pub fn generate(spec: &DemoSpec, accounts: &[DemoAccount]) -> Vec<Row> {
    let mut rows = Vec::new();
    let with_sites =
        accounts.iter().enumerate().filter(|(index, account)| index % EVERY == 0 && !account.sites.is_empty());
    let mut number = 0;
    for (index, account) in with_sites {
        let mut dice = Dice::new(spec.seed, 130_000 + index as u64);
        for n in 0..1 + dice.below(3) {
            number += 1;
            rows.extend(ticket(spec, account, &mut dice, (index, n, number)));
        }
    }
    rows
}

fn ticket(
    spec: &DemoSpec,
    account: &DemoAccount,
    dice: &mut Dice,
    (index, n, number): (usize, usize, u32),
) -> Vec<Row> {
    let (category, priority, subject, said) = *dice.pick(&REPORTS);
    let site = dice.pick(&account.sites).id();
    // The latest ones are still worked on.
    let open = n == 0 && index % (2 * EVERY) == 0;
    let age = if open { 30 + dice.below(3 * 1_440) } else { 5 * 1_440 + dice.below(120 * 1_440) };
    let raised = spec.now - Duration::minutes(i64::try_from(age).unwrap_or(0));
    let status = match (open, dice.below(3)) {
        (true, 0) => Status::Open,
        (true, 1) => Status::InProgress,
        (true, _) => Status::Waiting,
        (false, 0) => Status::Resolved,
        (false, _) => Status::Closed,
    };
    let id = spec.id("ticket", (index * 100 + n) as u64);
    let (technician, manager) = (person_id(spec, 6), person_id(spec, 4));
    let answered = raised + Duration::minutes(12);
    let resolved = raised + Duration::minutes(95 + i64::from(number % 50) * 7);
    let told = status != Status::Open;
    let done = matches!(status, Status::Resolved | Status::Closed);
    let mut ticket = Row::new("tickets", id, account.id.0)
        .with("account_id", json!(account.id))
        .with("site_id", json!(site))
        .with("number", format!("TKT-{number:06}"))
        .with("subject", subject)
        .with("description", "")
        .with("category", category)
        .with("priority", priority)
        .with("status", status.as_str())
        .with("reported_by", "")
        .with("raised_by", json!(manager))
        .with("raised_at", format_instant_ms(raised));
    let event = |k: u64, at, note: &str, told: bool, from: Status, to: Status| {
        Row::new("ticket_events", spec.id("ticket_event", (index * 1_000 + n * 10) as u64 + k), account.id.0)
            .with("account_id", json!(account.id))
            .with("ticket_id", json!(id))
            .with("made_by", json!(if k == 0 { manager } else { technician }))
            .with("made_at", format_instant_ms(at))
            .with("note", note)
            .with("told_customer", told)
            .with("differences", json!({ "status": [from.as_str(), to.as_str()] }))
    };
    let mut rows = Vec::new();
    if told {
        ticket.set("owner_id", json!(technician));
        ticket.set("first_reply_at", format_instant_ms(answered));
        let to = if status == Status::Waiting { Status::Waiting } else { Status::InProgress };
        rows.push(event(0, answered, said, true, Status::Open, to));
    }
    if done {
        ticket.set("resolved_at", format_instant_ms(resolved));
        rows.push(event(1, resolved, "", false, Status::InProgress, Status::Resolved));
    }
    if status == Status::Closed {
        let closed = resolved + Duration::days(2);
        ticket.set("closed_at", format_instant_ms(closed));
        rows.push(event(2, closed, "", false, Status::Resolved, Status::Closed));
    }
    rows.insert(0, ticket);
    rows
}
