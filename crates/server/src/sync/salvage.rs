//! What still waits on a revoked device is kept for an operator before the device wipes its cache.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use satchel_core::ids::ClientId;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::caller::{Caller, identify_also_revoked};
use crate::envelope::{ApiError, Incoming, answer};
use crate::limits;
use crate::tenant::org_tx;

/// Most entries of one outbox.
const MAX_ENTRIES: usize = 100_000;

/// [`satchel_core::wire::Salvage`], its entries not read yet.
#[derive(Deserialize)]
struct Outbox {
    client_id: ClientId,
    outbox: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Named {
    mutation_id: Uuid,
}

/// `POST /sync/v1/salvage`
pub async fn salvage(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = keep(&app, &mut incoming).await;
    answer(&incoming.headers, result)
}

async fn keep(app: &App, incoming: &mut Incoming) -> Result<Value, ApiError> {
    let Caller { org, actor, device, .. } = identify_also_revoked(app, &incoming.headers).await?;
    let opened = incoming.open::<Outbox>(app, limits::PUSH).await?;
    let request = &opened.value;
    if request.outbox.len() > MAX_ENTRIES {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "sync.too_many", "too many entries"));
    }
    let mut tx = org_tx(&app.pool, org).await?;
    let revoked: Option<bool> =
        sqlx::query_scalar("SELECT revoked_at IS NOT NULL FROM sync_client WHERE id = $1 AND device_key_hash = $2")
            .bind(request.client_id.0)
            .bind(&device)
            .fetch_optional(&mut *tx)
            .await?;
    if revoked != Some(true) {
        return Err(ApiError::new(StatusCode::CONFLICT, "device.not_revoked", "only a revoked device is salvaged"));
    }
    for entry in &request.outbox {
        let named: Result<Named, _> = serde_json::from_str(entry.get());
        let named = named.map_err(|e| ApiError::new(StatusCode::BAD_REQUEST, "wire.bad_body", e.to_string()))?;
        // What Postgres' JSON does not take is kept too, its mark changed.
        let entry: Value = serde_json::from_str(&entry.get().replace("\\u0000", "\\u2400")).unwrap_or_default();
        sqlx::query(
            "INSERT INTO salvaged (org_id, client_id, mutation_id, user_id, entry) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(org.0)
        .bind(request.client_id.0)
        .bind(named.mutation_id)
        .bind(actor.id.0)
        .bind(entry)
        .execute(&mut *tx)
        .await?;
    }
    // Its people sign in again elsewhere, not here.
    sqlx::query("UPDATE refresh_tokens SET revoked = true WHERE device_key_hash = $1")
        .bind(&device)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(json!({ "kept": request.outbox.len() }))
}
