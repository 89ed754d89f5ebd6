//! Nobody stops the server with small requests: neither a stranger nor somebody who works here.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use satchel_core::wire::{MAGIC, SCHEMA};
use satchel_tests::protocol::Device;
use satchel_tests::raw::{self, Line};
use satchel_tests::{Office, PASSWORD, Server};
use serde_json::json;

/// What the server may have at most, whatever comes.
const MOST_MEMORY_MB: u64 = 600;
/// How long it may take to say that it lives.
const ALIVE_WITHIN: Duration = Duration::from_millis(500);

/// A body that unpacks to `head`, many times `again`, and `tail`.
fn bomb(head: &str, again: &str, times: usize, tail: &str) -> Result<Vec<u8>> {
    let mut packed = zstd::Encoder::new(MAGIC.to_vec(), 3)?;
    packed.write_all(head.as_bytes())?;
    let piece = again.repeat(64 * 1024);
    for _ in 0..times / (64 * 1024) {
        packed.write_all(piece.as_bytes())?;
    }
    packed.write_all(tail.as_bytes())?;
    Ok(packed.finish()?)
}

fn memory_held(server: &Server) -> Result<()> {
    let Some(most) = server.most_memory_mb() else { return Ok(()) };
    ensure!(most <= MOST_MEMORY_MB, "the server had {most} MB");
    Ok(())
}

#[tokio::test]
async fn bodies_that_unpack_to_much() -> Result<()> {
    let Some(office) = Office::open("attacks_bodies").await? else { return Ok(()) };
    let (server, client) = (&office.server, raw::client(&office.server)?);
    let zeros = bomb("[", "0,", 125_000_000, "0]")?;
    ensure!(zeros.len() < 100_000, "{} bytes are not few", zeros.len());
    for path in ["/sync/v1/push", "/sync/v1/pull", "/sync/v1/register", "/sync/v1/salvage", "/files/v1/chunk"] {
        let began = Instant::now();
        let said = raw::post(&client, server, path, None, zeros.clone(), None).await?;
        ensure!((said.status, said.code.as_str()) == (401, "auth.expired"), "{path}: {said:?}");
        ensure!(began.elapsed() < Duration::from_secs(2), "{path} was worked on for {:?}", began.elapsed());
    }
    for path in ["/session/v1/sign-in", "/session/v1/refresh"] {
        let said = raw::post(&client, server, path, None, zeros.clone(), None).await?;
        ensure!((said.status, said.code.as_str()) == (400, "wire.bad_envelope"), "{path}: {said:?}");
    }
    memory_held(server)?;
    // The same from somebody who is signed in.
    let mut device = Device::of(server, "technician@demo.example", SCHEMA).await?;
    for path in ["/sync/v1/push", "/sync/v1/pull", "/sync/v1/register", "/sync/v1/salvage", "/files/v1/chunk"] {
        let said = raw::post(&client, server, path, Some(&device.token), zeros.clone(), None).await?;
        ensure!(said.status == 400 && said.code.starts_with("wire.bad_"), "{path}: {said:?}");
    }
    let body = serde_json::to_string(&device.body([json!({ "name": "job.record", "args": "HERE" })])?)?;
    let (head, tail) = body.split_once("\"HERE\"").context("the place")?;
    let deep = bomb(&format!("{head}["), "0,", 50_000_000, &format!("0]{tail}"))?;
    let said = raw::post(&client, server, "/sync/v1/push", Some(&device.token), deep, None).await?;
    ensure!(said.body.pointer("/outcomes/0/code") == Some(&json!("change.too_large")), "{said:?}");
    memory_held(server)
}

#[tokio::test]
async fn many_passwords_at_once_and_odd_addresses() -> Result<()> {
    let Some(office) = Office::open("attacks_passwords").await? else { return Ok(()) };
    let (server, client) = (&office.server, raw::client(&office.server)?);
    let sign_in = |email: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "device_key": "attack" });
        raw::sealed(body.to_string().as_bytes())
    };
    let long = raw::post(&client, server, "/session/v1/sign-in", None, sign_in(&"a".repeat(40_000_000))?, None).await?;
    ensure!((long.status, long.code.as_str()) == (400, "wire.bad_envelope"), "{long:?}");
    for odd in ["seller\0@demo.example", "seller@demo.example\n", &"a".repeat(300)] {
        let said = raw::post(&client, server, "/session/v1/sign-in", None, sign_in(odd)?, None).await?;
        let right = odd.trim() == "seller@demo.example";
        let expected = if right { (200, "") } else { (401, "session.bad_credentials") };
        ensure!((said.status, said.code.as_str()) == expected, "{odd:?}: {said:?}");
    }
    let many = (0..400).map(|n| {
        let (client, body) = (client.clone(), sign_in(&format!("nobody{n}@demo.example")));
        async move { raw::post(&client, server, "/session/v1/sign-in", None, body?, None).await }
    });
    // On a connection of its own: requests of one wait for each other.
    let other = raw::client(server)?;
    let alive = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..20 {
            let began = Instant::now();
            ensure!(other.get(format!("{}/healthz", server.url())).send().await?.status().is_success(), "not alive");
            slowest = slowest.max(began.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(slowest)
    };
    let (said, slowest) = tokio::join!(futures::future::join_all(many), alive);
    for said in said {
        let said = said?;
        ensure!(matches!(said.code.as_str(), "session.bad_credentials" | "server.busy"), "{said:?}");
    }
    let slowest = slowest?;
    ensure!(slowest <= ALIVE_WITHIN, "/healthz took {slowest:?}");
    memory_held(server)?;
    // Whoever guesses at somebody's password does not lock them out of their own laptop.
    let as_seller = |password: &str, device: &str| {
        let body = json!({ "email": "seller@demo.example", "password": password, "device_key": device });
        raw::sealed(body.to_string().as_bytes())
    };
    let mut locked = 0;
    for n in 0..15 {
        let body = as_seller("a guess", &format!("stranger {n}"))?;
        let said = raw::post(&client, server, "/session/v1/sign-in", None, body, None).await?;
        locked += u32::from(said.code == "session.too_many");
    }
    ensure!(locked >= 4, "{locked} of 15 guesses were too many");
    // The device of this test signed in above.
    let own = raw::post(&client, server, "/session/v1/sign-in", None, as_seller(PASSWORD, "attack")?, None).await?;
    ensure!(own.status == 200, "{own:?}");
    // From one network there are fewer.
    let mut refused = 0;
    for n in 0..100 {
        let from = format!("2001:db8:7:7::{n:x}");
        // No password is looked at: it is quick.
        let body = sign_in(&"a".repeat(300))?;
        let said = raw::post(&client, server, "/session/v1/sign-in", None, body, Some(&from)).await?;
        refused += u32::from(said.code == "session.too_many");
    }
    ensure!(refused >= 10, "{refused} of 100 tries from one network were refused");
    Ok(())
}

#[tokio::test]
async fn connections_that_stop_in_the_middle() -> Result<()> {
    let Some(office) = Office::open("attacks_lines").await? else { return Ok(()) };
    let server = &office.server;
    let host = "Host: localhost\r\n";
    let half_header = format!("GET /healthz HTTP/1.1\r\n{host}X-Half: ");
    let half_body = format!(
        "POST /session/v1/sign-in HTTP/1.1\r\n{host}Content-Type: application/vnd.satchel.sync.v1\r\nContent-Length: 9000\r\n\r\nSATCHEL1"
    );
    let form = format!(
        "POST /r/demo HTTP/1.1\r\n{host}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9000\r\n\r\n--x\r\n"
    );
    let starts = [half_header.as_str(), half_body.as_str(), form.as_str(), "PRI * HTTP/2", "", "G"];
    let mut lines = Vec::new();
    for start in starts {
        for _ in 0..5 {
            lines.push((start, Line::open(server, start.as_bytes())?));
        }
    }
    let began = Instant::now();
    for (start, line) in &mut lines {
        let left = Duration::from_secs(45).saturating_sub(began.elapsed()).max(Duration::from_millis(10));
        ensure!(line.ended_within(left)?, "still open: {start:?}");
    }
    Ok(())
}
