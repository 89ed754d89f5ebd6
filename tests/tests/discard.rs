//! A draft that was never sent is discarded: gone everywhere, its number burnt, what hung on it kept.

use anyhow::{Result, ensure};
use satchel_tests::protocol::Device;
use satchel_tests::{Desk, Office, quote, text};
use serde_json::{Value, json};
use uuid::Uuid;

async fn sync(desk: &impl Desk) -> Result<()> {
    for _ in 0..2 {
        desk.call("sync_now", json!({})).await?;
    }
    Ok(())
}

fn may(view: &Value, verb: &str) -> Value {
    let all = view["allowed"].as_array().into_iter().flatten();
    all.filter(|one| one["action"] == verb).map(|one| one["allowed"].clone()).next().unwrap_or_default()
}

async fn unknown(desk: &impl Desk, id: &str) -> bool {
    let answer = desk.call("get_quote", json!({ "quote_id": id })).await;
    answer.is_err_and(|error| error.to_string().contains("quote.unknown"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_and_what_hung_on_it_stays_with_the_customer() -> Result<()> {
    let Some(mut office) = Office::open("discard").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("manager@demo.example").await?;
    let id = quote(&seller, 2).await?;
    let view = seller.call("get_quote", json!({ "quote_id": id })).await?;
    let (account, number) = (text(&view, "/row/account_id"), text(&view, "/row/number"));
    ensure!(may(&view, "discard") == true && may(&view, "lose") == false, "a draft is discarded, not given up: {view}");
    let choices = seller.call("task_choices", json!({})).await?;
    let task = Uuid::now_v7().to_string();
    let form = json!({ "id": task, "account_id": account, "site_id": null, "quote_id": id, "ticket_id": null,
        "kind": "call", "title": "Ask who signs", "notes": "", "due_on": choices["today"], "due_time": "",
        "assigned_to": choices["people"][0][0], "repeats": "never" });
    seller.call("create_task", form).await?;
    sync(&seller).await?;
    sync(&manager).await?;
    ensure!(!unknown(&manager, &id).await, "the manager has it");

    office.server.kill()?;
    let gone = seller.call("discard_quote", json!({ "quote_id": id })).await?;
    ensure!(text(&gone, "/number") == number && unknown(&seller, &id).await, "{gone}");
    let kept = seller.call("get_task", json!({ "id": task })).await?;
    ensure!(kept["row"]["title"] == "Ask who signs" && kept["quote"] == Value::Null, "{kept}");
    // Its number is not used again.
    let next = quote(&seller, 1).await?;
    let next = seller.call("get_quote", json!({ "quote_id": next })).await?;
    ensure!(text(&next, "/row/number") != number, "the number came twice");

    office.server.restart()?;
    sync(&seller).await?;
    sync(&manager).await?;
    let status = seller.call("sync_status", json!({})).await?;
    ensure!(status["waiting"] == 0 && status["needs_you"] == 0, "{status}");
    ensure!(unknown(&manager, &id).await && unknown(&seller, &id).await, "it is gone everywhere");
    let there = manager.call("get_task", json!({ "id": task })).await?;
    ensure!(there["quote"] == Value::Null && there["row"]["account_id"] == json!(account), "{there}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_somebody_else_changed_meanwhile_is_a_conflict_and_stays() -> Result<()> {
    let Some(mut office) = Office::open("discard_conflict").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("manager@demo.example").await?;
    let id = quote(&seller, 1).await?;
    sync(&seller).await?;
    sync(&manager).await?;
    office.server.kill()?;
    seller.call("discard_quote", json!({ "quote_id": id })).await?;
    let title = json!({ "quote_id": id, "edits": [{ "op": "set_title", "title": "With the second line" }] });
    manager.call("edit_quote", title).await?;
    office.server.restart()?;
    sync(&manager).await?;
    sync(&seller).await?;
    sync(&seller).await?;
    let view = seller.call("get_quote", json!({ "quote_id": id })).await?;
    ensure!(view["row"]["title"] == "With the second line", "{view}");
    let status = seller.call("sync_status", json!({})).await?;
    ensure!(status["needs_you"] == 1, "somebody has to look at it: {status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_program_that_gives_a_draft_up_discards_it_and_a_sent_one_is_lost() -> Result<()> {
    let Some(office) = Office::open("discard_old").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let (draft, sent) = (quote(&seller, 1).await?, quote(&seller, 1).await?);
    seller.call("send_quote", json!({ "quote_id": sent })).await?;
    sync(&seller).await?;
    let mut old = Device::of(&office.server, "seller@demo.example", 2).await?;
    let lose = |id: &str| json!({ "name": "quote.lose", "args": { "quote_id": id, "pricing_hash": "", "note": "Not wanted", "at": chrono::Utc::now() } });
    let outcomes = old.push([lose(&draft), lose(&sent)]).await?;
    ensure!(outcomes.iter().all(|outcome| outcome.status.succeeded()), "{outcomes:?}");
    sync(&seller).await?;
    ensure!(unknown(&seller, &draft).await, "the draft is gone");
    let view = seller.call("get_quote", json!({ "quote_id": sent })).await?;
    ensure!(view["row"]["status"] == "lost" && view["closed"]["reason"] == "Not wanted", "{view}");
    let discarded = seller.call("discard_quote", json!({ "quote_id": sent })).await;
    ensure!(discarded.is_err_and(|e| e.to_string().contains("quote.not_draft")), "only a draft is discarded");
    Ok(())
}
