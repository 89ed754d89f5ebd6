//! kill -9 of server and laptops at random points through a network that breaks: nothing acknowledged to a person is lost,
//! nothing happens twice, and once the faults heal the queues drain.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use satchel_sim::random::Random;
use satchel_tests::laptop::{LaptopProcess, kill_nine};
use satchel_tests::proxy::Proxy;
use satchel_tests::{Desk, Server, accept, connect, quote, seeded, sign_in, text};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

/// Kills of a run; `SATCHEL_KILLS` for more or fewer.
fn wanted_kills() -> u64 {
    std::env::var("SATCHEL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

fn seed() -> u64 {
    let seed = std::env::var("SATCHEL_SEED").ok().and_then(|text| text.parse().ok());
    seed.unwrap_or_else(|| u64::from(std::process::id()))
}

/// What people were told is saved.
#[derive(Default)]
struct Told {
    quotes: BTreeSet<String>,
    accepted: BTreeSet<String>,
}

/// One person's work until the kill: quotes made and accepted, each noted when the engine said so.
async fn work(laptop: Arc<LaptopProcess>, accept_too: bool) -> (Told, Result<()>) {
    let mut told = Told::default();
    let result = async {
        let id = quote(&*laptop, 3).await?;
        told.quotes.insert(id.clone());
        if accept_too {
            accept(&*laptop, &id).await?;
            told.accepted.insert(id);
        }
        laptop.call("sync_now", json!({})).await?;
        Ok(())
    };
    let result = result.await;
    (told, result)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_kills_lose_nothing_and_double_nothing() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("kills").await? else { return Ok(()) };
    let owner = connect(&owner_url).await?;
    let seed = seed();
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&app_url, &folder.path().join("tls"))?;
    let proxy = Proxy::start(server.address, seed)?;
    let mut laptops = Vec::new();
    for (name, email) in [("seller", "seller@demo.example"), ("accounts", "accounts@demo.example")] {
        let laptop = LaptopProcess::start(&folder.path().join(name), &proxy.url(), &server.ca).await?;
        sign_in(&laptop, &proxy.url(), email).await?;
        laptops.push(Arc::new(laptop));
    }
    proxy.set_healed(false);
    let mut told = Told::default();
    let (mut server_kills, mut laptop_kills) = (0_u64, 0_u64);
    while server_kills + laptop_kills < wanted_kills() {
        let which = random.below(2);
        let laptop = laptops[which].clone();
        let accept_too = random.below(2) == 0;
        let id = laptop.id().await;
        let working = tokio::spawn(work(laptop.clone(), accept_too));
        tokio::time::sleep(Duration::from_millis(random.wide(450))).await;
        if random.below(2) == 0 {
            server.kill()?;
            server_kills += 1;
            server.restart()?;
        } else if let Some(id) = id {
            kill_nine(id);
            laptop_kills += 1;
        }
        let (noted, _) = working.await?;
        told.quotes.extend(noted.quotes);
        told.accepted.extend(noted.accepted);
        // Alive or not: start again and open what is there.
        laptop.restart().await.with_context(|| format!("after kill {}", server_kills + laptop_kills))?;
    }
    proxy.set_healed(true);
    for laptop in &laptops {
        let mut status = json!({});
        for _ in 0..20 {
            status = laptop.call("sync_now", json!({})).await?;
            if status["waiting"] == 0 && status["connection"] == "online" {
                break;
            }
        }
        assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "seed {seed}: {status}");
    }
    check(&owner, &told, seed).await?;
    converged(&laptops, seed).await?;
    println!(
        "{server_kills} kills of the server, {laptop_kills} of a laptop, {} connections broken, {} quotes, {} orders: 0 lost, 0 doubled",
        proxy.broken(),
        told.quotes.len(),
        told.accepted.len()
    );
    Ok(())
}

/// On the server: every quote and acceptance that a person was told of stands once, and sequences have no gaps.
async fn check(owner: &PgPool, told: &Told, seed: u64) -> Result<()> {
    for id in &told.quotes {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM quotes WHERE id = $1")
            .bind(Uuid::parse_str(id)?)
            .fetch_one(owner)
            .await?;
        assert_eq!(found, 1, "seed {seed}: quote {id}");
    }
    for id in &told.accepted {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM orders WHERE quote_id = $1")
            .bind(Uuid::parse_str(id)?)
            .fetch_one(owner)
            .await?;
        assert_eq!(found, 1, "seed {seed}: order of {id}");
    }
    let gaps: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT c.last_seq, count(m.seq) AS n, coalesce(max(m.seq), 0) AS top FROM sync_client c \
         LEFT JOIN sync_mutation m ON m.client_id = c.id GROUP BY c.id, c.last_seq) s WHERE n <> top OR top <> last_seq",
    )
    .fetch_one(owner)
    .await?;
    assert_eq!(gaps, 0, "seed {seed}: every client's log is whole");
    let unsettled: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sync_mutation WHERE status NOT IN ('applied', 'merged')")
            .fetch_one(owner)
            .await?;
    assert_eq!(unsettled, 0, "seed {seed}: nothing was refused");
    Ok(())
}

/// Both laptops see the same quotes and orders.
async fn converged(laptops: &[Arc<LaptopProcess>], seed: u64) -> Result<()> {
    let mut seen = Vec::new();
    for laptop in laptops {
        laptop.call("sync_now", json!({})).await?;
        let mut lists = Vec::new();
        for list in ["list_quotes", "list_orders"] {
            let page = laptop.call(list, json!({ "limit": 2000 })).await?;
            let mut rows: Vec<(String, String)> = page["rows"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|row| (text(row, "/number"), text(row, "/status")))
                .collect();
            rows.sort();
            lists.push(rows);
        }
        seen.push(lists);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}: the laptops differ");
    Ok(())
}
