//! SLA cases.

use serde_json::{Value, json};

use super::Output;
use super::read::{Input, bad};
use crate::sla::{
    AdhocWindow, CreditMode, CreditTerms, Incident, RecurringWindow, RollupSite, SiteMonth, credit_note, parse_month,
    rollup, site_month,
};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "site_month" => month(input),
        "rollup" => rollup_case(input),
        "credit_note" => credit_case(input),
        _ => return None,
    })
}

fn month(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let mut incidents = Vec::new();
    for incident in input.list("incidents")? {
        let end = if incident.get("end").is_null() { None } else { Some(incident.instant("end")?) };
        incidents.push(Incident {
            start: incident.instant("start")?,
            end,
            severity: incident.parse("severity")?,
            cause: incident.parse("cause")?,
        });
    }
    let mut adhoc = Vec::new();
    for window in input.list("maintenance_adhoc")? {
        adhoc.push(AdhocWindow {
            start: window.instant("start")?,
            end: window.instant("end")?,
            announced_at: window.instant("announced_at")?,
        });
    }
    let recurring: Vec<RecurringWindow> = input.parse("maintenance_recurring")?;
    let mode: CreditMode = input.parse("credit")?;
    let guarantee = input.dec("guarantee_pct")?;
    let result = site_month(&SiteMonth {
        zone: input.zone()?,
        month: parse_month(input.text("month")?).ok_or_else(|| bad("month"))?,
        effective: (input.date_or_null("effective_from")?, input.date_or_null("effective_to")?),
        service: (input.date_or_null("service_from")?, input.date_or_null("service_to")?),
        now: input.instant("now")?,
        monitored: input.flag("monitored")?,
        incidents: &incidents,
        degraded_counts: input.flag("degraded_counts")?,
        recurring: &recurring,
        adhoc: &adhoc,
        notice_hours: input.nat("notice_hours")?,
        denominator: input.parse("denominator")?,
        guarantee_pct: &guarantee,
        credit: CreditTerms {
            mode: &mode,
            cap: input.money_or_null("cap", currency)?,
            fee: input.money_or_null("fee", currency)?,
        },
        currency,
    })?;
    Ok(json!({
        "period_s": result.period_s, "maintenance_s": result.maintenance_s, "agreed_s": result.agreed_s,
        "downtime_s": result.downtime_s, "measured": result.measured, "uptime_display": result.uptime_display,
        "uptime_exact": result.uptime_exact, "breach": result.breach, "credit": result.credit,
        "limited_by": result.limited_by,
    }))
}

fn rollup_case(input: Input<'_>) -> Output {
    let mut sites = Vec::new();
    for site in input.list("sites")? {
        sites.push(RollupSite {
            agreed_s: site.int("agreed_s")?,
            downtime_s: site.int("downtime_s")?,
            guarantee_pct: site.dec("guarantee_pct")?,
            monitored: site.flag("monitored")?,
        });
    }
    let total = rollup(&sites);
    Ok(json!({
        "uptime_exact": total.uptime_exact, "uptime_display": total.uptime_display,
        "sites_measured": total.sites_measured, "sites_meeting": total.sites_meeting,
        "compliance_pct": total.compliance_pct,
    }))
}

fn credit_case(input: Input<'_>) -> Output {
    let (net, tax, total) = credit_note(input.money("credit", input.currency()?)?, &input.dec("tax_rate_pct")?)?;
    Ok(json!({ "net": net, "tax": tax, "total": total }))
}
