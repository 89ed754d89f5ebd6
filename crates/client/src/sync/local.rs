//! A local write: the rule, the changed rows, their before-images and the outbox entry in one transaction.

use std::collections::BTreeMap;

use satchel_core::apply::Refusal;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::people::Actor;
use satchel_core::steps::{Moment, decide};
use satchel_core::time::format_instant_ms;
use satchel_core::wire::mutation::{Intent, has_nul};
use satchel_core::wire::rows::{Row, RowError};
use satchel_core::wire::tables::{TableSpec, table};
use satchel_core::wire::{MAX_LIST_MUTATION_BYTES, MAX_MUTATION_BYTES, bounds};
use serde_json::Value;
use uuid::Uuid;

use super::reader::Cache;
use super::view::SubjectKind;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::{Moment as StoreMoment, StoreError, WriteTx, version_of};

/// What goes with an intent when it is pushed: its clocks, versions, what it stands on.
const BESIDE_BYTES: usize = 64 * 1024;

/// What a change is about, for the Sync Centre.
#[derive(Debug, Clone)]
pub struct Subject {
    /// In words: a quote's number, an account's name.
    pub text: String,
    /// What that is.
    pub kind: SubjectKind,
    /// Row id.
    pub id: Uuid,
}

impl From<RowError> for CommandError {
    fn from(error: RowError) -> Self {
        CommandError::new("store.damaged", error.to_string())
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let mut error = CommandError::new(refusal.code.clone(), refusal.detail.to_string());
        if let Value::Object(detail) = &refusal.detail {
            for (key, value) in detail {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                error.params.insert(key.clone(), text);
            }
        }
        error
    }
}

pub(crate) fn spec(name: &str) -> Result<&'static TableSpec, StoreError> {
    table(name).ok_or_else(|| StoreError::Other(format!("no synced table {name}")))
}

/// The rows an intent comes to, worked out by its rule from what was read at a moment: they hold while the store stands there.
pub struct Ready {
    /// When its world was read.
    pub moment: StoreMoment,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Applies an intent here and now and puts it into the outbox; returns when it is durable.
pub async fn mutate(engine: &Engine, open: &Open, intent: Intent, subject: Subject) -> Result<(), CommandError> {
    mutate_with(engine, open, intent, subject, None).await
}

/// Applies several intents in this order as one step: all of them stand, or none does.
pub async fn mutate_all(engine: &Engine, open: &Open, steps: Vec<(Intent, Subject)>) -> Result<(), CommandError> {
    let actor = open.actor().await;
    let mut tx = open.store.begin().await?;
    for (intent, subject) in &steps {
        let touched = apply(&mut tx, intent, &actor).await?;
        if !open.demo {
            append(&mut tx, open, intent, subject, &actor, &touched).await?;
        }
    }
    tx.commit().await?;
    engine.sync_wanted.notify_one();
    Ok(())
}

/// The same for an intent whose row was just worked out: its world is not read again when nobody wrote meanwhile.
pub async fn mutate_ready(
    engine: &Engine,
    open: &Open,
    intent: Intent,
    subject: Subject,
    ready: Ready,
) -> Result<(), CommandError> {
    mutate_with(engine, open, intent, subject, Some(ready)).await
}

async fn mutate_with(
    engine: &Engine,
    open: &Open,
    intent: Intent,
    subject: Subject,
    ready: Option<Ready>,
) -> Result<(), CommandError> {
    let actor = open.actor().await;
    let mut tx = open.store.begin().await?;
    // The write lock is held: what stands now stands until this commit.
    let touched = match ready.filter(|ready| open.store.stands(ready.moment)) {
        Some(ready) => put(&mut tx, ready.rows, false).await?,
        None => apply(&mut tx, &intent, &actor).await?,
    };
    if !open.demo {
        append(&mut tx, open, &intent, &subject, &actor, &touched).await?;
    }
    tx.commit().await?;
    engine.sync_wanted.notify_one();
    Ok(())
}

/// Applies an intent to the cache inside a write; returns the rows it touched with the versions they stand on. Also used to run
/// pending intents again after a pull.
pub(super) async fn apply(tx: &mut WriteTx, intent: &Intent, actor: &Actor) -> Result<Vec<(Uuid, u64)>, CommandError> {
    let mut changes = decide(&mut Cache(tx.conn()), intent, &Moment::here(actor)).await?;
    let mut gone = Vec::new();
    for (table, ids) in by_table(std::mem::take(&mut changes.removed)) {
        for id in &ids {
            gone.push((*id, version_of(tx.conn(), spec(table)?, *id).await?));
        }
        tx.remove(spec(table)?, &ids).await?;
    }
    // An import brings its rows with the versions they stand on.
    let written = put(tx, changes.into_rows()?, matches!(intent, Intent::SiteImport(_))).await?;
    Ok(gone.into_iter().chain(written).collect())
}

fn by_table(removed: Vec<(&'static str, Uuid)>) -> BTreeMap<&'static str, Vec<Uuid>> {
    let mut tables: BTreeMap<&'static str, Vec<Uuid>> = BTreeMap::new();
    for (table, id) in removed {
        tables.entry(table).or_default().push(id);
    }
    tables
}

/// Writes the rows of an intent; returns them with the versions they stand on.
async fn put(tx: &mut WriteTx, rows: Vec<Row>, imported: bool) -> Result<Vec<(Uuid, u64)>, CommandError> {
    let mut touched = Vec::with_capacity(rows.len());
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        // The version stays the one last confirmed: it is the base of the next intent.
        let version = if imported { row.version() } else { version_of(tx.conn(), row.table(), row.id()).await? };
        // Nothing stands on an entry of a history.
        if row.table().name != "history" {
            touched.push((row.id(), version));
        }
        stored.push(row.at_version(version));
    }
    tx.put_all(stored).await?;
    Ok(touched)
}

async fn append(
    tx: &mut WriteTx,
    open: &Open,
    intent: &Intent,
    subject: &Subject,
    actor: &Actor,
    touched: &[(Uuid, u64)],
) -> Result<(), CommandError> {
    let body = serde_json::to_value(intent).map_err(|e| CommandError::new("mutation.failed", e.to_string()))?;
    let bytes = canonical(&body).map_err(|e| CommandError::new("mutation.failed", e.to_string()))?;
    // Room for what goes beside the intent.
    let most = match intent {
        Intent::SiteImport(_) | Intent::SiteEdit(_) => MAX_LIST_MUTATION_BYTES,
        _ => MAX_MUTATION_BYTES,
    };
    if bytes.len() > most - BESIDE_BYTES {
        return Err(CommandError::new("change.too_large", format!("{} bytes", bytes.len())));
    }
    if has_nul(&body) {
        return Err(CommandError::new("change.nul", "a text holds U+0000"));
    }
    bounds::check(&body)?;
    let next: i64 = tx.meta("next_seq").await?.and_then(|text| text.parse().ok()).unwrap_or(1);
    tx.set_meta("next_seq", &(next + 1).to_string()).await?;
    // Descriptive edits merge per field and new sites stand alone: only quotes need all that came before, and what is mailed
    // of them: a copy of what the server then refuses goes to nobody.
    let depends: Vec<String> = if subject.kind == SubjectKind::Quote || matches!(intent, Intent::MailSend(_)) {
        sqlx::query_scalar("SELECT mutation_id FROM pending WHERE subject_id = ?1 ORDER BY seq")
            .bind(subject.id.to_string())
            .fetch_all(tx.conn())
            .await?
    } else {
        Vec::new()
    };
    let base: BTreeMap<Uuid, u64> =
        if subject.kind == SubjectKind::Quote { touched.iter().copied().collect() } else { BTreeMap::new() };
    let clock = open.clock.read();
    sqlx::query(
        "INSERT INTO pending (seq, mutation_id, user_id, name, subject, subject_kind, subject_id, intent, base_versions, \
         depends_on, device_time, mono_ms, boot_id, body_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )
    .bind(next)
    .bind(Uuid::now_v7().to_string())
    .bind(actor.id.to_string())
    .bind(intent.name().as_str())
    .bind(&subject.text)
    .bind(subject.kind.as_str())
    .bind(subject.id.to_string())
    .bind(body.to_string())
    .bind(serde_json::to_string(&base).unwrap_or_default())
    .bind(serde_json::to_string(&depends).unwrap_or_default())
    .bind(format_instant_ms(clock.device_time))
    .bind(i64::try_from(clock.mono_ms).unwrap_or(i64::MAX))
    .bind(clock.boot_id)
    .bind(sha256_hex(&bytes))
    .execute(tx.conn())
    .await?;
    tx.touch("pending");
    Ok(())
}
