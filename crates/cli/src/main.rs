//! satchelctl: the desktop's engine without a window. JSON on stdout, messages on stderr.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 wrong arguments, 3 done or looked at, but rows need attention or
//! something about the list should be asked (`import sites`).

mod bench;
mod import_list;
mod look_at_list;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use look_at_list::Chosen;
use satchel_client::api::view::ListRequest;
use satchel_client::api::{CommandError, Nothing, dispatch};
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
        /// Look only.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        chosen: Chosen,
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
        Command::Import { what: Import::Sites { file, account: None, chosen, .. } } => {
            return look_at_list::run(&file, &chosen);
        }
        Command::Import { what: Import::Sites { file, account: Some(account), dry_run, chosen, .. } } => {
            let engine = engine(&arguments.dir, None, None, passphrase);
            opened(&engine, passphrase).await?;
            return import_list::run(&engine, &file, &account, dry_run, chosen).await;
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
