//! The engine behind one window: which workspace is open, who works in it, and the events that follow.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Duration;
use satchel_core::ids::{OrgId, UserId};
use satchel_core::organisations::OrgSettings;
use satchel_core::people::{Actor, Role};
use satchel_core::time::{Timestamp, Zone};
use tokio::sync::{Mutex, Notify, RwLock, broadcast};

use crate::EngineEvent;
use crate::api::CommandError;
use crate::clock::Clock;
use crate::imports::OpenImport;
use crate::keys::Secrets;
use crate::store::Store;
use crate::sync::SyncNow;

/// How an engine is set up.
#[derive(Clone)]
pub struct EngineConfig {
    /// Folder with all workspaces of this person on this machine.
    pub data_dir: PathBuf,
    /// Server proposed at the first sign-in.
    pub server_url: Option<String>,
    /// PEM file with a certificate authority to trust besides the system's (development).
    pub server_ca: Option<PathBuf>,
    /// Where secrets live.
    pub secrets: Secrets,
    /// Version of the app.
    pub app_version: String,
    /// The device's clocks.
    pub clock: Clock,
    /// A program that reads spreadsheets in a process of its own
    /// ([`satchel_documents::site_list::isolated::serve`]); without it they are read in this one.
    pub spreadsheet_reader: Option<PathBuf>,
}

/// Handle to the engine; clones share it.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

#[doc(hidden)]
pub struct Inner {
    pub(crate) config: EngineConfig,
    pub(crate) events: broadcast::Sender<EngineEvent>,
    pub(crate) open: RwLock<Option<Arc<Open>>>,
    pub(crate) imports: Mutex<HashMap<String, Arc<Mutex<OpenImport>>>>,
    /// Lists being opened, each with whether somebody no longer wants it.
    pub(crate) opening_lists: std::sync::Mutex<HashMap<String, Arc<std::sync::atomic::AtomicBool>>>,
    pub(crate) sync_wanted: Notify,
    pub(crate) syncing: Mutex<()>,
    /// How many answers to where sync stands were begun.
    pub(crate) statuses: std::sync::atomic::AtomicU32,
    /// Held while the workspace used last is opened: whoever asks meanwhile waits for it.
    pub(crate) opening: Mutex<()>,
}

impl Drop for Inner {
    /// An engine that nobody closed closes its workspace, in a thread of its own: a connection still at work in the background
    /// could bring an ending program down.
    fn drop(&mut self) {
        let Some(open) = self.open.get_mut().take() else { return };
        let close = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            let Ok(runtime) = runtime else { return };
            let closing = async { tokio::time::timeout(std::time::Duration::from_secs(2), open.store.close()).await };
            // Whoever still holds a connection keeps it; that is as it was.
            let _ = runtime.block_on(closing);
        };
        let _ = std::thread::spawn(close).join();
    }
}

impl std::ops::Deref for Engine {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The person who works now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Role.
    pub role: Role,
}

/// An open workspace.
pub struct Open {
    /// Its store.
    pub store: Store,
    /// Organisation.
    pub org_id: OrgId,
    /// Its name.
    pub organisation: String,
    /// Its country.
    pub country: String,
    /// Its zone.
    pub zone: Zone,
    /// Its settings.
    pub settings: OrgSettings,
    /// Local demo workspace: no server.
    pub demo: bool,
    /// Server.
    pub server_url: Option<String>,
    /// Folder of its files.
    pub folder: PathBuf,
    /// Who works now.
    pub user: RwLock<SignedIn>,
    /// Where sync stands.
    pub sync: RwLock<SyncNow>,
    /// The connection to the server, made at the first sync.
    pub transport: tokio::sync::OnceCell<crate::sync::transport::Transport>,
    /// Access tokens by person, in memory only.
    pub tokens: Mutex<HashMap<UserId, String>>,
    /// Server clock − device clock, milliseconds, as last seen.
    pub clock_offset_ms: std::sync::atomic::AtomicI64,
    /// The device's clocks.
    pub clock: Clock,
    /// The quote on the screen, as long as nothing was written since it was read.
    pub(crate) quote: std::sync::Mutex<Option<Arc<crate::quotes::queries::Loaded>>>,
}

impl Open {
    /// Now by the device's clock, corrected by the offset to the server's clock last seen.
    pub fn now(&self) -> Timestamp {
        let offset = self.clock_offset_ms.load(std::sync::atomic::Ordering::Relaxed);
        self.clock.wall() + Duration::milliseconds(offset)
    }

    /// Who acts.
    pub async fn actor(&self) -> Actor {
        let user = self.user.read().await;
        Actor { id: user.id, role: user.role }
    }
}

impl Engine {
    /// An engine with nothing open yet.
    pub fn new(config: EngineConfig) -> Self {
        let (events, _) = broadcast::channel(256);
        Self(Arc::new(Inner {
            config,
            events,
            open: RwLock::new(None),
            imports: Mutex::default(),
            opening_lists: std::sync::Mutex::default(),
            sync_wanted: Notify::new(),
            syncing: Mutex::new(()),
            statuses: std::sync::atomic::AtomicU32::new(0),
            opening: Mutex::new(()),
        }))
    }

    /// Closes the workspace before the program ends: a database connection that is still at work then could bring the ending
    /// program down.
    pub async fn close(&self) {
        let open = self.open.write().await.take();
        if let Some(open) = open {
            // What is being written is short; an ending program does not wait for more than that.
            let _ = tokio::time::timeout(std::time::Duration::from_secs(5), open.store.close()).await;
        }
    }

    /// What happens, as it happens.
    pub fn subscribe(&self) -> broadcast::Receiver<EngineEvent> {
        self.events.subscribe()
    }

    /// Waits while the workspace used last is being opened: what is asked at the start is answered, not refused.
    pub(crate) async fn settled(&self) {
        if self.open.read().await.is_none() {
            drop(self.opening.lock().await);
        }
    }

    /// The open workspace.
    pub async fn workspace(&self) -> Result<Arc<Open>, CommandError> {
        let open = self.open.read().await.clone();
        open.ok_or_else(|| CommandError::new("workspace.closed", "no workspace is open"))
    }

    pub(crate) fn announce(&self, event: EngineEvent) {
        // Nobody listening is fine: state is asked for, events only hasten it.
        let _ = self.events.send(event);
    }
}

/// The next of the events of a subscription; `None` when the engine is gone. Whoever fell behind is told that anything may have
/// changed, instead of what they missed.
pub async fn next_event(events: &mut broadcast::Receiver<EngineEvent>) -> Option<EngineEvent> {
    match events.recv().await {
        Ok(event) => Some(event),
        Err(broadcast::error::RecvError::Lagged(_)) => Some(EngineEvent::Changed { tables: vec!["*".to_owned()] }),
        Err(broadcast::error::RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_fell_behind_is_told_that_anything_may_have_changed() {
        let (events, mut line) = broadcast::channel(2);
        for table in ["accounts", "sites", "quotes"] {
            let _ = events.send(EngineEvent::Changed { tables: vec![table.to_owned()] });
        }
        let mut heard = Vec::new();
        drop(events);
        while let Some(EngineEvent::Changed { tables }) = next_event(&mut line).await {
            heard.extend(tables);
        }
        assert_eq!(heard, ["*", "sites", "quotes"]);
    }
}
