//! What one person writes stops nobody's sync, and what somebody else records finishes nobody's job.

use anyhow::{Result, ensure};
use chrono::Utc;
use satchel_core::wire::{OutcomeStatus, SCHEMA};
use satchel_tests::protocol::Device;
use satchel_tests::{Desk, Office, connect};
use serde_json::{Value, json};
use uuid::Uuid;

fn record(job: Uuid, kind: &str, note: &str, offset_ms: i64) -> Value {
    let clock = json!({ "device_time": Utc::now(), "boot_id": "b", "mono_ms": 1 });
    json!({ "name": "job.record", "args": { "id": Uuid::now_v7(), "job_id": job, "kind": kind, "clock": clock,
        "offset_ms": offset_ms, "note": note } })
}

#[tokio::test(flavor = "multi_thread")]
async fn large_texts_are_refused_or_cut_and_others_go_on() -> Result<()> {
    let Some(office) = Office::open("attacks_rows").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let director = office.desk("director@demo.example").await?;
    let mut technician = Device::of(&office.server, "technician@demo.example", SCHEMA).await?;
    let mut seller = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let huge = "a".repeat(21_000_000);
    for _ in 0..3 {
        let outcomes = technician.push([record(Uuid::now_v7(), "check_in", &huge, 0)]).await?;
        ensure!(outcomes[0].code.as_deref() == Some("change.too_large"), "{outcomes:?}");
    }
    let long = technician.push([record(Uuid::now_v7(), "check_in", &huge[..900_000], 0)]).await?;
    ensure!(long[0].status == OutcomeStatus::Applied, "{long:?}");
    // As far as a number goes in canonical JSON.
    for wild in [-9_007_199_254_740_991, 9_007_199_254_740_991] {
        let outcomes = technician.push([record(Uuid::now_v7(), "depart", "", wild)]).await?;
        ensure!(outcomes[0].status == OutcomeStatus::Applied, "never refused: {outcomes:?}");
    }
    let longest: i32 = sqlx::query_scalar("SELECT max(length(note)) FROM job_events").fetch_one(&owner).await?;
    ensure!(longest < 2_100, "a note of {longest} characters");
    let (account, site): (Uuid, Uuid) =
        sqlx::query_as("SELECT account_id, id FROM sites ORDER BY id LIMIT 1").fetch_one(&owner).await?;
    let text = &huge[..600_000];
    let ticket = |subject: &str, description: &str| {
        json!({ "name": "ticket.raise", "args": { "ticket_id": Uuid::now_v7(), "account_id": account, "site_id": site,
            "category": "connectivity", "priority": "high", "subject": subject, "description": description,
            "reported_by": "", "at": Utc::now() } })
    };
    let import = json!({ "name": "site.import", "args": { "account_id": account, "file_name": text, "at": Utc::now(),
        "sites": [] } });
    for (what, intent) in [("a text", ticket("Short", text)), ("a line", ticket(text, "")), ("a file's name", import)] {
        let outcomes = seller.push([intent]).await?;
        ensure!(outcomes[0].code.as_deref() == Some("text.over_length"), "{what}: {outcomes:?}");
    }
    let two = seller.push([ticket("One line\r\nBcc: everybody@example.org", "")]).await?;
    ensure!(two[0].code.as_deref() == Some("text.not_one_line"), "{two:?}");
    let status = director.call("sync_now", json!({})).await?;
    ensure!(status["connection"] == "online" && status["last_error"].is_null(), "{status}");
    // A new laptop loads everything.
    let manager = office.desk("manager@demo.example").await?;
    ensure!(manager.call("sync_now", json!({})).await?["connection"] == "online");
    Ok(())
}

#[tokio::test]
async fn a_job_follows_its_own_technician() -> Result<()> {
    let Some(office) = Office::open("attacks_jobs").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let job: Uuid = sqlx::query_scalar(
        "SELECT id FROM jobs WHERE status = 'planned' AND technician_id = \
         (SELECT id FROM users WHERE email = 'technician@demo.example') LIMIT 1",
    )
    .fetch_one(&owner)
    .await?;
    let status = async || -> Result<String> {
        Ok(sqlx::query_scalar("SELECT status FROM jobs WHERE id = $1").bind(job).fetch_one(&owner).await?)
    };
    for email in ["seller@demo.example", "finance@demo.example", "director@demo.example"] {
        let mut device = Device::of(&office.server, email, SCHEMA).await?;
        let outcomes = device.push([record(job, "check_out", "", 0)]).await?;
        ensure!(outcomes[0].status == OutcomeStatus::Applied, "what is recorded is kept: {outcomes:?}");
        ensure!(status().await? == "planned", "{email} finished it");
    }
    let mut technician = Device::of(&office.server, "technician@demo.example", SCHEMA).await?;
    technician.push([record(job, "check_out", "", 0)]).await?;
    ensure!(status().await? == "done", "its own technician did");
    Ok(())
}
