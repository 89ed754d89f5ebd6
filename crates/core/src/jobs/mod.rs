//! What happens on a technician's job: departures, check-ins, check-outs. Invariant: an event is never refused and never
//! changed; the device's clock is evidence beside which a corrected time is kept (FEATURES 0-74, personas 3).

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::ids::{JobEventId, JobId};
use crate::time::{DeviceClock, Timestamp};

/// A device clock further from the corrected time than this is suspect.
pub const SUSPECT_AFTER: Duration = Duration::minutes(2);

/// Longest note of an event, characters; a longer one is cut.
pub const MAX_NOTE: usize = 2_000;
/// What stands where a note was cut.
pub const CUT: &str = " […]";

crate::words! {
    /// Where a job stands.
    pub enum JobStatus as "JobStatus" {
        /// Agreed on.
        Planned = "planned",
        /// The technician is on the way.
        Travelling = "travelling",
        /// Work has begun.
        OnSite = "on_site",
        /// Work has ended.
        Done = "done",
        /// Called off by the office.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// What happened.
    pub enum EventKind as "EventKind" {
        /// On the way.
        Depart = "depart",
        /// At the site, work begins.
        CheckIn = "check_in",
        /// Work ends.
        CheckOut = "check_out",
    }
}

/// Arguments of `job.record`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordJobEvent {
    /// Id, made on the laptop.
    pub id: JobEventId,
    /// The job.
    pub job_id: JobId,
    /// What happened.
    pub kind: EventKind,
    /// The device's clocks at that moment, as they stood.
    pub clock: DeviceClock,
    /// Server clock − device clock, milliseconds, when the device last heard the server; absent: it never did.
    pub offset_ms: Option<i64>,
    /// Note.
    pub note: String,
}

/// What the server knows when the event arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Server clock.
    pub received_at: Timestamp,
    /// The device's clocks when it sent the event.
    pub sent: Option<DeviceClock>,
}

crate::words! {
    /// How a time is known.
    pub enum Proof as "TimeProof" {
        /// By the device alone, with the offset it last knew. The server has not seen it yet.
        Device = "device",
        /// Counted back from the server's clock by the device's monotonic clock: right whatever its wall clock says.
        Measured = "measured",
        /// The device was restarted in between: its wall clock with the offset between the clocks.
        Offset = "offset",
    }
}

/// When it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrected {
    /// Corrected time.
    pub at: Timestamp,
    /// How it is known.
    pub proof: Proof,
    /// The device's clock was wrong by more than [`SUSPECT_AFTER`].
    pub suspect: bool,
}

/// When an event really happened. Never after it was received.
pub fn corrected(event: &RecordJobEvent, receipt: Option<&Receipt>) -> Corrected {
    let wall = event.clock.device_time;
    // A clock or an offset that no calendar has is as good as none.
    let by = |offset_ms: i64| {
        Duration::try_milliseconds(offset_ms).and_then(|offset| wall.checked_add_signed(offset)).unwrap_or(wall)
    };
    let (at, proof) = match receipt {
        None => (by(event.offset_ms.unwrap_or(0)), Proof::Device),
        Some(Receipt { received_at, sent }) => {
            let (at, proof) = match sent {
                Some(sent) if sent.boot_id == event.clock.boot_id && sent.mono_ms >= event.clock.mono_ms => {
                    let ago = i64::try_from(sent.mono_ms - event.clock.mono_ms).unwrap_or(i64::MAX);
                    let ago = Duration::try_milliseconds(ago).and_then(|ago| received_at.checked_sub_signed(ago));
                    (ago.unwrap_or(wall), Proof::Measured)
                }
                Some(sent) => {
                    let now = (*received_at - sent.device_time).num_milliseconds();
                    // Somebody set the clock in between: what was known when it happened is nearer.
                    let then = event
                        .offset_ms
                        .filter(|then| then.abs_diff(now) > SUSPECT_AFTER.num_milliseconds().unsigned_abs());
                    (by(then.unwrap_or(now)), Proof::Offset)
                }
                None => (by(event.offset_ms.unwrap_or(0)), Proof::Offset),
            };
            (at.min(*received_at), proof)
        }
    };
    Corrected { at, proof, suspect: (wall - at).abs() > SUSPECT_AFTER }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    fn clock(wall: &str, boot: &str, mono_ms: u64) -> DeviceClock {
        DeviceClock { device_time: at(wall), boot_id: boot.to_owned(), mono_ms }
    }

    fn check_in(clock: DeviceClock, offset_ms: Option<i64>) -> RecordJobEvent {
        let (id, job_id) = (JobEventId(Uuid::nil()), JobId(Uuid::nil()));
        RecordJobEvent { id, job_id, kind: EventKind::CheckIn, clock, offset_ms, note: String::new() }
    }

    #[test]
    fn a_clock_two_hours_slow_is_corrected_by_the_monotonic_clock() {
        let event = check_in(clock("2025-11-20T06:20:00Z", "b", 1_000_000), None);
        let sent = Some(clock("2025-11-20T09:00:00Z", "b", 1_000_000 + 9_600_000));
        let receipt = Receipt { received_at: at("2025-11-20T11:00:00Z"), sent };
        let found = corrected(&event, Some(&receipt));
        let wanted = Corrected { at: at("2025-11-20T08:20:00Z"), proof: Proof::Measured, suspect: true };
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_clock_set_back_a_year_between_event_and_sending_changes_nothing() {
        let event = check_in(clock("2025-11-20T08:20:00Z", "b", 0), Some(0));
        let receipt = Receipt {
            received_at: at("2025-11-20T08:30:00Z"),
            sent: Some(clock("2024-11-20T08:30:00Z", "b", 600_000)),
        };
        let found = corrected(&event, Some(&receipt));
        assert_eq!((found.at, found.suspect), (at("2025-11-20T08:20:00Z"), false));
    }

    #[test]
    fn after_a_restart_the_offset_between_the_clocks_corrects_it() {
        let event = check_in(clock("2025-11-20T06:20:00Z", "before", 5), None);
        let receipt =
            Receipt { received_at: at("2025-11-20T11:00:00Z"), sent: Some(clock("2025-11-20T09:00:00Z", "after", 5)) };
        let found = corrected(&event, Some(&receipt));
        assert_eq!((found.at, found.proof), (at("2025-11-20T08:20:00Z"), Proof::Offset));
    }

    #[test]
    fn after_a_restart_with_a_clock_set_in_between_the_offset_of_then_counts() {
        let event = check_in(clock("2025-11-20T06:20:00Z", "before", 5), Some(7_200_000));
        let receipt =
            Receipt { received_at: at("2025-11-20T11:00:00Z"), sent: Some(clock("2025-11-20T11:00:00Z", "after", 5)) };
        assert_eq!(corrected(&event, Some(&receipt)).at, at("2025-11-20T08:20:00Z"));
    }

    #[test]
    fn nothing_happens_after_it_was_received() {
        let event = check_in(clock("2026-11-20T06:20:00Z", "before", 5), None);
        let receipt = Receipt { received_at: at("2025-11-20T11:00:00Z"), sent: None };
        let found = corrected(&event, Some(&receipt));
        assert_eq!((found.at, found.suspect), (at("2025-11-20T11:00:00Z"), true));
    }

    #[test]
    fn on_the_laptop_the_offset_last_known_corrects_it() {
        let event = check_in(clock("2025-11-20T06:20:00Z", "b", 5), Some(7_200_000));
        let found = corrected(&event, None);
        assert_eq!((found.at, found.proof), (at("2025-11-20T08:20:00Z"), Proof::Device));
    }

    #[test]
    fn no_clock_is_too_wild() {
        let wild = [i64::MIN, -(1 << 53), -1, 0, 1 << 53, i64::MAX];
        for wall in ["0001-01-01T00:00:00Z", "2025-11-20T08:20:00Z", "+262142-12-31T00:00:00Z"] {
            for (offset, mono_ms) in wild.iter().flat_map(|offset| [0, u64::MAX].map(|mono| (*offset, mono))) {
                let received_at = at("2025-11-20T09:00:00Z");
                for sent in [None, Some(clock("-200000-01-01T00:00:00Z", "b", u64::MAX)), Some(clock(wall, "c", 0))] {
                    let receipt = Receipt { received_at, sent };
                    let event = check_in(clock(wall, "b", mono_ms), Some(offset));
                    assert!(corrected(&event, Some(&receipt)).at <= received_at);
                    let _ = corrected(&event, None);
                }
            }
        }
    }
}
