//! Running syncs: at once when something changed here, again with growing pauses while the server is out of reach, and
//! every minute otherwise.

use std::sync::Arc;
use std::time::Duration;

use satchel_core::ids::ClientId;
use uuid::Uuid;

use super::pull::pull_all;
use super::push::{Registration, push_all};
use super::transport::Transport;
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::{Engine, Open};

const IDLE: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// One whole sync of the open workspace: push, then pull.
pub async fn sync_once(engine: &Engine) -> Result<(), CommandError> {
    let open = engine.workspace().await?;
    if open.demo {
        return Ok(());
    }
    let _one_at_a_time = engine.syncing.lock().await;
    open.sync.write().await.syncing = true;
    announce(engine, &open).await;
    let result = exchange(engine, &open).await;
    {
        let mut now = open.sync.write().await;
        now.syncing = false;
        now.progress = None;
        match &result {
            Ok(()) => {
                now.online = true;
                now.offline_since = None;
                now.last_error = None;
            }
            Err(error) => {
                if now.online || now.offline_since.is_none() {
                    now.offline_since = Some(open.now());
                }
                now.online = false;
                now.last_error = Some(error.code.clone());
            }
        }
    }
    announce(engine, &open).await;
    result
}

async fn announce(engine: &Engine, open: &Open) {
    if let Ok(status) = super::commands::status_of(open).await {
        engine.announce(EngineEvent::Sync { status });
    }
}

async fn exchange(engine: &Engine, open: &Open) -> Result<(), CommandError> {
    let url = open.server_url.clone().ok_or_else(|| CommandError::new("sync.no_server", "demo workspace"))?;
    let transport = Transport::new(&url, engine.config.server_ca.as_deref())?;
    let registration = registration(open).await?;
    push_all(engine, open, &transport, &registration).await?;
    pull_all(engine, open, &transport, &registration).await
}

async fn registration(open: &Open) -> Result<Registration, CommandError> {
    let mut values = Vec::new();
    for key in ["client_id", "incarnation", "epoch"] {
        let value: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1")
            .bind(key)
            .fetch_optional(open.store.read())
            .await?;
        values.push(value.ok_or_else(|| CommandError::new("sync.signed_out", "not registered"))?);
    }
    let bad = |e: uuid::Error| CommandError::new("store.damaged", e.to_string());
    Ok(Registration {
        client_id: ClientId::parse(&values[0]).map_err(bad)?,
        incarnation: values[1].parse().unwrap_or(0),
        epoch: Uuid::parse_str(&values[2]).map_err(bad)?,
    })
}

/// Syncs for as long as the engine lives.
pub async fn run_forever(engine: Engine) {
    let mut pause = FIRST_PAUSE;
    loop {
        let wait = match engine.workspace().await {
            Ok(open) if !open.demo => {
                let result = sync_once(&engine).await;
                if let Err(error) = &result {
                    tracing::info!(code = error.code, "sync did not go through");
                }
                pause = if result.is_ok() { FIRST_PAUSE } else { (pause * 2).min(LONGEST_PAUSE) };
                if result.is_ok() { IDLE } else { jitter(pause) }
            }
            _ => IDLE,
        };
        // A change made here or a wish of the person cuts the pause short.
        let woken = tokio::time::timeout(wait, engine.sync_wanted.notified()).await.is_ok();
        if woken {
            // Changes come in bursts; gather them.
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

/// Between half and the whole pause, so that a thousand laptops do not return at once.
fn jitter(pause: Duration) -> Duration {
    let mut byte = [0_u8; 1];
    let share = if getrandom::fill(&mut byte).is_ok() { u32::from(byte[0]) } else { 128 };
    pause / 2 + pause * share / 512
}

/// Starts syncing in the background.
impl Engine {
    /// Spawns the sync loop; call once per process.
    pub fn start_syncing(&self) -> tokio::task::JoinHandle<()> {
        tokio::spawn(run_forever(self.clone()))
    }

    /// The open workspace as a shared handle, for tests and the command line.
    pub async fn opened(&self) -> Option<Arc<Open>> {
        self.open.read().await.clone()
    }
}
