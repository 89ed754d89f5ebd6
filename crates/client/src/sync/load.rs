//! The first load: the same sync as every other, on an empty cache and with the token of the sign-in.

use satchel_core::sync::Finish;
use satchel_core::wire::session::Session;

use super::driver::{Authority, Driver};
use super::transport::Transport;
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::Engine;
use crate::store::Store;
use crate::workspace::WorkspaceFile;
use crate::workspace::view::{Progress, WorkspaceState};

/// Registers this laptop with the organisation and loads its data.
pub async fn first_load(
    engine: &Engine,
    file: &WorkspaceFile,
    store: &Store,
    session: &Session,
) -> Result<(), CommandError> {
    let loaded: i64 = sqlx::query_scalar("SELECT count(*) FROM cursors").fetch_one(store.read()).await?;
    if loaded > 0 {
        // Everything is here; what is new comes with the next sync.
        return Ok(());
    }
    let url = file.server_url.clone().unwrap_or_default();
    let transport = Transport::new(&url, engine.config.server_ca.as_deref())?;
    let progress = Progress { step: "load.organisation".to_owned(), done: 0, total: None };
    let state = WorkspaceState::Preparing { organisation: file.organisation.clone(), progress };
    engine.announce(EngineEvent::Workspace { state: Box::new(state) });
    let driver = Driver {
        engine,
        store,
        user: session.user_id,
        transport: &transport,
        authority: Authority::Token(&session.access_token),
        waiting: 0,
        preparing: Some(file.organisation.clone()),
    };
    match driver.run().await? {
        Finish::Complete => Ok(()),
        Finish::Offline { code } | Finish::SignedOut { code } | Finish::Refused { code } => {
            Err(CommandError::new(code, "the first load did not go through"))
        }
        Finish::Busy { .. } => Err(CommandError::new("server.busy", "the server asks for patience")),
        Finish::NeedsUpdate => Err(CommandError::new("sync.schema", "this program and the server are too far apart")),
        Finish::Revoked => Err(CommandError::new("device.revoked", "this device was revoked")),
    }
}
