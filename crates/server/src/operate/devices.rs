//! Devices of an organisation.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use satchel_core::time::parse_instant;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use super::begin;

const DEVICES: &str = "SELECT json_build_object('id', c.id, 'person', u.email, 'slot', c.device_slot, 'last_seq', c.last_seq, \
    'last_seen', c.last_seen, 'silent_s', extract(epoch FROM now() - c.last_seen)::bigint, 'app_version', c.app_version, \
    'revoked_at', c.revoked_at, \
    'parked', (SELECT count(*) FROM sync_mutation m WHERE m.org_id = c.org_id AND m.client_id = c.id AND m.status = 'parked'), \
    'salvaged', (SELECT count(*) FROM salvaged s WHERE s.org_id = c.org_id AND s.client_id = c.id)) \
    FROM sync_client c LEFT JOIN users u ON u.org_id = c.org_id AND u.id = c.registered_by WHERE c.org_id = $1 \
    ORDER BY c.last_seen DESC";
const LAST_DAY: &str = "SELECT client_id, received_at, device_time FROM sync_mutation \
    WHERE org_id = $1 AND received_at > now() - interval '1 day'";

/// Prints them.
pub(super) async fn list(owner: &PgPool, org: Uuid) -> Result<()> {
    let mut tx = begin(owner, org).await?;
    // What a device says of its clock is text that anybody may have written: it is read here, and what is no time says nothing.
    let made: Vec<(Uuid, DateTime<Utc>, String)> = sqlx::query_as(LAST_DAY).bind(org).fetch_all(&mut *tx).await?;
    let mut slowest: BTreeMap<String, i64> = BTreeMap::new();
    for (device, received, told) in made {
        let Some(told) = parse_instant(&told) else { continue };
        let age = received.signed_duration_since(told).num_seconds();
        let most = slowest.entry(device.to_string()).or_insert(age);
        *most = age.max(*most);
    }
    let devices: Vec<Value> = sqlx::query_scalar(DEVICES).bind(org).fetch_all(&mut *tx).await?;
    for mut device in devices {
        let age = device.get("id").and_then(Value::as_str).and_then(|id| slowest.get(id)).copied();
        if let Some(device) = device.as_object_mut() {
            device.insert("slowest_mutation_s".to_owned(), json!(age));
        }
        println!("{device}");
    }
    Ok(())
}

/// Revokes a device in all its incarnations. Its sessions are worth one thing from now on: handing in what waits.
pub(super) async fn revoke(owner: &PgPool, org: Uuid, id: Uuid) -> Result<()> {
    let mut tx = begin(owner, org).await?;
    let done = sqlx::query(
        "UPDATE sync_client SET revoked_at = coalesce(revoked_at, now()) WHERE org_id = $1 AND device_key_hash = \
         (SELECT device_key_hash FROM sync_client WHERE org_id = $1 AND id = $2)",
    )
    .bind(org)
    .bind(id)
    .execute(&mut *tx)
    .await?;
    ensure!(done.rows_affected() > 0, "no such device: {id}");
    tx.commit().await?;
    println!("{}", json!({ "revoked": id }));
    Ok(())
}

/// Forgets a device: its key is nobody's any more, its slot is free, its sessions are ended.
pub(super) async fn forget(owner: &PgPool, org: Uuid, id: Uuid) -> Result<()> {
    let mut tx = begin(owner, org).await?;
    let key: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT device_key_hash FROM sync_client WHERE org_id = $1 AND id = $2")
            .bind(org)
            .bind(id)
            .fetch_optional(&mut *tx)
            .await?;
    let Some(key) = key else { anyhow::bail!("no such device: {id}") };
    sqlx::query("UPDATE refresh_tokens SET revoked = true WHERE org_id = $1 AND device_key_hash = $2")
        .bind(org)
        .bind(&key)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "UPDATE sync_client SET device_slot = NULL, revoked_at = NULL, \
         device_key_hash = sha256(convert_to('forgotten ' || id::text, 'UTF8')) WHERE org_id = $1 AND device_key_hash = $2",
    )
    .bind(org)
    .bind(&key)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    println!("{}", json!({ "forgotten": id }));
    Ok(())
}
