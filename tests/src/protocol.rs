//! A device known by its protocol alone: what a person could push with a program of their own.

use anyhow::Result;
use satchel_client::sync::transport::Transport;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::MutationId;
use satchel_core::wire::session::{Session, SignIn};
use satchel_core::wire::{Outcome, Push, Pushed, PushedMutation, Register, Registered};
use serde_json::Value;
use uuid::Uuid;

use crate::{PASSWORD, Server};

/// A registered device of a demo person.
pub struct Device {
    /// Its connection.
    pub transport: Transport,
    /// Its access token.
    pub token: String,
    /// Its refresh token, as it was at sign-in.
    pub refresh_token: String,
    /// Key of the installation.
    pub device_key: String,
    /// What the server calls it.
    pub registered: Registered,
    schema: u32,
    seq: u64,
}

impl Device {
    /// Signs a demo person in on a new device that speaks this schema.
    pub async fn of(server: &Server, email: &str, schema: u32) -> Result<Self> {
        rustls::crypto::ring::default_provider().install_default().ok();
        let transport = Transport::new(&server.url(), Some(&server.ca))?;
        let device_key = format!("by protocol {}", Uuid::now_v7());
        let sign_in = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), device_key: device_key.clone() };
        let session: Session = transport.post("/session/v1/sign-in", None, &sign_in).await?;
        let register =
            Register { device_key: device_key.clone(), app_version: "by protocol".to_owned(), schema, incarnation: 0 };
        let registered = transport.post("/sync/v1/register", Some(&session.access_token), &register).await?;
        let (token, refresh_token) = (session.access_token, session.refresh_token);
        Ok(Self { transport, token, refresh_token, device_key, registered, schema, seq: 0 })
    }

    /// A push of these intents at the next places in the log.
    pub fn body(&mut self, intents: impl IntoIterator<Item = Value>) -> Result<Push> {
        let mutations = intents.into_iter().map(|intent| {
            self.seq += 1;
            pushed(self.seq, intent)
        });
        let mutations = mutations.collect::<Result<_>>()?;
        Ok(Push {
            client_id: self.registered.client_id,
            incarnation: 0,
            epoch: self.registered.epoch,
            schema: self.schema,
            clock: None,
            mutations,
        })
    }

    /// Pushes a body.
    pub async fn send(&self, body: &Push) -> Result<Vec<Outcome>> {
        let pushed: Pushed = self.transport.post("/sync/v1/push", Some(&self.token), body).await?;
        Ok(pushed.outcomes)
    }

    /// Pushes these intents.
    pub async fn push(&mut self, intents: impl IntoIterator<Item = Value>) -> Result<Vec<Outcome>> {
        let body = self.body(intents)?;
        self.send(&body).await
    }
}

fn pushed(seq: u64, intent: Value) -> Result<PushedMutation> {
    Ok(PushedMutation {
        seq,
        mutation_id: MutationId(Uuid::now_v7()),
        body_hash: sha256_hex(&canonical(&intent)?),
        intent,
        base_versions: std::collections::BTreeMap::new(),
        depends_on: Vec::new(),
        device_time: "2026-01-01T00:00:00.000Z".to_owned(),
        mono_ms: 1,
        boot_id: "by protocol".to_owned(),
    })
}
