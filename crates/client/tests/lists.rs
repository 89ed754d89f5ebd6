//! Every list, every field, every operator: what a list can be asked is answered, and its groups and sums are those of its rows.

use std::collections::BTreeMap;
use std::path::Path;

use satchel_client::api::dispatch;
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::open_demo_with;
use satchel_client::{Clock, Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use serde_json::{Value, json};

const LISTS: [&str; 9] = [
    "list_accounts",
    "list_sites",
    "list_quotes",
    "list_orders",
    "list_tickets",
    "list_tasks",
    "list_jobs",
    "list_account_sla",
    "list_site_sla",
];

async fn demo(folder: &Path) -> Engine {
    let engine = Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets: Secrets::memory(),
        app_version: "test".to_owned(),
        clock: Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    });
    open_demo_with(&engine, &DemoSpec::small(chrono::Utc::now())).await.expect("the demo");
    engine
}

/// A list's arguments: some take the request itself, others have it as their part.
fn args(list: &str, request: Value) -> Value {
    match list {
        "list_accounts" | "list_quotes" | "list_orders" | "list_jobs" => request,
        "list_sites" => json!({ "account_id": null, "list": request }),
        "list_tickets" => json!({ "account_id": null, "site_id": null, "list": request }),
        "list_tasks" => json!({ "account_id": null, "mine": false, "list": request }),
        _ => json!({ "month": null, "account_id": null, "list": request }),
    }
}

async fn summary(engine: &Engine, list: &str, request: Value, by: Option<&str>) -> Result<Value, String> {
    let query = json!({ "list": list, "args": args(list, request) });
    let answer = dispatch(engine, "summarise_list", json!({ "query": query, "group_by": by })).await;
    answer.map_err(|error| format!("{} {}", error.code, error.message))
}

fn field(name: &str, is: &str, values: &[&str]) -> Value {
    json!({ "tree": { "op": "field", "field": name, "is": is, "values": values } })
}

/// Values that make sense for an operator on a field.
fn values(kind: &str, is: &str) -> Vec<&'static str> {
    match (kind, is) {
        (_, "empty" | "not_empty") => vec![],
        ("text" | "word", "any_of") => vec!["a", "b"],
        ("text" | "word", _) => vec!["a"],
        ("number", "between") => vec!["1", "20"],
        ("number", _) => vec!["1.5"],
        ("money", "between") => vec!["ZAR 1", "ZAR 2,000.50"],
        ("money", _) => vec!["ZAR 1000"],
        (_, "last_days" | "next_days") => vec!["30"],
        (_, "between") => vec!["2026-01-01", "2026-12-31"],
        _ => vec!["2026-11-29"],
    }
}

fn rows(summary: &Value) -> u64 {
    summary["total"]["rows"].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn every_field_of_every_list_can_be_asked_sorted_and_grouped() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = demo(folder.path()).await;
    for list in LISTS {
        let all = summary(&engine, list, json!({}), None).await.expect(list);
        let window = dispatch(&engine, list, args(list, json!({ "limit": 1 }))).await.expect(list);
        assert_eq!(window["total"], json!(rows(&all)), "{list}");
        let fields = all["fields"].as_array().cloned().expect("fields");
        assert!(fields.len() > 4, "{list}");
        for one in &fields {
            let (name, kind) = (one["name"].as_str().expect("a name"), one["kind"].as_str().expect("a kind"));
            for is in one["operators"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let request = field(name, is, &values(kind, is));
                let found = summary(&engine, list, request.clone(), None).await;
                let found = found.unwrap_or_else(|error| panic!("{list} {name} {is}: {error}"));
                let window = dispatch(&engine, list, args(list, request)).await.expect("a window");
                assert_eq!(window["total"], json!(rows(&found)), "{list} {name} {is}: the window and the sum");
            }
            let sort = json!({ "sort": { "column": name, "descending": true }, "sorts": [{ "column": fields[0]["name"], "descending": false }] });
            dispatch(&engine, list, args(list, sort))
                .await
                .unwrap_or_else(|e| panic!("{list} by {name}: {}", e.message));
            if one["groups"] == true {
                groups_add_up(&engine, list, name, &all).await;
            }
        }
    }
}

/// The groups' rows and counts are together the list's.
async fn groups_add_up(engine: &Engine, list: &str, by: &str, all: &Value) {
    let grouped = summary(engine, list, json!({}), Some(by)).await.expect("groups");
    assert_eq!((&grouped["total"], &grouped["left_out"]), (&all["total"], &json!(0)), "{list} by {by}");
    let groups = grouped["groups"].as_array().cloned().unwrap_or_default();
    let together: u64 = groups.iter().filter_map(|group| group["rows"].as_u64()).sum();
    assert_eq!(together, rows(all), "{list} by {by}");
    let counted = |group: &Value| -> BTreeMap<String, i64> {
        let sums = group["sums"].as_array().into_iter().flatten().filter(|sum| sum["currency"] == "");
        sums.filter_map(|sum| Some((sum["field"].as_str()?.to_owned(), sum["text"].as_str()?.parse().ok()?))).collect()
    };
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (field, n) in groups.iter().flat_map(counted) {
        *sums.entry(field).or_insert(0) += n;
    }
    if !groups.is_empty() {
        assert_eq!(sums, counted(&all["total"]), "{list} by {by}");
    }
}

#[tokio::test]
async fn a_tree_is_put_together_and_what_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = demo(folder.path()).await;
    let total = |request: Value| {
        let engine = &engine;
        async move { summary(engine, "list_quotes", request, None).await.map(|found| rows(&found)) }
    };
    let leaf = |name: &str, is: &str, values: &[&str]| field(name, is, values)["tree"].clone();
    let every = total(json!({})).await.expect("all");
    let drafts = total(json!({ "tree": leaf("status", "is", &["draft"]) })).await.expect("drafts");
    let others =
        total(json!({ "tree": { "op": "not", "node": leaf("status", "is", &["draft"]) } })).await.expect("others");
    assert!(drafts > 0 && others > 0 && drafts + others == every, "{drafts} + {others} of {every}");
    let nodes = json!([leaf("status", "is", &["DRAFT"]), leaf("status", "is_not", &["draft"])]);
    assert_eq!(total(json!({ "tree": { "op": "any", "nodes": nodes } })).await, Ok(every));
    assert_eq!(total(json!({ "tree": { "op": "all", "nodes": nodes } })).await, Ok(0));
    assert_eq!(total(json!({ "tree": { "op": "all", "nodes": [] } })).await, Ok(every));
    assert_eq!(total(json!({ "tree": { "op": "any", "nodes": [] } })).await, Ok(0));
    // Another currency is neither more nor less.
    assert_eq!(total(json!({ "tree": leaf("tcv", "at_least", &["USD 0"]) })).await, Ok(0));
    let deep = (0..6).fold(leaf("status", "is", &["draft"]), |node, _| json!({ "op": "not", "node": node }));
    let nul = json!({ "op": "field", "field": "title", "is": "is", "values": ["'; DROP TABLE quotes; --"] });
    assert_eq!(total(json!({ "tree": nul })).await, Ok(0));
    for (tree, code) in [
        (leaf("tcv", "at_least", &["1000"]), "list.bad_value"),
        (leaf("tcv", "between", &["ZAR 1", "USD 2"]), "list.bad_value"),
        (leaf("tcv", "contains", &["1"]), "list.bad_value"),
        (leaf("status", "is", &["a", "b"]), "list.bad_value"),
        (leaf("updated", "on", &["yesterday"]), "list.bad_value"),
        (leaf("updated", "last_days", &["0"]), "list.bad_value"),
        (leaf("q.id", "is", &["1"]), "list.unknown_filter"),
        (deep, "list.filter_too_large"),
    ] {
        let refused = total(json!({ "tree": tree })).await;
        assert!(refused.as_ref().is_err_and(|error| error.starts_with(code)), "{tree}: {refused:?}");
    }
}
