//! The local demo workspace: the demo organisation in a store of its own, without a server.

use satchel_core::demo::{DemoSpec, person_id, rows};
use satchel_core::wire::tables::TABLES;
use serde_json::Value;

use super::open::WorkspaceFile;
use super::view::{Progress, WorkspaceState};
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::Engine;
use crate::store::Store;

/// The file of the demo workspace.
pub(super) fn file(spec: &DemoSpec) -> WorkspaceFile {
    WorkspaceFile {
        org_id: spec.org_id,
        organisation: "Satchel Demo Fibre".to_owned(),
        demo: true,
        server_url: None,
        user_id: Some(person_id(spec, 0)),
    }
}

/// Fills an empty store with the demo organisation; a filled one is left as it is.
pub(super) async fn fill(engine: &Engine, store: &Store, spec: &DemoSpec) -> Result<(), CommandError> {
    let filled: i64 = sqlx::query_scalar("SELECT count(*) FROM organisations").fetch_one(store.read()).await?;
    if filled > 0 {
        return Ok(());
    }
    let spec = *spec;
    let rows = tokio::task::spawn_blocking(move || rows(&spec))
        .await
        .map_err(|e| CommandError::new("demo.failed", e.to_string()))?;
    let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut done = 0;
    let mut tx = store.begin().await?;
    for table in TABLES {
        let values: Vec<Value> = rows
            .iter()
            .filter(|row| row.table().name == table.name)
            .map(|row| Value::Array(row.values().to_vec()))
            .collect();
        tx.put_confirmed(table, &values).await?;
        done += u32::try_from(values.len()).unwrap_or(0);
        let progress = Progress { step: format!("demo.{}", table.name), done, total: Some(total) };
        let state = WorkspaceState::Preparing { organisation: "Satchel Demo Fibre".to_owned(), progress };
        engine.announce(EngineEvent::Workspace { state: Box::new(state) });
    }
    tx.set_meta("last_sync", &satchel_core::time::format_instant_ms(spec.now)).await?;
    tx.set_meta("device_slot", "0").await?;
    tx.commit().await?;
    Ok(())
}
