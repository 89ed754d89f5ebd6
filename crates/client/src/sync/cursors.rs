//! How far the cache is: one version for all scopes, and those that stand elsewhere by name.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::ids::ScopeId;
use satchel_core::wire::{Cursors, SCHEMA, scopes_digest};
use sqlx::AssertSqlSafe;

use crate::api::CommandError;
use crate::store::{Store, WriteTx};

/// Reads them. A cache that an older program filled lacks what this one knows more of: all of it is wanted again.
pub(super) async fn load(store: &Store) -> Result<Cursors, CommandError> {
    let mut conn = store.read().acquire().await?;
    let meta: Vec<(String, i64)> = sqlx::query_as(
        "SELECT key, CAST(value AS INTEGER) FROM meta WHERE key IN ('cursor_at', 'cursor_scopes', 'schema')",
    )
    .fetch_all(&mut *conn)
    .await?;
    let meta: BTreeMap<String, u64> = meta.into_iter().map(|(key, value)| (key, value.unsigned_abs())).collect();
    let own: Vec<(String, i64)> =
        sqlx::query_as("SELECT scope_id, version FROM cursors WHERE version IS NOT NULL").fetch_all(&mut *conn).await?;
    let named = own.into_iter().filter_map(|(scope, at)| Some((ScopeId::parse(&scope).ok()?, at.unsigned_abs())));
    let of = |key: &str| meta.get(key).copied().unwrap_or(0);
    if of("schema") != u64::from(SCHEMA) {
        let all: Vec<String> = sqlx::query_scalar("SELECT scope_id FROM cursors").fetch_all(&mut *conn).await?;
        let named = all.iter().filter_map(|scope| Some((ScopeId::parse(scope).ok()?, 0)));
        return Ok(Cursors { named: named.collect(), ..Cursors::default() });
    }
    Ok(Cursors { at: of("cursor_at"), scopes: of("cursor_scopes"), named: named.collect() })
}

/// After a pull: scopes that came from the beginning are known, dropped ones are not, and all are at `version` but those
/// whose rows are not the server's.
pub(super) async fn save(
    tx: &mut WriteTx,
    version: u64,
    (fresh, dropped): (&[ScopeId], &[ScopeId]),
    mismatched: &[ScopeId],
) -> Result<(), CommandError> {
    let known = sqlx::query("UPDATE cursors SET version = NULL WHERE version IS NOT NULL");
    let mut changed = known.execute(tx.conn()).await?.rows_affected() > 0;
    changed |= !fresh.is_empty() || !dropped.is_empty() || !mismatched.is_empty();
    let insert = "INSERT INTO cursors (scope_id) SELECT value FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING";
    let remove = "DELETE FROM cursors WHERE scope_id IN (SELECT value FROM json_each(?1))";
    let again = "UPDATE cursors SET version = 0 WHERE scope_id IN (SELECT value FROM json_each(?1))";
    for (sql, scopes) in [(insert, fresh), (remove, dropped), (again, mismatched)] {
        if !scopes.is_empty() {
            let names: BTreeSet<String> = scopes.iter().map(ToString::to_string).collect();
            let names = serde_json::to_string(&names).map_err(|e| CommandError::new("sync.failed", e.to_string()))?;
            sqlx::query(AssertSqlSafe(sql)).bind(names).execute(tx.conn()).await?;
        }
    }
    if changed {
        let shared: Vec<String> =
            sqlx::query_scalar("SELECT scope_id FROM cursors WHERE version IS NULL").fetch_all(tx.conn()).await?;
        let digest = scopes_digest(shared.iter().filter_map(|scope| ScopeId::parse(scope).ok()));
        tx.set_meta("cursor_scopes", &digest.to_string()).await?;
    }
    tx.set_meta("schema", &SCHEMA.to_string()).await?;
    Ok(tx.set_meta("cursor_at", &version.to_string()).await?)
}

/// Every scope is wanted from the beginning; which ones there are stays known.
pub(super) async fn forget(tx: &mut WriteTx) -> Result<(), CommandError> {
    sqlx::query("UPDATE cursors SET version = 0").execute(tx.conn()).await?;
    share_nothing(tx).await
}

/// Names every scope with its version.
pub(super) async fn name(tx: &mut WriteTx) -> Result<(), CommandError> {
    sqlx::query(
        "UPDATE cursors SET version = (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'cursor_at') \
         WHERE version IS NULL",
    )
    .execute(tx.conn())
    .await?;
    share_nothing(tx).await
}

async fn share_nothing(tx: &mut WriteTx) -> Result<(), CommandError> {
    sqlx::query("DELETE FROM meta WHERE key IN ('cursor_at', 'cursor_scopes')").execute(tx.conn()).await?;
    Ok(())
}
