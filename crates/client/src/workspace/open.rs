//! Opening a workspace. Invariant: whatever stands in the way becomes a state that says so; no file is overwritten.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use satchel_core::ids::{OrgId, UserId};
use satchel_core::organisations::OrgSettings;
use satchel_core::people::Role;
use satchel_core::time::{parse_instant, parse_zone};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, RwLock};

use super::view::WorkspaceState;
use crate::api::CommandError;
use crate::engine::{Engine, Open, SignedIn};
use crate::keys::{KeyFound, derive_key, find_key};
use crate::store::{DatabaseKey, Store, StoreError};
use crate::sync::SyncNow;

/// What is remembered beside the databases: nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceFile {
    /// Organisation.
    pub org_id: OrgId,
    /// Its name.
    pub organisation: String,
    /// Local demo workspace.
    pub demo: bool,
    /// Server.
    pub server_url: Option<String>,
    /// Who worked last.
    pub user_id: Option<UserId>,
}

impl WorkspaceFile {
    pub(super) fn folder(&self, engine: &Engine) -> PathBuf {
        let name = if self.demo { format!("demo-{}", self.org_id) } else { self.org_id.to_string() };
        engine.config.data_dir.join("orgs").join(name)
    }

    pub(super) fn key_name(&self) -> String {
        format!("database-key/{}{}", if self.demo { "demo-" } else { "" }, self.org_id)
    }
}

fn current_path(engine: &Engine) -> PathBuf {
    engine.config.data_dir.join("current.json")
}

/// The workspace opened last, if any.
pub(super) fn current(engine: &Engine) -> Option<WorkspaceFile> {
    serde_json::from_slice(&std::fs::read(current_path(engine)).ok()?).ok()
}

/// Remembers the workspace, whole or not at all.
pub(super) fn remember(engine: &Engine, file: &WorkspaceFile) -> Result<(), CommandError> {
    let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
    let text = serde_json::to_vec_pretty(file).map_err(|e| CommandError::new("store.failed", e.to_string()))?;
    std::fs::create_dir_all(&engine.config.data_dir).map_err(failed)?;
    let temporary = current_path(engine).with_extension("tmp");
    std::fs::write(&temporary, text).map_err(failed)?;
    std::fs::rename(temporary, current_path(engine)).map_err(failed)
}

/// Forgets which workspace is current; its files stay.
pub(super) fn forget(engine: &Engine) {
    // Nothing to forget is fine.
    let _ = std::fs::remove_file(current_path(engine));
}

/// What a workspace is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenFor {
    /// Working in it.
    Work,
    /// Its first load, when it is not there yet: see [`Store::begin_new`].
    FirstLoad,
}

/// Opens the store of a workspace, or says what stands in the way.
pub(super) async fn open_store(
    engine: &Engine,
    file: &WorkspaceFile,
    passphrase: Option<&str>,
    open_for: OpenFor,
) -> Result<Result<Store, WorkspaceState>, CommandError> {
    let folder = file.folder(engine);
    let organisation = file.organisation.clone();
    let key: DatabaseKey = match passphrase {
        Some(passphrase) => derive_key(&folder, passphrase)?,
        None => match find_key(&engine.config.secrets, &folder, &file.key_name()).await? {
            KeyFound::Key(key) => key,
            KeyFound::Locked => return Ok(Err(WorkspaceState::KeychainLocked { organisation })),
            KeyFound::Passphrase { first } => {
                return Ok(Err(WorkspaceState::NeedsPassphrase { organisation, first, wrong: false }));
            }
        },
    };
    let path = folder.join("cache.db").display().to_string();
    let opened = match open_for {
        OpenFor::Work => Store::open(&folder, &key, engine.events.clone()).await,
        OpenFor::FirstLoad => Store::begin_new(&folder, &key, engine.events.clone()).await,
    };
    match opened {
        Ok(store) => Ok(Ok(store)),
        Err(StoreError::WrongKey) if passphrase.is_some() => {
            Ok(Err(WorkspaceState::NeedsPassphrase { organisation, first: false, wrong: true }))
        }
        Err(StoreError::WrongKey) => Ok(Err(WorkspaceState::WrongKey { organisation, path })),
        Err(StoreError::Damaged(detail)) => Ok(Err(WorkspaceState::Damaged { organisation, path, detail })),
        Err(StoreError::InUse) => Ok(Err(WorkspaceState::SecondInstance { organisation })),
        Err(StoreError::DiskFull) => Ok(Err(WorkspaceState::DiskFull { organisation, path })),
        Err(StoreError::Other(detail)) => Err(CommandError::new("store.failed", detail)),
    }
}

/// Makes an open store the engine's workspace, working as `user` (or the one who worked last).
pub(super) async fn install(
    engine: &Engine,
    file: &WorkspaceFile,
    store: Store,
    user: SignedIn,
) -> Result<(), CommandError> {
    let (organisation, country, zone, settings): (String, String, String, String) =
        sqlx::query_as("SELECT name, country, zone, settings FROM organisations LIMIT 1")
            .fetch_one(store.read())
            .await?;
    let settings: OrgSettings =
        serde_json::from_str(&settings).map_err(|e| CommandError::new("workspace.bad_settings", e.to_string()))?;
    let zone = parse_zone(&zone).ok_or_else(|| CommandError::new("workspace.bad_zone", zone))?;
    let last_sync: Option<String> =
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'last_sync'").fetch_optional(store.read()).await?;
    let offset: Option<String> =
        sqlx::query_scalar("SELECT value FROM meta WHERE key = 'clock_offset_ms'").fetch_optional(store.read()).await?;
    let sync = SyncNow { last_sync: last_sync.as_deref().and_then(parse_instant), ..SyncNow::default() };
    remember(engine, &WorkspaceFile { user_id: Some(user.id), ..file.clone() })?;
    let open = Open {
        store,
        org_id: file.org_id,
        organisation,
        country,
        zone,
        settings,
        demo: file.demo,
        server_url: file.server_url.clone(),
        folder: file.folder(engine),
        user: RwLock::new(user),
        sync: RwLock::new(sync),
        transport: tokio::sync::OnceCell::new(),
        tokens: Mutex::new(HashMap::new()),
        clock_offset_ms: AtomicI64::new(offset.and_then(|text| text.parse().ok()).unwrap_or(0)),
        clock: engine.config.clock.clone(),
        quote: std::sync::Mutex::default(),
    };
    *engine.open.write().await = Some(Arc::new(open));
    Ok(())
}

/// A person of the organisation by id, from the cache.
pub(super) async fn person(store: &Store, id: UserId) -> Result<Option<SignedIn>, CommandError> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT name, email, role FROM users WHERE id = ?1 AND active = 1")
            .bind(id.to_string())
            .fetch_optional(store.read())
            .await?;
    Ok(row.and_then(|(name, email, role)| Some(SignedIn { id, name, email, role: Role::parse(&role)? })))
}
