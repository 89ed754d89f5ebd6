//! What still waits on a revoked device is kept for an operator before the device wipes its cache.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use satchel_core::wire::Salvage;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::envelope::{ApiError, answer, open};
use crate::session::authenticate;
use crate::tenant::org_tx;

/// Most entries of one outbox.
const MAX_ENTRIES: usize = 100_000;

/// `POST /sync/v1/salvage`
pub async fn salvage(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&headers, keep(&app, &headers, &body).await)
}

async fn keep(app: &App, headers: &HeaderMap, body: &Bytes) -> Result<Value, ApiError> {
    let request: Salvage = open(headers, body)?;
    let (org, actor) = authenticate(app, headers).await?;
    if request.outbox.len() > MAX_ENTRIES {
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "sync.too_many", "too many entries"));
    }
    let mut tx = org_tx(&app.pool, org).await?;
    let revoked: Option<bool> = sqlx::query_scalar("SELECT revoked_at IS NOT NULL FROM sync_client WHERE id = $1")
        .bind(request.client_id.0)
        .fetch_optional(&mut *tx)
        .await?;
    if revoked != Some(true) {
        return Err(ApiError::new(StatusCode::CONFLICT, "device.not_revoked", "only a revoked device is salvaged"));
    }
    for entry in &request.outbox {
        let id = entry.get("mutation_id").and_then(Value::as_str).and_then(|text| Uuid::parse_str(text).ok());
        let id = id.ok_or_else(|| ApiError::new(StatusCode::BAD_REQUEST, "wire.bad_body", "an entry without id"))?;
        sqlx::query(
            "INSERT INTO salvaged (org_id, client_id, mutation_id, user_id, entry) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(org.0)
        .bind(request.client_id.0)
        .bind(id)
        .bind(actor.id.0)
        .bind(entry)
        .execute(&mut *tx)
        .await?;
    }
    // Its people sign in again elsewhere, not here.
    sqlx::query(
        "UPDATE refresh_tokens SET revoked = true WHERE device_key_hash = \
         (SELECT device_key_hash FROM sync_client WHERE id = $1)",
    )
    .bind(request.client_id.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(json!({ "kept": request.outbox.len() }))
}
