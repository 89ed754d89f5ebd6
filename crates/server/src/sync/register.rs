//! Registering a device: it gets an id and a slot for its quote numbers, once per key and incarnation. Invariant: a slot belongs
//! to one device at a time; nobody takes more of them than a person needs, and one that its device does not need is given again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use satchel_core::ids::{ClientId, OrgId};
use satchel_core::time::format_instant_ms;
use satchel_core::wire::{OLDEST, Register, Registered, SCHEMA};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::caller::{Caller, identify};
use crate::envelope::{ApiError, Incoming, answer};
use crate::limits;
use crate::tenant::org_tx;

/// Slots 0..1022 belong to devices; 1023 is the demo's.
const SLOTS: i32 = 1023;
/// Devices a person registers in a day.
const PER_DAY: i64 = 20;

/// `POST /sync/v1/register`
pub async fn register(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = take_in(&app, &mut incoming).await;
    answer(&incoming.headers, result)
}

async fn take_in(app: &App, incoming: &mut Incoming) -> Result<Registered, ApiError> {
    let caller = identify(app, &incoming.headers).await?;
    let request = incoming.open::<Register>(app, limits::SHORT).await?.value;
    check_schema(request.schema)?;
    if Sha256::digest(request.device_key.as_bytes()).as_slice() != caller.device {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "device.other", "the session is another device's"));
    }
    let incarnation = i32::try_from(request.incarnation).unwrap_or(i32::MAX);
    let mut tx = org_tx(&app.pool, caller.org).await?;
    // The counter row orders registrations of one organisation.
    let next: i32 = sqlx::query_scalar("SELECT next_slot FROM sync_tenant WHERE org_id = $1 FOR UPDATE")
        .bind(caller.org.0)
        .fetch_one(&mut *tx)
        .await?;
    let known: Option<(Uuid, Option<i32>, i64)> = sqlx::query_as(
        "SELECT id, device_slot, last_seq FROM sync_client WHERE device_key_hash = $1 AND incarnation = $2",
    )
    .bind(&caller.device)
    .bind(incarnation)
    .fetch_optional(&mut *tx)
    .await?;
    let (id, slot, last_seq) = match known {
        Some((id, Some(slot), last_seq)) => (id, slot, last_seq),
        Some((id, None, last_seq)) => {
            let slot = free_slot(&mut tx, caller.org, next).await?;
            sqlx::query("UPDATE sync_client SET device_slot = $2 WHERE id = $1")
                .bind(id)
                .bind(slot)
                .execute(&mut *tx)
                .await?;
            (id, slot, last_seq)
        }
        None => {
            not_too_many(&mut tx, &caller).await?;
            let slot = free_slot(&mut tx, caller.org, next).await?;
            let id = add(&mut tx, &caller, (incarnation, slot), &request.app_version).await?;
            (id, slot, 0)
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

async fn not_too_many(conn: &mut PgConnection, caller: &Caller) -> Result<(), ApiError> {
    let today: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sync_client WHERE org_id = $1 AND registered_by = $2 \
         AND registered_at > now() - interval '1 day'",
    )
    .bind(caller.org.0)
    .bind(caller.actor.id.0)
    .fetch_one(conn)
    .await?;
    if today >= PER_DAY {
        let message = "this person registered many devices today";
        return Err(ApiError::new(StatusCode::CONFLICT, "device.too_many", message));
    }
    Ok(())
}

/// A new device. When it was last heard of is what its earlier incarnation says: what it brings along was made since then.
async fn add(
    conn: &mut PgConnection,
    caller: &Caller,
    (incarnation, slot): (i32, i32),
    app_version: &str,
) -> Result<Uuid, sqlx::Error> {
    let id = Uuid::now_v7();
    sqlx::query(
        "INSERT INTO sync_client (org_id, id, device_key_hash, device_slot, incarnation, registered_by, app_version, \
         last_contact) VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce((SELECT max(last_contact) FROM sync_client \
         WHERE org_id = $1 AND device_key_hash = $3), now()))",
    )
    .bind(caller.org.0)
    .bind(id)
    .bind(&caller.device)
    .bind(slot)
    .bind(incarnation)
    .bind(caller.actor.id.0)
    .bind(app_version.chars().filter(|c| !c.is_control()).take(100).collect::<String>())
    .execute(conn)
    .await?;
    Ok(id)
}

/// A slot nobody has: the next new one, or else one whose device does not need it. That device gets another when it comes back:
/// see [`admit`].
async fn free_slot(conn: &mut PgConnection, org: OrgId, next: i32) -> Result<i32, ApiError> {
    if next < SLOTS {
        sqlx::query("UPDATE sync_tenant SET next_slot = next_slot + 1 WHERE org_id = $1")
            .bind(org.0)
            .execute(conn)
            .await?;
        return Ok(next);
    }
    // One that was let go; then a revoked one, one that never sent anything, one that was silent for half a year. A slot of
    // today may have numbered quotes of today.
    let given_up: Option<i32> = sqlx::query_scalar(
        "SELECT slot FROM generate_series(0, $2 - 1) slot \
         WHERE NOT EXISTS (SELECT 1 FROM sync_client c WHERE c.org_id = $1 AND c.device_slot = slot) LIMIT 1",
    )
    .bind(org.0)
    .bind(SLOTS)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(slot) = given_up {
        return Ok(slot);
    }
    let taken: Option<(Uuid, i32)> = sqlx::query_as(
        "SELECT id, device_slot FROM sync_client WHERE org_id = $1 AND device_slot IS NOT NULL \
         AND (revoked_at < now() - interval '1 day' \
              OR (last_seq = 0 AND registered_at < now() - interval '1 day') \
              OR last_contact < now() - interval '180 days') \
         ORDER BY revoked_at IS NULL, last_seq > 0, last_contact LIMIT 1",
    )
    .bind(org.0)
    .fetch_optional(&mut *conn)
    .await?;
    let (id, slot) =
        taken.ok_or_else(|| ApiError::new(StatusCode::CONFLICT, "sync.no_slot", "all device slots are taken"))?;
    sqlx::query("UPDATE sync_client SET device_slot = NULL WHERE id = $1").bind(id).execute(conn).await?;
    Ok(slot)
}

/// A device that may push and pull.
pub(super) struct Admitted {
    /// The highest sequence number decided for it.
    pub last_seq: i64,
    /// When it was last heard of.
    pub last_contact: DateTime<Utc>,
}

/// The refusals that stand before any push or pull.
pub(super) async fn admit(
    app: &App,
    conn: &mut PgConnection,
    (client, incarnation, device): (ClientId, u32, &[u8]),
    epoch: Uuid,
) -> Result<Admitted, ApiError> {
    if epoch != app.epoch {
        return Err(ApiError::new(StatusCode::CONFLICT, "sync.epoch", "the server's database was restored"));
    }
    // Another device's id is one that nobody has; a device without a slot registers again and gets one.
    let row: Option<(i64, i32, DateTime<Utc>)> = sqlx::query_as(
        "SELECT last_seq, incarnation, last_contact FROM sync_client \
         WHERE id = $1 AND device_key_hash = $2 AND device_slot IS NOT NULL",
    )
    .bind(client.0)
    .bind(device)
    .fetch_optional(conn)
    .await?;
    match row {
        None => Err(ApiError::new(StatusCode::CONFLICT, "sync.unknown_client", "this device is not registered")),
        Some((_, known, _)) if i64::from(known) != i64::from(incarnation) => {
            Err(ApiError::new(StatusCode::CONFLICT, "sync.fork", "another incarnation of this device"))
        }
        Some((last_seq, _, last_contact)) => Ok(Admitted { last_seq, last_contact }),
    }
}

/// Notes that a device was heard of, once a minute.
pub(super) async fn heard_of(app: &App, org: OrgId, client: ClientId, device: &[u8]) -> Result<(), ApiError> {
    let mut tx = org_tx(&app.pool, org).await?;
    let noted = sqlx::query(
        "UPDATE sync_client SET last_contact = now() \
         WHERE id = $1 AND device_key_hash = $2 AND last_contact < now() - interval '1 minute'",
    )
    .bind(client.0)
    .bind(device)
    .execute(&mut *tx)
    .await?;
    if noted.rows_affected() > 0 {
        tx.commit().await?;
    }
    Ok(())
}

/// The server speaks its schema and those before, from [`OLDEST`].
pub(super) fn check_schema(schema: u32) -> Result<(), ApiError> {
    if (OLDEST..=SCHEMA).contains(&schema) {
        Ok(())
    } else {
        Err(ApiError::new(StatusCode::UPGRADE_REQUIRED, "sync.schema", format!("this server speaks schema {SCHEMA}")))
    }
}
