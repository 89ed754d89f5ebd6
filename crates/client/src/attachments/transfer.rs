//! Bytes on their way: after the data, chunk by chunk, from where they stopped.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use satchel_core::attachments::CHUNK_BYTES;
use satchel_core::wire::files::{Chunk, Fetch, Fetched, Offer, Offered, Stored};
use sha2::{Digest, Sha256};

use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::sync::transport::Transport;
use crate::workspace::session::access_token;

/// Sends what the server does not have yet. What breaks off goes on at the next sync.
pub(crate) async fn send_all(engine: &Engine, open: &Open, transport: &Transport) -> Result<(), CommandError> {
    // Only files whose row the server has: the bytes come after the data.
    let waiting: Vec<(String, i64)> = sqlx::query_as(
        "SELECT DISTINCT b.sha256, b.size FROM blobs b JOIN attachments a ON a.sha256 = b.sha256 \
         WHERE b.sent = 0 AND a.sync_version > 0",
    )
    .fetch_all(open.store.read())
    .await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let user = open.user.read().await.id;
    let token = access_token(engine, open, user).await?;
    for (sha256, size) in waiting {
        send(open, transport, &token, &sha256, size).await?;
        let mut tx = open.store.begin().await?;
        sqlx::query("UPDATE blobs SET sent = 1 WHERE sha256 = ?1").bind(&sha256).execute(tx.conn()).await?;
        tx.touch("attachments");
        tx.commit().await?;
    }
    Ok(())
}

async fn send(open: &Open, transport: &Transport, token: &str, sha256: &str, size: i64) -> Result<(), CommandError> {
    let offer = Offer { sha256: sha256.to_owned(), size: size.unsigned_abs() };
    let offered: Offered = transport.post("/files/v1/offer", Some(token), &offer).await?;
    if offered.complete {
        return Ok(());
    }
    let chunks = size.unsigned_abs().div_ceil(CHUNK_BYTES as u64);
    for n in (0..u32::try_from(chunks).unwrap_or(u32::MAX)).filter(|n| !offered.have.contains(n)) {
        let bytes: Vec<u8> = sqlx::query_scalar("SELECT bytes FROM blob_chunks WHERE sha256 = ?1 AND n = ?2")
            .bind(sha256)
            .bind(i64::from(n))
            .fetch_one(open.store.read())
            .await?;
        let chunk = Chunk { sha256: sha256.to_owned(), n, bytes_base64: STANDARD.encode(bytes) };
        let stored: Stored = transport.post("/files/v1/chunk", Some(token), &chunk).await?;
        if stored.complete {
            return Ok(());
        }
    }
    Err(CommandError::new("attachment.incomplete", "the server has all chunks and not the file"))
}

/// Brings a file's bytes from the server and checks them.
pub(super) async fn fetch(engine: &Engine, open: &Open, sha256: &str, size: i64) -> Result<Vec<u8>, CommandError> {
    let transport = crate::sync::transport_of(engine, open).await?;
    let user = open.user.read().await.id;
    let token = access_token(engine, open, user).await?;
    let mut bytes = Vec::new();
    let chunks = size.unsigned_abs().div_ceil(CHUNK_BYTES as u64);
    for n in 0..u32::try_from(chunks).unwrap_or(0) {
        let fetch = Fetch { sha256: sha256.to_owned(), n };
        let fetched: Fetched = transport.post("/files/v1/fetch", Some(&token), &fetch).await?;
        let chunk = STANDARD.decode(&fetched.bytes_base64);
        bytes.extend(chunk.map_err(|e| CommandError::new("sync.not_satchel", e.to_string()))?);
    }
    if hex::encode(Sha256::digest(&bytes)) != sha256 {
        return Err(CommandError::new("attachment.bad_digest", "the bytes are not the file's"));
    }
    Ok(bytes)
}
