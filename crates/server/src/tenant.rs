//! Transactions of one organisation. Invariant: the organisation is set for row-level security before anything is read,
//! and a writer holds the counter row, so version order is commit order.

use crate::sync::CHANNEL;
use satchel_core::ids::OrgId;
use sqlx::{PgPool, Postgres, Transaction};

/// A transaction that may write synced rows, and the version its rows get.
pub struct TenantTx {
    /// The transaction.
    pub tx: Transaction<'static, Postgres>,
    /// Organisation version of everything written in it.
    pub version: i64,
    /// Organisation.
    pub org: OrgId,
}

/// Opens a transaction that only reads this organisation.
pub async fn read_tx(pool: &PgPool, org: OrgId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    set(&mut tx, "satchel.org_id", &org.to_string()).await?;
    Ok(tx)
}

/// Opens a transaction of this organisation for rows that are not synced.
pub async fn org_tx(pool: &PgPool, org: OrgId) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    set(&mut tx, "satchel.org_id", &org.to_string()).await?;
    Ok(tx)
}

/// The one write door: locks the organisation's counter row and takes the next version.
pub async fn tenant_tx(pool: &PgPool, org: OrgId) -> Result<TenantTx, sqlx::Error> {
    let mut tx = org_tx(pool, org).await?;
    let version: i64 =
        sqlx::query_scalar("UPDATE sync_tenant SET version = version + 1 WHERE org_id = $1 RETURNING version")
            .bind(org.0)
            .fetch_one(&mut *tx)
            .await?;
    set(&mut tx, "satchel.version", &version.to_string()).await?;
    // Told to every server when this commits, and never when it does not.
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(org.to_string()).execute(&mut *tx).await?;
    Ok(TenantTx { tx, version, org })
}

async fn set(tx: &mut Transaction<'static, Postgres>, name: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT set_config($1, $2, true)").bind(name).bind(value).execute(&mut **tx).await?;
    Ok(())
}
