//! Tasks on the real thing: made without a network, finished at two desks at once, given to somebody, kept to oneself.

use anyhow::{Result, ensure};
use satchel_tests::{Desk, Office, connect, operate, text};
use serde_json::{Value, json};
use uuid::Uuid;

async fn sync(desk: &impl Desk) -> Result<()> {
    desk.call("sync_now", json!({})).await?;
    Ok(())
}

/// A call about a site of some account, due on a day, every week.
async fn call_about_a_site(desk: &impl Desk, title: &str) -> Result<Value> {
    let site = desk.call("list_sites", json!({ "list": { "limit": 1 } })).await?["rows"][0].clone();
    let choices = desk.call("task_choices", json!({})).await?;
    Ok(json!({ "id": Uuid::now_v7(), "account_id": site["account_id"], "site_id": site["id"], "quote_id": null,
        "ticket_id": null, "kind": "call", "title": title, "notes": "", "due_on": choices["today"], "due_time": "",
        "assigned_to": choices["people"][0][0], "repeats": "weekly" }))
}

fn finish(id: &str, outcome: &str) -> Value {
    json!({ "id": id, "shown": { "status": "open" }, "fields": { "status": "done" }, "outcome": outcome })
}

async fn tasks(desk: &impl Desk, filters: Value) -> Result<Vec<Value>> {
    let list = json!({ "list": { "limit": 100, "filters": filters } });
    Ok(desk.call("list_tasks", list).await?["rows"].as_array().cloned().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_finish_a_repeated_task_without_a_network_make_one_next() -> Result<()> {
    let Some(mut office) = Office::open("tasks").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("accounts@demo.example").await?;
    office.server.kill()?;
    let form = call_about_a_site(&seller, "Ask about the fibre").await?;
    let made = seller.call("create_task", form.clone()).await?;
    let id = text(&made, "/row/id");
    ensure!(made["row"]["waiting"] == true && made["row"]["due"] == "today", "{made}");
    // The same form sent once more is the same task.
    ensure!(seller.call("create_task", form.clone()).await?["row"]["id"] == json!(id), "made twice");
    let today = seller.call("today", json!({})).await?;
    ensure!(today["tasks"].as_array().is_some_and(|tasks| tasks.iter().any(|t| t["id"] == json!(id))), "{today}");
    office.server.restart()?;
    for _ in 0..3 {
        sync(&seller).await?;
    }
    sync(&manager).await?;
    office.server.kill()?;
    seller.call("change_task", finish(&id, "Reached them")).await?;
    let theirs = manager.call("change_task", finish(&id, "Left a word")).await?;
    let next = text(&theirs, "/next/0");
    office.server.restart()?;
    for _ in 0..3 {
        sync(&seller).await?;
        sync(&manager).await?;
    }
    sync(&seller).await?;
    for desk in [&seller, &manager] {
        let task = desk.call("get_task", json!({ "id": id })).await?;
        ensure!(task["row"]["status"] == "done" && task["row"]["waiting"] == false, "{task}");
        let outcome = text(&task, "/outcome");
        ensure!(outcome.contains("Reached them") && outcome.contains("Left a word"), "{task}");
        ensure!(task["next"][0] == json!(next), "{task}");
        let open = tasks(desk, json!([{ "field": "status", "value": "open" }])).await?;
        ensure!(open.iter().filter(|task| task["title"] == "Ask about the fibre").count() == 1, "{open:?}");
        ensure!(desk.call("sync_status", json!({})).await?["needs_you"] == 0, "nobody is asked");
    }
    // It is found by the palette, and a site that a task is about stays.
    let hits = manager.call("search", json!({ "text": "ask fibre", "limit": 20 })).await?;
    ensure!(hits.as_array().into_iter().flatten().any(|hit| hit["kind"] == "task" && hit["id"] == json!(id)), "{hits}");
    // Opened again, its next one goes.
    let open = json!({ "id": id, "shown": { "status": "done" }, "fields": { "status": "open" }, "outcome": "" });
    let again = seller.call("change_task", open).await?;
    ensure!(again["row"]["status"] == "open" && again["next"] == Value::Null, "{again}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_changed_at_two_desks_is_asked_about() -> Result<()> {
    let Some(office) = Office::open("tasks_conflict").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("accounts@demo.example").await?;
    let made = seller.call("create_task", call_about_a_site(&seller, "Bring the router").await?).await?;
    let id = text(&made, "/row/id");
    sync(&seller).await?;
    sync(&manager).await?;
    let rename = |to: &str| json!({ "id": id, "shown": { "title": "Bring the router" }, "fields": { "title": to }, "outcome": "" });
    seller.call("change_task", rename("Bring two routers")).await?;
    sync(&seller).await?;
    manager.call("change_task", rename("Bring no router")).await?;
    sync(&manager).await?;
    let centre = manager.call("sync_centre", json!({})).await?;
    let item = &centre["needs_you"][0];
    ensure!(item["code"] == "task.changed_elsewhere" && item["subject_kind"] == "task", "{centre}");
    ensure!(item["differences"][0]["theirs_by"] == "Field seller", "{item}");
    let mine = json!({ "id": item["id"], "choice": "keep_mine", "values": {} });
    manager.call("resolve_attention", mine).await?;
    sync(&manager).await?;
    sync(&seller).await?;
    let task = seller.call("get_task", json!({ "id": id })).await?;
    ensure!(task["row"]["title"] == "Bring no router", "{task}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_a_task_of_a_customer_they_do_not_see_and_ones_own_is_nobody_elses() -> Result<()> {
    let Some(office) = Office::open("tasks_seen").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let seller = office.desk("seller@demo.example").await?;
    let finance: Uuid =
        sqlx::query_scalar("SELECT id FROM users WHERE email = 'finance@demo.example'").fetch_one(&owner).await?;
    operate(office.owner_url(), &["revoke", "finance@demo.example"])?;
    let mut form = call_about_a_site(&seller, "Check the invoice").await?;
    form["assigned_to"] = json!(finance);
    seller.call("create_task", form).await?;
    sync(&seller).await?;
    let centre = seller.call("sync_centre", json!({})).await?;
    ensure!(centre["needs_you"][0]["code"] == "task.person_without_account", "{centre}");
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tasks WHERE title = 'Check the invoice'").fetch_one(&owner).await?;
    ensure!(kept == 0, "given without the account");
    // One's own.
    let mut own = call_about_a_site(&seller, "Renew my licence").await?;
    (own["account_id"], own["site_id"]) = (Value::Null, Value::Null);
    let id = text(&seller.call("create_task", own.clone()).await?, "/row/id");
    sync(&seller).await?;
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tasks WHERE id = $1::uuid").bind(&id).fetch_one(&owner).await?;
    ensure!(kept == 1, "the server has it");
    let director = office.desk("director@demo.example").await?;
    sync(&director).await?;
    ensure!(director.call("get_task", json!({ "id": id })).await.is_err(), "it is the seller's own");
    // Nor does whoever sees every account change it, with a program of their own that knows its id.
    let mut device =
        satchel_tests::protocol::Device::of(&office.server, "director@demo.example", satchel_core::wire::SCHEMA)
            .await?;
    let update = |id: &str| {
        json!({ "name": "task.update", "args": { "task_id": id, "fields": { "title": { "base": "Renew my licence", "mine": "x" } },
            "outcome": "", "at": chrono::Utc::now() } })
    };
    let outcomes = device.push([update(&id), update(&Uuid::now_v7().to_string())]).await?;
    ensure!(
        outcomes[0].code == outcomes[1].code && outcomes[0].code.as_deref() == Some("task.unknown"),
        "{outcomes:?}"
    );
    own["id"] = json!(Uuid::now_v7());
    own["assigned_to"] = json!(finance);
    let refused = seller.call("create_task", own).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("task.own_only")), "for somebody else");
    Ok(())
}
