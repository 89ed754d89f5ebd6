//! Pushing the outbox. Outcomes are noted beside the mutation; it leaves the outbox on the pull that contains it.

use std::collections::BTreeMap;

use satchel_core::ids::{ClientId, MutationId, UserId};
use satchel_core::wire::{MAX_PUSH, Push, Pushed, PushedMutation, SCHEMA};
use serde_json::Value;
use uuid::Uuid;

use super::transport::{Transport, TransportError};
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::workspace::session::{access_token, renew};

/// How the server knows this laptop.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub client_id: ClientId,
    pub incarnation: u32,
    pub epoch: Uuid,
}

type PendingRow = (i64, String, String, String, String, String, String, i64, String, String);

/// Pushes everything that waits, batch by batch; a batch is of one person.
pub(super) async fn push_all(
    engine: &Engine,
    open: &Open,
    transport: &Transport,
    registration: &Registration,
) -> Result<(), CommandError> {
    loop {
        let batch = next_batch(open).await?;
        let Some(first) = batch.first() else { return Ok(()) };
        let user = UserId::parse(&first.2).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
        let body = Push {
            client_id: registration.client_id,
            incarnation: registration.incarnation,
            epoch: registration.epoch,
            schema: SCHEMA,
            mutations: batch.iter().map(mutation).collect::<Result<_, _>>()?,
        };
        let answer: Pushed = authorised(engine, open, transport, user, "/sync/v1/push", &body).await?;
        note(open, &answer).await?;
    }
}

/// The next unanswered mutations in order, all of one person.
async fn next_batch(open: &Open) -> Result<Vec<PendingRow>, CommandError> {
    let rows: Vec<PendingRow> = sqlx::query_as(
        "SELECT seq, mutation_id, user_id, intent, base_versions, depends_on, device_time, mono_ms, boot_id, body_hash \
         FROM pending WHERE outcome IS NULL ORDER BY seq LIMIT ?1",
    )
    .bind(i64::try_from(MAX_PUSH).unwrap_or(200))
    .fetch_all(open.store.read())
    .await?;
    let user = rows.first().map(|row| row.2.clone()).unwrap_or_default();
    // Site lists make large bodies: stop well below the size the server reads.
    let mut bytes = 0;
    Ok(rows
        .into_iter()
        .take_while(|row| {
            bytes += row.3.len();
            row.2 == user && (bytes < 8_000_000 || bytes == row.3.len())
        })
        .collect())
}

fn mutation(row: &PendingRow) -> Result<PushedMutation, CommandError> {
    let bad = |e: &dyn std::fmt::Display| CommandError::new("store.damaged", e.to_string());
    let intent: Value = serde_json::from_str(&row.3).map_err(|e| bad(&e))?;
    let base_versions: BTreeMap<Uuid, u64> = serde_json::from_str(&row.4).map_err(|e| bad(&e))?;
    let depends_on: Vec<MutationId> = serde_json::from_str(&row.5).map_err(|e| bad(&e))?;
    Ok(PushedMutation {
        seq: u64::try_from(row.0).unwrap_or(0),
        mutation_id: MutationId::parse(&row.1).map_err(|e| bad(&e))?,
        intent,
        base_versions,
        depends_on,
        device_time: row.6.clone(),
        mono_ms: u64::try_from(row.7).unwrap_or(0),
        boot_id: row.8.clone(),
        body_hash: row.9.clone(),
    })
}

async fn note(open: &Open, answer: &Pushed) -> Result<(), CommandError> {
    let mut tx = open.store.begin().await?;
    for outcome in &answer.outcomes {
        let text = serde_json::to_string(outcome).map_err(|e| CommandError::new("sync.failed", e.to_string()))?;
        sqlx::query("UPDATE pending SET outcome = ?1 WHERE seq = ?2 AND mutation_id = ?3")
            .bind(text)
            .bind(i64::try_from(outcome.seq).unwrap_or(0))
            .bind(outcome.mutation_id.to_string())
            .execute(tx.conn())
            .await?;
    }
    tx.touch("pending");
    tx.commit().await?;
    Ok(())
}

/// Posts with a person's access token, renewing it once when it expired.
pub(super) async fn authorised<A: serde::Serialize, R: serde::de::DeserializeOwned>(
    engine: &Engine,
    open: &Open,
    transport: &Transport,
    user: UserId,
    path: &str,
    body: &A,
) -> Result<R, CommandError> {
    let plain = authorised_bytes(engine, open, transport, user, path, body).await?;
    serde_json::from_slice(&plain).map_err(|e| CommandError::new("sync.not_satchel", e.to_string()))
}

/// As [`authorised`], with the answer's plain bytes.
pub(super) async fn authorised_bytes<A: serde::Serialize>(
    engine: &Engine,
    open: &Open,
    transport: &Transport,
    user: UserId,
    path: &str,
    body: &A,
) -> Result<Vec<u8>, CommandError> {
    let token = access_token(engine, open, user).await?;
    match transport.exchange(path, Some(&token), body).await {
        Err(TransportError::Refused(error)) if error.code == "auth.expired" => {
            let token = renew(engine, open, user).await?;
            Ok(transport.exchange(path, Some(&token), body).await?)
        }
        other => Ok(other?),
    }
}
