//! Dates, times, durations and amounts as the window shows them: one format, from the engine.

use chrono::NaiveDate;
use satchel_core::money::{Currency, Money, format_amount, format_money};
use satchel_core::organisations::NumberStyle;
use satchel_core::time::{Timestamp, Zone, local_date, parse_instant};

pub use satchel_documents::quote_document::date;

use crate::api::view::AsOf;
use crate::engine::Open;

/// Data older than this is marked stale.
const STALE_AFTER_HOURS: i64 = 24;

/// `07:42` today, `20 Nov 2025 07:42` otherwise.
pub fn moment(at: Timestamp, now: Timestamp, zone: Zone) -> String {
    let local = at.with_timezone(&zone);
    if local_date(at, zone) == local_date(now, zone) {
        local.format("%H:%M").to_string()
    } else {
        local.format("%-d %b %Y %H:%M").to_string()
    }
}

/// `1 h 30 min`, `45 s`, `none`.
pub fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    match (days, hours, minutes) {
        (0, 0, 0) if seconds == 0 => "none".to_owned(),
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, m) => format!("{m} min {:02} s", seconds % 60),
        (0, h, m) => format!("{h} h {m:02} min"),
        (d, h, _) => format!("{d} d {h:02} h"),
    }
}

impl Open {
    fn style(&self) -> NumberStyle {
        self.settings.number_style
    }

    /// Amount with symbol from minor units. A currency that is not known here stands beside the number as it is stored: it is
    /// never shown as another one.
    pub fn money(&self, minor: i64, currency: &str) -> String {
        match Currency::parse(currency) {
            Some(known) => format_money(Money::new(minor, known), self.style()),
            None => format!("{} {currency}", format_amount(Money::new(minor, Currency::Zar), self.style())),
        }
    }

    /// Amount with symbol.
    pub fn with_symbol(&self, amount: Money) -> String {
        format_money(amount, self.style())
    }

    /// Amount without symbol.
    pub fn plain(&self, amount: Money) -> String {
        format_amount(amount, self.style())
    }

    /// A stored instant in words.
    pub fn moment(&self, text: &str) -> String {
        parse_instant(text).map_or_else(|| text.to_owned(), |at| moment(at, self.now(), self.zone))
    }

    /// The as-of mark of something computed or received at `at`.
    pub fn as_of(&self, at: Option<Timestamp>, source: &str) -> AsOf {
        let now = self.now();
        AsOf {
            at: at.map(satchel_core::time::format_instant),
            text: at.map_or_else(|| "never".to_owned(), |at| moment(at, now, self.zone)),
            stale: at.is_none_or(|at| now - at > chrono::Duration::hours(STALE_AFTER_HOURS)),
            source: source.to_owned(),
        }
    }

    /// The as-of mark of the cache: the last completed sync.
    pub async fn cache_as_of(&self) -> AsOf {
        let at = self.sync.read().await.last_sync;
        self.as_of(at, if self.demo { "demo data on this laptop" } else { "last sync with the server" })
    }

    /// Today in the organisation's zone.
    pub fn today(&self) -> NaiveDate {
        local_date(self.now(), self.zone)
    }
}
