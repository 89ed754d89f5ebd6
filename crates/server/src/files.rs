//! Bytes of files. Invariant: only a file that a synced row names is taken or given, only to people who see that row, and it
//! is complete only when its digest is right.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use satchel_core::attachments::{CHUNK_BYTES, MAX_BYTES, media_type};
use satchel_core::ids::{OrgId, UserId};
use satchel_core::wire::files::{Chunk, Fetch, Fetched, Offer, Offered, Stored};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::app::App;
use crate::caller::{Caller, identify};
use crate::envelope::{ApiError, Incoming, Opened, answer};
use crate::limits;
use crate::sync::scopes;
use crate::tenant::org_tx;

/// `POST /files/v1/offer`
pub async fn offer(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let incoming = &mut incoming;
        let (mut tx, org, request) = begin::<Offer>(&app, incoming, |offer| &offer.sha256).await?;
        if request.size == 0 || request.size > MAX_BYTES {
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "attachment.too_large", "1 byte to 25 MB"));
        }
        let size = i64::try_from(request.size).unwrap_or(i64::MAX);
        if !said_by_a_row(&mut tx, &request.sha256, size).await? {
            return Err(ApiError::new(StatusCode::CONFLICT, "attachment.other_size", "no file has this size"));
        }
        expect(&mut tx, org, &request.sha256, size).await?;
        let complete: bool = sqlx::query_scalar("SELECT complete FROM blobs WHERE sha256 = $1")
            .bind(&request.sha256)
            .fetch_one(&mut *tx)
            .await?;
        let have: Vec<i32> = sqlx::query_scalar("SELECT n FROM blob_chunks WHERE sha256 = $1 ORDER BY n")
            .bind(&request.sha256)
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Offered { have: have.into_iter().filter_map(|n| u32::try_from(n).ok()).collect(), complete })
    }
    .await;
    answer(&incoming.headers, result)
}

/// Whether a row says that the file with this digest has this size.
async fn said_by_a_row(conn: &mut PgConnection, sha256: &str, size: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = $1 AND size = $2)")
        .bind(sha256)
        .bind(size)
        .fetch_one(conn)
        .await
}

/// Makes room for a file. One of another size under its digest was never whole: it goes.
async fn expect(conn: &mut PgConnection, org: OrgId, sha256: &str, size: i64) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO blobs (org_id, sha256, size) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(org.0)
        .bind(sha256)
        .bind(size)
        .execute(&mut *conn)
        .await?;
    let anew = sqlx::query("UPDATE blobs SET size = $2 WHERE sha256 = $1 AND size <> $2 AND NOT complete")
        .bind(sha256)
        .bind(size)
        .execute(&mut *conn)
        .await?;
    if anew.rows_affected() > 0 {
        sqlx::query("DELETE FROM blob_chunks WHERE sha256 = $1").bind(sha256).execute(&mut *conn).await?;
    }
    Ok(())
}

/// `POST /files/v1/chunk`
pub async fn chunk(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let incoming = &mut incoming;
        let (mut tx, org, request) = begin::<Chunk>(&app, incoming, |chunk| &chunk.sha256).await?;
        let bad = |message: &str| ApiError::new(StatusCode::BAD_REQUEST, "attachment.bad_chunk", message);
        let bytes = STANDARD.decode(&request.bytes_base64).map_err(|e| bad(&e.to_string()))?;
        let size: Option<i64> = sqlx::query_scalar("SELECT size FROM blobs WHERE sha256 = $1 FOR UPDATE")
            .bind(&request.sha256)
            .fetch_optional(&mut *tx)
            .await?;
        let size = usize::try_from(size.ok_or_else(|| bad("offer it first"))?).unwrap_or(0);
        let start = usize::try_from(request.n).unwrap_or(usize::MAX).saturating_mul(CHUNK_BYTES);
        if start >= size || bytes.len() != CHUNK_BYTES.min(size - start) {
            return Err(bad("not a chunk of this file"));
        }
        sqlx::query(
            "INSERT INTO blob_chunks (org_id, sha256, n, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(org.0)
        .bind(&request.sha256)
        .bind(i32::try_from(request.n).unwrap_or(i32::MAX))
        .bind(&bytes)
        .execute(&mut *tx)
        .await?;
        let complete = finish(&mut tx, &request.sha256, size).await?;
        tx.commit().await?;
        match complete {
            Finished::Whole => Ok(Stored { complete: true }),
            Finished::NotYet => Ok(Stored { complete: false }),
            Finished::Wrong => Err(ApiError::new(StatusCode::CONFLICT, "attachment.bad_digest", "send it again")),
        }
    }
    .await;
    answer(&incoming.headers, result)
}

/// Whether the bytes are of the kind that a row of this digest says.
async fn is_what_it_says(conn: &mut PgConnection, sha256: &str, bytes: &[u8]) -> Result<bool, sqlx::Error> {
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT name, media_type FROM attachments WHERE sha256 = $1")
        .bind(sha256)
        .fetch_all(conn)
        .await?;
    Ok(rows.iter().any(|(name, kind)| media_type(name, bytes) == Ok(kind.as_str())))
}

enum Finished {
    Whole,
    NotYet,
    Wrong,
}

/// When all chunks are there: whole if the digest is right; otherwise they go, and the file is sent anew.
async fn finish(conn: &mut PgConnection, sha256: &str, size: usize) -> Result<Finished, sqlx::Error> {
    let have: i64 = sqlx::query_scalar("SELECT count(*) FROM blob_chunks WHERE sha256 = $1")
        .bind(sha256)
        .fetch_one(&mut *conn)
        .await?;
    if usize::try_from(have).unwrap_or(0) < size.div_ceil(CHUNK_BYTES) {
        return Ok(Finished::NotYet);
    }
    let mut digest = Sha256::new();
    let mut file = Vec::with_capacity(size);
    for n in 0..have {
        let bytes: Vec<u8> = sqlx::query_scalar("SELECT bytes FROM blob_chunks WHERE sha256 = $1 AND n = $2")
            .bind(sha256)
            .bind(i32::try_from(n).unwrap_or(i32::MAX))
            .fetch_one(&mut *conn)
            .await?;
        digest.update(&bytes);
        file.extend_from_slice(&bytes);
    }
    let right = hex::encode(digest.finalize()) == sha256 && is_what_it_says(conn, sha256, &file).await?;
    let sql = if right {
        "UPDATE blobs SET complete = true WHERE sha256 = $1"
    } else {
        "DELETE FROM blob_chunks WHERE sha256 = $1"
    };
    sqlx::query(sql).bind(sha256).execute(&mut *conn).await?;
    Ok(if right { Finished::Whole } else { Finished::Wrong })
}

/// `POST /files/v1/fetch`
pub async fn fetch(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let incoming = &mut incoming;
        let (mut tx, _, request) = begin::<Fetch>(&app, incoming, |fetch| &fetch.sha256).await?;
        let bytes: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT c.bytes FROM blob_chunks c JOIN blobs b ON b.org_id = c.org_id AND b.sha256 = c.sha256 \
             WHERE c.sha256 = $1 AND c.n = $2 AND b.complete",
        )
        .bind(&request.sha256)
        .bind(i32::try_from(request.n).unwrap_or(i32::MAX))
        .fetch_optional(&mut *tx)
        .await?;
        let missing = || ApiError::new(StatusCode::NOT_FOUND, "attachment.not_there", "its bytes have not arrived yet");
        Ok(Fetched { bytes_base64: STANDARD.encode(bytes.ok_or_else(missing)?) })
    }
    .await;
    answer(&incoming.headers, result)
}

/// Opens the request and a transaction in which the person may touch the file.
async fn begin<T: DeserializeOwned + Send + 'static>(
    app: &App,
    incoming: &mut Incoming,
    digest: impl Fn(&T) -> &String,
) -> Result<(Transaction<'static, Postgres>, OrgId, T), ApiError> {
    let Caller { org, actor, .. } = identify(app, &incoming.headers).await?;
    // A chunk is small: its place is free for the next one while this one is written.
    let Opened { value: request, .. } = incoming.open::<T>(app, limits::FILES).await?;
    let mut tx = org_tx(&app.pool, org).await?;
    visible(&mut tx, org, actor.id, digest(&request)).await?;
    Ok((tx, org, request))
}

async fn visible(conn: &mut PgConnection, org: OrgId, user: UserId, sha256: &str) -> Result<(), ApiError> {
    let scopes = scopes::of(conn, org, user).await?;
    let named: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = $1 AND scope_id = ANY($2))")
            .bind(sha256)
            .bind(scopes)
            .fetch_one(conn)
            .await?;
    if named { Ok(()) } else { Err(ApiError::new(StatusCode::NOT_FOUND, "attachment.unknown", "no such file")) }
}
