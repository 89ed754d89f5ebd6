//! Pull: everything of the person's scopes above their cursors, from one REPEATABLE READ transaction, in one body, so that
//! nothing torn can be shown. Rows go from Postgres into the compressor as the text Postgres made of them: the memory of a
//! pull is its compressed size, and less for a laptop that takes it while it is made.

use std::collections::BTreeSet;
use std::io::Write;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use futures::TryStreamExt;
use futures::channel::mpsc;
use satchel_core::ids::ScopeId;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::tables::{TableSpec, table, tables_in};
use satchel_core::wire::{Cursors, Frame, MAGIC, Pull};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::register::{admit, check_schema, heard_of};
use super::scopes;
use crate::app::App;
use crate::caller::{Caller, identify};
use crate::envelope::{ApiError, Incoming, refuse, send, send_as_made, takes_stream};
use crate::limits;
use crate::rows::array_of;
use crate::tenant::read_tx;

/// Rows of one put frame.
const ROWS_PER_FRAME: usize = 1_000;
/// Bytes after which a frame ends, so that large rows do not add up in the memory of whoever reads it.
const BYTES_PER_FRAME: usize = 4 * 1024 * 1024;
/// Compressed bytes that are given out at once.
const PIECE_BYTES: usize = 64 * 1024;

/// `POST /sync/v1/pull`
pub async fn pull(State(app): State<App>, mut incoming: Incoming) -> Response {
    let asked = Asked::new(&app, &mut incoming).await;
    let headers = incoming.headers;
    let asked = match asked {
        Ok(asked) => asked,
        Err(error) => return refuse(&headers, &error),
    };
    if !takes_stream(&headers) {
        return match whole(asked).await {
            Ok(sealed) => send(&headers, StatusCode::OK, sealed),
            Err(error) => refuse(&headers, &error),
        };
    }
    // However slow the laptop reads, the transaction is not held up by it: what was not fetched yet waits compressed.
    let (pieces, made) = mpsc::unbounded();
    tokio::spawn(async move {
        let failed = pieces.clone();
        if let Err(error) = as_made(asked, pieces).await {
            tracing::warn!(code = error.code, message = error.message, "a pull ended in the middle");
            // The connection breaks: the laptop forgets what it has of this answer.
            let _ = failed.unbounded_send(Err(std::io::Error::other(error.code)));
        }
    });
    send_as_made(&headers, Body::from_stream(made))
}

async fn whole(asked: Asked) -> Result<Vec<u8>, ApiError> {
    let mut out = Frames::new(None)?;
    asked.write(&mut out).await?;
    out.finish()
}

async fn as_made(asked: Asked, pieces: Pieces) -> Result<(), ApiError> {
    let mut out = Frames::new(Some(Outlet { pieces: pieces.clone(), hash: Sha256::new() }))?;
    asked.write(&mut out).await?;
    let last = out.finish()?;
    // Nobody there any more is no error of ours.
    let _ = pieces.unbounded_send(Ok(Bytes::from(last)));
    Ok(())
}

/// A pull that is in order: all that can be refused was.
struct Asked {
    app: App,
    request: Pull,
    tx: Transaction<'static, Postgres>,
    acked: i64,
    version: u64,
    visible: Vec<Uuid>,
    _turn: OwnedSemaphorePermit,
}

impl Asked {
    async fn new(app: &App, incoming: &mut Incoming) -> Result<Self, ApiError> {
        let Caller { org, actor, device, .. } = identify(app, &incoming.headers).await?;
        let request = incoming.open::<Pull>(app, limits::PULL).await?.value;
        check_schema(request.schema)?;
        let turn = app.heavy.clone().acquire_owned().await.map_err(|_| ApiError::busy())?;
        // One that has everything has nothing left to send: a device pulls after it has pushed.
        if request.cursors.at > 0 {
            heard_of(app, org, request.client_id, &device).await?;
        }
        let mut tx = read_tx(&app.pool, org).await?;
        let acked =
            admit(app, &mut tx, (request.client_id, request.incarnation, &device), request.epoch).await?.last_seq;
        let (version, horizon): (i64, i64) =
            sqlx::query_as("SELECT version, horizon FROM sync_tenant").fetch_one(&mut *tx).await?;
        let version = u64::try_from(version).unwrap_or(0);
        let horizon = u64::try_from(horizon).unwrap_or(0);
        let cursors = &request.cursors;
        if cursors.versions().any(|at| at > version) {
            return Err(ApiError::new(
                StatusCode::CONFLICT,
                "sync.cursor_future",
                "this database is behind the laptop",
            ));
        }
        if cursors.versions().any(|at| at < horizon) {
            return Err(ApiError::new(StatusCode::GONE, "sync.cursor_expired", "too long ago: load again"));
        }
        let visible = scopes::of(&mut tx, org, actor.id).await?;
        if !cursors.covers(visible.iter().map(|scope| ScopeId(*scope))) {
            return Err(ApiError::new(StatusCode::CONFLICT, "sync.scopes_changed", "name what is there"));
        }
        Ok(Self { app: app.clone(), request, tx, acked, version, visible, _turn: turn })
    }

    /// Writes the answer from the one transaction.
    async fn write(mut self, out: &mut Frames) -> Result<(), ApiError> {
        let (tx, visible, request, version) = (&mut self.tx, &self.visible, &self.request, self.version);
        let cursors = &request.cursors;
        let fresh: Vec<ScopeId> =
            visible.iter().map(|scope| ScopeId(*scope)).filter(|scope| cursors.of(*scope) == 0).collect();
        let from_the_beginning = fresh.len() == visible.len();
        // From the beginning it is told how much comes.
        let rows_to_come =
            if from_the_beginning { Some(scopes::rows_of(tx, visible, request.schema).await?) } else { None };
        out.frame(&Frame::Head {
            epoch: self.app.epoch,
            acked_seq: u64::try_from(self.acked).unwrap_or(0),
            snapshot_version: version,
            fresh,
            rows: rows_to_come,
            server_time: format_instant_ms(Utc::now()),
        })?;
        let seen: BTreeSet<Uuid> = visible.iter().copied().collect();
        for gone in cursors.named.keys().filter(|scope| !seen.contains(&scope.0)) {
            out.frame(&Frame::DropScope { scope: *gone })?;
        }
        // Nobody wrote since: there is nothing to look for.
        let mut changed = BTreeSet::new();
        if visible.iter().any(|scope| cursors.of(ScopeId(*scope)) != version) {
            let froms: Vec<i64> = visible.iter().map(|scope| signed(cursors.of(ScopeId(*scope)))).collect();
            let oldest = froms.iter().copied().min().unwrap_or(0);
            let known: Vec<_> = tables_in(request.schema).collect();
            let news = if oldest > 0 { tables_with_news(tx, &known, oldest).await? } else { known };
            changed = tombstones(out, tx, (cursors, request.schema), visible).await?;
            for spec in news {
                let columns = array_of(spec.columns_in(request.schema));
                changed.extend(rows(out, tx, (spec, &columns), (visible, &froms, oldest)).await?);
            }
        }
        // What a laptop has of nothing is also counted where there is nothing.
        let counted: Vec<Uuid> = match from_the_beginning {
            true => visible.clone(),
            false => changed.into_iter().filter(|scope| seen.contains(scope)).collect(),
        };
        let checks = scopes::checks(tx, &counted, request.schema).await?;
        out.frame(&Frame::Tail { checks })
    }
}

type Pieces = mpsc::UnboundedSender<Result<Bytes, std::io::Error>>;

/// Where an answer goes while it is made.
struct Outlet {
    pieces: Pieces,
    hash: Sha256,
}

/// Frames on their way into the compressor, and out of it when somebody takes them as they come.
struct Frames {
    encoder: zstd::Encoder<'static, Vec<u8>>,
    outlet: Option<Outlet>,
}

fn failed(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", error.to_string())
}

impl Frames {
    fn new(outlet: Option<Outlet>) -> Result<Self, ApiError> {
        let encoder = zstd::Encoder::new(MAGIC.to_vec(), 3).map_err(|e| failed(&e))?;
        Ok(Self { encoder, outlet })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.encoder.write_all(bytes).map_err(|e| failed(&e))?;
        let Some(outlet) = &mut self.outlet else { return Ok(()) };
        let made = self.encoder.get_mut();
        if made.len() < PIECE_BYTES {
            return Ok(());
        }
        let piece = std::mem::take(made);
        outlet.hash.update(&piece);
        // Whoever does not want it any more need not be worked for.
        outlet.pieces.unbounded_send(Ok(Bytes::from(piece))).map_err(|_| failed(&"the laptop is gone"))
    }

    fn frame(&mut self, frame: &Frame) -> Result<(), ApiError> {
        let mut line = serde_json::to_vec(frame).map_err(|e| failed(&e))?;
        line.push(b'\n');
        self.write(&line)
    }

    /// What was not given out yet; with the hash of all at its end, when some was.
    fn finish(self) -> Result<Vec<u8>, ApiError> {
        let mut last = self.encoder.finish().map_err(|e| failed(&e))?;
        if let Some(mut outlet) = self.outlet {
            outlet.hash.update(&last);
            last.extend_from_slice(hex::encode(outlet.hash.finalize()).as_bytes());
        }
        Ok(last)
    }
}

fn signed(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// Rows that are gone since the laptop's cursors; returns their scopes.
async fn tombstones(
    out: &mut Frames,
    conn: &mut PgConnection,
    (cursors, schema): (&Cursors, u32),
    visible: &[Uuid],
) -> Result<BTreeSet<Uuid>, ApiError> {
    let Some(oldest) = cursors.versions().min() else { return Ok(BTreeSet::new()) };
    let rows: Vec<(String, Uuid, Uuid, i64)> = sqlx::query_as(
        "SELECT table_name, scope_id, id, sync_version FROM tombstones WHERE sync_version > $1 AND scope_id = ANY($2) \
         ORDER BY sync_version",
    )
    .bind(signed(oldest))
    .bind(visible)
    .fetch_all(conn)
    .await?;
    let mut changed = BTreeSet::new();
    for (t, scope, id, version) in rows {
        let known = cursors.of(ScopeId(scope));
        if table(&t).is_none_or(|spec| spec.since > schema) {
            continue;
        }
        if known > 0 && u64::try_from(version).unwrap_or(0) > known {
            out.frame(&Frame::Remove { t, scope: ScopeId(scope), ids: vec![id] })?;
            changed.insert(scope);
        }
    }
    Ok(changed)
}

/// Most tables have nothing new: one look at their indexes says which have.
async fn tables_with_news(
    conn: &mut PgConnection,
    known: &[&'static TableSpec],
    since: i64,
) -> Result<Vec<&'static TableSpec>, ApiError> {
    let looks: Vec<String> = known
        .iter()
        .enumerate()
        .map(|(n, spec)| format!("SELECT {n} WHERE EXISTS (SELECT 1 FROM {} WHERE sync_version > $1)", spec.name))
        .collect();
    let news: Vec<i32> =
        sqlx::query_scalar(AssertSqlSafe(looks.join(" UNION ALL "))).bind(since).fetch_all(conn).await?;
    Ok(news.into_iter().filter_map(|n| known.get(usize::try_from(n).ok()?).copied()).collect())
}

/// Rows of one table above the cursors of their scopes; returns the scopes they are of.
async fn rows(
    out: &mut Frames,
    conn: &mut PgConnection,
    (spec, columns): (&TableSpec, &str),
    (scopes, froms, oldest): (&[Uuid], &[i64], i64),
) -> Result<BTreeSet<Uuid>, ApiError> {
    let sql = format!(
        "SELECT t.scope_id, {columns} FROM {} t JOIN unnest($1::uuid[], $2::bigint[]) AS w(scope, since) ON w.scope = t.scope_id \
         WHERE t.sync_version > $3 AND t.sync_version > w.since",
        spec.name
    );
    let mut found = sqlx::query(AssertSqlSafe(sql)).bind(scopes).bind(froms).bind(oldest).fetch(conn);
    let mut changed = BTreeSet::new();
    let (mut in_frame, mut bytes) = (0, 0);
    while let Some(row) = found.try_next().await? {
        changed.insert(row.try_get::<Uuid, _>(0)?);
        let text: &str = row.try_get(1)?;
        if in_frame == 0 {
            out.write(format!("{{\"f\":\"put\",\"t\":\"{}\",\"rows\":[", spec.name).as_bytes())?;
        } else {
            out.write(b",")?;
        }
        out.write(text.as_bytes())?;
        (in_frame, bytes) = (in_frame + 1, bytes + text.len());
        if in_frame == ROWS_PER_FRAME || bytes >= BYTES_PER_FRAME {
            out.write(b"]}\n")?;
            (in_frame, bytes) = (0, 0);
        }
    }
    if in_frame > 0 {
        out.write(b"]}\n")?;
    }
    Ok(changed)
}
