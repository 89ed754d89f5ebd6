//! What happens on jobs. Invariant: an event is always taken, whatever became of the job meanwhile; what the job shows
//! follows from its events, and a cancelled job with an event asks its dispatcher.

use chrono::SubsecRound;
use serde_json::json;

use super::Refusal;
use crate::jobs::{CUT, EventKind, MAX_NOTE, Receipt, RecordJobEvent, corrected};
use crate::people::Actor;
use crate::time::{Timestamp, format_instant_ms};
use crate::wire::rows::Row;

/// What recording an event reads.
#[derive(Debug, Clone, Default)]
pub struct JobWorld {
    /// The job, when it is still there.
    pub job: Option<Row>,
    /// The event is there already.
    pub taken: bool,
}

/// The event and what it makes of the job. `receipt`: what the server knows; absent on the laptop.
pub fn record_job_event(
    event: &RecordJobEvent,
    world: JobWorld,
    receipt: Option<&Receipt>,
    by: &Actor,
) -> Result<Vec<Row>, Refusal> {
    if world.taken {
        return Ok(Vec::new());
    }
    let when = corrected(event, receipt);
    let at = format_instant_ms(in_calendar(when.at).trunc_subsecs(3));
    let mut rows = Vec::new();
    // What is recorded is its person's own, also when the job went to somebody else.
    rows.push(
        Row::new("job_events", event.id.0, by.id.0)
            .with("job_id", event.job_id.to_string())
            .with("technician_id", by.id.to_string())
            .with("kind", event.kind.as_str())
            .with("happened_at", at.clone())
            .with("device_time", format_instant_ms(in_calendar(event.clock.device_time)))
            .with("proof", when.proof.as_str())
            .with("suspect", when.suspect)
            .with("received_at", json!(receipt.map(|receipt| format_instant_ms(receipt.received_at))))
            .with("note", short(&event.note)),
    );
    // What somebody else records is kept as theirs; the job follows whoever it was given to.
    let own = |job: &Row| job.text("technician_id") == Ok(by.id.to_string().as_str());
    if let Some(mut job) = world.job.filter(own) {
        if job.text("status") == Ok("cancelled") {
            job.set("needs_decision", true);
        } else {
            let (status, column) = match event.kind {
                EventKind::Depart => ("travelling", None),
                EventKind::CheckIn => ("on_site", Some("checked_in_at")),
                EventKind::CheckOut => ("done", Some("checked_out_at")),
            };
            // A late departure does not take a job back that was begun.
            if event.kind != EventKind::Depart || job.text("status") == Ok("planned") {
                job.set("status", status);
            }
            if let Some(column) = column.filter(|column| job.get(column).is_null()) {
                job.set(column, at);
            }
        }
        rows.push(job);
    }
    Ok(rows)
}

/// A note is never refused: what is beyond its length is cut, with a mark.
fn short(note: &str) -> String {
    match note.char_indices().nth(MAX_NOTE) {
        Some((end, _)) => format!("{}{CUT}", &note[..end]),
        None => note.to_owned(),
    }
}

/// A broken clock may say any year; both databases keep four digits.
fn in_calendar(at: Timestamp) -> Timestamp {
    let year =
        |year| chrono::NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    year(1900).zip(year(9999)).map_or(at, |(first, last)| at.clamp(first, last))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{JobEventId, JobId, UserId};
    use crate::people::Role;
    use crate::time::DeviceClock;

    fn record(kind: EventKind, status: &str) -> Vec<Row> {
        recorded(kind, status, "", 9)
    }

    fn recorded(kind: EventKind, status: &str, note: &str, technician: u128) -> Vec<Row> {
        let by = Actor { id: UserId(Uuid::from_u128(9)), role: Role::Technician };
        let whose = Uuid::from_u128(technician).to_string();
        let clock = DeviceClock {
            device_time: "2025-11-20T08:20:00Z".parse().expect("instant"),
            boot_id: "b".to_owned(),
            mono_ms: 1,
        };
        let event = RecordJobEvent {
            id: JobEventId(Uuid::from_u128(1)),
            job_id: JobId(Uuid::from_u128(2)),
            kind,
            clock,
            offset_ms: None,
            note: note.to_owned(),
        };
        let job = Row::new("jobs", event.job_id.0, by.id.0).with("status", status).with("needs_decision", false);
        let job = job.with("technician_id", whose);
        let world = JobWorld { job: Some(job), taken: false };
        record_job_event(&event, world, None, &by).expect("always taken")
    }

    #[test]
    fn a_check_in_at_a_cancelled_job_is_kept_and_asks_the_dispatcher() {
        let rows = record(EventKind::CheckIn, "cancelled");
        assert_eq!(rows[0].text("kind"), Ok("check_in"));
        assert_eq!(rows[1].text("status"), Ok("cancelled"));
        assert_eq!(rows[1].get("needs_decision"), &json!(true));
    }

    #[test]
    fn what_somebody_else_records_leaves_the_job_alone() {
        let rows = recorded(EventKind::CheckOut, "planned", "", 8);
        assert_eq!(rows.len(), 1, "the event, and no job: {rows:?}");
    }

    #[test]
    fn a_long_note_is_cut_and_marked() {
        let rows = recorded(EventKind::CheckIn, "planned", &"ä".repeat(MAX_NOTE + 1), 9);
        assert_eq!(rows[0].text("note"), Ok(format!("{}{CUT}", "ä".repeat(MAX_NOTE)).as_str()));
        let whole = "ä".repeat(MAX_NOTE);
        assert_eq!(recorded(EventKind::CheckIn, "planned", &whole, 9)[0].text("note"), Ok(whole.as_str()));
    }

    #[test]
    fn a_job_follows_its_events() {
        assert_eq!(record(EventKind::CheckIn, "planned")[1].text("status"), Ok("on_site"));
        assert_eq!(record(EventKind::CheckOut, "on_site")[1].text("status"), Ok("done"));
        assert_eq!(record(EventKind::Depart, "on_site")[1].text("status"), Ok("on_site"));
    }
}
