//! Real laptops, a real server process, a real Postgres: the order is made exactly once, whatever breaks.

use anyhow::Result;
use satchel_tests::{Desk, Server, accept, connect, laptop, quote, seeded, sign_in, text};
use serde_json::{Value, json};
use sqlx::PgPool;

async fn orders_of(owner: &PgPool, quote_id: &str) -> Result<i64> {
    let id = uuid::Uuid::parse_str(quote_id)?;
    Ok(sqlx::query_scalar("SELECT count(*) FROM orders WHERE quote_id = $1").bind(id).fetch_one(owner).await?)
}

async fn status(desk: &impl Desk) -> Result<Value> {
    desk.call("sync_status", json!({})).await
}

/// One scenario after another on one database: they share the organisation as devices do.
#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_survives_a_dead_server_and_pushes_each_change_once() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("main_job").await? else { return Ok(()) };
    let owner = connect(&owner_url).await?;
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let seller = laptop(&folder.path().join("seller"), &url, &server);
    sign_in(&seller, &url, "seller@demo.example").await?;
    let sites = seller.call("list_sites", json!({ "account_id": null, "list": { "limit": 1 } })).await?;
    assert_eq!(sites["total"], 300, "the first load is whole");

    // The server dies; everything goes on.
    server.kill()?;
    let id = quote(&seller, 12).await?;
    let accepted = accept(&seller, &id).await?;
    let hash = text(&accepted, "/pricing_hash");
    let offline = seller.call("sync_now", json!({})).await?;
    assert_eq!((offline["connection"].clone(), offline["waiting"].clone()), (json!("offline"), json!(4)));

    // It comes back on the same port with the same certificate.
    server.restart()?;
    let online = seller.call("sync_now", json!({})).await?;
    assert_eq!((online["connection"].clone(), online["waiting"].clone()), (json!("online"), json!(0)), "{online}");
    let view = seller.call("get_quote", json!({ "quote_id": id })).await?;
    assert_eq!(view["row"]["status"], "converted", "{}", seller.call("sync_centre", json!({})).await?);
    assert_eq!(text(&view, "/pricing_hash"), hash, "the server reached the same hash");
    assert_eq!(orders_of(&owner, &id).await?, 1);

    // A second sync offers nothing again.
    seller.call("sync_now", json!({})).await?;
    assert_eq!(orders_of(&owner, &id).await?, 1);
    assert_eq!(status(&seller).await?["needs_you"], 0);
    two_laptops_on_one_account(&seller, &server, folder.path()).await
}

/// Two people change the same field: nothing is overwritten, the later one is told.
async fn two_laptops_on_one_account(seller: &impl Desk, server: &Server, folder: &std::path::Path) -> Result<()> {
    let other = laptop(&folder.join("other"), &server.url(), server);
    sign_in(&other, &server.url(), "accounts@demo.example").await?;
    let account = text(&seller.call("list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    seller.call("edit_account", json!({ "account_id": account, "notes": "from the seller", "industry": null })).await?;
    other
        .call("edit_account", json!({ "account_id": account, "notes": "from the manager", "industry": "logistics" }))
        .await?;
    seller.call("sync_now", json!({})).await?;
    other.call("sync_now", json!({})).await?;
    let centre = other.call("sync_centre", json!({})).await?;
    assert_eq!(centre["needs_you"][0]["status"], "conflict", "{centre}");
    assert_eq!(centre["needs_you"][0]["differences"][0]["theirs"], "from the seller");
    assert!(text(&centre, "/needs_you/0/differences/0/theirs_by").len() > 2, "it says who: {centre}");
    let now = other.call("get_account", json!({ "id": account })).await?;
    assert_eq!(now["notes"], "from the seller", "nothing wins silently");

    // Keep mine: on top of theirs, so that it cannot be refused for the same reason again.
    let keep = json!({ "id": centre["needs_you"][0]["id"], "choice": "keep_mine" });
    let centre = other.call("resolve_attention", keep).await?;
    assert_eq!(centre["needs_you"], json!([]));
    other.call("sync_now", json!({})).await?;
    seller.call("sync_now", json!({})).await?;
    let seen = seller.call("get_account", json!({ "id": account })).await?;
    assert_eq!((&seen["notes"], &seen["industry"]), (&json!("from the manager"), &json!("logistics")));
    two_laptops_on_one_quote(seller, &other).await
}

/// Two people change one quote: money is never merged; the later one is told and may send again on what stands.
async fn two_laptops_on_one_quote(seller: &impl Desk, other: &impl Desk) -> Result<()> {
    let id = quote(seller, 4).await?;
    seller.call("sync_now", json!({})).await?;
    other.call("sync_now", json!({})).await?;
    let term = |months: u32| json!({ "quote_id": id, "edits": [{ "op": "set_term", "term_months": months }] });
    seller.call("edit_quote", term(24)).await?;
    other.call("edit_quote", term(36)).await?;
    seller.call("sync_now", json!({})).await?;
    other.call("sync_now", json!({})).await?;
    let centre = other.call("sync_centre", json!({})).await?;
    assert_eq!(centre["needs_you"][0]["code"], "quote.changed_elsewhere", "{centre}");
    let stands = other.call("get_quote", json!({ "quote_id": id })).await?;
    assert_eq!(stands["term_months"], 24);
    let again = json!({ "id": centre["needs_you"][0]["id"], "choice": "dismiss" });
    other.call("resolve_attention", again).await?;
    other.call("edit_quote", term(36)).await?;
    other.call("sync_now", json!({})).await?;
    seller.call("sync_now", json!({})).await?;
    let view = seller.call("get_quote", json!({ "quote_id": id })).await?;
    assert_eq!(view["term_months"], 36);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_database_role_sees_and_writes_nothing_without_its_organisation() -> Result<()> {
    let Some((_, app_url)) = seeded("plain_role").await? else { return Ok(()) };
    let app = connect(&app_url).await?;
    for table in satchel_core::wire::tables::TABLES {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&app).await?;
        assert_eq!(seen, 0, "{}", table.name);
        let sql = format!("DELETE FROM {}", table.name);
        // What is append-only may not be deleted from at all.
        match sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&app).await {
            Ok(done) => assert_eq!(done.rows_affected(), 0, "{}", table.name),
            Err(error) => assert!(error.to_string().contains("permission denied"), "{}: {error}", table.name),
        }
    }
    for table in ["credentials", "refresh_tokens", "sync_client", "sync_mutation", "sync_tenant", "tenants", "outgoing"]
    {
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
