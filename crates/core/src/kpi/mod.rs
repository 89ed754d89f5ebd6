//! Key figures of sales (RULES KPI 4). Invariant: a figure without a base is absent, never 0 or 100.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::money::Exact;

/// A version of a quote as the conversion counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentVersion {
    /// Number, the same for all versions.
    pub number: String,
    /// Local date of sending.
    pub sent_on: NaiveDate,
    /// This version became an order.
    pub became_order: bool,
}

/// Quotes of a cohort and what became of them, seen to date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversion {
    /// Numbers whose first version was sent in the month.
    pub sent: u32,
    /// Of these, the numbers that became an order.
    pub orders: u32,
}

impl Conversion {
    /// Percent with one decimal; `None` when nothing was sent.
    pub fn pct(&self) -> Option<Exact> {
        percent(self.orders, self.sent)
    }
}

fn percent(part: u32, whole: u32) -> Option<Exact> {
    if whole == 0 {
        return None;
    }
    Exact::round_ratio(&Exact::from(i64::from(part) * 100), &Exact::from(i64::from(whole)), 1)
}

/// A calendar month, e.g. 2025-11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Parses `2025-11`.
    pub fn parse(text: &str) -> Option<Self> {
        format!("{text}-01").parse().ok().map(Self::of)
    }

    /// The month before.
    pub fn before(self) -> Self {
        if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { year: self.year, month: self.month - 1 }
        }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Quote-to-order conversion by cohort: a number belongs to the month of its first sent version (KPI 4).
pub fn conversions(versions: &[SentVersion]) -> BTreeMap<Month, Conversion> {
    let mut first: BTreeMap<&str, NaiveDate> = BTreeMap::new();
    let mut ordered: BTreeSet<&str> = BTreeSet::new();
    for version in versions {
        let day = first.entry(&version.number).or_insert(version.sent_on);
        *day = (*day).min(version.sent_on);
        if version.became_order {
            ordered.insert(&version.number);
        }
    }
    let mut months: BTreeMap<Month, Conversion> = BTreeMap::new();
    for (number, day) in first {
        let cohort = months.entry(Month::of(day)).or_default();
        cohort.sent += 1;
        cohort.orders += u32::from(ordered.contains(number));
    }
    months
}

/// Won / (won + lost) in percent with one decimal; `None` when nothing was decided (KPI 4).
pub fn win_rate(won: u32, lost: u32) -> Option<Exact> {
    percent(won, won.checked_add(lost)?)
}
