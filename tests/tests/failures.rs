//! The failure list on the real thing, one scenario a line: restored database, revoked device, grants, cloned profile,
//! captive portal, poke, retransmission after the profile was thrown away.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use satchel_core::wire::tables::{TABLES, table};
use satchel_core::wire::{Cursors, Frame, OLDEST, Pull, SCHEMA, ScopeCheck};
use satchel_tests::laptop::LaptopProcess;
use satchel_tests::protocol::Device;
use satchel_tests::{Desk, Server, accept, connect, copy_folder, laptop, operate, quote, seeded, sign_in, text};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

async fn count(pool: &PgPool, sql: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(pool).await?)
}

async fn sync_until_settled(desk: &impl Desk) -> Result<Value> {
    let mut status = json!({});
    for _ in 0..10 {
        status = desk.call("sync_now", json!({})).await?;
        if status["waiting"] == 0 && status["connection"] == "online" {
            return Ok(status);
        }
    }
    anyhow::bail!("does not settle: {status}")
}

/// 14: what was confirmed after the backup comes back from the laptops that remember it, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_database_lost_is_offered_again() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("restored").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let seller = laptop(&folder.path().join("seller"), &url, &server);
    sign_in(&seller, &url, "seller@demo.example").await?;
    let before = quote(&seller, 3).await?;
    sync_until_settled(&seller).await?;

    // The backup: a copy of the database at this moment.
    server.kill()?;
    let (postgres, name) = owner_url.rsplit_once('/').context("url")?;
    let admin = connect(&format!("{postgres}/postgres")).await?;
    let run = async |sql: String| -> Result<()> {
        sqlx::query(AssertSqlSafe(sql)).execute(&admin).await?;
        Ok(())
    };
    run(format!("DROP DATABASE IF EXISTS {name}_backup")).await?;
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await?;
    run(format!("CREATE DATABASE {name}_backup TEMPLATE {name}")).await?;
    server.restart()?;

    let after = quote(&seller, 4).await?;
    accept(&seller, &after).await?;
    sync_until_settled(&seller).await?;
    let view = seller.call("get_quote", json!({ "quote_id": after })).await?;
    assert_eq!(view["row"]["status"], "converted");

    // The database is lost and restored; something else waits on the laptop meanwhile.
    server.kill()?;
    run(format!("DROP DATABASE {name} WITH (FORCE)")).await?;
    run(format!("ALTER DATABASE {name}_backup RENAME TO {name}")).await?;
    operate(&owner_url, &["restored"])?;
    let waiting = quote(&seller, 2).await?;
    server.restart()?;
    let status = sync_until_settled(&seller).await?;
    assert_eq!(status["needs_you"], 0, "{}", seller.call("sync_centre", json!({})).await?);
    let owner = connect(&owner_url).await?;
    for id in [&before, &after, &waiting] {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM quotes WHERE id = $1")
            .bind(Uuid::parse_str(id)?)
            .fetch_one(&owner)
            .await?;
        assert_eq!(found, 1, "{id}");
    }
    let orders: i64 = sqlx::query_scalar("SELECT count(*) FROM orders WHERE quote_id = $1")
        .bind(Uuid::parse_str(&after)?)
        .fetch_one(&owner)
        .await?;
    assert_eq!(orders, 1, "the order came back, once");
    Ok(())
}

/// 11: a revoked device saves its outbox on the server, then its cache is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_loses_its_cache_and_not_its_work() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("revoked").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let data = folder.path().join("seller");
    let seller = laptop(&data, &url, &server);
    sign_in(&seller, &url, "seller@demo.example").await?;
    let id = quote(&seller, 3).await?;
    let owner = connect(&owner_url).await?;
    let device: Uuid = sqlx::query_scalar("SELECT id FROM sync_client").fetch_one(&owner).await?;
    operate(&owner_url, &["revoke-device", &device.to_string()])?;
    let after = seller.call("sync_now", json!({})).await;
    ensure!(after.is_err(), "the workspace is closed: {after:?}");
    let saved: Vec<Value> =
        sqlx::query_scalar("SELECT entry FROM salvaged ORDER BY saved_at").fetch_all(&owner).await?;
    assert_eq!(saved.len(), 2, "the quote and its lines");
    assert!(saved.iter().any(|entry| entry["intent"]["args"]["quote_id"] == id.as_str()));
    assert!(std::fs::read_dir(data.join("orgs"))?.next().is_none(), "no cache is left");
    let devices = operate(&owner_url, &["devices"])?;
    assert!(devices.contains("\"salvaged\" : 2") || devices.contains("\"salvaged\":2"), "{devices}");
    Ok(())
}

/// 16: a grant brings the old rows too, a revoke takes them away, a row that moves goes with its account.
#[tokio::test(flavor = "multi_thread")]
async fn grants_revokes_and_moves_change_what_a_laptop_has() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("grants").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let owner = connect(&owner_url).await?;
    let codes: Vec<String> = sqlx::query_scalar(
        "SELECT code FROM accounts ORDER BY (SELECT count(*) FROM sites s WHERE s.account_id = accounts.id) DESC",
    )
    .fetch_all(&owner)
    .await?;
    let email = "seller@demo.example";
    operate(&owner_url, &["revoke", email])?;
    operate(&owner_url, &["grant", email, "--account", &codes[0]])?;
    let seller = laptop(&folder.path().join("seller"), &url, &server);
    sign_in(&seller, &url, email).await?;
    let accounts = async || -> Result<u64> {
        sync_until_settled(&seller).await?;
        Ok(seller.call("list_accounts", json!({ "limit": 1 })).await?["total"].as_u64().unwrap_or(0))
    };
    let sites = async || -> Result<u64> {
        let args = json!({ "account_id": null, "list": { "limit": 1 } });
        Ok(seller.call("list_sites", args).await?["total"].as_u64().unwrap_or(0))
    };
    assert_eq!((accounts().await?, sites().await?), (1, 200));
    operate(&owner_url, &["grant", email, "--account", &codes[1]])?;
    assert_eq!((accounts().await?, sites().await?), (2, 250), "a grant brings what was there before it");

    // A site moves to an account that this person does not see.
    let org: Uuid = sqlx::query_scalar("SELECT id FROM tenants").fetch_one(&owner).await?;
    let mut tenant = satchel_server::tenant::tenant_tx(&owner, satchel_core::ids::OrgId(org)).await?;
    sqlx::query(
        "UPDATE sites SET account_id = a.id, scope_id = a.id FROM accounts a WHERE a.code = $1 AND sites.id = \
         (SELECT s.id FROM sites s JOIN accounts b ON b.id = s.account_id WHERE b.code = $2 ORDER BY s.id LIMIT 1)",
    )
    .bind(&codes[2])
    .bind(&codes[1])
    .execute(&mut *tenant.tx)
    .await?;
    tenant.tx.commit().await?;
    assert_eq!((accounts().await?, sites().await?), (2, 249), "the moved site is gone from here");

    operate(&owner_url, &["revoke", email, "--account", &codes[0]])?;
    assert_eq!((accounts().await?, sites().await?), (1, 49), "a revoke takes its rows away");
    Ok(())
}

/// 6: two laptops with one profile both keep what they made; the later one registers anew by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_cloned_profile_forks_and_loses_nothing() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("cloned").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let one = LaptopProcess::start(&folder.path().join("one"), &url, &server.ca).await?;
    sign_in(&one, &url, "seller@demo.example").await?;
    quote(&one, 2).await?;
    if let Some(id) = one.id().await {
        satchel_tests::laptop::kill_nine(id);
    }
    copy_folder(&folder.path().join("one"), &folder.path().join("two"))?;
    one.restart().await?;
    let two = LaptopProcess::start(&folder.path().join("two"), &url, &server.ca).await?;
    two.call("workspace_state", json!({})).await?;
    let account = text(&one.call("list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    let edit =
        |notes: &str, industry: Option<&str>| json!({ "account_id": account, "notes": notes, "industry": industry });
    one.call("edit_account", edit("of the first", None)).await?;
    sync_until_settled(&one).await?;
    let other = text(&two.call("list_accounts", json!({ "limit": 2 })).await?, "/rows/1/id");
    two.call("edit_account", json!({ "account_id": other, "notes": "of the copy", "industry": null })).await?;
    let status = sync_until_settled(&two).await?;
    assert_eq!(status["needs_you"], 0);
    sync_until_settled(&one).await?;
    let owner = connect(&owner_url).await?;
    assert_eq!(count(&owner, "SELECT count(*) FROM sync_client").await?, 2, "the copy registered anew");
    assert_eq!(count(&owner, "SELECT count(*) FROM accounts WHERE notes IN ('of the first', 'of the copy')").await?, 2);
    assert_eq!(
        count(&owner, "SELECT count(*) FROM quotes WHERE title = 'Test'").await?,
        1,
        "the shared quote stands once"
    );
    Ok(())
}

/// 10: a page that is not ours, with the right certificate and status 200, means offline and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn html_with_status_200_is_a_network_that_is_not_there() -> Result<()> {
    let Some((_, app_url)) = seeded("portal").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let tls = folder.path().join("tls");
    let mut server = Server::start(&app_url, &tls)?;
    let url = server.url();
    let seller = laptop(&folder.path().join("seller"), &url, &server);
    sign_in(&seller, &url, "seller@demo.example").await?;
    quote(&seller, 2).await?;
    server.kill()?;
    for kind in ["html", "redirect", "cut"] {
        let portal = satchel_tests::portal::start(server.address, &tls, kind).await?;
        let status = seller.call("sync_now", json!({})).await?;
        assert_eq!((&status["connection"], &status["waiting"]), (&json!("offline"), &json!(2)), "{kind}: {status}");
        portal.stop().await;
    }
    server.restart()?;
    let status = sync_until_settled(&seller).await?;
    assert_eq!(status["needs_you"], 0);
    Ok(())
}

/// 5 of the protocol: a poke brings a change to the other laptop without anybody asking.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_appears_on_the_other_laptop_by_itself() -> Result<()> {
    let Some((_, app_url)) = seeded("poked").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    let url = server.url();
    let mut desks = Vec::new();
    for (name, email) in [("one", "seller@demo.example"), ("two", "accounts@demo.example")] {
        let desk = laptop(&folder.path().join(name), &url, &server);
        sign_in(&desk, &url, email).await?;
        desk.start_syncing();
        desks.push(Arc::new(desk));
    }
    // Both lines stand within the first pause of the listener.
    tokio::time::sleep(Duration::from_secs(7)).await;
    let account = text(&desks[0].call("list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    desks[0].call("edit_account", json!({ "account_id": account, "notes": "hello", "industry": null })).await?;
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while std::time::Instant::now() < until {
        if desks[1].call("get_account", json!({ "id": account })).await?["notes"] == "hello" {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    anyhow::bail!("the change did not arrive within thirty seconds")
}

/// Files travel after the data, go on where they stopped, and are the same bytes on the other side, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_arrives_whole_however_often_the_network_breaks() -> Result<()> {
    use base64::Engine as _;
    let Some((owner_url, app_url)) = seeded("files").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    let proxy = satchel_tests::proxy::Proxy::start(server.address, 11)?;
    let seller = laptop(&folder.path().join("seller"), &proxy.url(), &server);
    sign_in(&seller, &proxy.url(), "seller@demo.example").await?;
    let account = text(&seller.call("list_accounts", json!({ "limit": 1 })).await?, "/rows/0/id");
    // 1.5 MB that do not compress: six chunks.
    let mut random = satchel_sim::random::Random::new(5);
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < 1_500_000 {
        bytes.extend(random.number().to_le_bytes());
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let subject = json!({ "kind": "account", "id": account });
    let add = |name: &str| json!({ "subject": subject, "name": name, "bytes_base64": encoded });
    let refused = seller.call("add_attachment", add("order.exe")).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("attachment.bad_kind")));
    proxy.set_healed(false);
    seller.call("add_attachment", add("order.pdf")).await?;
    seller.call("add_attachment", add("the same again.pdf")).await?;
    for _ in 0..12 {
        seller.call("sync_now", json!({})).await?;
    }
    proxy.set_healed(true);
    sync_until_settled(&seller).await?;
    let files = seller.call("list_attachments", subject.clone()).await?;
    assert_eq!((&files[0]["state"], &files[1]["state"]), (&json!("here"), &json!("here")), "{files}");
    let owner = connect(&owner_url).await?;
    assert_eq!(count(&owner, "SELECT count(*) FROM blobs WHERE complete").await?, 1, "the same bytes are kept once");
    assert_eq!(count(&owner, "SELECT count(*) FROM blob_chunks").await?, 6);
    let other = laptop(&folder.path().join("other"), &server.url(), &server);
    sign_in(&other, &server.url(), "accounts@demo.example").await?;
    let files = other.call("list_attachments", subject).await?;
    assert_eq!(files[0]["state"], "server");
    let opened = other.call("open_attachment", json!({ "id": files[0]["id"] })).await?;
    assert_eq!(std::fs::read(text(&opened, "/path"))?, bytes);
    Ok(())
}

/// Every row is as long as that program expects, and the closing counts agree with what came.
fn reads_like_a_schema_before(plain: &[u8], schema: u32) -> Result<()> {
    let mut mine: std::collections::BTreeMap<String, ScopeCheck> = std::collections::BTreeMap::new();
    let (mut told, mut shorter) = (None, 0);
    for line in plain.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<Frame>(line)? {
            Frame::Put { t, rows } => {
                let spec = table(&t).context("a synced table")?;
                ensure!(spec.since <= schema, "{t} is unknown to it");
                let known = spec.columns_in(schema).len();
                shorter += usize::from(known < spec.columns.len());
                for row in rows {
                    ensure!(row.len() == known + 3, "{t}: {} values for {known} columns", row.len());
                    let id = Uuid::parse_str(row[0].as_str().unwrap_or_default())?;
                    let scope = row[1].as_str().unwrap_or_default().to_owned();
                    mine.entry(scope).or_default().add(id, row[2].as_u64().unwrap_or(0));
                }
            }
            Frame::Tail { checks } => told = Some(checks),
            _ => {}
        }
    }
    ensure!(shorter > 0 || TABLES.iter().any(|spec| spec.since > schema), "there is something it does not know");
    for (scope, check) in told.context("an end")? {
        let got = mine.get(&scope.to_string()).cloned().unwrap_or_default();
        ensure!(got == check, "{scope}: {got:?} came, {check:?} was closed with");
    }
    Ok(())
}

/// An intent that is in order and does nothing.
fn nothing_removed() -> Value {
    json!({ "name": "site.remove", "args": { "account_id": Uuid::nil(), "site_ids": [] } })
}

/// 13: a program of a schema before is served what it knows, and its counts agree with what it got.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_the_schema_before_is_served_what_it_knows() -> Result<()> {
    let Some((_, app_url)) = seeded("older").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let server = Server::start(&app_url, &folder.path().join("tls"))?;
    for schema in OLDEST..SCHEMA {
        let mut device = Device::of(&server, "seller@demo.example", schema).await?;
        let (client_id, epoch) = (device.registered.client_id, device.registered.epoch);
        let pull = |schema| Pull { client_id, incarnation: 0, epoch, schema, cursors: Cursors::default() };
        let body = device.transport.exchange("/sync/v1/pull", Some(&device.token), &pull(schema)).await?;
        let plain = satchel_client::sync::transport::Transport::unpack(&body).map_err(anyhow::Error::msg)?;
        reads_like_a_schema_before(&plain, schema)?;
        // What it pushes is taken; one before the oldest is told to update.
        let outcomes = device.push([nothing_removed()]).await?;
        ensure!(outcomes.len() == 1 && outcomes[0].status.succeeded(), "{outcomes:?}");
        let refused = device.transport.exchange("/sync/v1/pull", Some(&device.token), &pull(OLDEST - 1)).await;
        ensure!(refused.as_ref().is_err_and(|e| e.code() == "sync.schema"), "{:?}", refused.err());
    }
    Ok(())
}

/// 17: a character that JSON carries and the database does not is refused where it is typed; from a program that lets it through
/// it is set aside, and what stands behind it in the queue goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_nul_character_never_blocks_the_queue() -> Result<()> {
    let Some(office) = satchel_tests::Office::open("nul").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let id = quote(&desk, 1).await?;
    let before = desk.call("sync_now", json!({})).await?;
    let edits = json!([{ "op": "set_title", "title": "a\u{0}b" }]);
    let refused = desk.call("edit_quote", json!({ "quote_id": id, "edits": edits })).await;
    ensure!(refused.as_ref().is_err_and(|e| e.to_string().contains("change.nul")), "{refused:?}");
    let status = desk.call("sync_status", json!({})).await?;
    ensure!(status["waiting"] == before["waiting"], "{status}");
    let kept = desk.call("get_quote", json!({ "quote_id": id })).await?;
    ensure!(!kept["row"]["title"].to_string().contains("u0000"), "{kept}");

    let mut device = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let removal = |text: &str| json!({ "name": "site.remove", "args": { "account_id": Uuid::nil(), "site_ids": [], "\u{0}": text } });
    let push = device.body([removal("a\u{0}b"), json!({ "name": "\u{0}" }), nothing_removed()])?;
    for _ in 0..2 {
        let outcomes = device.send(&push).await?;
        let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.code.as_deref()).collect();
        ensure!(codes == [Some("sync.not_understood"), Some("sync.not_understood"), None], "{outcomes:?}");
    }
    Ok(())
}

/// 13: after an update, a cache that the program before filled is loaded again, and what waits stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_updated_program_loads_what_the_one_before_did_not_know() -> Result<()> {
    let Some(office) = satchel_tests::Office::open("updated").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let open = desk.workspace().await?;
    let included = "SELECT count(*) FROM price_items WHERE includes <> '[]'";
    let before: i64 = sqlx::query_scalar(included).fetch_one(open.store.read()).await?;
    ensure!(before > 0, "the demo sells bundles");
    // As the migration leaves it: the new column empty, the number of the schema not yet written.
    let mut tx = open.store.begin().await?;
    sqlx::query("UPDATE price_items SET includes = '[]'").execute(tx.conn()).await?;
    sqlx::query("DELETE FROM meta WHERE key = 'schema'").execute(tx.conn()).await?;
    tx.commit().await?;
    let id = quote(&desk, 3).await?;
    let status = desk.call("sync_now", json!({})).await?;
    ensure!(status["waiting"] == 0 && status["needs_you"] == 0, "{status}");
    let after: i64 = sqlx::query_scalar(included).fetch_one(open.store.read()).await?;
    ensure!(after == before, "{after} of {before} bundles are whole");
    let kept = desk.call("get_quote", json!({ "quote_id": id })).await?;
    ensure!(kept["sync_state"] == "confirmed", "{kept}");
    Ok(())
}
