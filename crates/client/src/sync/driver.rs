//! Drives the sync machine: runs its store transactions and sends its messages, and decides nothing itself.

use satchel_core::ids::UserId;
use satchel_core::sync::{Action, Cycle, Event, Fault, Finish, Heard, Net, Store as Step, Stored};
use satchel_core::wire::{Pushed, Register, SCHEMA};
use serde::Serialize;

use super::body::Body;
use super::stored;
use super::transport::{Transport, TransportError};
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::Store;
use crate::workspace::session::{access_token, device_key, renew};
use crate::workspace::view::{Progress, WorkspaceState};

/// In whose name the driver speaks.
pub(super) enum Authority<'a> {
    /// The people of an open workspace: their tokens are in memory, and renewed.
    Workspace(&'a Open),
    /// The person who just signed in.
    Token(&'a str),
}

/// One sync.
pub(super) struct Driver<'a> {
    pub engine: &'a Engine,
    pub store: &'a Store,
    pub user: UserId,
    pub transport: &'a Transport,
    pub authority: Authority<'a>,
    /// How many changes waited at the beginning.
    pub waiting: u32,
    /// The organisation of a first load.
    pub preparing: Option<String>,
}

impl Driver<'_> {
    /// Runs a whole sync. An error is the store's: nothing of the step that failed happened.
    pub async fn run(&self) -> Result<Finish, CommandError> {
        let mut cycle = Cycle::default();
        let mut event = Event::Begin;
        let mut sent = 0;
        loop {
            event = match cycle.step(event) {
                Action::Store(step) => {
                    let publishing = matches!(step, Step::Publish(_));
                    match stored::run(self.store, &self.engine.config.clock, self.user, step, &|done, total| {
                        self.loading(done, total)
                    })
                    .await
                    {
                        Ok(stored) => {
                            self.tell(&stored, &mut sent).await;
                            Event::Stored(stored)
                        }
                        // A body that makes no sense, or breaks off, is a network that is not there.
                        Err(error) if publishing && matches!(&*error.code, "sync.not_satchel" | "sync.unreachable") => {
                            Event::Failed(Fault::Offline { code: error.code })
                        }
                        Err(error) => return Err(error),
                    }
                }
                Action::Send(net) => match self.send(net).await {
                    Ok(heard) => Event::Heard(heard),
                    Err(fault) => Event::Failed(fault),
                },
                Action::Finish(finish) => return Ok(finish),
            };
        }
    }

    /// True progress of a first load, on the screen that waits for it.
    fn loading(&self, done: u64, total: Option<u64>) {
        let Some(organisation) = &self.preparing else { return };
        let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let progress = Progress { step: "load.organisation".to_owned(), done: count(done), total: total.map(count) };
        let state = WorkspaceState::Preparing { organisation: organisation.clone(), progress };
        self.engine.announce(EngineEvent::Workspace { state: Box::new(state) });
    }

    /// True progress of a push: what is answered of what waited.
    async fn tell(&self, stored: &Stored, sent: &mut u32) {
        let (Stored::Batch(Some(batch)), Authority::Workspace(open)) = (stored, &self.authority) else { return };
        let progress = Progress { step: "sync.push".to_owned(), done: *sent, total: Some(self.waiting.max(*sent)) };
        *sent += u32::try_from(batch.mutations.len()).unwrap_or(0);
        open.sync.write().await.progress = Some(progress);
        super::run::announce(self.engine, open).await;
    }

    async fn send(&self, net: Net) -> Result<Heard<Body>, Fault> {
        match net {
            Net::Register { incarnation, by } => {
                let device_key = device_key(self.engine).await.map_err(|error| fault(&error))?;
                let app_version = self.engine.config.app_version.clone();
                let body = Register { device_key, app_version, schema: SCHEMA, incarnation };
                Ok(Heard::Registered(self.json(by, "/sync/v1/register", &body).await?))
            }
            Net::Push { by, mut body } => {
                body.clock = Some(self.engine.config.clock.read());
                let pushed: Pushed = self.json(by, "/sync/v1/push", &body).await?;
                Ok(Heard::Pushed(pushed.outcomes))
            }
            Net::Pull { by, body } => Ok(Heard::Pulled(match self.authority {
                // Nobody works yet who would wait for the store meanwhile: what comes is written as it comes.
                Authority::Token(token) => self.transport.stream("/sync/v1/pull", Some(token), &body).await?,
                Authority::Workspace(_) => Body::Whole(self.sealed(by, "/sync/v1/pull", &body).await?),
            })),
            Net::Salvage { by, body } => {
                let _: serde_json::Value = self.json(by, "/sync/v1/salvage", &body).await?;
                Ok(Heard::Salvaged)
            }
        }
    }

    async fn json<A: Serialize, R: serde::de::DeserializeOwned>(
        &self,
        by: UserId,
        path: &str,
        body: &A,
    ) -> Result<R, Fault> {
        let sealed = self.sealed(by, path, body).await?;
        let plain = Transport::unpack(&sealed).map_err(|e| offline("sync.not_satchel", &e))?;
        serde_json::from_slice(&plain).map_err(|e| offline("sync.not_satchel", &e.to_string()))
    }

    /// Posts with a person's access token, renewing it once when it expired.
    async fn sealed<A: Serialize>(&self, by: UserId, path: &str, body: &A) -> Result<Vec<u8>, Fault> {
        let open = match self.authority {
            Authority::Token(token) => return Ok(self.transport.exchange(path, Some(token), body).await?),
            Authority::Workspace(open) => open,
        };
        let token = access_token(self.engine, open, by).await.map_err(|error| fault(&error))?;
        match self.transport.exchange(path, Some(&token), body).await {
            Err(TransportError::Refused(error)) if error.code == "auth.expired" => {
                let token = renew(self.engine, open, by).await.map_err(|error| fault(&error))?;
                Ok(self.transport.exchange(path, Some(&token), body).await?)
            }
            other => Ok(other?),
        }
    }
}

fn offline(code: &str, why: &str) -> Fault {
    tracing::debug!(code, why, "no answer");
    Fault::Offline { code: code.to_owned() }
}

/// A failure on the way to a token.
fn fault(error: &CommandError) -> Fault {
    match error.code.as_str() {
        "sync.unreachable" | "sync.not_satchel" => offline(&error.code, &error.message),
        _ => Fault::Refused { code: error.code.clone(), retry_after_s: None },
    }
}

impl From<TransportError> for Fault {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Refused(refusal) => {
                let retry_after_s = refusal.detail.get("retry_after_s").and_then(serde_json::Value::as_u64);
                Self::Refused { code: refusal.code, retry_after_s }
            }
            other => offline(other.code(), &other.to_string()),
        }
    }
}
