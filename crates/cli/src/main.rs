//! satchelctl: the desktop's engine without a window. JSON on stdout, messages on stderr.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 wrong arguments, 3 done but rows need attention (import with errors).

mod bench;
mod look_at_list;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use satchel_client::api::view::ListRequest;
use satchel_client::api::{CommandError, Nothing, dispatch};
use satchel_client::imports::commands::{change, commit, open_bytes};
use satchel_client::imports::rows::findings;
use satchel_client::imports::view::{ChangeSiteList, CommitSiteList, MapField};
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::{open_demo_with, sign_in, state};
use satchel_client::workspace::view::{SignIn, WorkspaceState};
use satchel_client::{Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use satchel_core::pricing::{PricingInput, price_quote};
use serde_json::{Value, json};

#[derive(Parser)]
#[command(version, about = "Satchel's engine without a window. JSON on stdout, messages on stderr.")]
struct Arguments {
    /// Folder of the workspaces.
    #[arg(long, global = true, env = "SATCHEL_DATA_DIR", default_value = ".satchel/ctl")]
    dir: PathBuf,
    /// Passphrase of the local database; without it the OS keychain is used.
    #[arg(long, global = true, env = "SATCHEL_PASSPHRASE", hide_env_values = true)]
    passphrase: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes (or opens) a local demo workspace.
    Demo {
        /// A small one.
        #[arg(long)]
        small: bool,
    },
    /// Imports into the workspace.
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Prices a quote: a file with the input of a WFL `quote` case.
    Price {
        /// JSON file.
        file: PathBuf,
        /// Accepted for symmetry; the output is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// Syncs with the server.
    Sync {
        /// One sync, then stop.
        #[arg(long)]
        once: bool,
        /// Server, for the first sign-in.
        #[arg(long, env = "SATCHEL_SERVER_URL")]
        server: Option<String>,
        /// Certificate authority to trust besides the system's.
        #[arg(long, env = "SATCHEL_SERVER_CA")]
        ca: Option<PathBuf>,
        /// E-mail, for the first sign-in.
        #[arg(long)]
        email: Option<String>,
        /// Password, for the first sign-in.
        #[arg(long, env = "SATCHEL_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        /// Accepted for symmetry; the output is always JSON.
        #[arg(long)]
        json: bool,
    },
    /// Writes a list as JSON: accounts, sites, quotes, orders.
    Export {
        /// Which list.
        list: String,
    },
    /// Runs one engine command by name with JSON arguments.
    Call {
        /// Name, as in the bindings.
        name: String,
        /// JSON arguments.
        #[arg(default_value = "{}")]
        args: String,
    },
    /// Measures the product's numbers.
    Bench {
        /// Writes the figures as JSON too.
        #[arg(long)]
        json: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Import {
    /// A customer's site list.
    Sites {
        /// The file.
        file: PathBuf,
        /// Account, by code or id; with `--dry-run` it may be left out: the list is then checked for itself.
        #[arg(long, required_unless_present = "dry_run")]
        account: Option<String>,
        /// Country of the sites (`ZA`, `IN`) when no account says it; found out from the list otherwise.
        #[arg(long)]
        country: Option<String>,
        /// Look only.
        #[arg(long)]
        dry_run: bool,
        /// `field=column,field=column`, columns counted from 0.
        #[arg(long)]
        mapping: Option<String>,
        /// Sheet of a workbook; without it the one that looks most like a list.
        #[arg(long)]
        sheet: Option<String>,
        /// Accepted for symmetry; the output is always JSON.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    // A spreadsheet is read by this program started once more: that process does nothing else.
    satchel_documents::site_list::isolated::serve().unwrap_or_else(work)
}

#[tokio::main]
async fn work() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter("warn").init();
    rustls::crypto::ring::default_provider().install_default().ok();
    let done = run(Arguments::parse()).await;
    if let Some(engine) = OPEN.get() {
        engine.close().await;
    }
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(1)
        }
    }
}

/// The engine of this run, closed before the program ends.
static OPEN: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();

fn engine(dir: &Path, server: Option<String>, ca: Option<PathBuf>, passphrase: Option<&str>) -> Engine {
    let engine = Engine::new(EngineConfig {
        data_dir: dir.to_owned(),
        server_url: server,
        server_ca: ca,
        // With a passphrase no keychain is asked: the database key is derived from it.
        secrets: if passphrase.is_some() { Secrets::None } else { Secrets::Keychain },
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: satchel_client::Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    });
    OPEN.get_or_init(|| engine).clone()
}

fn refused(error: CommandError) -> anyhow::Error {
    anyhow::anyhow!("{error}")
}

fn print(value: &Value) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Opens the workspace used last, unlocking it when a passphrase is given.
async fn opened(engine: &Engine, passphrase: Option<&str>) -> Result<()> {
    let mut now = state(engine, Nothing {}).await.map_err(refused)?;
    if let (WorkspaceState::NeedsPassphrase { .. }, Some(passphrase)) = (&now, passphrase) {
        let args = json!({ "passphrase": passphrase });
        now = serde_json::from_value(dispatch(engine, "unlock", args).await.map_err(refused)?)?;
    }
    match now {
        WorkspaceState::Ready { .. } => Ok(()),
        other => anyhow::bail!("the workspace is not open: {}", serde_json::to_string(&other)?),
    }
}

async fn run(arguments: Arguments) -> Result<u8> {
    let passphrase = arguments.passphrase.as_deref();
    match arguments.command {
        Command::Demo { small } => {
            let engine = engine(&arguments.dir, None, None, passphrase);
            let now = chrono_now();
            let spec = if small { DemoSpec::small(now) } else { DemoSpec::standard(now) };
            let first = open_demo_with(&engine, &spec).await.map_err(refused)?;
            if !matches!(first, WorkspaceState::Ready { .. }) {
                opened(&engine, passphrase).await?;
            }
            let rail = dispatch(&engine, "rail", json!({})).await.map_err(refused)?;
            print(&json!({ "organisation": spec.org_id, "counts": rail.get("counts") }))?;
        }
        Command::Import { what: Import::Sites { file, account: None, country, mapping, sheet, .. } } => {
            return look_at_list::run(&file, country.as_deref(), mapping.as_deref(), sheet.as_deref());
        }
        Command::Import { what: Import::Sites { file, account: Some(account), dry_run, mapping, sheet, .. } } => {
            let engine = engine(&arguments.dir, None, None, passphrase);
            opened(&engine, passphrase).await?;
            return import(&engine, &file, &account, dry_run, mapping.as_deref(), sheet).await;
        }
        Command::Price { file, json: _ } => {
            let text = std::fs::read(&file).with_context(|| file.display().to_string())?;
            let input: PricingInput = serde_json::from_slice(&text).context("not a quote's pricing input")?;
            price_quote(&input).map_err(|e| anyhow::anyhow!("{}: {e}", e.code()))?;
            let priced = satchel_core::golden::run_case("WFL", "quote", &serde_json::from_slice(&text)?);
            print(&priced.unwrap_or(Value::Null))?;
        }
        Command::Sync { once: _, server, ca, email, password, json: _ } => {
            let engine = engine(&arguments.dir, server.clone(), ca, passphrase);
            if let (Some(server_url), Some(email), Some(password)) = (server, email, password) {
                let now = sign_in(&engine, SignIn { server_url, email, password }).await.map_err(refused)?;
                anyhow::ensure!(matches!(now, WorkspaceState::Ready { .. }), "{}", serde_json::to_string(&now)?);
            } else {
                opened(&engine, passphrase).await?;
            }
            let status = dispatch(&engine, "sync_now", json!({})).await.map_err(refused)?;
            let failed = !status.get("last_error").is_none_or(Value::is_null);
            print(&status)?;
            return Ok(u8::from(failed));
        }
        Command::Export { list } => {
            let engine = engine(&arguments.dir, None, None, passphrase);
            opened(&engine, passphrase).await?;
            export(&engine, &list).await?;
        }
        Command::Call { name, args } => {
            let engine = engine(&arguments.dir, None, None, passphrase);
            opened(&engine, passphrase).await?;
            print(&dispatch(&engine, &name, serde_json::from_str(&args)?).await.map_err(refused)?)?;
        }
        Command::Bench { json } => bench::run(json.as_deref()).await?,
    }
    Ok(0)
}

fn chrono_now() -> satchel_core::time::Timestamp {
    std::time::SystemTime::now().into()
}

async fn import(
    engine: &Engine,
    file: &Path,
    account: &str,
    dry_run: bool,
    mapping: Option<&str>,
    sheet: Option<String>,
) -> Result<u8> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let account_id = account_of(engine, account).await?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut preview = open_bytes(engine, &account_id, &name, bytes).await.map_err(refused)?;
    if mapping.is_some() || sheet.is_some() {
        let fields = mapping
            .unwrap_or_default()
            .split(',')
            .filter(|pair| !pair.trim().is_empty())
            .map(|pair| {
                let (field, column) = pair.split_once('=').context("mapping is field=column")?;
                Ok(MapField { field: field.trim().to_owned(), column: Some(column.trim().parse()?) })
            })
            .collect::<Result<Vec<_>>>()?;
        let args = ChangeSiteList {
            import_id: preview.import_id.clone(),
            mapping: Some(fields),
            sheet,
            fixes: Vec::new(),
            skips: Vec::new(),
            accept_repairs: Vec::new(),
        };
        preview = change(engine, args).await.map_err(refused)?;
    }
    let errors: Vec<Value> = findings(engine, &preview.import_id)
        .await
        .map_err(refused)?
        .iter()
        .filter(|(_, finding)| finding.severity != "cleaned")
        .map(|(row, f)| json!({ "row": row, "column": f.column, "code": f.code, "severity": f.severity, "message": format!("{}: '{}'", f.code, f.value), "repair": f.repair }))
        .collect();
    print(&json!({
        "rows": preview.rows, "new": preview.new, "changed": preview.changed, "unchanged": preview.unchanged,
        "skipped": preview.skipped, "failed": preview.errors, "errors": errors, "encoding": preview.encoding,
        "delimiter": preview.delimiter, "header_rows": preview.header_rows, "sheet": preview.sheet, "sheets": preview.sheets, "mapping": preview.mapping, "ms": preview.ms,
    }))?;
    if !dry_run {
        let args = CommitSiteList {
            import_id: preview.import_id,
            quote_id: None,
            default_item_id: None,
            order_per_site: None,
        };
        let outcome = commit(engine, args).await.map_err(refused)?;
        eprintln!(
            "{} added, {} changed, {} left out",
            outcome.added,
            outcome.changed,
            outcome.skipped + outcome.errors
        );
    }
    Ok(if preview.errors > 0 { 3 } else { 0 })
}

/// Id of the account with exactly this code or id. Refused with the nearest when there is none: a list in another customer's
/// account is worse than no import.
async fn account_of(engine: &Engine, wanted: &str) -> Result<String> {
    let list = ListRequest { text: Some(wanted.to_owned()), limit: 50, ..ListRequest::default() };
    let found = dispatch(engine, "list_accounts", serde_json::to_value(list)?).await.map_err(refused)?;
    let rows = found.pointer("/rows").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let is = |row: &&Value| text(row, "id") == wanted || text(row, "code").eq_ignore_ascii_case(wanted.trim());
    if let Some(row) = rows.iter().find(is) {
        return Ok(text(row, "id"));
    }
    if wanted.len() == 36 && wanted.bytes().filter(|b| *b == b'-').count() == 4 {
        return Ok(wanted.to_owned());
    }
    let near: Vec<String> =
        rows.iter().take(3).map(|row| format!("{} ({})", text(row, "code"), text(row, "name"))).collect();
    let near =
        if near.is_empty() { "no account is like it".to_owned() } else { format!("the nearest: {}", near.join(", ")) };
    anyhow::bail!(
        "no account has the code or id '{wanted}'; {near}. Nothing was imported; name the account by its code."
    )
}

async fn export(engine: &Engine, list: &str) -> Result<()> {
    let command = format!("list_{list}");
    anyhow::ensure!(["accounts", "sites", "quotes", "orders"].contains(&list), "unknown list {list}");
    let mut rows = Vec::new();
    loop {
        let request = ListRequest { offset: u32::try_from(rows.len())?, limit: 500, ..ListRequest::default() };
        let request = serde_json::to_value(request)?;
        let args = if list == "sites" { json!({ "account_id": null, "list": request }) } else { request };
        let page = dispatch(engine, &command, args).await.map_err(refused)?;
        let more = page.get("rows").and_then(Value::as_array).cloned().unwrap_or_default();
        if more.is_empty() {
            return print(&Value::Array(rows));
        }
        rows.extend(more);
    }
}
