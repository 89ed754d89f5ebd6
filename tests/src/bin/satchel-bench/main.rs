//! The numbers of sync on a real server, a real Postgres and real laptops: `cargo xtask bench` runs it on release builds.
//! Prints one JSON array of {name, value, unit, baseline, ratio}.

mod many;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures::TryStreamExt;
use satchel_client::Engine;
use satchel_client::store::{DatabaseKey, Store};
use satchel_client::sync::{Subject, SubjectKind, mutate};
use satchel_core::accounts::{EditAccount, FieldEdit};
use satchel_core::demo::DemoSpec;
use satchel_core::ids::{AccountId, ClientId};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::session::{Refresh, Session};
use satchel_core::wire::tables::TABLES;
use satchel_core::wire::{Cursors, Frame, Pull, SCHEMA, scopes_digest};
use satchel_tests::laptop::LaptopProcess;
use satchel_tests::proxy::Proxy;
use satchel_tests::{Desk, Server, connect, laptop, seeded_with, sign_in, text};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

fn figure(name: &str, value: f64, unit: &str, baseline: &str, against: f64) -> Value {
    let round = |x: f64| (x * 1_000.0).round() / 1_000.0;
    json!({ "name": name, "value": round(value), "unit": unit, "baseline": baseline, "ratio": round(value / against) })
}

fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let index = ((times.len() as f64 - 1.0) * share).round() as usize;
    times.get(index).copied().unwrap_or(0.0)
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() -> Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let now = chrono::Utc::now();
    let large = DemoSpec { accounts: [171, 465, 1_400, 155], ..DemoSpec::standard(now) };
    let (owner_url, app_url) =
        seeded_with("bench", &large).await?.context("no test Postgres: run `cargo xtask bench`")?;
    let owner = connect(&owner_url).await?;
    let folder = tempfile::tempdir()?;
    eprintln!("seeded");
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    eprintln!("first load");
    let mut figures = first_load(&server, &owner, folder.path()).await?;
    // `satchel-bench first`: that part alone, while it is worked on.
    if std::env::args().nth(1).as_deref() == Some("first") {
        println!("{}", Value::Array(figures));
        return Ok(());
    }
    eprintln!("two desks");
    figures.extend(two_desks(&server, folder.path()).await?);
    eprintln!("throughput");
    figures.extend(throughput(&server, folder.path()).await?);
    eprintln!("a hundred organisations");
    figures.extend(many::hundred(&server, &owner).await?);
    eprintln!("storm");
    figures.extend(storm(&server, &owner).await?);
    println!("{}", Value::Array(figures));
    Ok(())
}

/// 100,000 mixed rows into an encrypted cache, against the same rows with no protocol between.
async fn first_load(server: &Server, owner: &PgPool, folder: &Path) -> Result<Vec<Value>> {
    let mut rows = 0_i64;
    for spec in TABLES {
        let sql = format!("SELECT count(*) FROM {}", spec.name);
        rows += sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql)).fetch_one(owner).await?;
    }
    let floor = floor(owner, &folder.join("floor")).await?;
    let proxy = Proxy::start(server.address, 1)?;
    let desk = LaptopProcess::start(&folder.join("first"), &proxy.url(), &server.ca).await?;
    desk.call("workspace_state", json!({})).await?;
    let before = memory(desk.id().await, "VmRSS")?;
    let start = Instant::now();
    sign_in(&desk, &proxy.url(), "seller@demo.example").await?;
    let value = ms(start);
    let grown = memory(desk.id().await, "VmHWM")? - before;
    let wire = proxy.bytes_down() as f64 / rows as f64;
    Ok(vec![
        figure(
            &format!("first load of {rows} rows, sign-in included"),
            value,
            "ms",
            "COPY out of Postgres, bulk-inserted into SQLCipher",
            floor,
        ),
        figure("bytes a row on the wire", wire, "bytes", "target 60", 60.0),
        figure("memory of the laptop grows by", grown, "MB", "target 50", 50.0),
    ])
}

/// The same rows out of Postgres with COPY, bulk-inserted into an encrypted store with no protocol between.
async fn floor(owner: &PgPool, folder: &Path) -> Result<f64> {
    let (events, _) = tokio::sync::broadcast::channel(4);
    let store = Store::open(folder, &DatabaseKey::generate()?, events).await?;
    let start = Instant::now();
    let mut tx = store.begin().await?;
    let mut conn = owner.acquire().await?;
    for spec in TABLES {
        let sql =
            format!("COPY (SELECT {} FROM {}) TO STDOUT", satchel_server::rows::array_expression(spec), spec.name);
        let mut out = conn.copy_out_raw(&sql).await?;
        let (mut chunk, mut lines) = (String::from("["), 0);
        while let Some(bytes) = out.try_next().await? {
            // One line of text format with its backslashes doubled.
            let line = String::from_utf8_lossy(&bytes).trim_end().replace("\\\\", "\\");
            if lines > 0 {
                chunk.push(',');
            }
            chunk.push_str(&line);
            lines += 1;
            if lines == 1_000 {
                chunk.push(']');
                tx.put_text(spec, &chunk).await?;
                (chunk, lines) = (String::from("["), 0);
            }
        }
        if lines > 0 {
            chunk.push(']');
            tx.put_text(spec, &chunk).await?;
        }
    }
    tx.commit().await?;
    Ok(ms(start))
}

fn memory(id: Option<u32>, field: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", id.context("no process")?))?;
    let line = status.lines().find(|line| line.starts_with(field)).context("no such field")?;
    let kb: f64 = line.split_whitespace().nth(1).context("no value")?.parse()?;
    Ok(kb / 1_024.0)
}

/// Local writes, and how long until the other laptop shows them.
async fn two_desks(server: &Server, folder: &Path) -> Result<Vec<Value>> {
    let mut desks = Vec::new();
    for (name, email) in [("one", "seller@demo.example"), ("two", "accounts@demo.example")] {
        let desk = laptop(&folder.join(name), &server.url(), server);
        sign_in(&desk, &server.url(), email).await?;
        desks.push(desk);
    }
    let account = text(&desks[0].call("list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    let mut writes = Vec::new();
    for n in 0..200 {
        let start = Instant::now();
        edit(&desks[0], &account, &format!("write {n}")).await?;
        writes.push(ms(start));
    }
    desks.iter().for_each(|desk| drop(desk.start_syncing()));
    tokio::time::sleep(Duration::from_secs(7)).await;
    let mut seen = Vec::new();
    for n in 0..60 {
        let notes = format!("seen {n}");
        let mut events = desks[1].subscribe();
        let start = Instant::now();
        edit(&desks[0], &account, &notes).await?;
        while notes_of(&desks[1], &account).await? != notes {
            anyhow::ensure!(start.elapsed() < Duration::from_secs(10), "not seen");
            let _ = tokio::time::timeout(Duration::from_millis(20), events.recv()).await;
        }
        seen.push(ms(start));
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let cpu = idle_cpu(&desks).await?;
    Ok(vec![
        figure("local write to durable, p95", percentile(&mut writes, 0.95), "ms", "target 5 ms", 5.0),
        figure(
            "typed here to visible on the other laptop, p95",
            percentile(&mut seen, 0.95),
            "ms",
            "target 50 ms",
            50.0,
        ),
        figure("two idle laptops, processor time in 10 s", cpu, "ms", "1 % of one core", 100.0),
    ])
}

/// The one write door with an ordinary edit: what a command does before it shows its answer.
async fn edit(desk: &Engine, account: &str, notes: &str) -> Result<()> {
    let open = desk.opened().await.context("no workspace")?;
    let change = FieldEdit { base: notes_of(desk, account).await?, mine: notes.to_owned() };
    let account_id = AccountId::parse(account)?;
    let fields = [("notes".to_owned(), change)].into();
    let intent =
        Intent::AccountEdit(EditAccount { account_id: Some(account_id), fields, at: Some(chrono::Utc::now()) });
    let subject = Subject { text: "bench".to_owned(), kind: SubjectKind::Account, id: account_id.0 };
    mutate(desk, &open, intent, subject).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(())
}

async fn notes_of(desk: &Engine, account: &str) -> Result<String> {
    let open = desk.opened().await.context("no workspace")?;
    Ok(sqlx::query_scalar("SELECT notes FROM accounts WHERE id = ?1")
        .bind(account)
        .fetch_one(open.store.read())
        .await?)
}

/// Processor time of this process, in which nothing but two idle engines lives.
async fn idle_cpu(_desks: &[Engine]) -> Result<f64> {
    let used = || -> Result<f64> {
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let ticks: f64 =
            fields.get(11).unwrap_or(&"0").parse::<f64>()? + fields.get(12).unwrap_or(&"0").parse::<f64>()?;
        Ok(ticks * 10.0)
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = used()?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    Ok(used()? - before)
}

/// What one organisation's server takes, and two weeks of offline work.
async fn throughput(server: &Server, folder: &Path) -> Result<Vec<Value>> {
    let mut desks = Vec::new();
    for (n, email) in ["seller@demo.example", "accounts@demo.example"].iter().enumerate() {
        let desk = laptop(&folder.join(format!("hot-{n}")), &server.url(), server);
        sign_in(&desk, &server.url(), email).await?;
        desks.push(Arc::new(desk));
    }
    let accounts = desks[0].call("list_accounts", json!({ "limit": 1_000 })).await?;
    let accounts: Vec<String> = accounts["rows"].as_array().into_iter().flatten().map(|row| text(row, "/id")).collect();
    for n in 0..10_000 {
        edit(&desks[0], &accounts[n % accounts.len()], &format!("offline {n}")).await?;
    }
    let start = Instant::now();
    settle(&desks[0]).await?;
    let settled = ms(start);
    desks[1].call("sync_now", json!({})).await?;
    for n in 0..1_500 {
        for (which, desk) in desks.iter().enumerate() {
            // Different accounts: two people at work, not in conflict.
            let account = &accounts[(2 * n + which) % accounts.len()];
            edit(desk, account, &format!("hot {which} {n}")).await?;
        }
    }
    let start = Instant::now();
    let working: Vec<_> = desks
        .iter()
        .map(|desk| {
            let desk = desk.clone();
            tokio::spawn(async move { settle(&desk).await })
        })
        .collect();
    for work in working {
        work.await??;
    }
    let rate = 3_000.0 / start.elapsed().as_secs_f64();
    Ok(vec![
        figure("10,000 waiting changes pushed and settled", settled, "ms", "target 15 s", 15_000.0),
        figure("one hot organisation", rate, "mutations/s", "target 400/s (higher is better)", 400.0),
    ])
}

async fn settle(desk: &Engine) -> Result<()> {
    for _ in 0..50 {
        let status = desk.call("sync_now", json!({})).await?;
        if status["waiting"] == 0 && status["connection"] == "online" {
            return Ok(());
        }
    }
    anyhow::bail!("does not settle")
}

/// A thousand laptops of one person with a session each, as they have them: nobody signs in that often in a day.
async fn fleet(
    owner: &PgPool,
    transport: &satchel_client::sync::transport::Transport,
) -> Result<Vec<(ClientId, String)>> {
    sqlx::query(
        "INSERT INTO refresh_tokens (org_id, token_hash, family, user_id, device_key_hash, expires_at) \
         SELECT c.org_id, sha256(convert_to('token-' || n, 'UTF8')), gen_random_uuid(), c.user_id, \
         sha256(convert_to('storm-' || n, 'UTF8')), now() + interval '1 day' \
         FROM credentials c, generate_series(0, 999) n WHERE c.email = 'seller@demo.example'",
    )
    .execute(owner)
    .await?;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "INSERT INTO sync_client (org_id, id, device_key_hash, device_slot, incarnation, registered_by, app_version) \
         SELECT c.org_id, gen_random_uuid(), sha256(convert_to('storm-' || n, 'UTF8')), t.next_slot + n, 0, c.user_id, \
         'bench' FROM credentials c JOIN sync_tenant t ON t.org_id = c.org_id, generate_series(0, 999) n \
         WHERE c.email = 'seller@demo.example' ORDER BY n RETURNING id",
    )
    .fetch_all(owner)
    .await?;
    let mut devices = Vec::with_capacity(ids.len());
    for (n, id) in ids.into_iter().enumerate() {
        let body = Refresh { refresh_token: format!("token-{n}"), device_key: format!("storm-{n}") };
        let session: Session = transport.post("/session/v1/refresh", None, &body).await?;
        devices.push((ClientId(id), session.access_token));
    }
    Ok(devices)
}

/// A thousand devices return at once: each pulls what is new since its cursors.
async fn storm(server: &Server, owner: &PgPool) -> Result<Vec<Value>> {
    let transport = satchel_client::sync::transport::Transport::new(&server.url(), Some(&server.ca))?;
    let epoch: Uuid = sqlx::query_scalar("SELECT epoch FROM server_state").fetch_one(owner).await?;
    let devices = fleet(owner, &transport).await?;
    let (first, token) = devices.first().cloned().context("no device")?;
    let first = Pull { client_id: first, incarnation: 0, epoch, schema: SCHEMA, cursors: Cursors::default() };
    let body = transport.exchange("/sync/v1/pull", Some(&token), &first).await?;
    let plain = satchel_client::sync::transport::Transport::unpack(&body).map_err(anyhow::Error::msg)?;
    let head = plain.split(|byte| *byte == b'\n').next().context("no head")?;
    let Frame::Head { snapshot_version: at, fresh, .. } = serde_json::from_slice(head)? else {
        anyhow::bail!("no head")
    };
    let cursors = Cursors { at, scopes: scopes_digest(fresh), named: Default::default() };
    // Programs that are running already, each with a connection of its own to make.
    let transports: Vec<_> = devices
        .iter()
        .map(|_| satchel_client::sync::transport::Transport::new(&server.url(), Some(&server.ca)))
        .collect::<Result<_, _>>()?;
    let tasks: Vec<_> = devices
        .into_iter()
        .zip(transports)
        .map(|((client_id, token), transport)| {
            let cursors = cursors.clone();
            tokio::spawn(async move {
                let start = Instant::now();
                let body = Pull { client_id, incarnation: 0, epoch, schema: SCHEMA, cursors };
                transport.exchange("/sync/v1/pull", Some(&token), &body).await?;
                anyhow::Ok(ms(start))
            })
        })
        .collect();
    let (mut times, mut errors) = (Vec::new(), 0);
    for task in tasks {
        match task.await? {
            Ok(time) => times.push(time),
            Err(_) => errors += 1,
        }
    }
    Ok(vec![
        figure("1,000 devices return at once, p99", percentile(&mut times, 0.99), "ms", "target 5 s", 5_000.0),
        figure("1,000 devices return at once, errors", f64::from(errors), "errors", "target 0 (ratio is errors)", 1.0),
        figure(
            "memory of the server after the storm (peak)",
            memory(Some(server.id()), "VmHWM")?,
            "MB",
            "target 300",
            300.0,
        ),
    ])
}
