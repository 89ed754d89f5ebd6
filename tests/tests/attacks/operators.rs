//! Operators' commands on a server with two organisations: each is about one, and says so when it changed nothing.

use anyhow::{Context, Result, ensure};
use satchel_core::demo::DemoSpec;
use satchel_core::ids::OrgId;
use satchel_core::wire::SCHEMA;
use satchel_tests::protocol::Device;
use satchel_tests::{Office, PASSWORD, connect, operate};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn one_organisation_at_a_time() -> Result<()> {
    let Some(office) = Office::open("attacks_operators").await? else { return Ok(()) };
    let (at, owner) = (office.owner_url(), connect(office.owner_url()).await?);
    let mut device = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let first: Uuid = sqlx::query_scalar("SELECT id FROM tenants").fetch_one(&owner).await?;
    let org_id = OrgId(Uuid::now_v7());
    let spec = DemoSpec { org_id, seed: 77, ..DemoSpec::small(chrono::Utc::now()) };
    satchel_server::seed::seed_organisation(&owner, &spec, PASSWORD, "other.").await?;
    let theirs = Device::of(&office.server, "other.seller@demo.example", SCHEMA).await?;
    let (own_id, their_id) = (device.registered.client_id.to_string(), theirs.registered.client_id.to_string());
    let (first, other) = (first.to_string(), org_id.to_string());

    ensure!(operate(at, &["devices"]).is_err(), "which organisation was not said");
    let listed = operate(at, &["--org", &first, "devices"])?;
    ensure!(listed.lines().count() == 1 && listed.contains(&own_id) && !listed.contains(&their_id), "{listed}");
    ensure!(operate(at, &["--org", &first, "revoke-device", &their_id]).is_err(), "another organisation's device");
    let revoked: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sync_client WHERE revoked_at IS NOT NULL").fetch_one(&owner).await?;
    ensure!(revoked == 0, "refused, and revoked");
    operate(at, &["--org", &other, "revoke-device", &their_id])?;

    sqlx::query("UPDATE accounts SET code = 'SECRET-B' WHERE id = (SELECT id FROM accounts WHERE org_id = $1 LIMIT 1)")
        .bind(org_id.0)
        .execute(&owner)
        .await
        .err()
        .context("a row is written through the door only")?;
    let code: String = sqlx::query_scalar(
        "SELECT code FROM accounts a WHERE org_id = $1 AND NOT EXISTS \
         (SELECT 1 FROM accounts b WHERE b.org_id <> $1 AND b.code = a.code) LIMIT 1",
    )
    .bind(org_id.0)
    .fetch_optional(&owner)
    .await?
    .unwrap_or_else(|| "NO-SUCH-CODE".to_owned());
    ensure!(operate(at, &["grant", "seller@demo.example", "--account", &code]).is_err(), "another's account {code}");
    ensure!(operate(at, &["--org", &other, "grant", "seller@demo.example"]).is_err(), "another organisation's person");
    let crossed: i64 = sqlx::query_scalar("SELECT count(*) FROM scope_grants g JOIN accounts a ON a.id = g.scope_id \
         WHERE a.org_id <> g.org_id AND NOT EXISTS (SELECT 1 FROM accounts b WHERE b.id = a.id AND b.org_id = g.org_id)")
        .fetch_one(&owner)
        .await?;
    ensure!(crossed == 0, "a grant across organisations");
    operate(at, &["revoke", "seller@demo.example"])?;
    ensure!(operate(at, &["revoke", "seller@demo.example"]).is_err(), "taking away what is not there is no success");
    operate(at, &["grant", "seller@demo.example"])?;

    // What a device says of its clock breaks no listing.
    let mut body = device.body([json!({ "name": "nothing", "args": {} })])?;
    for mutation in &mut body.mutations {
        mutation.device_time = "not a time".to_owned();
        mutation.boot_id = "b".repeat(100_000);
    }
    device.send(&body).await?;
    sqlx::query("UPDATE sync_mutation SET device_time = '2026-99-99T99:99:99Z'").execute(&owner).await?;
    let listed = operate(at, &["--org", &first, "devices"])?;
    ensure!(listed.lines().count() == 1, "{listed}");
    let longest: i32 = sqlx::query_scalar("SELECT max(length(boot_id)) FROM sync_mutation").fetch_one(&owner).await?;
    ensure!(longest <= 100, "{longest} characters of a boot's name");
    Ok(())
}
