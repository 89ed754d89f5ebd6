//! Maintenance windows as instants (RULES SLA 3, D35, D37).

use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::intervals::{Interval, union};
use super::{SiteMonth, SlaError};
use crate::time::{Timestamp, Zone, local_date, local_to_instant};

/// Day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    fn of(date: NaiveDate) -> Self {
        match date.weekday() {
            chrono::Weekday::Mon => Self::Mon,
            chrono::Weekday::Tue => Self::Tue,
            chrono::Weekday::Wed => Self::Wed,
            chrono::Weekday::Thu => Self::Thu,
            chrono::Weekday::Fri => Self::Fri,
            chrono::Weekday::Sat => Self::Sat,
            chrono::Weekday::Sun => Self::Sun,
        }
    }
}

/// A window of every week; an end at or before the start means the next day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringWindow {
    /// Day on which it starts.
    pub weekday: Weekday,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM` or `24:00`.
    pub end: String,
}

/// A window announced once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdhocWindow {
    /// Start.
    pub start: Timestamp,
    /// End.
    pub end: Timestamp,
    /// When the customer was told.
    pub announced_at: Timestamp,
}

/// Minutes of the day of `HH:MM`, up to 24:00.
fn minutes(text: &str) -> Result<i64, SlaError> {
    let (hours, mins) = text.split_once(':').ok_or(SlaError::BadWindow)?;
    let number = |s: &str| (s.len() == 2).then(|| s.parse::<u8>().ok()).flatten().ok_or(SlaError::BadWindow);
    let total = i64::from(number(hours)?) * 60 + i64::from(number(mins)?);
    if number(mins)? > 59 || total > 24 * 60 { Err(SlaError::BadWindow) } else { Ok(total) }
}

/// All windows that count, merged.
pub(super) fn all(input: &SiteMonth<'_>, period: Interval) -> Result<Vec<Interval>, SlaError> {
    let mut windows = Vec::new();
    for window in input.recurring {
        recurring(window, input.zone, period, &mut windows)?;
    }
    for window in input.adhoc {
        if window.end < window.start {
            return Err(SlaError::BadInterval);
        }
        let notice = window.start - window.announced_at;
        if notice >= Duration::hours(i64::from(input.notice_hours)) {
            windows.push(Interval { start: window.start.timestamp(), end: window.end.timestamp() });
        }
    }
    Ok(union(windows))
}

fn recurring(window: &RecurringWindow, zone: Zone, period: Interval, out: &mut Vec<Interval>) -> Result<(), SlaError> {
    let (start, end) = (minutes(&window.start)?, minutes(&window.end)?);
    if start == end || start == 24 * 60 {
        return Err(SlaError::BadWindow);
    }
    let length_days = i64::from(end <= start);
    let instant = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).ok_or(SlaError::BadPeriod);
    let mut date = local_date(instant(period.start)?, zone) - Duration::days(2);
    let last = local_date(instant(period.end)?, zone);
    while date <= last {
        if Weekday::of(date) == window.weekday {
            let edge = |days: i64, mins: i64| {
                local_to_instant(date.and_time(NaiveTime::MIN) + Duration::days(days) + Duration::minutes(mins), zone)
            };
            out.push(Interval { start: edge(0, start).timestamp(), end: edge(length_days, end).timestamp() });
        }
        date += Duration::days(1);
    }
    Ok(())
}
