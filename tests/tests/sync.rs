//! Real laptops, a real server, a real Postgres: the order is made exactly once, whatever breaks.

use anyhow::Result;
use satchel_tests::{Server, call, connect, database, laptop, quote, seed, sign_in, text};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn orders_of(owner: &PgPool, quote_id: &str) -> Result<i64> {
    let id = uuid::Uuid::parse_str(quote_id)?;
    Ok(sqlx::query_scalar("SELECT count(*) FROM orders WHERE quote_id = $1").bind(id).fetch_one(owner).await?)
}

async fn status(engine: &satchel_client::Engine) -> Result<Value> {
    call(engine, "sync_status", json!({})).await
}

/// One scenario after another on one database: they share the organisation as devices do.
#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_survives_a_dead_server_and_pushes_each_change_once() -> Result<()> {
    let Some((owner_url, app_url)) = database() else { return Ok(()) };
    seed(&owner_url).await?;
    let owner = connect(&owner_url).await?;
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"), 0).await?;
    let port = server.address.port();
    let seller = laptop(&folder.path().join("seller"), &server);
    sign_in(&seller, &server, "seller@demo.example").await?;
    let sites = call(&seller, "list_sites", json!({ "account_id": null, "list": { "limit": 1 } })).await?;
    assert_eq!(sites["total"], 300, "the first load is whole");

    // The server dies; everything goes on.
    server.crash();
    let id = quote(&seller, 12).await?;
    call(&seller, "send_quote", json!({ "quote_id": id })).await?;
    let accepted = call(&seller, "accept_quote", json!({ "quote_id": id, "name": "Buyer", "title": "", "po_number": null })).await?;
    let hash = text(&accepted, "/pricing_hash");
    let offline = call(&seller, "sync_now", json!({})).await?;
    assert_eq!((offline["connection"].clone(), offline["waiting"].clone()), (json!("offline"), json!(4)));

    // It comes back on the same port and the same certificate.
    let server = Server::start(&app_url, &folder.path().join("tls"), port).await?;
    let online = call(&seller, "sync_now", json!({})).await?;
    assert_eq!((online["connection"].clone(), online["waiting"].clone()), (json!("online"), json!(0)), "{online}");
    let view = call(&seller, "get_quote", json!({ "quote_id": id })).await?;
    assert_eq!(view["row"]["status"], "converted", "{}", call(&seller, "sync_centre", json!({})).await?);
    assert_eq!(text(&view, "/pricing_hash"), hash, "the server reached the same hash");
    assert_eq!(orders_of(&owner, &id).await?, 1);

    // A laptop image from before the push offers the same changes again: nothing happens twice.
    call(&seller, "sync_now", json!({})).await?;
    assert_eq!(orders_of(&owner, &id).await?, 1);
    assert_eq!(status(&seller).await?["needs_you"], 0);

    // Crash in the middle of pushes, many times over.
    let mut port_server = server;
    for round in 0..6 {
        let id = quote(&seller, 5).await?;
        call(&seller, "send_quote", json!({ "quote_id": id })).await?;
        call(&seller, "accept_quote", json!({ "quote_id": id, "name": "Buyer", "title": "", "po_number": null })).await?;
        let pushing = tokio::spawn({
            let seller = seller.clone();
            async move { call(&seller, "sync_now", json!({})).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(3 + round * 9)).await;
        port_server.crash();
        let _ = pushing.await?;
        port_server = Server::start(&app_url, &folder.path().join("tls"), port).await?;
        let after = call(&seller, "sync_now", json!({})).await?;
        assert_eq!(after["waiting"], 0, "round {round}: {after}");
        assert_eq!(orders_of(&owner, &id).await?, 1, "round {round}");
    }
    two_laptops_on_one_account(&seller, &port_server, folder.path()).await
}

/// Two people change the same field: nothing is overwritten, the later one is told.
async fn two_laptops_on_one_account(
    seller: &satchel_client::Engine,
    server: &Server,
    folder: &std::path::Path,
) -> Result<()> {
    let other = laptop(&folder.join("other"), server);
    sign_in(&other, server, "accounts@demo.example").await?;
    let account = text(&call(seller, "list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    call(seller, "edit_account", json!({ "account_id": account, "notes": "from the seller", "industry": null })).await?;
    call(&other, "edit_account", json!({ "account_id": account, "notes": "from the manager", "industry": "logistics" })).await?;
    call(seller, "sync_now", json!({})).await?;
    call(&other, "sync_now", json!({})).await?;
    let centre = call(&other, "sync_centre", json!({})).await?;
    assert_eq!(centre["needs_you"][0]["status"], "conflict", "{centre}");
    assert_eq!(centre["needs_you"][0]["differences"][0]["theirs"], "from the seller");
    let now = call(&other, "get_account", json!({ "id": account })).await?;
    assert_eq!(now["notes"], "from the seller");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_database_role_sees_and_writes_nothing_without_its_organisation() -> Result<()> {
    let Some((owner_url, app_url)) = database() else { return Ok(()) };
    seed(&owner_url).await?;
    let app = connect(&app_url).await?;
    for table in satchel_core::wire::tables::TABLES {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&app).await?;
        assert_eq!(seen, 0, "{}", table.name);
        let sql = format!("DELETE FROM {}", table.name);
        assert_eq!(sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&app).await?.rows_affected(), 0, "{}", table.name);
    }
    for table in ["credentials", "refresh_tokens", "sync_client", "sync_mutation", "sync_tenant", "tenants", "outgoing"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&app).await?;
        assert_eq!(seen, 0, "{table}");
    }
    // With its organisation but outside the write door, a synced row is refused by the trigger.
    let spec = satchel_core::demo::DemoSpec::small(chrono::Utc::now());
    let mut tx = satchel_server::tenant::org_tx(&app, spec.org_id).await?;
    let refused = sqlx::query("UPDATE accounts SET notes = 'x'").execute(&mut *tx).await;
    assert!(refused.is_err());
    Ok(())
}
