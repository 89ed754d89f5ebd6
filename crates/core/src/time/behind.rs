//! A clock that lies behind what it must have seen: what is dated by it would stand before what came before it.

use chrono::Duration;

use super::Timestamp;

/// What a laptop's clock lies behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockBehind {
    /// The last sync, by the server's clock.
    LastSync(Timestamp),
    /// The day the program was made.
    Build(Timestamp),
}

/// How far two clocks may differ without one being wrong, minutes.
const TOLERANCE_MINUTES: i64 = 10;
/// The build's day is known without its zone, hours.
const BUILD_TOLERANCE_HOURS: i64 = 24;

/// Whether a clock that shows `now` lies behind the last sync or the program's own build. A clock ahead of both may be right.
pub fn clock_behind(now: Timestamp, last_sync: Option<Timestamp>, built: Option<Timestamp>) -> Option<ClockBehind> {
    let sync = last_sync.filter(|sync| now + Duration::minutes(TOLERANCE_MINUTES) < *sync).map(ClockBehind::LastSync);
    sync.or_else(|| {
        let behind = built.filter(|built| now + Duration::hours(BUILD_TOLERANCE_HOURS) < *built);
        behind.map(ClockBehind::Build)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_behind_what_it_must_have_seen_and_never_ahead() {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + Duration::hours(hours);
        let (sync, built) = (at(1_000), at(500));
        for (now, last_sync, expected) in [
            (at(1_000), Some(sync), None),
            (at(5_000), Some(sync), None),
            (at(1_000) - Duration::minutes(9), Some(sync), None),
            (at(999), Some(sync), Some(ClockBehind::LastSync(sync))),
            (at(100), Some(sync), Some(ClockBehind::LastSync(sync))),
            (at(480), None, None),
            (at(470), None, Some(ClockBehind::Build(built))),
        ] {
            assert_eq!(clock_behind(now, last_sync, Some(built)), expected, "{now}");
        }
        assert_eq!(clock_behind(at(0), None, None), None);
    }
}
