//! How long a sent quote stays open (RULES APR 4): a calendar date, inclusive, in the organisation's zone.

use chrono::{Days, NaiveDate};

use crate::time::{Timestamp, Zone, local_date, start_of_day};

/// Local date of sending plus `days`.
pub fn valid_until(sent_at: Timestamp, zone: Zone, days: u32) -> NaiveDate {
    let sent = local_date(sent_at, zone);
    sent.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The first instant at which it is expired: the start of the next day.
pub fn expires_at(valid_until: NaiveDate, zone: Zone) -> Timestamp {
    start_of_day(valid_until.succ_opt().unwrap_or(NaiveDate::MAX), zone)
}
