//! Push: each mutation once, in order, in the transaction of its effect. A refusal is an outcome and never blocks the queue.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use satchel_core::apply::Refusal;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::{ClientId, MutationId, OrgId};
use satchel_core::jobs::Receipt;
use satchel_core::people::Actor;
use satchel_core::steps::Changes;
use satchel_core::time::{Timestamp, format_instant_ms};
use satchel_core::wire::bounds;
use satchel_core::wire::mutation::{Intent, has_nul};
use satchel_core::wire::rows::Row;
use satchel_core::wire::{MAX_MUTATION_BYTES, MAX_PUSH, Outcome, OutcomeStatus, Push, Pushed, PushedMutation};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{Acquire, PgConnection};
use uuid::Uuid;

use super::apply::{Effect, Failure, Pushed as Intended, judge, perform};
use super::parcel::{Letter, Parcel, Unfit};
use super::reach::{Reach, Veiled};
use super::register::{admit, check_schema};
use crate::app::App;
use crate::caller::{Caller, identify};
use crate::envelope::{ApiError, Incoming, Opened, answer};
use crate::limits;
use crate::rows::put;
use crate::tenant::{TenantTx, tenant_tx};

/// `POST /sync/v1/push`
pub async fn push(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = take_in(&app, &mut incoming).await;
    answer(&incoming.headers, result)
}

async fn take_in(app: &App, incoming: &mut Incoming) -> Result<Pushed, ApiError> {
    let caller = identify(app, &incoming.headers).await?;
    // Its place is held until everything is done.
    let Opened { value: parcel, turns: _turns } = incoming.open::<Parcel>(app, limits::PUSH).await?;
    let many = parcel.len();
    if many > MAX_PUSH {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "sync.too_many", "too many mutations in one push"));
    }
    let (request, parts) = parcel.open()?;
    check_schema(request.schema)?;
    let mut outcomes = Vec::with_capacity(many);
    for part in parts {
        let (by, letters) = (&caller, part.letters());
        let done = match one_transaction(app, by, &request, &letters, false).await? {
            Some(done) => done,
            None => one_transaction(app, by, &request, &letters, true).await?.ok_or_else(undecided)?,
        };
        outcomes.extend(done);
    }
    Ok(Pushed { epoch: app.epoch, outcomes, server_time: format_instant_ms(Utc::now()) })
}

/// Several mutations in one transaction: what is answered is durable, and one commit serves them all. `careful`, each stands
/// behind a savepoint of its own, so that one whose writing is refused leaves nothing. Most pushes have none of those, and
/// savepoints are half of what they cost: without care the first of them gives everything back (`None`), to be done again.
/// When one of them is out of place, those before it are kept and the push is refused.
async fn one_transaction(
    app: &App,
    caller: &Caller,
    request: &Push,
    letters: &[Letter],
    careful: bool,
) -> Result<Option<Vec<Outcome>>, ApiError> {
    let Caller { org, actor, device, .. } = caller;
    let mut tenant = tenant_tx(&app.pool, *org).await?;
    let client = (request.client_id, request.incarnation, device.as_slice());
    let admitted = admit(app, &mut tenant.tx, client, request.epoch).await?;
    let mut last = admitted.last_seq;
    let before = last;
    let reach = Reach::of(&mut tenant.tx, *org, actor.id).await?;
    let mut known = known(&mut tenant, letters).await?;
    let mut outcomes = Vec::with_capacity(letters.len());
    let mut decided: Vec<(&PushedMutation, Outcome)> = Vec::with_capacity(letters.len());
    let mut refused = None;
    let mut history = BTreeMap::new();
    let receipt = Receipt { received_at: Utc::now(), sent: request.clock.clone() };
    for letter in letters {
        let mutation = &letter.mutation;
        let seq = i64::try_from(mutation.seq).unwrap_or(i64::MAX);
        match known.remove(&mutation.mutation_id.0) {
            // A retransmit, or the same intent offered again under another place: its effect stands once.
            Some((hash, outcome)) if hash == mutation.body_hash => {
                outcomes.push(Outcome { seq: mutation.seq, ..outcome });
                last = if seq == last + 1 { seq } else { last };
            }
            Some(_) => refused = Some(fork()),
            None if seq <= last => refused = Some(fork()),
            None if seq > last + 1 => {
                let message = format!("expected {}, got {seq}", last + 1);
                refused = Some(ApiError::new(StatusCode::CONFLICT, "sync.gap", message));
            }
            None => {
                let failed = failed_dependency(&mut tenant, &mutation.depends_on, &decided).await?;
                let by = By { actor, last_contact: admitted.last_contact, client: request.client_id, reach: &reach };
                let read = (letter, &receipt);
                let Some(outcome) = decide(&mut tenant, &by, read, failed, careful, &mut history).await? else {
                    return Ok(None);
                };
                outcomes.push(outcome.clone());
                decided.push((mutation, outcome));
                last = seq;
            }
        }
        if refused.is_some() {
            break;
        }
    }
    // Nothing reads an entry before the commit: all of them are one write.
    let history: Vec<Row> = history.into_values().collect();
    match put(&mut tenant.tx, tenant.org, &history).await {
        Err(error) if !careful && is_data_error(&error) => return Ok(None),
        written => written?,
    }
    record(&mut tenant, actor, request.client_id, &decided).await?;
    if last > before {
        advance(&mut tenant, request.client_id, last).await?;
        tenant.tx.commit().await?;
    }
    refused.map_or(Ok(Some(outcomes)), Err)
}

/// A careful transaction decides everything; were one ever left open, an empty answer would look like a success.
fn undecided() -> ApiError {
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", "a mutation was left undecided")
}

fn fork() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "sync.fork", "the same place was used with another body")
}

/// What was decided about these mutations before.
async fn known(tenant: &mut TenantTx, letters: &[Letter]) -> Result<BTreeMap<Uuid, (String, Outcome)>, ApiError> {
    let ids: Vec<Uuid> = letters.iter().map(|letter| letter.mutation.mutation_id.0).collect();
    let rows: Vec<(Uuid, String, Value)> =
        sqlx::query_as("SELECT mutation_id, body_hash, outcome FROM sync_mutation WHERE mutation_id = ANY($1)")
            .bind(ids)
            .fetch_all(&mut *tenant.tx)
            .await?;
    let failed = |e: serde_json::Error| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", format!("a stored outcome: {e}"))
    };
    rows.into_iter()
        .map(|(id, hash, outcome)| Ok((id, (hash, serde_json::from_value(outcome).map_err(failed)?))))
        .collect()
}

async fn advance(tenant: &mut TenantTx, client: ClientId, seq: i64) -> Result<(), ApiError> {
    sqlx::query("UPDATE sync_client SET last_seq = $2, last_seen = now() WHERE id = $1")
        .bind(client.0)
        .bind(seq)
        .execute(&mut *tenant.tx)
        .await?;
    Ok(())
}

/// Who pushes.
struct By<'a> {
    actor: &'a Actor,
    /// When the server last heard of the device with nothing waiting on it.
    last_contact: Timestamp,
    client: ClientId,
    reach: &'a Reach,
}

/// Decides a mutation. A refusal before anything is written is an outcome at once. Careful, all of it stands inside a savepoint,
/// and what a refusal or the data undoes is rolled back to it; else such a one is `None`, and whatever was written goes with the
/// transaction.
async fn decide(
    tenant: &mut TenantTx,
    by: &By<'_>,
    (letter, receipt): (&Letter, &Receipt),
    failed: Option<Uuid>,
    careful: bool,
    history: &mut BTreeMap<Uuid, Row>,
) -> Result<Option<Outcome>, ApiError> {
    let (mutation, version) = (&letter.mutation, u64::try_from(tenant.version).unwrap_or(0));
    let outcome = |Said { status, code, detail }: Said| {
        Some(Outcome { seq: mutation.seq, mutation_id: mutation.mutation_id, status, code, detail, version })
    };
    let intent = match understood(letter, failed) {
        Ok(intent) => intent,
        Err(said) => return Ok(outcome(said)),
    };
    let org = tenant.org;
    let veiled = by.reach.veil(&mut tenant.tx, intent).await?;
    let pushed = Intended {
        intent: &veiled.intent,
        actor: by.actor,
        client: by.client,
        mutation,
        receipt,
        last_contact: by.last_contact,
    };
    if !careful {
        let changes = match judge(&mut tenant.tx, pushed).await {
            Ok(changes) => changes,
            Err(Failure::Refused(refusal)) => return Ok(outcome(Said::refused(refusal, &veiled))),
            Err(Failure::Database(error)) if is_data_error(&error) => return Ok(None),
            Err(Failure::Database(error)) => return Err(error.into()),
        };
        return match perform(&mut tenant.tx, org, pushed, changes).await {
            Ok(effect) => {
                history.extend(effect.history.iter().map(|row| (row.id(), row.clone())));
                Ok(outcome(Said::done(effect)))
            }
            Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::Database(error)) if is_data_error(&error) => Ok(None),
            Err(Failure::Database(error)) => Err(error.into()),
        };
    }
    let mut savepoint = tenant.tx.begin().await?;
    let done = match judge(&mut savepoint, pushed).await {
        Ok(changes) => perform_whole(&mut savepoint, org, pushed, changes).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(effect) => {
            savepoint.commit().await?;
            Ok(outcome(Said::done(effect)))
        }
        Err(Failure::Refused(refusal)) => {
            savepoint.rollback().await?;
            Ok(outcome(Said::refused(refusal, &veiled)))
        }
        Err(Failure::Database(error)) if is_data_error(&error) => {
            savepoint.rollback().await?;
            tracing::error!(%error, "a mutation that the database refuses is set aside");
            Ok(outcome(Said::parked("sync.poison", json!({}))))
        }
        Err(Failure::Database(error)) => Err(error.into()),
    }
}

/// Writes what was judged with its entry in the history.
async fn perform_whole(
    conn: &mut PgConnection,
    org: OrgId,
    pushed: Intended<'_>,
    changes: Changes,
) -> Result<Effect, Failure> {
    let effect = perform(conn, org, pushed, changes).await?;
    put(conn, org, effect.history.as_slice()).await?;
    Ok(effect)
}

/// What is said of a mutation.
struct Said {
    status: OutcomeStatus,
    code: Option<String>,
    detail: Value,
}

impl Said {
    fn done(effect: Effect) -> Self {
        let status = if effect.merged { OutcomeStatus::Merged } else { OutcomeStatus::Applied };
        Self { status, code: None, detail: effect.detail }
    }

    fn refused(refusal: Refusal, veiled: &Veiled) -> Self {
        let status = if refusal.conflict { OutcomeStatus::Conflict } else { OutcomeStatus::Rejected };
        Self { status, code: Some(refusal.code), detail: veiled.lift(&refusal.detail) }
    }

    /// Set aside for an operator; the queue goes on.
    fn parked(code: &str, detail: Value) -> Self {
        Self { status: OutcomeStatus::Parked, code: Some(code.to_owned()), detail }
    }
}

/// The intent of a mutation that is what it says it is, and stands on nothing that failed.
fn understood(letter: &Letter, failed: Option<Uuid>) -> Result<Intent, Said> {
    let mutation = &letter.mutation;
    match &letter.unfit {
        Some(Unfit::TooLarge(bytes)) => {
            let (status, detail) = (OutcomeStatus::Rejected, json!({ "bytes": bytes, "most": MAX_MUTATION_BYTES }));
            return Err(Said { status, code: Some("change.too_large".to_owned()), detail });
        }
        Some(Unfit::Unreadable(error)) => {
            return Err(Said::parked("sync.not_understood", json!({ "error": error })));
        }
        None => {}
    }
    let body = canonical(&mutation.intent).map(|bytes| sha256_hex(&bytes));
    if body.as_deref().ok() != Some(mutation.body_hash.as_str()) {
        return Err(Said::parked("sync.body_hash", json!({})));
    }
    if has_nul(&mutation.intent) {
        return Err(Said::parked("sync.not_understood", json!({ "error": "a text holds U+0000" })));
    }
    if let Err(refusal) = bounds::check(&mutation.intent) {
        let status = OutcomeStatus::Rejected;
        return Err(Said { status, code: Some(refusal.code), detail: refusal.detail });
    }
    if let Some(failed) = failed {
        let (status, detail) = (OutcomeStatus::Rejected, json!({ "mutation": failed }));
        return Err(Said { status, code: Some("sync.depends_on".to_owned()), detail });
    }
    Intent::deserialize(&mutation.intent)
        .map_err(|error| Said::parked("sync.not_understood", json!({ "error": error.to_string() })))
}

/// Errors of the data itself (constraint, type): trying again would not help.
fn is_data_error(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default();
    code.starts_with("22") || code.starts_with("23") || matches!(error, sqlx::Error::Decode(_))
}

/// The first mutation this one stands on that did not succeed: decided just now, or before.
async fn failed_dependency(
    tenant: &mut TenantTx,
    ids: &[MutationId],
    decided: &[(&PushedMutation, Outcome)],
) -> Result<Option<Uuid>, ApiError> {
    let mut before = Vec::new();
    for id in ids {
        match decided.iter().rev().find(|(mutation, _)| mutation.mutation_id == *id) {
            Some((_, outcome)) if !outcome.status.succeeded() => return Ok(Some(id.0)),
            Some(_) => {}
            None => before.push(id.0),
        }
    }
    if before.is_empty() {
        return Ok(None);
    }
    Ok(sqlx::query_scalar(
        "SELECT mutation_id FROM sync_mutation WHERE mutation_id = ANY($1) AND status NOT IN ('applied', 'merged') LIMIT 1",
    )
    .bind(before)
    .fetch_optional(&mut *tenant.tx)
    .await?)
}

/// Text as Postgres stores it: U+0000, which it does not take, is shown as its symbol.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{2400}")
}

/// The intent as it is kept for operators; `body_hash` stays that of the bytes that came.
fn kept(intent: &Value) -> Value {
    if !has_nul(intent) {
        return intent.clone();
    }
    match intent {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(items) => items.iter().map(kept).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (storable(key), kept(value))).collect(),
        other => other.clone(),
    }
}

/// Writes what was decided, in the transaction of the effects.
async fn record(
    tenant: &mut TenantTx,
    actor: &Actor,
    client: ClientId,
    decided: &[(&PushedMutation, Outcome)],
) -> Result<(), ApiError> {
    if decided.is_empty() {
        return Ok(());
    }
    let failed = |e: serde_json::Error| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", format!("an outcome: {e}"))
    };
    let outcomes: Vec<Value> =
        decided.iter().map(|(_, outcome)| serde_json::to_value(outcome)).collect::<Result<_, _>>().map_err(failed)?;
    let word = |value: Option<&Value>| storable(value.and_then(Value::as_str).unwrap_or_default());
    let texts = |of: fn(&PushedMutation) -> &str| -> Vec<String> {
        decided.iter().map(|(mutation, _)| storable(of(mutation))).collect()
    };
    let numbers = |of: fn(&PushedMutation) -> u64| -> Vec<i64> {
        decided.iter().map(|(mutation, _)| i64::try_from(of(mutation)).unwrap_or(i64::MAX)).collect()
    };
    sqlx::query(
        "INSERT INTO sync_mutation (org_id, client_id, user_id, version, seq, mutation_id, name, body_hash, intent, outcome, \
         status, device_time, mono_ms, boot_id) \
         SELECT $1, $2, $3, $4, * FROM unnest($5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[], \
         $11::text[], $12::text[], $13::bigint[], $14::text[])",
    )
    .bind(tenant.org.0)
    .bind(client.0)
    .bind(actor.id.0)
    .bind(tenant.version)
    .bind(numbers(|mutation| mutation.seq))
    .bind(decided.iter().map(|(mutation, _)| mutation.mutation_id.0).collect::<Vec<_>>())
    .bind(decided.iter().map(|(mutation, _)| word(mutation.intent.get("name")).chars().take(60).collect::<String>()).collect::<Vec<_>>())
    .bind(texts(|mutation| &mutation.body_hash))
    .bind(decided.iter().map(|(mutation, _)| kept(&mutation.intent)).collect::<Vec<_>>())
    .bind(&outcomes)
    .bind(outcomes.iter().map(|outcome| word(outcome.get("status"))).collect::<Vec<_>>())
    .bind(texts(|mutation| &mutation.device_time))
    .bind(numbers(|mutation| mutation.mono_ms))
    .bind(texts(|mutation| &mutation.boot_id))
    .execute(&mut *tenant.tx)
    .await?;
    Ok(())
}
