//! The product's numbers: medians on this machine, as {name, value, unit, baseline, ratio}.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use satchel_client::api::dispatch;
use satchel_client::imports::commands::open_bytes;
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::open_demo_with;
use satchel_client::{Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use satchel_core::money::{Currency, Exact};
use satchel_core::pricing::{
    ChargeType, LineStatus, Manual, PricingInput, PricingLine, StackingPolicy, TermRow, VolumeTable, price_quote,
};
use satchel_documents::site_list::{Settings, check, guess, read};
use serde_json::{Value, json};

/// Runs all measurements.
pub async fn run(file: Option<&Path>) -> Result<()> {
    let mut figures = vec![
        reprice("reprice 500 sites x 2 services", 1_000, 5.0),
        reprice("reprice 2,000 lines", 2_000, 20.0),
        import_rows()?,
    ];
    let folder = std::env::temp_dir().join(format!("satchel-bench-{}", std::process::id()));
    figures.extend(workspace(&folder).await?);
    let _ = std::fs::remove_dir_all(&folder);
    let all = Value::Array(figures);
    if let Some(file) = file {
        std::fs::write(file, serde_json::to_string_pretty(&all)?)?;
    }
    super::print(&all)
}

fn figure(name: &str, value: f64, baseline: &str, target: f64) -> Value {
    json!({ "name": name, "value": (value * 1000.0).round() / 1000.0, "unit": "ms", "baseline": baseline, "ratio": (value / target * 1000.0).round() / 1000.0 })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

fn measure(runs: usize, mut work: impl FnMut()) -> f64 {
    work();
    median(
        (0..runs)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed().as_secs_f64() * 1000.0
            })
            .collect(),
    )
}

fn reprice(name: &str, lines: u32, target: f64) -> Value {
    let lines = (0..lines)
        .map(|n| PricingLine {
            id: format!("L{n}"),
            site: format!("S{}", n / 2),
            status: LineStatus::Selected,
            charge_type: if n % 2 == 0 { ChargeType::Recurring } else { ChargeType::OneOff },
            unit_dp: 2,
            list_price: Exact::new(99_900 + i128::from(n), 2),
            contract: None,
            qty: Exact::from(1),
            volume_eligible: false,
            term_eligible: false,
            manual: if n % 3 == 0 { Manual::Pct(Exact::new(25, 1)) } else { Manual::None },
        })
        .collect();
    let input = PricingInput {
        currency: Currency::Zar,
        policy: StackingPolicy::Compound,
        term_months: 36,
        term_table: vec![TermRow { min_months: 13, pct: Exact::from(15) }],
        volume_table: VolumeTable::Standard,
        existing_active_sites: 0,
        lines,
    };
    let value = measure(41, || {
        let _ = std::hint::black_box(price_quote(&input));
    });
    figure(name, value, &format!("target {target} ms"), target)
}

fn import_rows() -> Result<Value> {
    let mut csv = String::from("Province,District,Name,Longitude,Latitude,Address\n");
    for n in 0..678 {
        csv.push_str(&format!(
            "Gauteng,gp District {n},gp Station {n},28.{n:03},-26.1{n:03},\"{n} Main Street, Town\"\n"
        ));
    }
    let settings = Settings { country: satchel_core::places::country("ZA"), ..Settings::default() };
    let value = measure(21, || {
        if let Ok(table) = read(csv.as_bytes()) {
            let _ = std::hint::black_box(check(&table, &guess(&table, settings.country), &settings));
        }
    });
    Ok(figure("dry-run import of 678 rows", value, "target 300 ms", 300.0))
}

async fn workspace(folder: &Path) -> Result<Vec<Value>> {
    let engine = Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets: Secrets::memory(),
        app_version: "bench".to_owned(),
        clock: satchel_client::Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    });
    let started = Instant::now();
    open_demo_with(&engine, &DemoSpec::standard(super::chrono_now())).await.map_err(super::refused)?;
    let mut figures = vec![figure(
        "make the demo workspace, 10,000 sites",
        started.elapsed().as_secs_f64() * 1000.0,
        "no target",
        1000.0,
    )];
    for (name, command, args, target) in [
        ("palette search over 10,000 sites", "search", json!({ "text": "sandton head", "limit": 12 }), 20.0),
        (
            "site list, filtered by text, first 100 rows",
            "list_sites",
            json!({ "account_id": null, "list": { "text": "sandton", "limit": 100 } }),
            20.0,
        ),
        ("accounts, first 100 rows", "list_accounts", json!({ "limit": 100 }), 20.0),
    ] {
        let value = timed(&engine, command, &args, 21).await?;
        figures.push(figure(name, value, &format!("target {target} ms"), target));
    }
    figures.extend(quote(&engine).await?);
    Ok(figures)
}

async fn timed(engine: &Engine, command: &str, args: &Value, runs: usize) -> Result<f64> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..=runs {
        let start = Instant::now();
        dispatch(engine, command, args.clone()).await.map_err(super::refused)?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(times.split_off(1)))
}

/// Quotes as large as a seller makes them.
async fn quote(engine: &Engine) -> Result<Vec<Value>> {
    let call = async |name: &str, args: Value| dispatch(engine, name, args).await.map_err(super::refused);
    let text = |value: &Value, path: &str| value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let accounts =
        call("list_accounts", json!({ "limit": 1, "sort": { "column": "sites", "descending": true } })).await?;
    let account = text(&accounts, "/rows/0/id");
    let view = call("create_quote", json!({ "account_id": account, "title": "bench", "price_book_id": null })).await?;
    let (quote, book) = (text(&view, "/row/id"), text(&view, "/price_book_id"));
    let books = call("list_price_books", json!({})).await?;
    let items = books
        .as_array()
        .into_iter()
        .flatten()
        .find(|b| b["id"] == book.as_str())
        .map(|b| b["items"].clone())
        .unwrap_or_default();
    let item = items
        .as_array()
        .into_iter()
        .flatten()
        .find(|i| i["code"] == "FIB-050")
        .map(|i| text(i, "/id"))
        .unwrap_or_default();
    let fill = async |quote: &str, sites: usize| -> Result<()> {
        let mut csv = String::from("Name,City,Province,Address\n");
        for n in 0..sites {
            csv.push_str(&format!("Bench site {n},Johannesburg,Gauteng,{n} Main Road\n"));
        }
        let list = open_bytes(engine, &account, "bench.csv", csv.into_bytes()).await.map_err(super::refused)?;
        let list = serde_json::to_value(list)?;
        let commit = json!({ "import_id": list["import_id"], "quote_id": quote, "default_item_id": item });
        call("commit_site_list", commit).await?;
        Ok(())
    };
    fill(&quote, 100).await?;
    let pdf = timed(engine, "quote_pdf", &json!({ "quote_id": quote }), 15).await?;
    let view = call("create_quote", json!({ "account_id": account, "title": "large", "price_book_id": null })).await?;
    let large = text(&view, "/row/id");
    fill(&large, 500).await?;
    let lines = call("get_quote", json!({ "quote_id": large })).await?["line_count"].as_u64().unwrap_or(0);
    anyhow::ensure!(lines == 1_000, "500 sites with access and installation, not {lines} lines");
    let open = timed(engine, "get_quote", &json!({ "quote_id": large }), 15).await?;
    let terms = json!({ "quote_id": large, "edits": [{ "op": "set_term", "term_months": 36 }] });
    let edit = timed(engine, "edit_quote", &terms, 15).await?;
    let pages = json!({ "quote_id": large, "list": { "limit": 100 } });
    let lines = timed(engine, "list_quote_lines", &pages, 15).await?;
    let impact = timed(engine, "book_impact", &json!({ "id": book }), 5).await?;
    let mut proposal = call("quote_proposal", json!({ "quote_id": quote, "inputs": null })).await?["inputs"].clone();
    proposal["requirements"] = json!("Every branch needs a line that stays up, and one number to call. ".repeat(40));
    proposal["solution"] = json!("Fibre where it is live, microwave where it is not yet, one contract. ".repeat(60));
    call("save_quote_proposal", json!({ "quote_id": quote, "inputs": proposal })).await?;
    let printed = call("proposal_pdf", json!({ "quote_id": quote })).await?;
    let proposal_pdf = timed(engine, "proposal_pdf", &json!({ "quote_id": quote }), 7).await?;
    let bytes =
        call("quote_pdf", json!({ "quote_id": large })).await?["bytes_base64"].as_str().map_or(0, str::len) / 4 * 3;
    let large_pdf = timed(engine, "quote_pdf", &json!({ "quote_id": large }), 7).await?;
    Ok(vec![
        figure("quote PDF with 100 sites", pdf, "target 60 ms", 60.0),
        figure("quote PDF with 500 sites", large_pdf, "target 120 ms", 120.0),
        json!({ "name": "size of the quote PDF with 500 sites", "value": bytes / 1024, "unit": "KB", "baseline": "target 300 KB", "ratio": (bytes as f64 / 1024.0 / 300.0 * 1000.0).round() / 1000.0 }),
        figure(&format!("proposal PDF of {} pages", printed["pages"]), proposal_pdf, "target 1,000 ms", 1_000.0),
        figure("what a price book would change in open quotes", impact, "no target", 1_000.0),
        figure("open a quote of 500 sites x 2, engine", open, "target 300 ms on screen", 300.0),
        figure("edit of a quote of 500 sites x 2 to new totals, engine", edit, "target 100 ms on screen", 100.0),
        figure("its first 100 lines, engine", lines, "target 100 ms on screen", 100.0),
    ])
}
