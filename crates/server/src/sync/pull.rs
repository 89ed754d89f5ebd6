//! Pull: everything of the person's scopes above their cursors, up to one version, from one REPEATABLE READ transaction.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use satchel_core::ids::ScopeId;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::tables::{TABLES, TableSpec};
use satchel_core::wire::{Frame, PageToken, Pull};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::register::check_schema;
use crate::app::App;
use crate::envelope::{ApiError, open, refuse, seal};
use crate::rows::array_expression;
use crate::session::authenticate;
use crate::tenant::read_tx;

/// Rows of one put frame.
const ROWS_PER_FRAME: i64 = 2_000;

/// `POST /sync/v1/pull`
pub async fn pull(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    match gather(&app, &headers, &body).await {
        Ok(plain) => seal(&headers, StatusCode::OK, &plain),
        Err(error) => refuse(&headers, &error),
    }
}

async fn gather(app: &App, headers: &HeaderMap, body: &Bytes) -> Result<Vec<u8>, ApiError> {
    let request: Pull = open(headers, body)?;
    let (org, _) = authenticate(app, headers).await?;
    check_schema(request.schema)?;
    if request.epoch != app.epoch {
        return Err(ApiError::new(StatusCode::CONFLICT, "sync.epoch", "the server's database was restored"));
    }
    let mut tx = read_tx(&app.pool, org).await?;
    let version: i64 = sqlx::query_scalar("SELECT version FROM sync_tenant").fetch_one(&mut *tx).await?;
    let acked: Option<i64> = sqlx::query_scalar("SELECT last_seq FROM sync_client WHERE id = $1")
        .bind(request.client_id.0)
        .fetch_optional(&mut *tx)
        .await?;
    let unknown = || ApiError::new(StatusCode::CONFLICT, "sync.unknown_client", "this device is not registered");
    let acked = acked.ok_or_else(unknown)?;
    let snapshot = match &request.continue_from {
        Some(token) => i64::try_from(token.snapshot_version).unwrap_or(version).min(version),
        None => version,
    };
    let scopes = scopes(&mut tx, org.0).await?;
    let since = since(&scopes, &request.cursors);
    let mut page = Page { out: Vec::new(), limit: usize::try_from(request.max_bytes).unwrap_or(usize::MAX).clamp(64 * 1024, 24 << 20) };
    page.frame(&Frame::Head {
        epoch: app.epoch,
        acked_seq: u64::try_from(acked).unwrap_or(0),
        snapshot_version: u64::try_from(snapshot).unwrap_or(0),
        server_time: format_instant_ms(Utc::now()),
    });
    for dropped in request.cursors.keys().filter(|scope| !scopes.contains(&scope.0)) {
        page.frame(&Frame::DropScope { scope: *dropped });
    }
    let more = page.rows(&mut tx, &since, snapshot, request.continue_from.as_ref()).await?;
    if request.continue_from.is_none() {
        page.tombstones(&mut tx, &request.cursors, snapshot).await?;
    }
    let cursors = if more.is_some() {
        BTreeMap::new()
    } else {
        scopes.iter().map(|scope| (ScopeId(*scope), u64::try_from(snapshot).unwrap_or(0))).collect()
    };
    page.frame(&Frame::Tail { cursors, more, counts: BTreeMap::new() });
    Ok(page.out)
}

/// The person's scopes: the catalogue and, so far, every account of the organisation.
async fn scopes(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Uuid>, ApiError> {
    let mut scopes: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM accounts ORDER BY id").fetch_all(conn).await?;
    scopes.push(org);
    Ok(scopes)
}

/// Scopes grouped by the version from which they are wanted.
fn since(scopes: &[Uuid], cursors: &BTreeMap<ScopeId, u64>) -> Vec<(i64, Vec<Uuid>)> {
    let mut groups: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for scope in scopes {
        let from = cursors.get(&ScopeId(*scope)).copied().unwrap_or(0);
        groups.entry(i64::try_from(from).unwrap_or(i64::MAX)).or_default().push(*scope);
    }
    groups.into_iter().collect()
}

struct Page {
    out: Vec<u8>,
    limit: usize,
}

impl Page {
    fn frame(&mut self, frame: &Frame) {
        match serde_json::to_vec(frame) {
            Ok(bytes) => self.out.extend(bytes),
            Err(error) => tracing::error!(%error, "a frame could not be written"),
        }
        self.out.push(b'\n');
    }

    /// Rows table by table in order of (version, id), until the page is full.
    async fn rows(
        &mut self,
        conn: &mut PgConnection,
        since: &[(i64, Vec<Uuid>)],
        snapshot: i64,
        from: Option<&PageToken>,
    ) -> Result<Option<PageToken>, ApiError> {
        let first = from.and_then(|token| TABLES.iter().position(|spec| spec.name == token.table)).unwrap_or(0);
        for (index, spec) in TABLES.iter().enumerate().skip(first) {
            let mut after = match from {
                Some(token) if index == first => (i64::try_from(token.version).unwrap_or(0), token.id),
                _ => (-1, Uuid::nil()),
            };
            loop {
                let rows = window(conn, spec, since, snapshot, after).await?;
                let Some(last) = rows.last() else { break };
                let version = last.get(2).and_then(Value::as_i64).unwrap_or(0);
                let id = last.first().and_then(Value::as_str).and_then(|text| Uuid::parse_str(text).ok());
                after = (version, id.unwrap_or_default());
                let full = i64::try_from(rows.len()).unwrap_or(0) < ROWS_PER_FRAME;
                self.frame(&Frame::Put { t: spec.name.to_owned(), rows });
                if self.out.len() >= self.limit {
                    return Ok(Some(PageToken {
                        snapshot_version: u64::try_from(snapshot).unwrap_or(0),
                        table: spec.name.to_owned(),
                        version: u64::try_from(after.0).unwrap_or(0),
                        id: after.1,
                    }));
                }
                if full {
                    break;
                }
            }
        }
        Ok(None)
    }

    async fn tombstones(
        &mut self,
        conn: &mut PgConnection,
        cursors: &BTreeMap<ScopeId, u64>,
        snapshot: i64,
    ) -> Result<(), ApiError> {
        let Some(oldest) = cursors.values().min() else { return Ok(()) };
        let rows: Vec<(String, Uuid, Uuid)> = sqlx::query_as(
            "SELECT table_name, scope_id, id FROM tombstones WHERE sync_version > $1 AND sync_version <= $2 ORDER BY sync_version",
        )
        .bind(i64::try_from(*oldest).unwrap_or(i64::MAX))
        .bind(snapshot)
        .fetch_all(conn)
        .await?;
        for (t, scope, id) in rows {
            self.frame(&Frame::Remove { t, scope: ScopeId(scope), ids: vec![id] });
        }
        Ok(())
    }
}

async fn window(
    conn: &mut PgConnection,
    spec: &TableSpec,
    since: &[(i64, Vec<Uuid>)],
    snapshot: i64,
    after: (i64, Uuid),
) -> Result<Vec<Vec<Value>>, ApiError> {
    let mut froms = Vec::new();
    let mut scopes = Vec::new();
    for (from, group) in since {
        froms.extend(std::iter::repeat_n(*from, group.len()));
        scopes.extend(group.iter().copied());
    }
    let sql = format!(
        "SELECT {} FROM {} t JOIN unnest($1::uuid[], $2::bigint[]) AS w(scope, since) ON w.scope = t.scope_id \
         WHERE t.sync_version > w.since AND t.sync_version <= $3 AND (t.sync_version, t.id) > ($4, $5) \
         ORDER BY t.sync_version, t.id LIMIT {ROWS_PER_FRAME}",
        array_expression(spec),
        spec.name
    );
    let values: Vec<Value> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(scopes)
        .bind(froms)
        .bind(snapshot)
        .bind(after.0)
        .bind(after.1)
        .fetch_all(conn)
        .await?;
    Ok(values
        .into_iter()
        .filter_map(|value| match value {
            Value::Array(row) => Some(row),
            _ => None,
        })
        .collect())
}
