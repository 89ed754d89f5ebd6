//! SLA status of an account's sites from its rows: what the server computes each time incidents change, and what the local
//! demo workspace computes once. Invariant: only these functions make `sla_*` rows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::{
    CreditTerms, Incident, RollupSite, SiteMonth, SiteMonthResult, SlaError, SlaTerms, month_of, rollup, site_month,
};
use crate::canonical_json::sha256_hex;
use crate::money::{Currency, Exact, Money};
use crate::time::{Timestamp, Zone, format_instant_ms, local_date};
use crate::wire::rows::{Row, RowError};

/// An account with what its SLA depends on.
#[derive(Debug, Clone)]
pub struct AccountService<'a> {
    /// Account id.
    pub account_id: Uuid,
    /// Its sites' rows.
    pub sites: &'a [Row],
    /// Its agreements' rows.
    pub agreements: &'a [Row],
    /// Its incidents' rows.
    pub incidents: &'a [Row],
}

/// Why status cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// A stored row is malformed.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A rule refuses its inputs.
    #[error(transparent)]
    Sla(#[from] SlaError),
    /// The terms hold an amount that is none.
    #[error("an agreement's cap is not an amount")]
    BadCap,
    /// A site's monthly price is none.
    #[error("a site's monthly price is not an amount")]
    BadFee,
}

/// Stable id of a site's or account's month, so that computing again replaces the row.
pub fn month_row_id(subject: Uuid, month: &str) -> Uuid {
    let digest = sha256_hex(format!("{subject}/{month}").as_bytes());
    let bytes = hex::decode(&digest[..32]).ok().and_then(|b| <[u8; 16]>::try_from(b).ok()).unwrap_or_default();
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Rows of one month: one per site under an agreement, and the account's roll-up.
pub fn account_month(
    service: &AccountService<'_>,
    month: NaiveDate,
    zone: Zone,
    now: Timestamp,
) -> Result<Vec<Row>, StatusError> {
    let Some(agreement) = agreement_of(service.agreements, month)? else { return Ok(Vec::new()) };
    let terms: SlaTerms = agreement.parse("terms")?;
    let effective = (Some(agreement.parse("effective_from")?), agreement.parse("effective_to")?);
    let by_site = incidents_by_site(service.incidents)?;
    let closed = local_date(now, zone) >= next_month(month);
    let mut rows = Vec::new();
    let mut sites = Vec::new();
    let mut credit = None;
    for site in service.sites.iter().filter(|site| site.text("service_status").is_ok_and(|s| s != "none")) {
        let currency: Currency = site.parse("currency")?;
        let none = Vec::new();
        let incidents = by_site.get(&site.id()).unwrap_or(&none);
        let result = measure(site, &terms, effective, incidents, (month, zone, now), currency)?;
        sites.push(RollupSite {
            agreed_s: result.agreed_s,
            downtime_s: result.downtime_s,
            guarantee_pct: terms.guarantee_pct.clone(),
            monitored: result.measured,
        });
        let sum = credit.unwrap_or(Money::zero(currency));
        credit = Some(sum.add(result.credit).map_err(SlaError::from)?);
        rows.push(site_row(site, service.account_id, month, &terms.guarantee_pct, &result, closed, now));
    }
    let Some(credit) = credit else { return Ok(Vec::new()) };
    rows.push(account_row(service.account_id, month, &sites, credit, closed, now));
    Ok(rows)
}

fn next_month(month: NaiveDate) -> NaiveDate {
    month.checked_add_months(chrono::Months::new(1)).unwrap_or(NaiveDate::MAX)
}

/// The agreement in force at some time of the month; the one that starts last wins.
fn agreement_of(agreements: &[Row], month: NaiveDate) -> Result<Option<&Row>, StatusError> {
    let mut best: Option<(NaiveDate, &Row)> = None;
    for row in agreements {
        let from: NaiveDate = row.parse("effective_from")?;
        let to: Option<NaiveDate> = row.parse("effective_to")?;
        let overlaps = from < next_month(month) && to.is_none_or(|to| to > month);
        if overlaps && best.is_none_or(|(start, _)| from > start) {
            best = Some((from, row));
        }
    }
    Ok(best.map(|(_, row)| row))
}

fn incidents_by_site(rows: &[Row]) -> Result<BTreeMap<Uuid, Vec<Incident>>, StatusError> {
    let mut by_site: BTreeMap<Uuid, Vec<Incident>> = BTreeMap::new();
    for row in rows {
        let incident = Incident {
            start: row.parse("started_at")?,
            end: row.parse("ended_at")?,
            severity: row.parse("severity")?,
            cause: row.parse("cause")?,
        };
        for site in row.parse::<Vec<Uuid>>("site_ids")? {
            by_site.entry(site).or_default().push(incident);
        }
    }
    Ok(by_site)
}

fn measure(
    site: &Row,
    terms: &SlaTerms,
    effective: (Option<NaiveDate>, Option<NaiveDate>),
    incidents: &[Incident],
    (month, zone, now): (NaiveDate, Zone, Timestamp),
    currency: Currency,
) -> Result<SiteMonthResult, StatusError> {
    let cap = terms.cap.as_deref().map(|text| Money::parse(text, currency)).transpose();
    let fee = site.text_or_null("monthly").map(|text| Money::parse(text, currency)).transpose();
    let fee = fee.map_err(|_| StatusError::BadFee)?;
    Ok(site_month(&SiteMonth {
        zone,
        month,
        effective,
        service: (site.parse("service_from")?, site.parse("service_to")?),
        now,
        monitored: site.flag("monitored")?,
        incidents,
        degraded_counts: terms.degraded_counts,
        recurring: &terms.maintenance_recurring,
        adhoc: &[],
        notice_hours: terms.notice_hours,
        denominator: terms.denominator,
        guarantee_pct: &terms.guarantee_pct,
        credit: CreditTerms { mode: &terms.credit, cap: cap.map_err(|_| StatusError::BadCap)?, fee },
        currency,
    })?)
}

fn site_row(
    site: &Row,
    account_id: Uuid,
    month: NaiveDate,
    guarantee: &Exact,
    result: &SiteMonthResult,
    closed: bool,
    now: Timestamp,
) -> Row {
    let month = month_of(month);
    Row::new("sla_site_months", month_row_id(site.id(), &month), site.scope_id())
        .with("account_id", json!(account_id))
        .with("site_id", json!(site.id()))
        .with("month", month)
        .with("guarantee_pct", guarantee.to_string())
        .with("period_s", result.period_s)
        .with("maintenance_s", result.maintenance_s)
        .with("agreed_s", result.agreed_s)
        .with("downtime_s", result.downtime_s)
        .with("measured", result.measured)
        .with("uptime_exact", result.uptime_exact.clone())
        .with("uptime_display", result.uptime_display.clone())
        .with("breach", result.breach)
        .with("credit", result.credit.to_plain())
        .with("currency", result.credit.currency().code())
        .with("limited_by", result.limited_by.map(super::Limit::as_str))
        .with("closed", closed)
        .with("computed_at", format_instant_ms(now))
}

fn account_row(
    account_id: Uuid,
    month: NaiveDate,
    sites: &[RollupSite],
    credit: Money,
    closed: bool,
    now: Timestamp,
) -> Row {
    let total = rollup(sites);
    let month = month_of(month);
    Row::new("sla_account_months", month_row_id(account_id, &month), account_id)
        .with("account_id", json!(account_id))
        .with("month", month)
        .with("uptime_display", total.uptime_display)
        .with("compliance_pct", total.compliance_pct)
        .with("sites_measured", total.sites_measured)
        .with("sites_meeting", total.sites_meeting)
        .with("sites_total", sites.len())
        .with("credit", credit.to_plain())
        .with("currency", credit.currency().code())
        .with("closed", closed)
        .with("computed_at", format_instant_ms(now))
}
