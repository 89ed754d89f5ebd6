//! Tickets on the real thing: raised without a network, numbered once, worked on from two desks.

use anyhow::{Result, ensure};
use satchel_tests::{Desk, Office, text};
use serde_json::{Value, json};

async fn sync(desk: &impl Desk) -> Result<()> {
    desk.call("sync_now", json!({})).await?;
    Ok(())
}

async fn a_site(desk: &impl Desk) -> Result<Value> {
    Ok(desk.call("list_sites", json!({ "list": { "limit": 1 } })).await?["rows"][0].clone())
}

fn report(site: &Value, subject: &str) -> Value {
    json!({ "account_id": site["account_id"], "site_id": site["id"], "category": "connectivity", "priority": "high",
        "subject": subject, "description": "Since six this morning.", "reported_by": "Site manager" })
}

fn step(id: &str, status: &str, note: &str) -> Value {
    json!({ "ticket_id": id, "status": status, "priority": null, "category": null, "owner_id": null, "note": note,
        "told_customer": !note.is_empty() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_raised_without_a_network_gets_one_number_and_everybody_sees_it() -> Result<()> {
    let Some(mut office) = Office::open("tickets").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("accounts@demo.example").await?;
    let site = a_site(&seller).await?;
    office.server.kill()?;
    let raised = seller.call("raise_ticket", report(&site, "Router is dark")).await?;
    let id = text(&raised, "/row/id");
    ensure!(raised["row"]["number"] == "" && raised["row"]["waiting"] == true, "{raised}");
    // What is done about it waits behind it, in this order.
    let told = seller.call("work_on_ticket", step(&id, "in_progress", "A technician is on the way.")).await?;
    ensure!(told["events"][0]["waiting"] == true && told["first_reply_text"] != Value::Null, "{told}");
    let leap = seller.call("work_on_ticket", step(&id, "closed", "")).await;
    ensure!(leap.is_err_and(|error| error.to_string().contains("ticket.bad_step")), "a leap");
    ensure!(
        seller
            .call(
                "work_on_ticket",
                json!({ "ticket_id": id, "status": null, "priority": null, "category": null,
        "owner_id": null, "note": " ", "told_customer": false })
            )
            .await
            .is_err(),
        "nothing"
    );
    office.server.restart()?;
    for _ in 0..3 {
        sync(&seller).await?;
    }
    let mine = seller.call("get_ticket", json!({ "id": id })).await?;
    let number = text(&mine, "/row/number");
    ensure!(
        number.starts_with("TKT-") && mine["row"]["waiting"] == false && mine["row"]["status"] == "in_progress",
        "{mine}"
    );
    sync(&manager).await?;
    let theirs = manager.call("get_ticket", json!({ "id": id })).await?;
    ensure!(theirs["row"]["number"] == json!(number) && theirs["events"] == mine["events"], "{theirs}");
    // It is found by number and by subject, and its site names it.
    for word in [number.as_str(), "router dark"] {
        let hits = manager.call("search", json!({ "text": word, "limit": 20 })).await?;
        let hit = hits.as_array().into_iter().flatten().any(|hit| hit["kind"] == "ticket" && hit["id"] == json!(id));
        ensure!(hit, "{word}: {hits}");
    }
    let site = manager.call("get_site", json!({ "id": site["id"] })).await?;
    ensure!(site["last_ticket"]["id"] == json!(id) && site["row"]["open_tickets"].as_u64() >= Some(1), "{site}");
    // A site that something was reported for stays.
    let next = seller.call("raise_ticket", report(&site["row"], "Again")).await?;
    sync(&seller).await?;
    let next = seller.call("get_ticket", json!({ "id": text(&next, "/row/id") })).await?;
    ensure!(text(&next, "/row/number") > number, "{next}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_steps_at_once_are_a_conflict_and_what_was_written_is_kept() -> Result<()> {
    let Some(office) = Office::open("tickets_twice").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("accounts@demo.example").await?;
    let site = a_site(&seller).await?;
    let id = text(&seller.call("raise_ticket", report(&site, "Slow")).await?, "/row/id");
    sync(&seller).await?;
    sync(&manager).await?;
    seller.call("work_on_ticket", step(&id, "resolved", "Measured: it is fast again.")).await?;
    sync(&seller).await?;
    manager.call("work_on_ticket", step(&id, "waiting_customer", "Asked for a trace.")).await?;
    sync(&manager).await?;
    let ticket = manager.call("get_ticket", json!({ "id": id })).await?;
    ensure!(
        ticket["row"]["status"] == "resolved" && ticket["events"].as_array().is_some_and(|e| e.len() == 1),
        "{ticket}"
    );
    let centre = manager.call("sync_centre", json!({})).await?;
    let item = &centre["needs_you"][0];
    ensure!(
        item["code"] == "ticket.changed_elsewhere" && item["choices"] == json!(["keep_mine", "take_theirs"]),
        "{centre}"
    );
    let difference = &item["differences"][0];
    ensure!(difference["theirs_by"] == "Field seller" && difference["theirs_at"] != Value::Null, "{item}");
    // Resolved to waiting is no step there is: the word alone still is.
    let kept = json!({ "id": item["id"], "choice": "keep_mine", "values": {} });
    let refused = manager.call("resolve_attention", kept).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("ticket.bad_step")), "no such step");
    manager.call("resolve_attention", json!({ "id": item["id"], "choice": "take_theirs", "values": {} })).await?;
    // Another field, and a word, merge.
    seller.call("work_on_ticket", step(&id, "in_progress", "Not yet after all.")).await?;
    let urgent = json!({ "ticket_id": id, "status": null, "priority": "critical", "category": null, "owner_id": null,
        "note": "The director called.", "told_customer": false });
    manager.call("work_on_ticket", urgent).await?;
    sync(&seller).await?;
    sync(&manager).await?;
    sync(&seller).await?;
    for desk in [&seller, &manager] {
        let ticket = desk.call("get_ticket", json!({ "id": id })).await?;
        ensure!(ticket["row"]["status"] == "in_progress" && ticket["row"]["priority"] == "critical", "{ticket}");
        ensure!(
            ticket["resolved_text"] == Value::Null && ticket["events"].as_array().is_some_and(|e| e.len() == 3),
            "{ticket}"
        );
    }
    Ok(())
}
