//! Push: each mutation once, in order, in the transaction of its effect. A refusal is an outcome and never blocks the queue.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::{ClientId, MutationId, OrgId};
use satchel_core::jobs::Receipt;
use satchel_core::people::Actor;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::{MAX_PUSH, Outcome, OutcomeStatus, Push, Pushed, PushedMutation};
use serde_json::{Value, json};
use sqlx::Acquire;
use uuid::Uuid;

use super::apply::{Effect, apply};
use super::register::{admit, check_schema};
use crate::app::App;
use crate::envelope::{ApiError, answer, open};
use crate::session::authenticate;
use crate::tenant::{TenantTx, tenant_tx};

/// Mutations of one transaction: long enough that a commit is cheap, short enough that others get their turn.
const PER_TRANSACTION: usize = 50;

/// `POST /sync/v1/push`
pub async fn push(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let result = async {
        let request: Push = open(&headers, &body)?;
        let (org, actor) = authenticate(&app, &headers).await?;
        check_schema(request.schema)?;
        if request.mutations.len() > MAX_PUSH {
            return Err(ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "sync.too_many",
                "too many mutations in one push",
            ));
        }
        let mut outcomes = Vec::with_capacity(request.mutations.len());
        for part in request.mutations.chunks(PER_TRANSACTION) {
            outcomes.extend(one_transaction(&app, org, &actor, &request, part).await?);
        }
        Ok(Pushed { epoch: app.epoch, outcomes, server_time: format_instant_ms(Utc::now()) })
    };
    answer(&headers, result.await)
}

/// Several mutations in one transaction, each behind a savepoint of its own: what is answered is durable, and one commit
/// serves them all. When one of them is out of place, those before it are kept and the push is refused.
async fn one_transaction(
    app: &App,
    org: OrgId,
    actor: &Actor,
    request: &Push,
    mutations: &[PushedMutation],
) -> Result<Vec<Outcome>, ApiError> {
    let mut tenant = tenant_tx(&app.pool, org).await?;
    let client = (request.client_id, request.incarnation);
    let mut last = admit(app, &mut tenant.tx, client, request.epoch).await?;
    let before = last;
    let mut known = known(&mut tenant, mutations).await?;
    let mut outcomes = Vec::with_capacity(mutations.len());
    let mut refused = None;
    let receipt = Receipt { received_at: Utc::now(), sent: request.clock.clone() };
    for mutation in mutations {
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
                let outcome = decide(&mut tenant, (actor, request.client_id), (mutation, &receipt)).await?;
                record(&mut tenant, actor, request.client_id, mutation, &outcome).await?;
                outcomes.push(outcome);
                last = seq;
            }
        }
        if refused.is_some() {
            break;
        }
    }
    if last > before {
        advance(&mut tenant, request.client_id, last).await?;
        tenant.tx.commit().await?;
    }
    refused.map_or(Ok(outcomes), Err)
}

fn fork() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "sync.fork", "the same place was used with another body")
}

/// What was decided about these mutations before.
async fn known(
    tenant: &mut TenantTx,
    mutations: &[PushedMutation],
) -> Result<BTreeMap<Uuid, (String, Outcome)>, ApiError> {
    let ids: Vec<Uuid> = mutations.iter().map(|mutation| mutation.mutation_id.0).collect();
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

/// Decides a mutation inside a savepoint: a refusal rolls back to it and is an outcome.
async fn decide(
    tenant: &mut TenantTx,
    by: (&Actor, ClientId),
    (mutation, receipt): (&PushedMutation, &Receipt),
) -> Result<Outcome, ApiError> {
    let version = u64::try_from(tenant.version).unwrap_or(0);
    let outcome = |status, code: Option<String>, detail| Outcome {
        seq: mutation.seq,
        mutation_id: mutation.mutation_id,
        status,
        code,
        detail,
        version,
    };
    // Not what it says it is: set aside, the queue goes on.
    let body = canonical(&mutation.intent).map(|bytes| sha256_hex(&bytes));
    if body.as_deref().ok() != Some(mutation.body_hash.as_str()) {
        return Ok(outcome(OutcomeStatus::Parked, Some("sync.body_hash".to_owned()), json!({})));
    }
    if let Some(failed) = failed_dependency(tenant, &mutation.depends_on).await? {
        return Ok(outcome(OutcomeStatus::Rejected, Some("sync.depends_on".to_owned()), json!({ "mutation": failed })));
    }
    let intent: Intent = match serde_json::from_value(mutation.intent.clone()) {
        Ok(intent) => intent,
        // Not understood: set aside for an operator, the queue goes on.
        Err(error) => {
            return Ok(outcome(
                OutcomeStatus::Parked,
                Some("sync.not_understood".to_owned()),
                json!({ "error": error.to_string() }),
            ));
        }
    };
    let org = tenant.org;
    let mut savepoint = tenant.tx.begin().await?;
    match apply(&mut savepoint, org, &intent, by, (mutation, receipt)).await {
        Ok(Effect { merged, detail }) => {
            savepoint.commit().await?;
            let status = if merged { OutcomeStatus::Merged } else { OutcomeStatus::Applied };
            Ok(outcome(status, None, detail))
        }
        Err(super::apply::Failure::Refused(refusal)) => {
            savepoint.rollback().await?;
            let status = if refusal.conflict { OutcomeStatus::Conflict } else { OutcomeStatus::Rejected };
            Ok(outcome(status, Some(refusal.code), refusal.detail))
        }
        Err(super::apply::Failure::Database(error)) if is_data_error(&error) => {
            savepoint.rollback().await?;
            tracing::error!(%error, "a mutation that the database refuses is set aside");
            Ok(outcome(OutcomeStatus::Parked, Some("sync.poison".to_owned()), json!({ "error": error.to_string() })))
        }
        Err(super::apply::Failure::Database(error)) => Err(error.into()),
    }
}

/// Errors of the data itself (constraint, type): trying again would not help.
fn is_data_error(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code()).unwrap_or_default();
    code.starts_with("22") || code.starts_with("23") || matches!(error, sqlx::Error::Decode(_))
}

async fn failed_dependency(tenant: &mut TenantTx, ids: &[MutationId]) -> Result<Option<Uuid>, ApiError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    Ok(sqlx::query_scalar(
        "SELECT mutation_id FROM sync_mutation WHERE mutation_id = ANY($1) AND status NOT IN ('applied', 'merged') LIMIT 1",
    )
    .bind(ids)
    .fetch_optional(&mut *tenant.tx)
    .await?)
}

async fn record(
    tenant: &mut TenantTx,
    actor: &Actor,
    client: ClientId,
    mutation: &PushedMutation,
    outcome: &Outcome,
) -> Result<(), ApiError> {
    let value = serde_json::to_value(outcome)
        .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", e.to_string()))?;
    let status = value.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = mutation.intent.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let seq = i64::try_from(mutation.seq).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO sync_mutation (org_id, client_id, seq, mutation_id, user_id, name, body_hash, intent, outcome, status, \
         version, device_time, mono_ms, boot_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(tenant.org.0)
    .bind(client.0)
    .bind(seq)
    .bind(mutation.mutation_id.0)
    .bind(actor.id.0)
    .bind(name)
    .bind(&mutation.body_hash)
    .bind(&mutation.intent)
    .bind(value)
    .bind(status)
    .bind(tenant.version)
    .bind(&mutation.device_time)
    .bind(i64::try_from(mutation.mono_ms).unwrap_or(i64::MAX))
    .bind(&mutation.boot_id)
    .execute(&mut *tenant.tx)
    .await?;
    Ok(())
}
