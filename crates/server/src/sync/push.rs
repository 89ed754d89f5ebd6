//! Push: each mutation once, in order, in the transaction of its effect. A refusal is an outcome and never blocks the queue.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Utc;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::{ClientId, MutationId, OrgId};
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

/// `POST /sync/v1/push`
pub async fn push(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let result = async {
        let request: Push = open(&headers, &body)?;
        let (org, actor) = authenticate(&app, &headers).await?;
        check_schema(request.schema)?;
        if request.mutations.len() > MAX_PUSH {
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "sync.too_many", "too many mutations in one push"));
        }
        let mut outcomes = Vec::with_capacity(request.mutations.len());
        for mutation in &request.mutations {
            outcomes.push(one(&app, org, &actor, &request, mutation).await?);
        }
        Ok(Pushed { epoch: app.epoch, outcomes, server_time: format_instant_ms(Utc::now()) })
    };
    answer(&headers, result.await)
}

async fn one(
    app: &App,
    org: OrgId,
    actor: &Actor,
    request: &Push,
    mutation: &PushedMutation,
) -> Result<Outcome, ApiError> {
    let bytes = canonical(&mutation.intent)
        .map_err(|e| ApiError::new(StatusCode::BAD_REQUEST, "wire.bad_body", e.to_string()))?;
    if sha256_hex(&bytes) != mutation.body_hash {
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "sync.body_hash", "a mutation does not have its hash"));
    }
    let mut tenant = tenant_tx(&app.pool, org).await?;
    let client = (request.client_id, request.incarnation);
    let last = admit(app, &mut tenant.tx, client, request.epoch).await?;
    let seq = i64::try_from(mutation.seq).unwrap_or(i64::MAX);
    if let Some((hash, outcome)) = known(&mut tenant, mutation.mutation_id).await? {
        // A retransmit, or the same intent offered again under another place: its effect stands once.
        if hash != mutation.body_hash {
            return Err(fork());
        }
        if seq == last + 1 {
            advance(&mut tenant, request.client_id, seq).await?;
            tenant.tx.commit().await?;
        }
        return Ok(Outcome { seq: mutation.seq, ..outcome });
    }
    if seq <= last {
        return Err(fork());
    }
    if seq > last + 1 {
        return Err(ApiError::new(StatusCode::CONFLICT, "sync.gap", format!("expected {}, got {seq}", last + 1)));
    }
    let outcome = decide(&mut tenant, (actor, request.client_id), mutation).await?;
    record(&mut tenant, actor, request.client_id, mutation, &outcome).await?;
    advance(&mut tenant, request.client_id, seq).await?;
    tenant.tx.commit().await?;
    Ok(outcome)
}

fn fork() -> ApiError {
    ApiError::new(StatusCode::CONFLICT, "sync.fork", "the same place was used with another body")
}

/// What was decided about a mutation.
async fn known(tenant: &mut TenantTx, id: MutationId) -> Result<Option<(String, Outcome)>, ApiError> {
    let row: Option<(String, Value)> =
        sqlx::query_as("SELECT body_hash, outcome FROM sync_mutation WHERE mutation_id = $1")
            .bind(id.0)
            .fetch_optional(&mut *tenant.tx)
            .await?;
    let Some((hash, outcome)) = row else { return Ok(None) };
    let outcome = serde_json::from_value(outcome)
        .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", e.to_string()))?;
    Ok(Some((hash, outcome)))
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
    mutation: &PushedMutation,
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
    if let Some(failed) = failed_dependency(tenant, &mutation.depends_on).await? {
        return Ok(outcome(OutcomeStatus::Rejected, Some("sync.depends_on".to_owned()), json!({ "mutation": failed })));
    }
    let intent: Intent = match serde_json::from_value(mutation.intent.clone()) {
        Ok(intent) => intent,
        // Not understood: set aside for an operator, the queue goes on.
        Err(error) => {
            return Ok(outcome(OutcomeStatus::Parked, Some("sync.not_understood".to_owned()), json!({ "error": error.to_string() })));
        }
    };
    let org = tenant.org;
    let mut savepoint = tenant.tx.begin().await?;
    match apply(&mut savepoint, org, &intent, by, mutation).await {
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
