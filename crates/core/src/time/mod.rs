//! Instants, zones and business dates (RULES APR D16). Invariant: instants are UTC; a business date belongs to a named
//! zone; a local time becomes an instant in exactly one way.

mod behind;

pub use behind::{ClockBehind, clock_behind};
use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

/// An instant.
pub type Timestamp = DateTime<Utc>;
/// An IANA zone.
pub type Zone = chrono_tz::Tz;

/// A reading of a device's clocks.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeviceClock {
    /// Wall clock, uncorrected.
    pub device_time: Timestamp,
    /// Which boot the monotonic clock belongs to.
    pub boot_id: String,
    /// Monotonic clock, milliseconds; it runs on while the device sleeps.
    pub mono_ms: u64,
}

/// Parses an IANA name.
pub fn parse_zone(name: &str) -> Option<Zone> {
    name.parse().ok()
}

/// Parses RFC 3339 in UTC, whole seconds or milliseconds.
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.with_timezone(&Utc))
}

/// RFC 3339 in UTC with whole seconds.
pub fn format_instant(instant: Timestamp) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// RFC 3339 in UTC with milliseconds: what is stored and sent.
pub fn format_instant_ms(instant: Timestamp) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// A local time as an instant: inside a clock-forward gap it takes the offset before the gap, an ambiguous one is the
/// earlier (D16).
pub fn local_to_instant(local: NaiveDateTime, zone: Zone) -> Timestamp {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => instant.with_timezone(&Utc),
        LocalResult::None => {
            let offset = offset_before_gap(local, zone);
            Utc.from_utc_datetime(&(local - Duration::seconds(i64::from(offset))))
        }
    }
}

/// Seconds east of UTC in force just before the gap that contains `local`.
fn offset_before_gap(local: NaiveDateTime, zone: Zone) -> i32 {
    let mut before = local;
    // The longest gap on record is a day (a zone that crossed the date line).
    for _ in 0..=(48 * 60) {
        before -= Duration::minutes(1);
        if let LocalResult::Single(instant) | LocalResult::Ambiguous(_, instant) = zone.from_local_datetime(&before) {
            return instant.offset().fix().local_minus_utc();
        }
    }
    0
}

/// Start of a date in a zone.
pub fn start_of_day(date: NaiveDate, zone: Zone) -> Timestamp {
    local_to_instant(date.and_time(NaiveTime::MIN), zone)
}

/// The date in a zone at an instant.
pub fn local_date(instant: Timestamp, zone: Zone) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}
