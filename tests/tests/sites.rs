//! Sites on two real laptops and a real server: a list comes in and is taken back, one record is edited on both sides.

use anyhow::Result;
use satchel_tests::{Desk, Office, text};
use serde_json::{Value, json};

const LIST: &str = "Code,Name,City,Postal code,Province\nTB-1,Take back one,Durban,4001,KZN\nTB-2,Take back two,Durban,4001,KZN\n\
                    TB-3,Take back three,Durban,4001,KZN\n";

async fn import(desk: &impl Desk, account: &str, quote: Option<&str>, list: &str) -> Result<Value> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.encode(list);
    let args = json!({ "account_id": account, "file_name": "branches.csv", "bytes_base64": bytes });
    let preview = desk.call("open_site_list", args).await?;
    let item = match quote {
        Some(quote) => {
            let view = desk.call("get_quote", json!({ "quote_id": quote })).await?;
            let books = desk.call("list_price_books", json!({})).await?;
            let own = |b: &&Value| b["id"] == view["price_book_id"];
            let book = books.as_array().into_iter().flatten().find(own).cloned().unwrap_or_default();
            let items = book["items"].as_array().cloned().unwrap_or_default();
            items.iter().find(|item| item["charge_type"] == "recurring").map(|item| item["id"].clone())
        }
        None => None,
    };
    let args = json!({ "import_id": preview["import_id"], "quote_id": quote, "default_item_id": item });
    desk.call("commit_site_list", args).await
}

async fn sites(desk: &impl Desk, account: &str, find: &str) -> Result<Value> {
    desk.call("list_sites", json!({ "account_id": account, "list": { "text": find, "limit": 100 } })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_everywhere_but_what_was_built_on_stays() -> Result<()> {
    let Some(office) = Office::open("sites").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("manager@demo.example").await?;
    let found = a.call("list_accounts", json!({ "text": "Kopano Retail", "limit": 1 })).await?;
    let account = text(&found, "/rows/0/id");
    let before = sites(&a, &account, "").await?["total"].clone();

    let outcome = import(&a, &account, None, LIST).await?;
    assert_eq!((&outcome["added"], &outcome["errors"]), (&json!(3), &json!(0)), "{outcome}");
    // The same list with one better word: one site changes.
    let better = LIST.replace("Take back one", "Take back first");
    let outcome = import(&a, &account, None, &better).await?;
    assert_eq!((&outcome["changed"], &outcome["unchanged"]), (&json!(1), &json!(2)), "{outcome}");
    a.call("sync_now", json!({})).await?;
    b.call("sync_now", json!({})).await?;
    let seen = sites(&b, &account, "Take back").await?;
    assert_eq!(seen["total"], 3);
    // Where each came from, and what became of it since: the latest first.
    let history = b.call("site_history", json!({ "id": seen["rows"][0]["id"] })).await?;
    let (changed, added) = (&history[0], &history[1]);
    assert_eq!(
        (&changed["created"], &changed["fields"][0]["after"]),
        (&json!(false), &json!("Take back first")),
        "{history}"
    );
    assert_eq!((&added["created"], &added["by"]), (&json!(true), &json!("Field seller")), "{history}");
    assert_eq!(
        (&added["reason"], &added["waiting"]),
        (&json!("site.imported:branches.csv"), &json!(false)),
        "{history}"
    );

    // The other laptop builds on one of them: a line of a quote.
    let quote =
        b.call("create_quote", json!({ "account_id": account, "title": "Built on", "price_book_id": null })).await?;
    let quote_id = text(&quote, "/row/id");
    let one = LIST.lines().take(1).chain(LIST.lines().skip(3)).collect::<Vec<_>>().join("\n");
    import(&b, &account, Some(&quote_id), &one).await?;
    b.call("sync_now", json!({})).await?;
    a.call("sync_now", json!({})).await?;

    // Back, the latest first: the word, then the sites.
    let runs = a.call("list_imports", json!({ "id": account })).await?;
    let undone = a.call("undo_import", json!({ "run_id": text(&runs, "/0/id") })).await?;
    assert_eq!((&undone["restored"], &undone["removed"]), (&json!(1), &json!(0)), "{undone}");
    let undone = a.call("undo_import", json!({ "run_id": text(&runs, "/1/id") })).await?;
    assert_eq!((&undone["removed"], &undone["kept"]), (&json!(2), &json!(1)), "{undone}");
    let again = a.call("undo_import", json!({ "run_id": text(&runs, "/1/id") })).await;
    assert!(again.is_err_and(|e| e.to_string().contains("import.undone")));
    let status = a.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    b.call("sync_now", json!({})).await?;
    for desk in [&a, &b] {
        let left = sites(desk, &account, "Take back").await?;
        assert_eq!((&left["total"], &left["rows"][0]["name"]), (&json!(1), &json!("Take back three")), "{left}");
        let all = sites(desk, &account, "").await?;
        assert_eq!(all["total"].as_u64(), before.as_u64().map(|n| n + 1));
    }
    // The other's import into a draft quote goes with its lines.
    let runs = b.call("list_imports", json!({ "id": account })).await?;
    let undone = b.call("undo_import", json!({ "run_id": text(&runs, "/0/id") })).await?;
    assert_eq!(undone["removed"], 0, "it was not new in that list: {undone}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_edited_on_two_laptops_merges_by_field_and_asks_about_the_same_one() -> Result<()> {
    let Some(office) = Office::open("site_edit").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("manager@demo.example").await?;
    let list = a.call("list_sites", json!({ "account_id": null, "list": { "limit": 1 } })).await?;
    let id = text(&list, "/rows/0/id");
    let edit = |fields: Value| json!({ "site_id": id, "fields": fields });
    a.call("edit_site", edit(json!({ "contact_name": "Day desk", "notes": "Gate 2" }))).await?;
    b.call("edit_site", edit(json!({ "contact_name": "Night desk", "address": "2 New Road" }))).await?;
    a.call("sync_now", json!({})).await?;
    let status = b.call("sync_now", json!({})).await?;
    assert_eq!(status["needs_you"], 1, "the same field asks: {status}");
    let centre = b.call("sync_centre", json!({})).await?;
    let item = centre["needs_you"].as_array().and_then(|items| items.first()).cloned().unwrap_or_default();
    let difference = &item["differences"][0];
    assert_eq!(
        (&difference["label"], &difference["theirs_by"]),
        (&json!("contact_name"), &json!("Field seller")),
        "{centre}"
    );
    assert!(difference["theirs_at"] != Value::Null, "{centre}");
    assert_eq!(item["choices"], json!(["keep_mine", "edit", "take_theirs"]), "{centre}");
    b.call("resolve_attention", json!({ "id": item["id"], "choice": "keep_mine" })).await?;
    b.call("sync_now", json!({})).await?;
    a.call("sync_now", json!({})).await?;
    for desk in [&a, &b] {
        let site = desk.call("get_site", json!({ "id": id })).await?;
        let value = |name: &str| {
            let fields = site["fields"].as_array().cloned().unwrap_or_default();
            fields.iter().find(|f| f["field"] == name).map(|f| f["value"].clone()).unwrap_or_default()
        };
        assert_eq!(
            (value("contact_name"), value("notes"), value("address")),
            (json!("Night desk"), json!("Gate 2"), json!("2 New Road")),
            "{site}"
        );
    }
    Ok(())
}

fn bulk(account: &str, ids: &[String], action: Value) -> Value {
    json!({ "selection": { "account_id": account, "ids": ids, "list": null }, "action": action, "reason": "tidying up" })
}

/// The account with the most sites in service.
async fn largest(desk: &impl Desk) -> Result<String> {
    let by_sites = json!({ "limit": 1, "sort": { "column": "sites", "descending": true } });
    Ok(text(&desk.call("list_accounts", by_sites).await?, "/rows/0/id"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_two_laptops_turn_at_once_never_becomes_a_ring() -> Result<()> {
    let Some(office) = Office::open("site_tree").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("manager@demo.example").await?;
    let account = largest(&a).await?;
    let tree = json!({ "account_id": account, "closed": [], "list": { "limit": 1000 } });
    let rows = a.call("site_tree", tree.clone()).await?;
    let all = sites(&a, &account, "").await?;
    assert_eq!(rows["total"], all["total"], "every site is in the tree once");
    let top = text(&rows, "/rows/0/id");
    assert_eq!(
        (&rows["rows"][0]["depth"], &rows["rows"][0]["site_type"]),
        (&json!(0), &json!("headquarters")),
        "{rows}"
    );
    let closed = json!({ "account_id": account, "closed": [top], "list": { "limit": 10 } });
    assert_eq!(a.call("site_tree", closed).await?["total"], 1, "everything stands under the head office");
    // Two leaves, each put under the other on another laptop.
    let leaves: Vec<String> = rows["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row["below"] == 0)
        .take(2)
        .map(|row| text(row, "/id"))
        .collect();
    let (one, two) = (&leaves[0], &leaves[1]);
    let under = |site: &String| json!({ "kind": "move", "parent_id": site });
    let refused = a.call("preview_site_bulk", bulk(&account, std::slice::from_ref(&top), under(one))).await?;
    assert_eq!(
        (&refused["changes"], &refused["left"][0]["reason_code"]),
        (&json!(0), &json!("site.cycle")),
        "{refused}"
    );
    a.call("apply_site_bulk", bulk(&account, std::slice::from_ref(one), under(two))).await?;
    b.call("apply_site_bulk", bulk(&account, std::slice::from_ref(two), under(one))).await?;
    a.call("sync_now", json!({})).await?;
    let status = b.call("sync_now", json!({})).await?;
    assert_eq!(status["needs_you"], 1, "the second turn asks: {status}");
    let centre = b.call("sync_centre", json!({})).await?;
    assert_eq!(centre["needs_you"][0]["code"], "site.cycle", "{centre}");
    for desk in [&a, &b] {
        let rows = desk.call("site_tree", tree.clone()).await?;
        assert_eq!(rows["total"], all["total"], "nothing hangs in the air: {rows}");
    }
    // Who, when and why is on both laptops.
    let history = b.call("site_history", json!({ "id": one })).await?;
    assert_eq!((&history[0]["reason"], &history[0]["fields"][0]["field"]), (&json!("tidying up"), &json!("parent_id")));
    assert_eq!(history[0]["waiting"], false, "{history}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_sites_are_suspended_at_once_by_who_may_and_taken_back_where_nothing_changed_since() -> Result<()> {
    let Some(office) = Office::open("site_bulk").await? else { return Ok(()) };
    let a = office.desk("manager@demo.example").await?;
    let b = office.desk("seller@demo.example").await?;
    let account = largest(&a).await?;
    let whole = |action: Value| {
        let list = json!({ "filters": [], "limit": 1 });
        json!({ "selection": { "account_id": account, "ids": [], "list": list }, "action": action, "reason": "unpaid" })
    };
    let suspend = json!({ "kind": "suspend" });
    let seen = b.call("preview_site_bulk", whole(suspend.clone())).await?;
    assert_eq!(seen["allowed"], false, "a seller may not: {seen}");
    assert!(b.call("apply_site_bulk", whole(suspend.clone())).await.is_err());

    let preview = a.call("preview_site_bulk", whole(suspend.clone())).await?;
    let changes = preview["changes"].as_u64().unwrap_or(0);
    assert!(changes > 10, "{preview}");
    assert_eq!(preview["counting"][0].as_u64().map(|n| n - changes), preview["counting"][1].as_u64(), "{preview}");
    let outcome = a.call("apply_site_bulk", whole(suspend)).await?;
    assert_eq!(outcome["changed"].as_u64(), Some(changes));
    let status = a.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    b.call("sync_now", json!({})).await?;
    let by = json!({ "account_id": account, "list": { "limit": 1 }, "by": "service_status" });
    let groups = b.call("group_sites", by).await?;
    assert!(groups.as_array().is_some_and(|g| g.iter().all(|g| g["value"] != "active")), "{groups}");

    // One goes on again elsewhere: taking back leaves it as it is and says so.
    let suspended = a
        .call("list_sites", json!({ "account_id": account, "list": { "filters": [{ "field": "service_status", "value": "suspended" }], "limit": 200 } }))
        .await?;
    let resumed = text(&suspended, "/rows/0/id");
    a.call("apply_site_bulk", bulk(&account, &[resumed], json!({ "kind": "resume" }))).await?;
    let undone = a.call("undo_site_bulk", json!({ "run_id": outcome["run_id"] })).await?;
    let restored = undone["restored"].as_u64().unwrap_or(0);
    assert_eq!((restored + undone["changed_since"].as_u64().unwrap_or(0), restored >= changes - 1), (changes, true));
    assert!(a.call("undo_site_bulk", json!({ "run_id": outcome["run_id"] })).await.is_err(), "only once");
    let status = a.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");

    // Another package is a quote; what it shows before is what the quote comes to.
    let rows = sites(&b, &account, "").await?;
    let ids: Vec<Value> = rows["rows"].as_array().into_iter().flatten().take(12).map(|row| row["id"].clone()).collect();
    let selection = json!({ "account_id": account, "ids": ids, "list": null });
    let choices = b.call("upgrade_choices", selection.clone()).await?;
    let code = text(&choices, "/0/code");
    let upgrade = json!({ "selection": selection, "item_code": code });
    let preview = b.call("preview_upgrade", upgrade.clone()).await?;
    let made = b.call("upgrade_sites", upgrade).await?;
    let quote = b.call("get_quote", json!({ "quote_id": made["id"] })).await?;
    assert_eq!(
        (&quote["totals"]["monthly_text"], &quote["line_count"]),
        (&preview["then_text"], &json!(12)),
        "{preview}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tiles_of_the_organisations_map_are_kept_for_when_there_is_no_network() -> Result<()> {
    let Some((_, app_url)) = satchel_tests::seeded("tiles").await? else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let tls = folder.path().join("tls");
    let mut server = satchel_tests::Server::start(&app_url, &tls)?;
    let url = server.url();
    let desk = satchel_tests::laptop(&folder.path().join("admin"), &url, &server);
    satchel_tests::sign_in(&desk, &url, "admin@demo.example").await?;
    let tile = |x: u32| json!({ "z": 5, "x": x, "y": 18 });
    assert_eq!(desk.call("map_tile", tile(18)).await?["problem"], "map.not_configured");
    let set = |address: String| json!({ "url": address, "attribution": "The surveyors", "max_zoom": 12 });
    let refused = desk.call("save_map_tiles", set("http://127.0.0.1/{z}/{x}/{y}".to_owned())).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("map.bad_field")));
    let view = desk.call("save_map_tiles", set(format!("{url}/{{z}}/{{x}}/{{y}}.png"))).await?;
    assert_eq!(view["may_edit"], true);
    let status = desk.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    // Our own server has no tiles; somebody else's page is no tile; a picture is one, and it stays.
    assert_eq!(desk.call("map_tile", tile(18)).await?["problem"], "map.no_picture");
    server.kill()?;
    let portal = satchel_tests::portal::start(server.address, &tls, "html").await?;
    assert_eq!(desk.call("map_tile", tile(18)).await?["problem"], "map.no_picture");
    portal.stop().await;
    let portal = satchel_tests::portal::start(server.address, &tls, "picture").await?;
    let shown = desk.call("map_tile", tile(18)).await?;
    assert!(shown["image_base64"].is_string() && shown["problem"].is_null(), "{shown}");
    portal.stop().await;
    assert_eq!(desk.call("map_tile", tile(18)).await?, shown, "kept");
    assert_eq!(desk.call("map_tile", tile(19)).await?["problem"], "map.out_of_reach");
    assert_eq!(desk.call("map_tile", json!({ "z": 13, "x": 0, "y": 0 })).await?["problem"], "map.no_picture");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_brings_its_tree_goes_out_with_it_and_takes_it_back() -> Result<()> {
    let Some(office) = Office::open("site_parents").await? else { return Ok(()) };
    let a = office.desk("seller@demo.example").await?;
    let b = office.desk("manager@demo.example").await?;
    let found = a.call("list_accounts", json!({ "text": "Kopano Retail", "limit": 1 })).await?;
    let account = text(&found, "/rows/0/id");
    import(&a, &account, None, LIST).await?;
    // Two under a head office that comes later in the list, one of them there before.
    let tree = "Code,Name,City,Parent site\nTB-1,Take back one,Durban,TB-HQ\nTB-4,Take back four,Durban,Take back one\n\
                TB-HQ,Take back office,Durban,\nTB-2,Take back two,Durban,TB-nobody\n";
    let outcome = import(&a, &account, None, tree).await?;
    assert_eq!(
        (&outcome["added"], &outcome["changed"], &outcome["unchanged"]),
        (&json!(2), &json!(1), &json!(1)),
        "{outcome}"
    );
    let status = a.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    b.call("sync_now", json!({})).await?;
    let place = |desk| depths(desk, &account);
    let placed = [("TB-1", 1), ("TB-2", 0), ("TB-3", 0), ("TB-4", 2), ("TB-HQ", 0)];
    assert_eq!(place(b.clone()).await?, placed.map(|(code, depth)| (code.to_owned(), depth)));

    // What goes out comes in again as it is.
    let list = json!({ "text": "Take back", "limit": 100 });
    let out = a.call("export_sites", json!({ "account_id": account, "list": list, "format": "csv" })).await?;
    let file = std::fs::read_to_string(text(&out, "/path"))?;
    assert!(file.lines().any(|line| line.contains("TB-4") && line.ends_with(",TB-1")), "{file}");
    let again = import(&a, &account, None, &file).await?;
    assert_eq!((&again["added"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(5)), "{again}");

    let runs = a.call("list_imports", json!({ "id": account })).await?;
    let undone = a.call("undo_import", json!({ "run_id": text(&runs, "/0/id") })).await?;
    assert_eq!((&undone["removed"], &undone["kept"]), (&json!(2), &json!(0)), "{undone}");
    let status = a.call("sync_now", json!({})).await?;
    assert_eq!((&status["waiting"], &status["needs_you"]), (&json!(0), &json!(0)), "{status}");
    b.call("sync_now", json!({})).await?;
    let back = [("TB-1", 0), ("TB-2", 0), ("TB-3", 0)].map(|(code, depth)| (code.to_owned(), depth));
    assert_eq!(place(b.clone()).await?, back);
    Ok(())
}

/// Codes of this file's sites with their level in the account's tree, in order of code.
async fn depths(desk: satchel_client::Engine, account: &str) -> Result<Vec<(String, u64)>> {
    let args = json!({ "account_id": account, "closed": [], "list": { "limit": 1_000 } });
    let tree = desk.call("site_tree", args).await?;
    let mut found: Vec<(String, u64)> = tree["rows"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|row| row["code"].as_str().is_some_and(|code| code.starts_with("TB-")))
        .map(|row| (text(row, "/code"), row["depth"].as_u64().unwrap_or(99)))
        .collect();
    found.sort();
    Ok(found)
}
