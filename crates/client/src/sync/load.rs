//! The first load: register the device, then fill an empty cache in one transaction.

use std::collections::BTreeMap;

use satchel_core::time::format_instant_ms;
use satchel_core::wire::session::Session;
use satchel_core::wire::tables::table;
use satchel_core::wire::{Pull, Register, Registered, SCHEMA};
use serde_json::Value;

use super::pull::Gathered;
use super::transport::Transport;
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::Engine;
use crate::store::Store;
use crate::workspace::WorkspaceFile;
use crate::workspace::session::device_key;
use crate::workspace::view::{Progress, WorkspaceState};

/// Registers this laptop with the organisation and loads its data, unless that is done already.
pub async fn first_load(
    engine: &Engine,
    file: &WorkspaceFile,
    store: &Store,
    session: &Session,
) -> Result<(), CommandError> {
    let url = file.server_url.clone().unwrap_or_default();
    let transport = Transport::new(&url, engine.config.server_ca.as_deref())?;
    let incarnation: Option<String> =
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'incarnation'").fetch_optional(store.read()).await?;
    let incarnation = incarnation.and_then(|text| text.parse().ok()).unwrap_or(0);
    let register = Register {
        device_key: device_key(engine).await?,
        app_version: engine.config.app_version.clone(),
        schema: SCHEMA,
        incarnation,
    };
    let token = Some(session.access_token.as_str());
    let registered: Registered = transport.post("/sync/v1/register", token, &register).await?;
    let mut tx = store.begin().await?;
    tx.set_meta("client_id", &registered.client_id.to_string()).await?;
    tx.set_meta("device_slot", &registered.device_slot.to_string()).await?;
    tx.set_meta("epoch", &registered.epoch.to_string()).await?;
    tx.set_meta("incarnation", &incarnation.to_string()).await?;
    // A cache that was thrown away continues its numbering where the server knows it to be.
    let next: u64 = tx.meta("next_seq").await?.and_then(|text| text.parse().ok()).unwrap_or(1);
    tx.set_meta("next_seq", &next.max(registered.last_seq + 1).to_string()).await?;
    tx.commit().await?;
    let loaded: i64 = sqlx::query_scalar("SELECT count(*) FROM cursors").fetch_one(store.read()).await?;
    if loaded > 0 {
        return Ok(());
    }
    let mut gathered = Gathered::default();
    let mut continue_from = None;
    loop {
        let body = Pull {
            client_id: registered.client_id,
            epoch: registered.epoch,
            schema: SCHEMA,
            cursors: BTreeMap::new(),
            max_bytes: 16 * 1024 * 1024,
            continue_from: continue_from.take(),
        };
        let plain = transport.exchange("/sync/v1/pull", token, &body).await?;
        continue_from = gathered.take_page(&plain)?;
        if continue_from.is_none() {
            break;
        }
    }
    fill(engine, file, store, gathered).await
}

async fn fill(engine: &Engine, file: &WorkspaceFile, store: &Store, gathered: Gathered) -> Result<(), CommandError> {
    let count = |rows: &[Vec<Value>]| u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let total = gathered.puts.iter().map(|(_, rows)| count(rows)).sum();
    let mut done = 0;
    let mut tx = store.begin().await?;
    for (name, rows) in gathered.puts {
        let Some(spec) = table(&name) else { continue };
        done += count(&rows);
        let values: Vec<Value> = rows.into_iter().map(Value::Array).collect();
        tx.put_confirmed(spec, &values).await?;
        let progress = Progress { step: format!("load.{name}"), done, total: Some(total) };
        let state = WorkspaceState::Preparing { organisation: file.organisation.clone(), progress };
        engine.announce(EngineEvent::Workspace { state: Box::new(state) });
    }
    for (scope, version) in gathered.cursors {
        sqlx::query("INSERT INTO cursors (scope_id, version) VALUES (?1, ?2)")
            .bind(scope.to_string())
            .bind(i64::try_from(version).unwrap_or(i64::MAX))
            .execute(tx.conn())
            .await?;
    }
    tx.set_meta("last_sync", &format_instant_ms(chrono::Utc::now())).await?;
    tx.commit().await?;
    Ok(())
}
