//! Who sees what: the catalogue is everybody's, accounts come by grant, everybody has a scope of their own; a technician's is seen by whoever sees everything.

use std::collections::BTreeMap;

use satchel_core::ids::{OrgId, ScopeId, UserId};
use satchel_core::wire::ScopeCheck;
use satchel_core::wire::tables::tables_in;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// Whether a person holds the organisation's own grant.
pub async fn sees_everything(conn: &mut PgConnection, org: OrgId, user: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM scope_grants WHERE user_id = $1 AND scope_id = $2)")
        .bind(user.0)
        .bind(org.0)
        .fetch_one(conn)
        .await
}

/// The scopes a person sees, sorted; the organisation's own first.
pub async fn of(conn: &mut PgConnection, org: OrgId, user: UserId) -> Result<Vec<Uuid>, sqlx::Error> {
    let accounts: Vec<Uuid> = if sees_everything(&mut *conn, org, user).await? {
        sqlx::query_scalar(
            "SELECT id FROM accounts UNION SELECT id FROM users WHERE role = 'technician' OR id = $1 ORDER BY id",
        )
        .bind(user.0)
        .fetch_all(conn)
        .await?
    } else {
        sqlx::query_scalar(
            "SELECT id FROM accounts WHERE id IN (SELECT scope_id FROM scope_grants WHERE user_id = $1) \
             UNION SELECT id FROM users WHERE id = $1 ORDER BY id",
        )
        .bind(user.0)
        .fetch_all(conn)
        .await?
    };
    Ok(std::iter::once(org.0).chain(accounts).collect())
}

/// Counts and digests of some scopes, as [`ScopeCheck`] defines them, over the tables a program of this schema knows.
pub async fn checks(
    conn: &mut PgConnection,
    scopes: &[Uuid],
    schema: u32,
) -> Result<BTreeMap<ScopeId, ScopeCheck>, sqlx::Error> {
    let mut checks: BTreeMap<ScopeId, ScopeCheck> =
        scopes.iter().map(|scope| (ScopeId(*scope), ScopeCheck::default())).collect();
    if scopes.is_empty() {
        return Ok(checks);
    }
    let parts: Vec<String> = tables_in(schema)
        .map(|spec| {
            format!(
                "SELECT scope_id, count(*), (sum(sync_version::numeric * (1 + ('x' || right(id::text, 4))::bit(16)::int)) \
                 % 9223372036854775808)::bigint FROM {} WHERE scope_id = ANY($1) GROUP BY scope_id",
                spec.name
            )
        })
        .collect();
    let rows: Vec<(Uuid, i64, i64)> =
        sqlx::query_as(AssertSqlSafe(parts.join(" UNION ALL "))).bind(scopes).fetch_all(conn).await?;
    for (scope, rows, digest) in rows {
        let check = checks.entry(ScopeId(scope)).or_default();
        check.rows += u64::try_from(rows).unwrap_or(0);
        check.digest = check.digest.wrapping_add(digest.unsigned_abs()) & i64::MAX.unsigned_abs();
    }
    Ok(checks)
}

/// How many rows scopes have: what a first load counts its progress against. Cheaper than their digests, and asked before the
/// first row goes out.
pub async fn rows_of(conn: &mut PgConnection, scopes: &[Uuid], schema: u32) -> Result<u64, sqlx::Error> {
    let parts: Vec<String> = tables_in(schema)
        .map(|spec| format!("SELECT count(*) AS n FROM {} WHERE scope_id = ANY($1)", spec.name))
        .collect();
    let sql = format!("SELECT sum(n)::bigint FROM ({}) counted", parts.join(" UNION ALL "));
    let rows: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(scopes).fetch_one(conn).await?;
    Ok(rows.map_or(0, i64::unsigned_abs))
}
