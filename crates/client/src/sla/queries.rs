//! Reading SLA status: figures the server computed, with their as-of time and where they come from.

use chrono::NaiveDate;
use satchel_core::sla::{CreditMode, SlaTerms, parse_month};
use satchel_core::time::parse_instant;
use sqlx::FromRow;

use super::view::{AccountSla, GetSiteSla, IncidentRow, ListSla, SiteSlaRow, SiteSlaView};
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{ListRequest, Window};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::lists::Asked;
use crate::words;

const SOURCE: &str = "computed by the server from incidents";

const ACCOUNTS: ListSpec = ListSpec {
    key: "m.id",
    select: "SELECT m.account_id, a.name AS account, m.month, m.closed, m.uptime_display, m.compliance_pct, m.sites_measured, \
        m.sites_meeting, m.sites_total, m.credit, m.currency, m.computed_at",
    from: "FROM sla_account_months m JOIN accounts a ON a.id = m.account_id",
    find: None,
    fields: &[
        Field::text("account", "a.name").joined(),
        Field::number("uptime", "CAST(m.uptime_display AS REAL)"),
        Field::count("sites_measured", "m.sites_measured"),
        Field::count("sites_meeting", "m.sites_meeting"),
        Field::word("currency", "m.currency"),
        Field::money("credit", "m.credit"),
    ],
    currency: Some("m.currency"),
    filters: &[("breach", "(CASE WHEN m.sites_meeting < m.sites_measured THEN 'yes' ELSE 'no' END) = ?")],
    sorts: &[("account", "a.name COLLATE NOCASE"), ("uptime", "CAST(m.uptime_display AS REAL)")],
    default_order: "m.month DESC, (m.sites_measured - m.sites_meeting) DESC, a.name COLLATE NOCASE",
    search: "a.name",
};

#[derive(FromRow)]
struct AccountMonth {
    account_id: String,
    account: String,
    month: String,
    closed: bool,
    uptime_display: Option<String>,
    compliance_pct: Option<String>,
    sites_measured: i64,
    sites_meeting: i64,
    sites_total: i64,
    credit: i64,
    currency: String,
    computed_at: String,
}

impl AccountMonth {
    fn view(self, open: &Open) -> AccountSla {
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        AccountSla {
            month_text: month_words(&self.month),
            credit_text: open.money(self.credit, &self.currency),
            as_of: open.as_of(parse_instant(&self.computed_at), SOURCE),
            account_id: self.account_id,
            account: self.account,
            month: self.month,
            closed: self.closed,
            uptime_text: self.uptime_display,
            compliance_text: self.compliance_pct,
            sites_measured: count(self.sites_measured),
            sites_meeting: count(self.sites_meeting),
            sites_total: count(self.sites_total),
        }
    }
}

fn month_words(month: &str) -> String {
    parse_month(month).map_or_else(|| month.to_owned(), |day: NaiveDate| day.format("%B %Y").to_string())
}

/// Months for which there are figures, newest first.
pub async fn months(engine: &Engine, _: Nothing) -> Result<Vec<String>, CommandError> {
    let open = engine.workspace().await?;
    let months = "SELECT DISTINCT month FROM sla_account_months ORDER BY month DESC";
    Ok(sqlx::query_scalar(months).fetch_all(open.store.read()).await?)
}

async fn month_or_last_closed(open: &Open, month: Option<&str>) -> Result<String, CommandError> {
    if let Some(month) = month {
        return Ok(month.to_owned());
    }
    let last: Option<String> = sqlx::query_scalar("SELECT max(month) FROM sla_account_months WHERE closed = 1")
        .fetch_one(open.store.read())
        .await?;
    Ok(last.unwrap_or_default())
}

/// A month of a list, of one account or all.
async fn asked(open: &Open, spec: &'static ListSpec, args: ListSla) -> Result<Asked, CommandError> {
    let mut fixed = Conditions::default();
    fixed.and("m.month = ?", &month_or_last_closed(open, args.month.as_deref()).await?);
    if let Some(account) = &args.account_id {
        fixed.and("m.account_id = ?", account);
    }
    Ok(Asked { spec, request: args.list, fixed })
}

/// The list as it is asked for.
pub(crate) async fn asked_accounts(open: &Open, args: ListSla) -> Result<Asked, CommandError> {
    asked(open, &ACCOUNTS, args).await
}

/// Roll-ups per account.
pub async fn accounts(engine: &Engine, args: ListSla) -> Result<Window<AccountSla>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked_accounts(&open, args).await?;
    let rows: Window<AccountMonth> = window(&open, spec, &request, fixed).await?;
    Ok(rows.map(|row| row.view(&open)))
}

/// The months of one account, newest first.
pub(crate) async fn of_account(open: &Open, account_id: &str) -> Result<Vec<AccountSla>, CommandError> {
    let mut fixed = Conditions::default();
    fixed.and("m.account_id = ?", account_id);
    let request = ListRequest { limit: 6, ..ListRequest::default() };
    let rows: Window<AccountMonth> = window(open, &ACCOUNTS, &request, fixed).await?;
    Ok(rows.rows.into_iter().map(|row| row.view(open)).collect())
}

const SITES: ListSpec = ListSpec {
    key: "m.id",
    select: "SELECT m.site_id, s.name AS site, m.account_id, a.name AS account, s.city, m.month, m.guarantee_pct, m.uptime_display, \
        m.agreed_s, m.downtime_s, m.maintenance_s, m.breach, m.credit, m.currency, m.limited_by, m.closed, m.computed_at",
    from: "FROM sla_site_months m JOIN sites s ON s.id = m.site_id JOIN accounts a ON a.id = m.account_id",
    find: None,
    fields: &[
        Field::text("site", "s.name").joined(),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("city", "s.city").joined().grouped(),
        Field::number("uptime", "CAST(m.uptime_display AS REAL)"),
        Field::count("downtime_s", "m.downtime_s"),
        Field::word("limited_by", "m.limited_by"),
        Field::word("currency", "m.currency"),
        Field::money("credit", "m.credit"),
    ],
    currency: Some("m.currency"),
    filters: &[
        ("breach", "(CASE WHEN m.breach = 1 THEN 'yes' ELSE 'no' END) = ?"),
        ("measured", "(CASE WHEN m.measured = 1 THEN 'yes' ELSE 'no' END) = ?"),
    ],
    sorts: &[
        ("site", "s.name COLLATE NOCASE"),
        ("uptime", "CAST(m.uptime_display AS REAL)"),
        ("downtime", "m.downtime_s"),
    ],
    default_order: "m.breach DESC, m.downtime_s DESC, s.name COLLATE NOCASE",
    search: "(s.name || ' ' || s.city || ' ' || a.name)",
};

#[derive(FromRow)]
struct SiteMonth {
    site_id: String,
    site: String,
    account_id: String,
    account: String,
    city: String,
    month: String,
    guarantee_pct: String,
    uptime_display: Option<String>,
    agreed_s: i64,
    downtime_s: i64,
    maintenance_s: i64,
    breach: bool,
    credit: i64,
    currency: String,
    limited_by: Option<String>,
    closed: bool,
    computed_at: String,
}

impl SiteMonth {
    fn view(self, open: &Open) -> SiteSlaRow {
        SiteSlaRow {
            downtime_text: words::duration(self.downtime_s),
            downtime_s: u32::try_from(self.downtime_s).unwrap_or(0),
            maintenance_text: words::duration(self.maintenance_s),
            credit_text: if self.credit == 0 { String::new() } else { open.money(self.credit, &self.currency) },
            as_of: open.as_of(parse_instant(&self.computed_at), SOURCE),
            site_id: self.site_id,
            site: self.site,
            account_id: self.account_id,
            account: self.account,
            city: self.city,
            month: self.month,
            guarantee_text: self.guarantee_pct,
            uptime_text: self.uptime_display,
            breach: self.breach,
            limited_by: self.limited_by,
            closed: self.closed,
        }
    }
}

/// The list as it is asked for.
pub(crate) async fn asked_sites(open: &Open, args: ListSla) -> Result<Asked, CommandError> {
    asked(open, &SITES, args).await
}

/// Status per site.
pub async fn sites(engine: &Engine, args: ListSla) -> Result<Window<SiteSlaRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked_sites(&open, args).await?;
    let rows: Window<SiteMonth> = window(&open, spec, &request, fixed).await?;
    Ok(rows.map(|row| row.view(&open)))
}

/// Where a site's figure comes from: the incidents, the agreed time, the terms.
pub async fn site(engine: &Engine, args: GetSiteSla) -> Result<SiteSlaView, CommandError> {
    let open = engine.workspace().await?;
    let month = parse_month(&args.month).ok_or_else(|| CommandError::new("sla.bad_month", &args.month).at("month"))?;
    let mut fixed = Conditions::default();
    fixed.and("m.month = ?", &args.month);
    fixed.and("m.site_id = ?", &args.site_id);
    let rows: Window<SiteMonth> =
        window(&open, &SITES, &ListRequest { limit: 1, ..ListRequest::default() }, fixed).await?;
    let row = rows.rows.into_iter().next().ok_or_else(|| CommandError::new("sla.not_measured", &args.site_id))?;
    let (agreed_s, account_id, currency) = (row.agreed_s, row.account_id.clone(), row.currency.clone());
    let formula_text = match &row.uptime_display {
        Some(uptime) => format!("({agreed_s} s − {} s) ÷ {agreed_s} s = {uptime} %", row.downtime_s),
        None => String::new(),
    };
    let next = month.checked_add_months(chrono::Months::new(1)).unwrap_or(month);
    let start = satchel_core::time::format_instant_ms(satchel_core::time::start_of_day(month, open.zone));
    let end = satchel_core::time::format_instant_ms(satchel_core::time::start_of_day(next, open.zone));
    let incidents: Vec<Incident> = sqlx::query_as(
        "SELECT i.id, i.number, json_array_length(i.site_ids) AS sites, a.name AS account, i.severity, i.cause, i.started_at, \
         i.ended_at, i.summary FROM incidents i JOIN accounts a ON a.id = i.account_id, json_each(i.site_ids) e \
         WHERE e.value = ?1 AND i.account_id = ?2 AND i.started_at < ?4 AND coalesce(i.ended_at, ?4) > ?3 ORDER BY i.started_at",
    )
    .bind(&args.site_id)
    .bind(&account_id)
    .bind(start)
    .bind(end)
    .fetch_all(open.store.read())
    .await?;
    Ok(SiteSlaView {
        row: row.view(&open),
        agreed_text: words::duration(agreed_s),
        agreed_s: u32::try_from(agreed_s).unwrap_or(0),
        formula_text,
        incidents: incidents.into_iter().map(|incident| incident.view(&open)).collect(),
        terms: terms(&open, &account_id, &currency).await?,
    })
}

/// What an account's latest agreement guarantees, a sentence each; empty without one.
pub(crate) async fn terms(open: &Open, account_id: &str, currency: &str) -> Result<Vec<String>, CommandError> {
    let text: Option<String> = sqlx::query_scalar(
        "SELECT terms FROM sla_agreements WHERE account_id = ?1 ORDER BY effective_from DESC LIMIT 1",
    )
    .bind(account_id)
    .fetch_optional(open.store.read())
    .await?;
    let Some(text) = text else { return Ok(Vec::new()) };
    let terms: SlaTerms = serde_json::from_str(&text).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    Ok(in_words(&terms, currency))
}

/// What terms guarantee, a sentence each.
pub(crate) fn in_words(terms: &SlaTerms, currency: &str) -> Vec<String> {
    let mut lines = vec![format!("Guaranteed uptime {} %", terms.guarantee_pct)];
    match &terms.credit {
        CreditMode::PerHour { per_hour, .. } => {
            lines.push(format!("Credit {currency} {} per hour of downtime in a breached month", per_hour.to_fixed(2)))
        }
        CreditMode::PctTiers { tiers } => {
            lines.extend(tiers.iter().map(|t| format!("Credit {} % of the fee below {} %", t.fee_pct, t.below_pct)));
        }
    }
    if let Some(cap) = &terms.cap {
        lines.push(format!("At most {currency} {cap} per site and month, and never more than its monthly charge"));
    }
    for window in &terms.maintenance_recurring {
        let day =
            serde_json::to_value(window.weekday).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        lines.push(format!("Maintenance {day} {} to {}, announced", window.start, window.end));
    }
    lines.push(
        if terms.degraded_counts {
            "Degraded service counts as downtime"
        } else {
            "Degraded service does not count as downtime"
        }
        .to_owned(),
    );
    lines
}

#[derive(FromRow)]
struct Incident {
    id: String,
    number: String,
    sites: i64,
    account: String,
    severity: String,
    cause: String,
    started_at: String,
    ended_at: Option<String>,
    summary: String,
}

impl Incident {
    fn view(self, open: &Open) -> IncidentRow {
        let start = parse_instant(&self.started_at).unwrap_or_else(|| open.now());
        let end = self.ended_at.as_deref().and_then(parse_instant);
        IncidentRow {
            duration_text: words::duration((end.unwrap_or_else(|| open.now()) - start).num_seconds().max(0)),
            started_text: open.moment(&self.started_at),
            ended_text: self.ended_at.as_deref().map(|text| open.moment(text)),
            id: self.id,
            number: self.number,
            sites: u32::try_from(self.sites).unwrap_or(0),
            account: self.account,
            severity: self.severity,
            cause: self.cause,
            summary: self.summary,
        }
    }
}

/// Open incidents, the latest first.
pub(crate) async fn open_incidents(open: &Open, limit: u32) -> Result<Vec<IncidentRow>, CommandError> {
    let rows: Vec<Incident> = sqlx::query_as(
        "SELECT i.id, i.number, json_array_length(i.site_ids) AS sites, a.name AS account, i.severity, i.cause, i.started_at, \
         i.ended_at, i.summary FROM incidents i JOIN accounts a ON a.id = i.account_id WHERE i.ended_at IS NULL \
         ORDER BY i.started_at DESC LIMIT ?1",
    )
    .bind(limit)
    .fetch_all(open.store.read())
    .await?;
    Ok(rows.into_iter().map(|row| row.view(open)).collect())
}
