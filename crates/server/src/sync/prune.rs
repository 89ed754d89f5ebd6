//! Tombstones live 30 days; a laptop that was away longer loads again.

use satchel_core::ids::OrgId;
use sqlx::PgPool;

use crate::tenant::org_tx;

/// Removes lists that were handed in with forms nobody sent.
pub async fn prune_lists(pool: &PgPool, org: OrgId) -> Result<u64, sqlx::Error> {
    let mut tx = org_tx(pool, org).await?;
    let gone = sqlx::query("DELETE FROM request_lists WHERE org_id = $1 AND created_at < now() - interval '1 day'")
        .bind(org.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}

/// Removes old tombstones of an organisation and moves its horizon. Returns how many went.
pub async fn prune(pool: &PgPool, org: OrgId, days: i32) -> Result<u64, sqlx::Error> {
    let mut tx = org_tx(pool, org).await?;
    // The counter row first, as every writer: no pull sees the horizon without the pruning or the other way round.
    sqlx::query("SELECT version FROM sync_tenant FOR UPDATE").execute(&mut *tx).await?;
    let newest: Option<i64> = sqlx::query_scalar(
        "SELECT max(sync_version) FROM tombstones WHERE removed_at < now() - make_interval(days => $1)",
    )
    .bind(days)
    .fetch_one(&mut *tx)
    .await?;
    let Some(newest) = newest else { return Ok(0) };
    let gone = sqlx::query("DELETE FROM tombstones WHERE sync_version <= $1").bind(newest).execute(&mut *tx).await?;
    sqlx::query("UPDATE sync_tenant SET horizon = greatest(horizon, $1)").bind(newest).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}
