//! Agreed prices, price books and clauses between two real laptops and a real server: decided once, the same cent on both sides.

use anyhow::{Context, Result};
use satchel_tests::{Desk, Office, text};
use serde_json::{Value, json};

async fn sync(desk: &impl Desk) -> Result<Value> {
    desk.call("sync_now", json!({})).await
}

/// The first account in rand that has sites and list prices.
async fn account_in_rand(desk: &impl Desk) -> Result<String> {
    let accounts = desk.call("list_accounts", json!({ "limit": 100 })).await?;
    for row in accounts["rows"].as_array().into_iter().flatten() {
        let account = desk.call("get_account", json!({ "id": row["id"] })).await?;
        let sites = desk.call("list_sites", json!({ "account_id": row["id"], "list": { "limit": 1 } })).await?;
        let plain = account["agreed_prices"] == json!([]) && account["currency"] == "ZAR";
        if plain && sites["total"].as_u64() > Some(0) {
            return Ok(text(row, "/id"));
        }
    }
    anyhow::bail!("the demo has an account in rand with sites and list prices")
}

fn contract(account: &str, code: &str, price: &str) -> Value {
    json!({
        "account_id": account, "terms": { "kind": "contract", "item_code": code, "price": price, "stacks": false },
        "valid_from": "2020-01-01", "valid_to": "", "reason": "Framework agreement",
    })
}

/// A draft with one package at the account's first site.
async fn quote_with(desk: &impl Desk, account: &str, code: &str) -> Result<Value> {
    let args = json!({ "account_id": account, "title": "Agreed", "price_book_id": null });
    let quote = desk.call("create_quote", args).await?;
    let books = desk.call("list_price_books", json!({})).await?;
    let own = |book: &&Value| book["id"] == quote["price_book_id"];
    let book = books.as_array().into_iter().flatten().find(own).cloned().context("the quote's price book")?;
    let items = book["items"].as_array().cloned().unwrap_or_default();
    let item = items.iter().find(|item| item["code"] == code).context("the package")?;
    let sites = desk.call("list_sites", json!({ "account_id": account, "list": { "limit": 1 } })).await?;
    let edit = json!({ "op": "add_sites", "site_ids": [text(&sites, "/rows/0/id")], "item_id": item["id"] });
    desk.call("edit_quote", json!({ "quote_id": text(&quote, "/row/id"), "edits": [edit] })).await
}

fn code_of(refused: Result<Value>) -> String {
    refused.map_or_else(|error| error.to_string(), |value| format!("accepted: {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreed_price_is_decided_by_another_and_both_sides_take_it() -> Result<()> {
    let Some(office) = Office::open("prices").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("manager@demo.example").await?;
    let account = account_in_rand(&a).await?;

    // Both ask for the same days, neither knows of the other: the first one stands, the other is asked.
    let asked = a.call("propose_price", contract(&account, "FIB-100", "1499.00")).await?;
    let id = text(&asked, "/0/id");
    b.call("propose_price", contract(&account, "FIB-100", "1399.00")).await?;
    sync(&a).await?;
    assert_eq!(sync(&b).await?["needs_you"], 1);
    let centre = b.call("sync_centre", json!({})).await?;
    assert!(centre["needs_you"].to_string().contains("price.overlaps"), "{centre}");
    let item = text(&centre, "/needs_you/0/id");
    b.call("resolve_attention", json!({ "id": item, "choice": "take_theirs" })).await?;

    // What nobody agreed to prices nothing.
    let before = quote_with(&a, &account, "FIB-100").await?;
    assert_eq!(before["totals"]["monthly_text"], "R1,899.99", "{}", before["totals"]);
    sync(&a).await?;
    let decide = |approve: bool| json!({ "account_id": account, "id": id, "approve": approve, "note": "" });
    assert!(code_of(a.call("decide_price", decide(true)).await).contains("price.may_not_decide"));
    b.call("decide_price", decide(true)).await?;
    sync(&b).await?;
    sync(&a).await?;
    let mine = a.call("list_agreed_prices", json!({ "id": account })).await?;
    assert_eq!(mine[0]["state"], "in_force", "{mine}");

    // A quote made now takes it, and the server comes to the same cent: it makes the order.
    let quote = quote_with(&a, &account, "FIB-100").await?;
    assert_eq!(quote["totals"]["monthly_text"], "R1,499.00", "{}", quote["totals"]);
    let quote_id = text(&quote, "/row/id");
    a.call("send_quote", json!({ "quote_id": quote_id })).await?;
    let accept =
        json!({ "quote_id": quote_id, "name": "Procurement", "title": "", "po_number": "PO-9", "strokes": null });
    a.call("accept_quote", accept).await?;
    let status = sync(&a).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    let orders = a.call("list_orders", json!({ "text": "PO-9", "limit": 10 })).await?;
    assert_eq!((&orders["total"], &orders["rows"][0]["monthly_text"]), (&json!(1), &json!("R1,499.00")), "{orders}");

    // Ended, a new quote is at list price again.
    b.call("end_price", json!({ "account_id": account, "id": id, "last_day": "2020-01-02" })).await?;
    sync(&b).await?;
    sync(&a).await?;
    let after = quote_with(&a, &account, "FIB-100").await?;
    assert_eq!(after["totals"]["monthly_text"], "R1,899.99");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_book_is_published_once_and_withdrawing_it_stops_what_is_not_locked() -> Result<()> {
    let Some(office) = Office::open("books").await? else { return Ok(()) };
    let a = office.desk("director@demo.example").await?;
    let b = office.desk("admin@demo.example").await?;
    let seller = office.desk("seller@demo.example").await?;
    let books = a.call("list_price_books", json!({})).await?;
    let rand = |book: &&Value| book["currency"] == "ZAR" && book["status"] == "published";
    let book = books.as_array().into_iter().flatten().find(rand).cloned().context("a book in rand")?;
    let raise = |pct: &str| json!({ "price_book_id": book["id"], "edit": { "op": "raise", "charge_type": "recurring", "pct": pct } });
    let view = a.call("book_draft", raise("10")).await?;
    assert_eq!(view["problems"], json!([]), "{}", view["problems"]);
    b.call("book_draft", raise("5")).await?;
    assert!(code_of(seller.call("book_draft", raise("1")).await).contains("book.not_allowed"));
    let impact = a.call("book_impact", json!({ "id": book["id"] })).await?;
    assert!(impact["changed"].as_u64() > Some(0), "{impact}");

    // Two versions at once: the second is a conflict, and what was typed is still there to publish on the first.
    a.call("publish_book", json!({ "id": book["id"] })).await?;
    b.call("publish_book", json!({ "id": book["id"] })).await?;
    sync(&a).await?;
    assert_eq!(sync(&b).await?["needs_you"], 1);
    let centre = b.call("sync_centre", json!({})).await?;
    assert!(centre["needs_you"].to_string().contains("book.not_newest"), "{centre}");
    let item = text(&centre, "/needs_you/0/id");
    b.call("resolve_attention", json!({ "id": item, "choice": "take_theirs" })).await?;
    for desk in [&a, &b] {
        sync(desk).await?;
        let books = desk.call("list_price_books", json!({})).await?;
        let rand =
            books.as_array().into_iter().flatten().filter(|b| b["currency"] == "ZAR" && b["status"] == "published");
        assert_eq!(rand.count(), 2, "{books}");
    }

    // A draft on the old version, an account locked to it, and the old version withdrawn meanwhile.
    let account = account_in_rand(&seller).await?;
    let draft = quote_with(&seller, &account, "FIB-050").await?;
    assert_eq!(draft["price_book_id"], book["id"]);
    let quote_id = text(&draft, "/row/id");
    sync(&seller).await?;
    a.call("withdraw_book", json!({ "id": book["id"] })).await?;
    sync(&a).await?;
    seller.call("send_quote", json!({ "quote_id": quote_id })).await?;
    assert_eq!(sync(&seller).await?["needs_you"], 1, "a withdrawn version is not sent silently");
    let centre = seller.call("sync_centre", json!({})).await?;
    assert!(centre["needs_you"].to_string().contains("quote.book_withdrawn"), "{centre}");
    let item = text(&centre, "/needs_you/0/id");
    seller.call("resolve_attention", json!({ "id": item, "choice": "take_theirs" })).await?;
    let lock = json!({
        "account_id": account, "terms": { "kind": "lock", "price_book_id": book["id"] },
        "valid_from": "2020-01-01", "valid_to": "2099-12-31", "reason": "Contract says so",
    });
    let locks = seller.call("propose_price", lock).await?;
    let lock_id = locks.as_array().into_iter().flatten().find(|p| p["kind"] == "lock").map(|p| text(p, "/id"));
    sync(&seller).await?;
    sync(&a).await?;
    a.call("decide_price", json!({ "account_id": account, "id": lock_id, "approve": true, "note": "" })).await?;
    sync(&a).await?;
    sync(&seller).await?;
    let locked = quote_with(&seller, &account, "FIB-050").await?;
    assert_eq!(locked["price_book_id"], book["id"], "new quotes stay on the locked version");
    seller.call("send_quote", json!({ "quote_id": text(&locked, "/row/id") })).await?;
    let status = sync(&seller).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_clause_is_approved_in_its_very_words() -> Result<()> {
    let Some(office) = Office::open("clauses").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("director@demo.example").await?;
    let account = account_in_rand(&a).await?;
    let quote = quote_with(&a, &account, "FIB-050").await?;
    let quote_id = text(&quote, "/row/id");
    let mut proposal =
        a.call("quote_proposal", json!({ "quote_id": quote_id, "inputs": null })).await?["inputs"].clone();
    proposal["requirements"] = json!("A line that stays up");
    proposal["sla"] = json!("Enterprise 99.9 %");
    let save = |inputs: &Value| json!({ "quote_id": quote_id, "inputs": inputs });
    let view = a.call("save_quote_proposal", save(&proposal)).await?;
    assert!(view["states"].as_array().into_iter().flatten().all(|state| state["standard"] == true), "{view}");
    let quote = a.call("get_quote", json!({ "quote_id": quote_id })).await?;
    assert_eq!(quote["approval"]["state"], "not_needed", "the library's own words need none");
    let body = text(&proposal, "/clauses/0/body");
    proposal["clauses"][0]["body"] = json!(format!("{body} Except on Mondays."));
    a.call("save_quote_proposal", save(&proposal)).await?;
    assert!(code_of(a.call("send_quote", json!({ "quote_id": quote_id })).await).contains("quote.needs_approval"));
    sync(&a).await?;
    sync(&b).await?;
    b.call("approve_quote_discount", json!({ "quote_id": quote_id, "note": "Once" })).await?;
    sync(&b).await?;
    sync(&a).await?;
    // Another word, another approval.
    proposal["clauses"][0]["body"] = json!(format!("{body} Except on Tuesdays."));
    a.call("save_quote_proposal", save(&proposal)).await?;
    assert!(code_of(a.call("send_quote", json!({ "quote_id": quote_id })).await).contains("quote.needs_approval"));
    proposal["clauses"][0]["body"] = json!(format!("{body} Except on Mondays."));
    a.call("save_quote_proposal", save(&proposal)).await?;
    a.call("send_quote", json!({ "quote_id": quote_id })).await?;
    let status = sync(&a).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    // The service levels of the proposal are the account's agreement once the order is made.
    let accept =
        json!({ "quote_id": quote_id, "name": "Procurement", "title": "", "po_number": null, "strokes": null });
    a.call("accept_quote", accept).await?;
    sync(&a).await?;
    let next = quote_with(&a, &account, "FIB-050").await?;
    let empty = json!({ "quote_id": text(&next, "/row/id"), "inputs": null });
    let levels = a.call("quote_proposal", empty).await?["sla_text"].to_string();
    assert!(levels.contains("Guaranteed uptime 99.9 %"), "{levels}");
    let clauses = a.call("list_clauses", json!({})).await?;
    assert_eq!(clauses["may_publish"], false);
    let publish = json!({ "previous_id": null, "topic": "X", "title": "Y", "body": "Z", "by_default": false });
    assert!(code_of(a.call("publish_clause", publish).await).contains("clause.not_allowed"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_approves_for_the_director_and_never_their_own_discount() -> Result<()> {
    let Some(office) = Office::open("delegates").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let director = office.desk("director@demo.example").await?;
    let delegate = office.desk("accounts@demo.example").await?;
    let account = account_in_rand(&seller).await?;
    let discounted = async |desk: &satchel_client::Engine| -> Result<String> {
        let quote = quote_with(desk, &account, "FIB-100").await?;
        let id = text(&quote, "/row/id");
        let lines = desk.call("list_quote_lines", json!({ "quote_id": id, "list": { "limit": 1 } })).await?;
        let manual = json!({ "op": "set_manual", "line_ids": [text(&lines, "/rows/0/id")], "manual": { "type": "pct", "value": "20" } });
        let view = desk.call("edit_quote", json!({ "quote_id": id, "edits": [manual] })).await?;
        anyhow::ensure!(view["approval"]["approvers"] == json!(["director"]), "{}", view["approval"]);
        Ok(id)
    };
    let theirs = discounted(&seller).await?;
    let own = discounted(&delegate).await?;
    sync(&seller).await?;
    sync(&delegate).await?;
    let approve = |id: &str| json!({ "quote_id": id, "note": "" });
    let refused = code_of(delegate.call("approve_quote_discount", approve(&theirs)).await);
    assert!(refused.contains("quote.above_limit"), "{refused}");

    let list = director.call("list_delegations", json!({})).await?;
    assert_eq!((&list["may_delegate"], &list["delegations"]), (&json!(true), &json!([])));
    let people = director.call("list_people", json!({})).await?;
    let to = people.as_array().into_iter().flatten().find(|person| person["role"] == "account_manager");
    let to = to.map(|person| text(person, "/id")).context("the account manager")?;
    let today = text(&list, "/today");
    let args = json!({ "to": to, "valid_from": today, "valid_to": today, "note": "On leave" });
    assert!(code_of(seller.call("delegate_approvals", args.clone()).await).contains("delegation.not_approver"));
    let list = director.call("delegate_approvals", args).await?;
    assert_eq!(list["delegations"][0]["state"], "in_force", "{list}");
    for desk in [&director, &delegate] {
        sync(desk).await?;
    }

    // In the director's place, by name; not about a discount of one's own.
    let view = delegate.call("get_quote", json!({ "quote_id": theirs })).await?;
    assert_eq!(view["approval"]["on_behalf_of"], "Director", "{}", view["approval"]);
    let refused = code_of(delegate.call("approve_quote_discount", approve(&own)).await);
    assert!(refused.contains("quote.own_discount"), "{refused}");
    delegate.call("approve_quote_discount", approve(&theirs)).await?;
    sync(&delegate).await?;
    sync(&seller).await?;
    let view = seller.call("send_quote", json!({ "quote_id": theirs })).await?;
    let (by, instead_of) = (text(&view, "/approval/decided_text"), text(&view, "/approval/decided_for"));
    assert!(by.starts_with("Account manager, ") && instead_of == "Director", "{by} for {instead_of}");
    assert_eq!(sync(&seller).await?["needs_you"], 0);

    // Taken back, it counts no more: neither here nor where the news has not arrived yet.
    let again = discounted(&seller).await?;
    sync(&seller).await?;
    sync(&delegate).await?;
    director.call("end_delegation", json!({ "id": text(&list, "/delegations/0/id") })).await?;
    sync(&director).await?;
    delegate.call("approve_quote_discount", approve(&again)).await?;
    assert_eq!(sync(&delegate).await?["needs_you"], 1, "the server knew that it was taken back");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_for_each_site_is_made_once_and_sums_to_the_quote() -> Result<()> {
    let Some(office) = Office::open("orders").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let id = satchel_tests::quote(&seller, 12).await?;
    let edit = json!({ "quote_id": id, "edits": [{ "op": "set_order_split", "per_site": true }] });
    let view = seller.call("edit_quote", edit).await?;
    assert_eq!(view["order_per_site"], true);
    satchel_tests::accept(&seller, &id).await?;
    for _ in 0..2 {
        let status = sync(&seller).await?;
        assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    }
    let of_quote = json!({ "limit": 100, "filters": [{ "field": "quote_id", "value": id }] });
    let orders = seller.call("list_orders", of_quote).await?;
    let rows = orders["rows"].as_array().cloned().unwrap_or_default();
    assert_eq!((rows.len(), &orders["total"]), (12, &json!(12)), "{orders}");
    let mut numbers: Vec<String> = rows.iter().map(|row| text(row, "/number")).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 12, "every order has a number of its own");
    assert!(rows.iter().all(|row| row["sites"] == 1 && row["site"].is_string()), "{orders}");
    let view = seller.call("get_quote", json!({ "quote_id": id })).await?;
    assert_eq!((&view["orders"], &view["row"]["order_number"]), (&json!(12), &json!(numbers[0])), "{}", view["row"]);
    let cents =
        |text: &str| -> u64 { text.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0) };
    let sum: u64 = rows.iter().map(|row| cents(&text(row, "/tcv_text"))).sum();
    assert_eq!(sum, cents(&text(&view, "/row/tcv_text")), "the orders sum to the contract value");
    let quotes = seller.call("list_quotes", json!({ "limit": 100, "text": text(&view, "/row/number") })).await?;
    assert_eq!(quotes["total"], 1, "a quote with many orders is one quote");
    Ok(())
}
