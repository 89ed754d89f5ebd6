//! Running syncs: at once when something changed here or the server pokes, with growing pauses while it is out of reach.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use satchel_core::sync::{Finish, Pace};
use satchel_core::time::parse_instant;

use super::driver::{Authority, Driver};
use super::transport::{Pokes, Transport};
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::workspace::session::access_token;

/// Changes come in bursts; gather them.
const GATHER: Duration = Duration::from_millis(2);

/// One whole sync of the open workspace.
pub async fn sync_once(engine: &Engine) -> Result<Finish, CommandError> {
    let open = engine.workspace().await?;
    if open.demo {
        return Ok(Finish::Complete);
    }
    let _one_at_a_time = engine.syncing.lock().await;
    open.sync.write().await.syncing = true;
    announce(engine, &open).await;
    let result = exchange(engine, &open).await;
    let code = match &result {
        Ok(finish) => code_of(finish),
        Err(error) => Some(error.code.clone()),
    };
    {
        let mut now = open.sync.write().await;
        now.syncing = false;
        now.progress = None;
        now.last_error = code;
        if now.last_error.is_none() {
            (now.online, now.offline_since) = (true, None);
        } else {
            if now.online || now.offline_since.is_none() {
                now.offline_since = Some(open.now());
            }
            now.online = false;
        }
    }
    if matches!(result, Ok(Finish::Revoked)) {
        crate::workspace::commands::revoked(engine).await?;
        return result;
    }
    refresh(&open).await?;
    announce(engine, &open).await;
    result
}

fn code_of(finish: &Finish) -> Option<String> {
    match finish {
        Finish::Complete => None,
        Finish::Offline { code } | Finish::SignedOut { code } | Finish::Refused { code } => Some(code.clone()),
        Finish::Busy { .. } => Some("server.busy".to_owned()),
        Finish::NeedsUpdate => Some("sync.schema".to_owned()),
        Finish::Revoked => Some("device.revoked".to_owned()),
    }
}

pub(super) async fn announce(engine: &Engine, open: &Open) {
    if let Ok(status) = super::commands::status_of(engine, open).await {
        engine.announce(EngineEvent::Sync { status });
    }
}

/// Takes over what a sync left in the store: when the cache was complete, and how the clocks differ.
async fn refresh(open: &Open) -> Result<(), CommandError> {
    let meta: Vec<(String, String)> =
        sqlx::query_as("SELECT key, value FROM meta WHERE key IN ('last_sync', 'clock_offset_ms')")
            .fetch_all(open.store.read())
            .await?;
    for (key, value) in meta {
        if key == "last_sync" {
            open.sync.write().await.last_sync = parse_instant(&value);
        } else if let Ok(offset) = value.parse() {
            open.clock_offset_ms.store(offset, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// The connection to the workspace's server, kept between syncs.
pub(crate) async fn transport(engine: &Engine, open: &Open) -> Result<Transport, CommandError> {
    let url = open.server_url.clone().ok_or_else(|| CommandError::new("sync.no_server", "demo workspace"))?;
    let ca = engine.config.server_ca.clone();
    let transport = open.transport.get_or_try_init(|| async move { Transport::new(&url, ca.as_deref()) }).await;
    Ok(transport?.clone())
}

async fn exchange(engine: &Engine, open: &Open) -> Result<Finish, CommandError> {
    let transport = transport(engine, open).await?;
    let user = open.user.read().await.id;
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pending WHERE outcome IS NULL").fetch_one(open.store.read()).await?;
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    let authority = Authority::Workspace(open);
    let finish =
        Driver { engine, store: &open.store, user, transport: &transport, authority, waiting, preparing: None }
            .run()
            .await?;
    if finish == Finish::Complete
        && let Err(error) = crate::attachments::send_all(engine, open, &transport).await
    {
        // The data is through; the bytes of files go on at the next sync.
        tracing::info!(code = error.code, "files wait");
    }
    if finish == Finish::Complete
        && let Err(error) = crate::portal::news::tell(engine, open).await
    {
        tracing::info!(code = error.code, "news were not told");
    }
    Ok(finish)
}

/// Syncs for as long as the engine lives.
pub async fn run_forever(engine: Engine) {
    tokio::spawn(listen_forever(engine.clone()));
    tokio::spawn(crate::tasks::reminders::run_forever(engine.clone()));
    let mut pace = Pace::default();
    loop {
        let wait = match engine.workspace().await {
            Ok(open) if !open.demo => {
                let finish = match sync_once(&engine).await {
                    Ok(finish) => finish,
                    Err(error) => Finish::Offline { code: error.code },
                };
                if finish != Finish::Complete {
                    tracing::info!(?finish, "sync did not go through");
                }
                pace.after(&finish, random_byte())
            }
            _ => Duration::from_secs(3_600),
        };
        // A change made here, a poke or a wish of the person cuts the pause short.
        if tokio::time::timeout(wait, engine.sync_wanted.notified()).await.is_ok() {
            tokio::time::sleep(GATHER).await;
        }
    }
}

fn random_byte() -> u8 {
    let mut byte = [128_u8];
    // Without randomness every laptop takes the middle of the pause.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

/// Holds the server's line open and wishes for a sync at each poke.
async fn listen_forever(engine: Engine) {
    let mut doubted = false;
    loop {
        match listen(&engine).await {
            Ok(()) => doubted = false,
            Err(error) => {
                tracing::debug!(code = error.code, "not listening for pokes");
                // Thought to be online, and no line comes about: find out once, not at every try; a line may also be held back
                // by what stands between.
                if !doubted {
                    engine.sync_wanted.notify_one();
                }
                doubted = true;
            }
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

async fn listen(engine: &Engine) -> Result<(), CommandError> {
    let open = engine.workspace().await?;
    if open.demo || !open.sync.read().await.online {
        return Ok(());
    }
    let transport = transport(engine, &open).await?;
    let user = open.user.read().await.id;
    let token = access_token(engine, &open, user).await?;
    let mut pokes = transport.pokes(&token).await?;
    // What happened before the line stood.
    engine.sync_wanted.notify_one();
    let ended = hear(engine, &open, &mut pokes).await;
    // The line broke: find out at once whether the server is still there.
    engine.sync_wanted.notify_one();
    ended
}

async fn hear(engine: &Engine, open: &Arc<Open>, pokes: &mut Pokes) -> Result<(), CommandError> {
    while let Some(poked) = pokes.next().await? {
        let same = engine.workspace().await.is_ok_and(|now| Arc::ptr_eq(&now, open));
        if !same {
            return Ok(());
        }
        if poked {
            engine.sync_wanted.notify_one();
        }
    }
    Ok(())
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
