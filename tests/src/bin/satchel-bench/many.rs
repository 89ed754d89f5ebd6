//! A hundred organisations at work on one server: pushes over HTTPS as laptops send them, without the laptops.

use std::time::Instant;

use anyhow::Result;
use satchel_client::sync::transport::Transport;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::demo::{DemoSpec, rows};
use satchel_core::ids::{MutationId, OrgId};
use satchel_core::wire::session::{Session, SignIn};
use satchel_core::wire::{Push, Pushed, PushedMutation, Register, Registered, SCHEMA};
use satchel_tests::{PASSWORD, Server};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::figure;

const ORGANISATIONS: u64 = 100;
/// Of each organisation: pushes of a laptop that was away for a while.
const PUSHES: u64 = 4;
const MUTATIONS: u64 = 50;

struct Laptop {
    token: String,
    registered: Registered,
    /// Accounts with their notes.
    accounts: Vec<(Uuid, String)>,
}

/// Mutations a second over a hundred organisations.
pub async fn hundred(server: &Server, owner: &PgPool) -> Result<Vec<Value>> {
    let transport = Transport::new(&server.url(), Some(&server.ca))?;
    let mut laptops = Vec::new();
    for n in 0..ORGANISATIONS {
        let org_id = OrgId(Uuid::now_v7());
        let spec =
            DemoSpec { org_id, seed: 1_000 + n, accounts: [0, 0, 10, 0], ..DemoSpec::standard(chrono::Utc::now()) };
        satchel_server::seed::seed_organisation(owner, &spec, PASSWORD, &format!("org{n}.")).await?;
        let accounts = rows(&spec).into_iter().filter(|row| row.table().name == "accounts");
        let accounts = accounts.map(|row| Ok((row.id(), row.text("notes")?.to_owned()))).collect::<Result<_>>()?;
        let device_key = format!("many-{n}");
        let sign_in = SignIn {
            email: format!("org{n}.seller@demo.example"),
            password: PASSWORD.into(),
            device_key: device_key.clone(),
        };
        let session: Session = transport.post("/session/v1/sign-in", None, &sign_in).await?;
        let token = session.access_token;
        let body = Register { device_key, app_version: "bench".into(), schema: SCHEMA, incarnation: 0 };
        let registered: Registered = transport.post("/sync/v1/register", Some(&token), &body).await?;
        laptops.push(Laptop { token, registered, accounts });
    }
    let start = Instant::now();
    let work: Vec<_> = laptops
        .into_iter()
        .map(|mut laptop| {
            let transport = transport.clone();
            tokio::spawn(async move { push_all(&transport, &mut laptop).await })
        })
        .collect();
    let mut applied = 0;
    for work in work {
        applied += work.await??;
    }
    let rate = f64::from(applied) / start.elapsed().as_secs_f64();
    anyhow::ensure!(u64::from(applied) == ORGANISATIONS * PUSHES * MUTATIONS, "only {applied} were applied");
    Ok(vec![figure("100 organisations", rate, "mutations/s", "target 1,500/s (higher is better)", 1_500.0)])
}

async fn push_all(transport: &Transport, laptop: &mut Laptop) -> Result<u32> {
    let mut applied = 0;
    let mut seq = 0;
    for push in 0..PUSHES {
        let mutations = (0..MUTATIONS).map(|n| {
            seq += 1;
            let place = usize::try_from(n).unwrap_or(0) % laptop.accounts.len();
            mutation(&mut laptop.accounts[place], seq, format!("note {push} {n}"))
        });
        let mutations: Vec<PushedMutation> = mutations.collect::<Result<_>>()?;
        let body = Push {
            client_id: laptop.registered.client_id,
            incarnation: 0,
            epoch: laptop.registered.epoch,
            schema: SCHEMA,
            clock: None,
            mutations,
        };
        let pushed: Pushed = transport.post("/sync/v1/push", Some(&laptop.token), &body).await?;
        applied += pushed.outcomes.iter().filter(|outcome| outcome.status.succeeded()).count();
    }
    Ok(u32::try_from(applied)?)
}

/// The notes of an account, from what they were: as people edit, one after another.
fn mutation((account, notes): &mut (Uuid, String), seq: u64, text: String) -> Result<PushedMutation> {
    let change = json!({ "base": notes, "mine": text });
    let intent = json!({ "name": "account.edit", "args": { "account_id": account, "fields": { "notes": change } } });
    *notes = text;
    Ok(PushedMutation {
        seq,
        mutation_id: MutationId(Uuid::now_v7()),
        body_hash: sha256_hex(&canonical(&intent)?),
        intent,
        base_versions: Default::default(),
        depends_on: Vec::new(),
        device_time: String::new(),
        mono_ms: 0,
        boot_id: String::new(),
    })
}
