//! The SLA job: computes the running and the last closed month of every account from its incidents, through the one write
//! door, and writes only what changed.

use anyhow::Result;
use chrono::{Datelike, Months, Utc};
use satchel_core::ids::OrgId;
use satchel_core::sla::status::{AccountService, account_month};
use satchel_core::time::{Timestamp, local_date, parse_zone};
use satchel_core::wire::rows::Row;
use sqlx::PgPool;
use uuid::Uuid;

use crate::rows::{load, load_by, put};
use crate::tenant::{org_tx, tenant_tx};

/// Computes the SLA status of one organisation as of `now`; returns the rows written.
pub async fn compute(pool: &PgPool, org: OrgId, now: Timestamp) -> Result<usize> {
    let mut tx = org_tx(pool, org).await?;
    let accounts: Vec<Uuid> = sqlx::query_scalar("SELECT DISTINCT account_id FROM sla_agreements ORDER BY account_id")
        .fetch_all(&mut *tx)
        .await?;
    drop(tx);
    let mut written = 0;
    for account in accounts {
        written += compute_account(pool, org, account, now).await?;
    }
    Ok(written)
}

async fn compute_account(pool: &PgPool, org: OrgId, account: Uuid, now: Timestamp) -> Result<usize> {
    let mut tenant = tenant_tx(pool, org).await?;
    let conn = &mut *tenant.tx;
    let Some(organisation) = load(conn, "organisations", org.0).await? else { return Ok(0) };
    let zone = parse_zone(organisation.text("zone")?).ok_or_else(|| anyhow::anyhow!("unknown zone"))?;
    let sites = load_by(conn, "sites", "account_id", account).await?;
    let agreements = load_by(conn, "sla_agreements", "account_id", account).await?;
    let incidents = load_by(conn, "incidents", "account_id", account).await?;
    let service = AccountService { account_id: account, sites: &sites, agreements: &agreements, incidents: &incidents };
    let this_month = local_date(now, zone).with_day(1).unwrap_or_else(|| local_date(now, zone));
    let mut changed: [Vec<Row>; 2] = [Vec::new(), Vec::new()];
    for back in [1, 0] {
        let month = this_month.checked_sub_months(Months::new(back)).unwrap_or(this_month);
        for row in account_month(&service, month, zone, now)? {
            let known = load(conn, row.table().name, row.id()).await?;
            // A closed month never changes again; the running one changes only when a figure does.
            let keep = known.as_ref().is_some_and(|old| old.flag("closed").unwrap_or(false) || same(old, &row));
            if !keep {
                changed[usize::from(row.table().name == "sla_account_months")].push(row);
            }
        }
    }
    let count = changed.iter().map(Vec::len).sum();
    if count == 0 {
        return Ok(0);
    }
    for rows in &changed {
        put(conn, org, rows).await?;
    }
    tenant.tx.commit().await?;
    Ok(count)
}

/// Equal but for when it was computed and the period that grows with the clock, unless there was downtime.
fn same(old: &Row, new: &Row) -> bool {
    ["uptime_display", "downtime_s", "breach", "credit", "sites_measured", "sites_meeting", "compliance_pct"]
        .iter()
        .all(|column| old.get(column) == new.get(column))
}

/// Computes every organisation's status again and again.
pub async fn run_forever(pool: PgPool, every: std::time::Duration) {
    loop {
        tokio::time::sleep(every).await;
        // The application's role sees one organisation at a time; the list of them comes from the sign-in function's owner.
        let orgs: Vec<Uuid> = match sqlx::query_scalar("SELECT id FROM list_tenants() AS id").fetch_all(&pool).await {
            Ok(orgs) => orgs,
            Err(error) => {
                tracing::warn!(%error, "the SLA job could not list the organisations");
                continue;
            }
        };
        for org in orgs {
            match compute(&pool, OrgId(org), Utc::now()).await {
                Ok(rows) => tracing::info!(%org, rows, "SLA status computed"),
                Err(error) => tracing::warn!(%org, %error, "SLA status could not be computed"),
            }
        }
    }
}
