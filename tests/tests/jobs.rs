//! A technician's day on real laptops, a real server process, a real Postgres: what is recorded is never lost and stands at
//! the time it happened, whatever the device's clock says.

use anyhow::{Context, Result};
use chrono::{DateTime, Duration, Utc};
use satchel_client::Engine;
use satchel_tests::{Desk, Server, connect, laptop, seeded, sign_in, text};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// A laptop whose wall clock is wrong.
fn wrong_laptop(folder: &std::path::Path, server: &Server, by: Duration) -> (Engine, satchel_client::Clock) {
    let clock = satchel_client::Clock::default();
    clock.set_wrong(by);
    (satchel_tests::laptop_with(folder, &server.url(), server, clock.clone()), clock)
}

async fn record(desk: &Engine, job: &str, kind: &str) -> Result<Value> {
    desk.call("record_on_job", json!({ "job_id": job, "kind": kind, "note": "" })).await
}

async fn stands(owner: &PgPool, job: &str, kind: &str) -> Result<(DateTime<Utc>, DateTime<Utc>, String, bool)> {
    sqlx::query_as("SELECT happened_at, device_time, proof, suspect FROM job_events WHERE job_id = $1 AND kind = $2")
        .bind(Uuid::parse_str(job)?)
        .bind(kind)
        .fetch_one(owner)
        .await
        .context(format!("{kind} at {job}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn check_ins_with_wrong_clocks_stand_at_the_time_they_happened() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("jobs").await? else { return Ok(()) };
    let owner = connect(&owner_url).await?;
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let (technician, clock) = wrong_laptop(&folder.path().join("technician"), &server, Duration::hours(-2));
    sign_in(&technician, &url, "technician@demo.example").await?;
    let accounts = technician.call("list_accounts", json!({ "limit": 1 })).await?;
    assert_eq!(accounts["total"], 0, "a technician carries jobs, not the customers' books");
    let jobs = technician.call("list_jobs", json!({ "limit": 100 })).await?;
    let id = |n: usize| text(&jobs, &format!("/rows/{n}/id"));
    assert!(jobs["total"].as_u64() >= Some(6), "{jobs}");

    // The network is gone, and the clock is two hours slow: known from the first load.
    server.kill()?;
    let before = Utc::now();
    let view = record(&technician, &id(0), "check_in").await?;
    assert_eq!(view["row"]["status"], "on_site");
    assert_eq!(view["next"], json!(["check_out"]));
    assert!(view["events"][0]["device_text"].is_string(), "both times are shown: {view}");
    // Somebody sets it a year ahead, and later back again.
    clock.set_wrong(Duration::days(365));
    record(&technician, &id(0), "check_out").await?;
    clock.set_wrong(Duration::days(-365));
    record(&technician, &id(1), "check_in").await?;
    let after = Utc::now();

    // The office cancels the second job meanwhile.
    let org: Uuid = sqlx::query_scalar("SELECT id FROM tenants").fetch_one(&owner).await?;
    let mut tenant = satchel_server::tenant::tenant_tx(&owner, satchel_core::ids::OrgId(org)).await?;
    sqlx::query("UPDATE jobs SET status = 'cancelled' WHERE id = $1")
        .bind(Uuid::parse_str(&id(1))?)
        .execute(&mut *tenant.tx)
        .await?;
    tenant.tx.commit().await?;

    server.restart()?;
    let online = technician.call("sync_now", json!({})).await?;
    assert_eq!((&online["waiting"], &online["needs_you"]), (&json!(0), &json!(0)), "nothing is refused: {online}");
    let second = Duration::seconds(1);
    for (job, kind) in [(id(0), "check_in"), (id(0), "check_out"), (id(1), "check_in")] {
        let (happened, device, proof, suspect) = stands(&owner, &job, kind).await?;
        assert!(happened >= before - second && happened <= after + second, "{kind} at {happened}, device {device}");
        assert_eq!(
            (proof.as_str(), suspect),
            ("measured", true),
            "{kind}: the device's time {device} is kept beside it"
        );
    }
    let kept = technician.call("get_job", json!({ "id": id(1) })).await?;
    assert_eq!((&kept["row"]["status"], &kept["row"]["needs_decision"]), (&json!("cancelled"), &json!(true)));
    assert_eq!(kept["events"].as_array().map(Vec::len), Some(1), "his hours are not lost: {kept}");

    // The office sees the same.
    let office = laptop(&folder.path().join("office"), &url, &server);
    sign_in(&office, &url, "director@demo.example").await?;
    let seen = office.call("get_job", json!({ "id": id(0) })).await?;
    assert_eq!(seen["row"]["status"], "done");
    assert_eq!(seen["events"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen["next"], json!([]), "only the technician records");

    // What was recorded cannot be changed, not even by the server's own role.
    let app = connect(&app_url).await?;
    let mut tenant = satchel_server::tenant::tenant_tx(&app, satchel_core::ids::OrgId(org)).await?;
    let changed = sqlx::query("UPDATE job_events SET note = 'other'").execute(&mut *tenant.tx).await;
    assert!(changed.is_err(), "append-only");
    Ok(())
}

/// The battery dies in the middle of a job: the job is still open, once, with its time right.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_still_open_after_the_laptop_died() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("jobs_killed").await? else { return Ok(()) };
    let owner = connect(&owner_url).await?;
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let home = folder.path().join("technician");
    let desk = satchel_tests::laptop::LaptopProcess::start(&home, &url, &server.ca).await?;
    sign_in(&desk, &url, "technician@demo.example").await?;
    server.kill()?;
    let jobs = desk.call("list_jobs", json!({ "limit": 1 })).await?;
    let job = text(&jobs, "/rows/0/id");
    let before = Utc::now();
    desk.call("record_on_job", json!({ "job_id": job, "kind": "check_in", "note": "" })).await?;
    satchel_tests::laptop::kill_nine(desk.id().await.context("a process")?);
    desk.restart().await?;

    let view = desk.call("get_job", json!({ "id": job })).await?;
    assert_eq!((&view["row"]["status"], view["events"].as_array().map(Vec::len)), (&json!("on_site"), Some(1)));
    server.restart()?;
    let online = desk.call("sync_now", json!({})).await?;
    assert_eq!(online["waiting"], 0, "{online}");
    let (happened, ..) = stands(&owner, &job, "check_in").await?;
    assert!((happened - before).abs() < Duration::seconds(5), "{happened} for {before}");
    Ok(())
}
