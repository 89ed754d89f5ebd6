//! Registering a device: it gets an id and a slot for its quote numbers, once per key and incarnation.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use satchel_core::ids::ClientId;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::{OLDEST, Register, Registered, SCHEMA};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::envelope::{ApiError, Incoming, answer};
use crate::limits;
use crate::session::authenticate;
use crate::tenant::org_tx;

/// Slots 0..1022 belong to devices; 1023 is the demo's.
const SLOTS: i32 = 1023;

/// `POST /sync/v1/register`
pub async fn register(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let (org, actor) = authenticate(&app, &incoming.headers).await?;
        let request = incoming.open::<Register>(&app, limits::SHORT).await?.value;
        check_schema(request.schema)?;
        let incarnation = i32::try_from(request.incarnation).unwrap_or(i32::MAX);
        let key = Sha256::digest(request.device_key.as_bytes()).to_vec();
        let mut tx = org_tx(&app.pool, org).await?;
        // The counter row orders registrations of one organisation.
        let next: i32 = sqlx::query_scalar("SELECT next_slot FROM sync_tenant WHERE org_id = $1 FOR UPDATE")
            .bind(org.0)
            .fetch_one(&mut *tx)
            .await?;
        let known: Option<(Uuid, i32, i64)> = sqlx::query_as(
            "SELECT id, device_slot, last_seq FROM sync_client WHERE device_key_hash = $1 AND incarnation = $2",
        )
        .bind(&key)
        .bind(incarnation)
        .fetch_optional(&mut *tx)
        .await?;
        let (id, slot, last_seq) = match known {
            Some(known) => known,
            None if next >= SLOTS => {
                return Err(ApiError::new(StatusCode::CONFLICT, "sync.no_slot", "all device slots are taken"));
            }
            None => {
                let id = Uuid::now_v7();
                sqlx::query(
                    "INSERT INTO sync_client (org_id, id, device_key_hash, device_slot, incarnation, registered_by, app_version) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(org.0)
                .bind(id)
                .bind(&key)
                .bind(next)
                .bind(incarnation)
                .bind(actor.id.0)
                .bind(request.app_version.chars().take(100).collect::<String>())
                .execute(&mut *tx)
                .await?;
                sqlx::query("UPDATE sync_tenant SET next_slot = next_slot + 1 WHERE org_id = $1")
                    .bind(org.0)
                    .execute(&mut *tx)
                    .await?;
                (id, next, 0)
            }
        };
        tx.commit().await?;
        Ok(Registered {
            client_id: ClientId(id),
            device_slot: u32::try_from(slot).unwrap_or(0),
            epoch: app.epoch,
            last_seq: u64::try_from(last_seq).unwrap_or(0),
            server_time: format_instant_ms(Utc::now()),
        })
    }
    .await;
    answer(&incoming.headers, result)
}

/// The refusals that stand before any push or pull; returns the highest sequence number decided for the device.
pub(super) async fn admit(
    app: &App,
    conn: &mut PgConnection,
    (client, incarnation): (ClientId, u32),
    epoch: Uuid,
) -> Result<i64, ApiError> {
    if epoch != app.epoch {
        return Err(ApiError::new(StatusCode::CONFLICT, "sync.epoch", "the server's database was restored"));
    }
    let row: Option<(i64, i32, bool)> =
        sqlx::query_as("SELECT last_seq, incarnation, revoked_at IS NOT NULL FROM sync_client WHERE id = $1")
            .bind(client.0)
            .fetch_optional(conn)
            .await?;
    match row {
        None => Err(ApiError::new(StatusCode::CONFLICT, "sync.unknown_client", "this device is not registered")),
        Some((_, _, true)) => Err(ApiError::new(StatusCode::FORBIDDEN, "device.revoked", "this device was revoked")),
        Some((_, known, _)) if i64::from(known) != i64::from(incarnation) => {
            Err(ApiError::new(StatusCode::CONFLICT, "sync.fork", "another incarnation of this device"))
        }
        Some((last, ..)) => Ok(last),
    }
}

/// The server speaks its schema and the one before.
pub(super) fn check_schema(schema: u32) -> Result<(), ApiError> {
    if (OLDEST..=SCHEMA).contains(&schema) {
        Ok(())
    } else {
        Err(ApiError::new(StatusCode::UPGRADE_REQUIRED, "sync.schema", format!("this server speaks schema {SCHEMA}")))
    }
}
