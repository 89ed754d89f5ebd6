//! Pulling. One transaction: put before-images back, apply the server's rows, drop what the server has decided, run the
//! remaining pending intents again on top, save the cursors.

use std::collections::BTreeMap;

use satchel_core::ids::{ScopeId, UserId};
use satchel_core::people::{Actor, Role};
use satchel_core::time::format_instant_ms;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::table;
use satchel_core::wire::{Frame, Outcome, Pull, SCHEMA};
use serde_json::Value;

use super::local::apply;
use super::push::{Registration, authorised_bytes};
use super::transport::Transport;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::WriteTx;

/// Wanted page size before compression.
const PAGE_BYTES: u64 = 16 * 1024 * 1024;

/// A whole pull, gathered before anything is shown.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub acked_seq: u64,
    pub server_time: Option<String>,
    pub puts: Vec<(String, Vec<Vec<Value>>)>,
    pub removes: Vec<(String, uuid::Uuid)>,
    pub dropped: Vec<ScopeId>,
    pub cursors: BTreeMap<ScopeId, u64>,
}

impl Gathered {
    /// Takes one page; returns the token of the next.
    pub fn take_page(&mut self, plain: &[u8]) -> Result<Option<satchel_core::wire::PageToken>, CommandError> {
        let bad = |text: String| CommandError::new("sync.not_satchel", text);
        let mut next = None;
        let mut ended = false;
        for line in plain.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            match serde_json::from_slice::<Frame>(line).map_err(|e| bad(e.to_string()))? {
                Frame::Head { acked_seq, server_time, .. } => {
                    self.acked_seq = acked_seq;
                    self.server_time = Some(server_time);
                }
                Frame::Put { t, rows } => {
                    let spec = table(&t).ok_or_else(|| bad(format!("unknown table {t}")))?;
                    for row in &rows {
                        Row::from_wire(spec, row.clone()).map_err(|e| bad(e.to_string()))?;
                    }
                    self.puts.push((t, rows));
                }
                Frame::Remove { t, ids, .. } => self.removes.extend(ids.into_iter().map(|id| (t.clone(), id))),
                Frame::DropScope { scope } => self.dropped.push(scope),
                Frame::Tail { cursors, more, .. } => {
                    self.cursors.extend(cursors);
                    next = more;
                    ended = true;
                }
            }
        }
        if ended { Ok(next) } else { Err(bad("the answer has no end".to_owned())) }
    }

    fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.removes.is_empty() && self.dropped.is_empty()
    }
}

/// Pulls everything new and applies it.
pub(super) async fn pull_all(
    engine: &Engine,
    open: &Open,
    transport: &Transport,
    registration: &Registration,
) -> Result<(), CommandError> {
    let user = open.user.read().await.id;
    let cursors: Vec<(String, i64)> =
        sqlx::query_as("SELECT scope_id, version FROM cursors").fetch_all(open.store.read()).await?;
    let cursors: BTreeMap<ScopeId, u64> = cursors
        .into_iter()
        .filter_map(|(scope, version)| Some((ScopeId::parse(&scope).ok()?, u64::try_from(version).ok()?)))
        .collect();
    let mut gathered = Gathered::default();
    let mut continue_from = None;
    loop {
        let body = Pull {
            client_id: registration.client_id,
            epoch: registration.epoch,
            schema: SCHEMA,
            cursors: cursors.clone(),
            max_bytes: PAGE_BYTES,
            continue_from: continue_from.take(),
        };
        let plain = authorised_bytes(engine, open, transport, user, "/sync/v1/pull", &body).await?;
        continue_from = gathered.take_page(&plain)?;
        if continue_from.is_none() {
            break;
        }
    }
    publish(open, gathered).await
}

async fn publish(open: &Open, gathered: Gathered) -> Result<(), CommandError> {
    note_clock(open, gathered.server_time.as_deref());
    let mut tx = open.store.begin().await?;
    let decided: i64 = sqlx::query_scalar("SELECT count(*) FROM pending WHERE seq <= ?1 AND outcome IS NOT NULL")
        .bind(i64::try_from(gathered.acked_seq).unwrap_or(i64::MAX))
        .fetch_one(tx.conn())
        .await?;
    if !gathered.is_empty() || decided > 0 {
        tx.restore_before_images().await?;
        for scope in &gathered.dropped {
            tx.drop_scope(scope.0).await?;
            sqlx::query("DELETE FROM cursors WHERE scope_id = ?1").bind(scope.to_string()).execute(tx.conn()).await?;
        }
        for (name, rows) in gathered.puts {
            let Some(spec) = table(&name) else { continue };
            let values: Vec<Value> = rows.into_iter().map(Value::Array).collect();
            tx.put_confirmed(spec, &values).await?;
        }
        for (name, id) in gathered.removes {
            let Some(spec) = table(&name) else { continue };
            tx.remove_confirmed(spec, id).await?;
        }
        settle(&mut tx, open, gathered.acked_seq).await?;
        replay(&mut tx, open).await?;
    }
    for (scope, version) in &gathered.cursors {
        sqlx::query(
            "INSERT INTO cursors (scope_id, version) VALUES (?1, ?2) \
             ON CONFLICT (scope_id) DO UPDATE SET version = excluded.version",
        )
        .bind(scope.to_string())
        .bind(i64::try_from(*version).unwrap_or(i64::MAX))
        .execute(tx.conn())
        .await?;
    }
    let now = open.now();
    tx.set_meta("last_sync", &format_instant_ms(now)).await?;
    let offset = open.clock_offset_ms.load(std::sync::atomic::Ordering::Relaxed);
    tx.set_meta("clock_offset_ms", &offset.to_string()).await?;
    tx.commit().await?;
    open.sync.write().await.last_sync = Some(now);
    Ok(())
}

fn note_clock(open: &Open, server_time: Option<&str>) {
    if let Some(server) = server_time.and_then(satchel_core::time::parse_instant) {
        let offset = (server - chrono::Utc::now()).num_milliseconds();
        // The round trip is noise; a real difference is worth correcting for.
        let offset = if offset.abs() < 2_000 { 0 } else { offset };
        open.clock_offset_ms.store(offset, std::sync::atomic::Ordering::Relaxed);
    }
}

/// Moves what the server has decided from the outbox to the journal.
async fn settle(tx: &mut WriteTx, open: &Open, acked_seq: u64) -> Result<(), CommandError> {
    type Decided = (i64, String, String, String, String, String, String, String, String, String);
    let rows: Vec<Decided> = sqlx::query_as(
        "SELECT seq, mutation_id, user_id, name, subject, subject_kind, subject_id, intent, outcome, device_time \
         FROM pending WHERE seq <= ?1 AND outcome IS NOT NULL ORDER BY seq",
    )
    .bind(i64::try_from(acked_seq).unwrap_or(i64::MAX))
    .fetch_all(tx.conn())
    .await?;
    for (seq, mutation_id, user, name, subject, kind, subject_id, intent, outcome, device_time) in rows {
        let parsed: Option<Outcome> = serde_json::from_str(&outcome).ok();
        let needs_person = parsed.is_none_or(|outcome| !outcome.status.succeeded());
        sqlx::query(
            "INSERT INTO journal (mutation_id, seq, user_id, name, subject, subject_kind, subject_id, intent, outcome, \
             needs_person, device_time, answered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
             ON CONFLICT (mutation_id) DO NOTHING",
        )
        .bind(&mutation_id)
        .bind(seq)
        .bind(user)
        .bind(name)
        .bind(subject)
        .bind(kind)
        .bind(subject_id)
        .bind(intent)
        .bind(outcome)
        .bind(needs_person)
        .bind(device_time)
        .bind(format_instant_ms(open.now()))
        .execute(tx.conn())
        .await?;
        sqlx::query("DELETE FROM pending WHERE mutation_id = ?1").bind(mutation_id).execute(tx.conn()).await?;
    }
    let horizon = format_instant_ms(open.now() - chrono::Duration::days(30));
    sqlx::query("DELETE FROM journal WHERE needs_person = 0 AND answered_at < ?1").bind(horizon).execute(tx.conn()).await?;
    tx.touch("pending");
    tx.touch("journal");
    Ok(())
}

/// Runs the remaining pending intents again on top of the server's rows. One that no longer applies stays in the outbox:
/// the server decides it and says why.
async fn replay(tx: &mut WriteTx, open: &Open) -> Result<(), CommandError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT user_id, intent FROM pending ORDER BY seq").fetch_all(tx.conn()).await?;
    for (user, intent) in rows {
        let Ok(id) = UserId::parse(&user) else { continue };
        let Ok(intent) = serde_json::from_str::<Intent>(&intent) else { continue };
        let role: Option<String> = sqlx::query_scalar("SELECT role FROM users WHERE id = ?1")
            .bind(&user)
            .fetch_optional(tx.conn())
            .await?;
        let Some(role) = role.as_deref().and_then(Role::parse) else { continue };
        if let Err(error) = apply(tx, &intent, &Actor { id, role }, open.zone).await {
            tracing::info!(code = error.code, "a waiting change no longer applies here; the server decides");
        }
    }
    Ok(())
}
