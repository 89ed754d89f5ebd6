//! The store transactions of a sync: each is whole or did not happen.

use std::collections::BTreeMap;

use satchel_core::ids::{ClientId, MutationId, UserId};
use satchel_core::sync::{Batch, Identity, Loaded, Store as Step, Stored};
use satchel_core::wire::{MAX_PUSH, Outcome, PushedMutation, Registered};
use serde_json::Value;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::body::Body;
use super::cursors;
use super::publish::{publish, replay};
use crate::api::CommandError;
use crate::clock::Clock;
use crate::store::{Store, WriteTx};

/// Site lists make large bodies: a batch stays well below the size the server reads.
const BATCH_BYTES: usize = 8_000_000;

/// Runs one step for the person who works.
pub(super) async fn run(
    store: &Store,
    clock: &Clock,
    user: UserId,
    step: Step<Body>,
    tell: &(dyn Fn(u64, Option<u64>) + Sync),
) -> Result<Stored, CommandError> {
    match step {
        Step::Load => Ok(Stored::Loaded(load(store, user).await?)),
        Step::NextBatch => Ok(Stored::Batch(next_batch(store).await?)),
        Step::ReadOutbox => {
            let mut conn = store.read().acquire().await?;
            Ok(Stored::Outbox(outbox(&mut conn).await?))
        }
        Step::Publish(body) => Ok(Stored::Published { mismatched: publish(store, clock, body, tell).await? }),
        Step::Wipe { saved } => wipe(store, saved).await,
        Step::Identify(registered) => {
            let mut tx = store.begin().await?;
            identify(&mut tx, &registered).await?;
            done(tx).await
        }
        Step::Note(outcomes) => {
            let mut tx = store.begin().await?;
            note(&mut tx, &outcomes).await?;
            done(tx).await
        }
        Step::NewEpoch => {
            let mut tx = store.begin().await?;
            tx.restore_before_images().await?;
            offer_again(&mut tx).await?;
            // What waits again shows again at once.
            replay(&mut tx).await?;
            forget_meta(&mut tx, &["client_id", "epoch"]).await?;
            cursors::forget(&mut tx).await?;
            done(tx).await
        }
        Step::NewIncarnation => {
            let mut tx = store.begin().await?;
            let mut bytes = [0_u8; 4];
            getrandom::fill(&mut bytes).map_err(|e| CommandError::new("sync.no_randomness", e.to_string()))?;
            tx.set_meta("incarnation", &(u32::from_be_bytes(bytes) >> 1).to_string()).await?;
            sqlx::query("UPDATE pending SET outcome = NULL").execute(tx.conn()).await?;
            number_from(&mut tx, 1).await?;
            forget_meta(&mut tx, &["client_id"]).await?;
            done(tx).await
        }
        Step::ForgetCursors => {
            let mut tx = store.begin().await?;
            cursors::forget(&mut tx).await?;
            done(tx).await
        }
        Step::NameScopes => {
            let mut tx = store.begin().await?;
            cursors::name(&mut tx).await?;
            done(tx).await
        }
    }
}

async fn done(mut tx: WriteTx) -> Result<Stored, CommandError> {
    tx.touch("pending");
    tx.commit().await?;
    Ok(Stored::Done)
}

fn damaged(error: &dyn std::fmt::Display) -> CommandError {
    CommandError::new("store.damaged", error.to_string())
}

async fn load(store: &Store, user: UserId) -> Result<Loaded, CommandError> {
    let meta: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM meta WHERE key IN ('client_id', 'incarnation', 'epoch')")
            .fetch_all(store.read())
            .await?;
    let meta: BTreeMap<String, String> = meta.into_iter().collect();
    let incarnation = meta.get("incarnation").and_then(|text| text.parse().ok()).unwrap_or(0);
    let epoch = meta.get("epoch").map(|text| Uuid::parse_str(text)).transpose().map_err(|e| damaged(&e))?;
    let client = meta.get("client_id").map(|text| ClientId::parse(text)).transpose().map_err(|e| damaged(&e))?;
    let identity = client.zip(epoch).map(|(client_id, epoch)| Identity { client_id, incarnation, epoch });
    let cursors = cursors::load(store).await?;
    Ok(Loaded { identity, incarnation, epoch, user, cursors })
}

type PendingRow = (i64, String, String, String, String, String, String, i64, String, String);

/// The next unanswered mutations in order, all of one person.
async fn next_batch(store: &Store) -> Result<Option<Batch>, CommandError> {
    let rows: Vec<PendingRow> = sqlx::query_as(
        "SELECT seq, mutation_id, user_id, intent, base_versions, depends_on, device_time, mono_ms, boot_id, body_hash \
         FROM pending WHERE outcome IS NULL ORDER BY seq LIMIT ?1",
    )
    .bind(i64::try_from(MAX_PUSH).unwrap_or(200))
    .fetch_all(store.read())
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (user, by) = (first.2.clone(), UserId::parse(&first.2).map_err(|e| damaged(&e))?);
    let mut bytes = 0;
    let of_one = rows.iter().take_while(|row| {
        bytes += row.3.len();
        row.2 == user && (bytes < BATCH_BYTES || bytes == row.3.len())
    });
    Ok(Some(Batch { by, mutations: of_one.map(mutation).collect::<Result<_, _>>()? }))
}

fn mutation(row: &PendingRow) -> Result<PushedMutation, CommandError> {
    let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(|e| damaged(&e));
    Ok(PushedMutation {
        seq: u64::try_from(row.0).unwrap_or(0),
        mutation_id: MutationId::parse(&row.1).map_err(|e| damaged(&e))?,
        intent: parse(&row.3)?,
        base_versions: serde_json::from_str(&row.4).map_err(|e| damaged(&e))?,
        depends_on: serde_json::from_str(&row.5).map_err(|e| damaged(&e))?,
        device_time: row.6.clone(),
        mono_ms: u64::try_from(row.7).unwrap_or(0),
        boot_id: row.8.clone(),
        body_hash: row.9.clone(),
    })
}

async fn identify(tx: &mut WriteTx, registered: &Registered) -> Result<(), CommandError> {
    tx.set_meta("client_id", &registered.client_id.to_string()).await?;
    tx.set_meta("device_slot", &registered.device_slot.to_string()).await?;
    tx.set_meta("epoch", &registered.epoch.to_string()).await?;
    number_from(tx, registered.last_seq + 1).await
}

/// Numbers the whole outbox in its order, and what is made next after it.
async fn number_from(tx: &mut WriteTx, first: u64) -> Result<(), CommandError> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    // Out of the way first: places are unique.
    sqlx::query("UPDATE pending SET seq = -seq - 9000000000000000").execute(tx.conn()).await?;
    sqlx::query(
        "WITH n AS MATERIALIZED (SELECT mutation_id, row_number() OVER (ORDER BY seq DESC) AS place FROM pending) \
         UPDATE pending SET seq = ?1 + n.place - 1 FROM n WHERE n.mutation_id = pending.mutation_id",
    )
    .bind(first)
    .execute(tx.conn())
    .await?;
    let waiting: i64 = sqlx::query_scalar("SELECT count(*) FROM pending").fetch_one(tx.conn()).await?;
    tx.set_meta("next_seq", &(first + waiting).to_string()).await?;
    Ok(())
}

async fn note(tx: &mut WriteTx, outcomes: &[Outcome]) -> Result<(), CommandError> {
    let list = serde_json::to_string(outcomes).map_err(|e| CommandError::new("sync.failed", e.to_string()))?;
    sqlx::query(
        "UPDATE pending SET outcome = o.value FROM json_each(?1) AS o WHERE pending.mutation_id = o.value ->> 'mutation_id'",
    )
    .bind(list)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was confirmed goes before what waits, every answer is forgotten. Versions of the database that is gone mean nothing.
async fn offer_again(tx: &mut WriteTx) -> Result<(), CommandError> {
    sqlx::query(
        "INSERT INTO pending (seq, mutation_id, user_id, name, subject, subject_kind, subject_id, intent, base_versions, \
         depends_on, device_time, mono_ms, boot_id, body_hash) \
         SELECT rowid - 1000000000000, mutation_id, user_id, name, subject, subject_kind, subject_id, intent, '{}', depends_on, \
         device_time, mono_ms, boot_id, body_hash FROM journal \
         WHERE outcome ->> 'status' IN ('applied', 'merged') AND body_hash <> ''",
    )
    .execute(tx.conn())
    .await?;
    sqlx::query("DELETE FROM journal WHERE mutation_id IN (SELECT mutation_id FROM pending)")
        .execute(tx.conn())
        .await?;
    sqlx::query("UPDATE pending SET outcome = NULL, base_versions = '{}'").execute(tx.conn()).await?;
    number_from(tx, 1).await
}

async fn forget_meta(tx: &mut WriteTx, keys: &[&str]) -> Result<(), CommandError> {
    for key in keys {
        sqlx::query("DELETE FROM meta WHERE key = ?1").bind(key).execute(tx.conn()).await?;
    }
    Ok(())
}

/// What waits and what was decided in the last 30 days, as it will be kept for an operator.
async fn outbox(conn: &mut SqliteConnection) -> Result<Vec<Value>, CommandError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT json_object('mutation_id', mutation_id, 'user_id', user_id, 'subject', subject, 'intent', json(intent), \
         'device_time', device_time, 'outcome', json(outcome)) FROM pending \
         UNION ALL SELECT json_object('mutation_id', mutation_id, 'user_id', user_id, 'subject', subject, \
         'intent', json(intent), 'device_time', device_time, 'outcome', json(outcome)) FROM journal",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|text| serde_json::from_str(text).map_err(|e| damaged(&e))).collect()
}

/// Empties the cache once everything in the outbox is safe; what was typed meanwhile is given back to be saved first.
async fn wipe(store: &Store, saved: usize) -> Result<Stored, CommandError> {
    let mut tx = store.begin().await?;
    let outbox = outbox(tx.conn()).await?;
    if outbox.len() != saved {
        return Ok(Stored::Outbox(outbox));
    }
    for spec in satchel_core::wire::tables::TABLES {
        tx.clear(spec).await?;
    }
    forget_meta(&mut tx, &["cursor_at", "cursor_scopes"]).await?;
    for table in [
        "pending",
        "journal",
        "before_images",
        "cursors",
        "known_users",
        "preferences",
        "quote_counters",
        "blob_chunks",
        "blobs",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(tx.conn()).await?;
    }
    done(tx).await
}
