//! SLA uptime and credits (RULES SLA). Invariant: whole seconds of real elapsed time, compared exactly; only display and
//! credit are rounded.

mod credit;
mod intervals;
pub mod status;
mod windows;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

pub use credit::{CreditMode, CreditTerms, HourRounding, Limit, PctTier, Scope, credit_note};
pub use windows::{AdhocWindow, RecurringWindow, Weekday};

use crate::money::{Currency, Exact, Money, MoneyError};
use crate::time::{Timestamp, Zone, start_of_day};
use intervals::{Interval, clip, subtract, total_seconds, union};

crate::words! {
    /// How bad an incident is.
    pub enum Severity as "IncidentSeverity" {
        /// No service.
        Outage = "outage",
        /// Impaired.
        Degraded = "degraded",
    }
}

crate::words! {
    /// Whose fault it was.
    pub enum Cause as "IncidentCause" {
        /// Ours.
        Provider = "provider",
        /// The customer's: excluded.
        Customer = "customer",
        /// Force majeure: excluded.
        ForceMajeure = "force_majeure",
        /// Power at the customer's site: excluded.
        CustomerPower = "customer_power",
    }
}

/// An incident at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incident {
    /// Start.
    pub start: Timestamp,
    /// End; open when absent.
    pub end: Option<Timestamp>,
    /// Severity.
    pub severity: Severity,
    /// Cause.
    pub cause: Cause,
}

/// What the agreed service time is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denominator {
    /// Period − maintenance (ITIL agreed service time).
    Agreed,
    /// The whole period.
    Calendar,
}

/// Terms of an SLA agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTerms {
    /// Guaranteed uptime in percent.
    pub guarantee_pct: Exact,
    /// Degraded service counts as downtime.
    pub degraded_counts: bool,
    /// Recurring maintenance windows.
    pub maintenance_recurring: Vec<RecurringWindow>,
    /// Hours of notice an ad-hoc window needs.
    pub notice_hours: u32,
    /// Denominator.
    pub denominator: Denominator,
    /// Credit.
    pub credit: CreditMode,
    /// Most credit per month, plain decimal.
    pub cap: Option<String>,
}

/// A month to measure at a site.
#[derive(Debug, Clone)]
pub struct SiteMonth<'a> {
    /// Zone of the agreement.
    pub zone: Zone,
    /// First day of the month.
    pub month: NaiveDate,
    /// Agreement from (inclusive) and to (exclusive).
    pub effective: (Option<NaiveDate>, Option<NaiveDate>),
    /// Service from (inclusive) and to (exclusive).
    pub service: (Option<NaiveDate>, Option<NaiveDate>),
    /// Now: the period ends here at the latest.
    pub now: Timestamp,
    /// There is monitoring data.
    pub monitored: bool,
    /// Incidents that affect the site.
    pub incidents: &'a [Incident],
    /// Degraded service counts.
    pub degraded_counts: bool,
    /// Recurring windows.
    pub recurring: &'a [RecurringWindow],
    /// Ad-hoc windows.
    pub adhoc: &'a [AdhocWindow],
    /// Hours of notice an ad-hoc window needs.
    pub notice_hours: u32,
    /// Denominator.
    pub denominator: Denominator,
    /// Guarantee in percent.
    pub guarantee_pct: &'a Exact,
    /// Credit terms.
    pub credit: CreditTerms<'a>,
    /// Currency of the credit.
    pub currency: Currency,
}

/// The measured month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteMonthResult {
    /// Seconds of the period.
    pub period_s: i64,
    /// Seconds of announced maintenance.
    pub maintenance_s: i64,
    /// Agreed service time, seconds.
    pub agreed_s: i64,
    /// Downtime that counts, seconds.
    pub downtime_s: i64,
    /// There is a figure at all.
    pub measured: bool,
    /// Cut to 3 decimals.
    pub uptime_display: Option<String>,
    /// 8 decimals.
    pub uptime_exact: Option<String>,
    /// Below the guarantee.
    pub breach: bool,
    /// Proposed credit.
    pub credit: Money,
    /// What limited it.
    pub limited_by: Option<Limit>,
}

/// Why a month cannot be measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlaError {
    /// A window without length, or a time that is none.
    #[error("a maintenance window is not valid")]
    BadWindow,
    /// An interval that ends before it starts.
    #[error("an interval ends before it starts")]
    BadInterval,
    /// Percentage tiers need the site's fee.
    #[error("percentage tiers need the site's fee")]
    FeeRequired,
    /// A month that is none.
    #[error("not a month")]
    BadPeriod,
    /// Too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl SlaError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadWindow => "bad_window",
            Self::BadInterval => "bad_interval",
            Self::FeeRequired => "fee_required",
            Self::BadPeriod => "bad_period",
            Self::Money(error) => error.code(),
        }
    }
}

/// Measures a month (SLA 1-6).
pub fn site_month(input: &SiteMonth<'_>) -> Result<SiteMonthResult, SlaError> {
    if input.credit.needs_fee() && input.credit.fee.is_none() {
        return Err(SlaError::FeeRequired);
    }
    let period = period(input)?;
    let maintenance = clip(&windows::all(input, period)?, period);
    let maintenance_s = total_seconds(&maintenance);
    let period_s = period.seconds();
    let agreed_s = match input.denominator {
        Denominator::Agreed => period_s - maintenance_s,
        Denominator::Calendar => period_s,
    };
    let down = downtime(input, period, &maintenance)?;
    let downtime_s = total_seconds(&down);
    let measured = input.monitored && agreed_s > 0;
    let uptime = measured.then(|| uptime(agreed_s, downtime_s));
    let breach = measured && below(agreed_s, downtime_s, input.guarantee_pct);
    let (credit, limited_by) = if breach {
        input.credit.compute(input.currency, agreed_s, downtime_s, input.guarantee_pct)?
    } else {
        (Money::zero(input.currency), None)
    };
    Ok(SiteMonthResult {
        period_s,
        maintenance_s,
        agreed_s,
        downtime_s,
        measured,
        uptime_display: uptime.as_ref().map(|(display, _)| display.clone()),
        uptime_exact: uptime.map(|(_, exact)| exact),
        breach,
        credit,
        limited_by,
    })
}

/// Uptime in percent: (cut to 3 decimals, rounded to 8).
fn uptime(agreed_s: i64, downtime_s: i64) -> (String, String) {
    let top = Exact::from(agreed_s - downtime_s).mul(&Exact::from(100));
    let bottom = Exact::from(agreed_s);
    let display = Exact::truncate_ratio(&top, &bottom, 3).unwrap_or_else(Exact::zero).to_fixed(3);
    let exact = Exact::round_ratio(&top, &bottom, 8).unwrap_or_else(Exact::zero).to_fixed(8);
    (display, exact)
}

/// `uptime < guarantee`, compared exactly (SLA 5).
fn below(agreed_s: i64, downtime_s: i64, guarantee_pct: &Exact) -> bool {
    let up = Exact::from(agreed_s - downtime_s).mul(&Exact::from(100));
    up < guarantee_pct.mul(&Exact::from(agreed_s))
}

fn period(input: &SiteMonth<'_>) -> Result<Interval, SlaError> {
    let first = input.month.with_day(1).ok_or(SlaError::BadPeriod)?;
    let next = first.checked_add_months(chrono::Months::new(1)).ok_or(SlaError::BadPeriod)?;
    let from = [Some(first), input.effective.0, input.service.0].into_iter().flatten().max().unwrap_or(first);
    let to = [Some(next), input.effective.1, input.service.1].into_iter().flatten().min().unwrap_or(next);
    let start = start_of_day(from, input.zone);
    let end = start_of_day(to, input.zone).min(input.now).max(start);
    Ok(Interval { start: start.timestamp(), end: end.timestamp() })
}

fn downtime(input: &SiteMonth<'_>, period: Interval, maintenance: &[Interval]) -> Result<Vec<Interval>, SlaError> {
    let mut ours = Vec::new();
    let mut excluded = Vec::new();
    for incident in input.incidents {
        let start = incident.start.timestamp();
        let end = incident.end.map_or(period.end.max(start), |end| end.timestamp());
        if end < start {
            return Err(SlaError::BadInterval);
        }
        if incident.severity == Severity::Degraded && !input.degraded_counts {
            continue;
        }
        let interval = Interval { start, end };
        match incident.cause {
            Cause::Provider => ours.push(interval),
            Cause::Customer | Cause::ForceMajeure | Cause::CustomerPower => excluded.push(interval),
        }
    }
    let down = clip(&union(ours), period);
    Ok(subtract(&subtract(&down, &union(excluded)), maintenance))
}

/// One site in a roll-up.
#[derive(Debug, Clone)]
pub struct RollupSite {
    /// Agreed service time, seconds.
    pub agreed_s: i64,
    /// Downtime, seconds.
    pub downtime_s: i64,
    /// Guarantee in percent.
    pub guarantee_pct: Exact,
    /// There is monitoring data.
    pub monitored: bool,
}

/// An account's roll-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollup {
    /// 8 decimals; `None` without a measured site.
    pub uptime_exact: Option<String>,
    /// Cut to 3 decimals.
    pub uptime_display: Option<String>,
    /// Sites measured.
    pub sites_measured: u32,
    /// Sites meeting their guarantee.
    pub sites_meeting: u32,
    /// Meeting / measured in percent, 1 decimal.
    pub compliance_pct: Option<String>,
}

/// Sums over measured sites: the overall uptime is not the average of sites (SLA 8).
pub fn rollup(sites: &[RollupSite]) -> Rollup {
    let measured: Vec<&RollupSite> = sites.iter().filter(|site| site.monitored && site.agreed_s > 0).collect();
    let agreed: i64 = measured.iter().map(|site| site.agreed_s).sum();
    let down: i64 = measured.iter().map(|site| site.downtime_s).sum();
    let meeting = measured.iter().filter(|s| !below(s.agreed_s, s.downtime_s, &s.guarantee_pct)).count();
    let figure = (!measured.is_empty()).then(|| uptime(agreed, down));
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let percent = |n: usize| Exact::from(i64::from(count(n))).mul(&Exact::from(100));
    Rollup {
        uptime_display: figure.as_ref().map(|(display, _)| display.clone()),
        uptime_exact: figure.map(|(_, exact)| exact),
        sites_measured: count(measured.len()),
        sites_meeting: count(meeting),
        compliance_pct: Exact::round_ratio(&percent(meeting), &Exact::from(i64::from(count(measured.len()))), 1)
            .map(|pct| pct.to_fixed(1)),
    }
}

/// `YYYY-MM` as the month's first day.
pub fn parse_month(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
    (date.format("%Y-%m").to_string() == text).then_some(date)
}

/// The month of a date as `YYYY-MM`.
pub fn month_of(date: NaiveDate) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}
