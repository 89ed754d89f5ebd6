//! What a query says it reads is what it reads: each is asked in a demo workspace while the statements that the database runs are
//! listened to. A table that is joined and not named would leave a list on the screen as it was.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use satchel_client::api::{dispatch, queries, reads_of};
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::open_demo_with;
use satchel_client::{Clock, Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use satchel_core::wire::tables::TABLES;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};

static HEARD: Mutex<String> = Mutex::new(String::new());

/// Hears every statement; nothing else is wanted.
struct Ear;

struct Statement;

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        if ["summary", "db.statement"].contains(&field.name()) {
            let _ = writeln!(HEARD.lock().expect("no panic while it is held"), "{value}");
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl tracing::Subscriber for Ear {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Statement);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// Tables that statements take rows from.
fn tables(statements: &str) -> BTreeSet<&'static str> {
    let local = ["blobs", "import_runs", "journal", "pending", "skipped_rows"];
    let known: Vec<&'static str> = TABLES.iter().map(|table| table.name).chain(local).collect();
    let words: Vec<&str> =
        statements.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let from = |pair: &[&str]| matches!(pair[0].to_ascii_uppercase().as_str(), "FROM" | "JOIN");
    words
        .windows(2)
        .filter(|pair| from(pair))
        .filter_map(|pair| known.iter().find(|table| **table == pair[1]).copied())
        .collect()
}

async fn ask(engine: &Engine, name: &str, args: Value) -> Value {
    dispatch(engine, name, args).await.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a demo workspace has to ask about.
struct Known {
    account: String,
    site: String,
    quote: String,
    line: String,
    book: String,
    clause: String,
    ticket: String,
    task: String,
    job: Option<String>,
    month: String,
}

fn whole() -> Value {
    json!({ "text": null, "filters": [], "sort": null, "offset": 0, "limit": 20 })
}

fn first(window: &Value) -> String {
    window["rows"][0]["id"].as_str().expect("a row").to_owned()
}

async fn some(engine: &Engine) -> Known {
    let quote = first(&ask(engine, "list_quotes", whole()).await);
    let lines = ask(engine, "list_quote_lines", json!({ "quote_id": quote, "list": whole() })).await;
    let account = ask(engine, "get_quote", json!({ "quote_id": quote })).await["row"]["account_id"]
        .as_str()
        .expect("its account")
        .to_owned();
    let choices = ask(engine, "task_choices", json!({})).await;
    let task = json!({
        "id": "019aa000-0000-7000-8000-000000000001", "account_id": account, "site_id": null, "quote_id": quote, "ticket_id": null,
        "kind": "call", "title": "Call them", "notes": "", "due_on": choices["today"], "due_time": "",
        "assigned_to": choices["people"][0][0], "repeats": "never",
    });
    let jobs = ask(engine, "list_jobs", whole()).await;
    Known {
        site: first(&ask(engine, "list_sites", json!({ "account_id": account, "list": whole() })).await),
        line: first(&lines),
        book: ask(engine, "list_price_books", json!({})).await[0]["id"].as_str().expect("a book").to_owned(),
        clause: ask(engine, "list_clauses", json!({})).await["clauses"][0]["family_id"]
            .as_str()
            .expect("a clause")
            .to_owned(),
        ticket: first(
            &ask(engine, "list_tickets", json!({ "account_id": null, "site_id": null, "list": whole() })).await,
        ),
        task: ask(engine, "create_task", task).await["row"]["id"].as_str().expect("a task").to_owned(),
        job: jobs["rows"][0]["id"].as_str().map(str::to_owned),
        month: ask(engine, "sla_months", json!({})).await[0].as_str().expect("a month").to_owned(),
        account,
        quote,
    }
}

/// How a query is asked; none for what cannot be asked here.
fn args(name: &str, some: &Known) -> Option<Value> {
    let Known { account, site, quote, .. } = some;
    let of_quote = json!({ "quote_id": quote, "inputs": null });
    let selection = json!({ "account_id": account, "ids": [site], "list": null });
    Some(match name {
        // Nothing of the store: an opened list, and a picture that is asked of a server.
        "site_list_rows" | "map_tile" => return None,
        "list_accounts" | "list_quotes" | "list_orders" | "list_jobs" => whole(),
        "get_account" | "list_agreed_prices" | "list_imports" => json!({ "id": account }),
        "get_site" | "site_history" => json!({ "id": site }),
        "list_sites" | "site_facets" | "map_sites" => json!({ "account_id": account, "list": whole() }),
        "site_tree" => json!({ "account_id": account, "closed": [], "list": whole() }),
        "group_sites" => json!({ "account_id": null, "list": whole(), "by": "province" }),
        "preview_site_bulk" => json!({ "selection": selection, "action": { "kind": "suspend" }, "reason": "" }),
        "upgrade_choices" => selection,
        "preview_upgrade" => json!({ "selection": selection, "item_code": "FIB-100" }),
        "book_draft" => json!({ "price_book_id": some.book, "edit": null }),
        "book_impact" => json!({ "id": some.book }),
        "list_quote_lines" => json!({ "quote_id": quote, "list": whole() }),
        "explain_quote_line" => json!({ "quote_id": quote, "line_id": some.line }),
        "compare_quotes" => json!({ "left_id": quote, "right_id": quote }),
        "get_quote" | "present_quote" | "quote_roi" | "quote_proposal" | "quote_order_form" | "list_mails"
        | "quote_customer" => of_quote,
        "clause_versions" => json!({ "id": some.clause }),
        "list_attachments" => json!({ "kind": "account", "id": account }),
        "get_job" => json!({ "id": some.job.as_ref()? }),
        "list_tasks" => json!({ "account_id": null, "mine": false, "list": whole() }),
        "get_task" => json!({ "id": some.task }),
        "list_tickets" => json!({ "account_id": account, "site_id": null, "list": whole() }),
        "get_ticket" => json!({ "id": some.ticket }),
        "list_account_sla" | "list_site_sla" => json!({ "account_id": account, "list": whole() }),
        "get_site_sla" => json!({ "site_id": site, "month": some.month }),
        "summarise_list" => {
            let query = json!({ "list": "list_quotes", "args": whole() });
            json!({ "query": query, "group_by": "account" })
        }
        "record_history" => json!({ "kind": "account", "id": account }),
        "search" => json!({ "text": "a", "limit": 20 }),
        _ => json!({}),
    })
}

#[tokio::test]
async fn every_query_names_the_tables_it_reads() {
    tracing::subscriber::set_global_default(Ear).expect("the only one");
    let folder = tempfile::tempdir().expect("a folder");
    let engine = engine(folder.path());
    open_demo_with(&engine, &DemoSpec::small("2025-11-20T06:00:00Z".parse().expect("instant"))).await.expect("a demo");
    let some = some(&engine).await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for name in queries() {
        let Some(args) = args(name, &some) else { continue };
        HEARD.lock().expect("whole").clear();
        if let Err(error) = dispatch(&engine, name, args).await {
            assert!(!["command.bad_arguments", "command.unknown"].contains(&error.code.as_str()), "{name}: {error}");
        }
        asked += 1;
        let said: BTreeSet<_> = reads_of(name).expect("a query").into_iter().collect();
        let more: Vec<_> =
            tables(&HEARD.lock().expect("whole")).into_iter().filter(|table| !said.contains(table)).collect();
        if !more.is_empty() {
            wrong.push(format!("{name} also reads {more:?}"));
        }
    }
    assert!(asked > 40, "queries are asked: {asked}");
    assert!(wrong.is_empty(), "the command list in crates/client/src/api/mod.rs: {wrong:#?}");
    engine.close().await;
}

fn engine(folder: &Path) -> Engine {
    Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets: Secrets::memory(),
        app_version: "test".to_owned(),
        clock: Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    })
}
