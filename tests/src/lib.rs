//! Shared pieces of the whole-system tests: a real server process on a real Postgres, laptops in this process and laptops
//! that are processes of their own, and a network between them that breaks on purpose.

pub mod laptop;
pub mod portal;
pub mod protocol;
pub mod proxy;
pub mod raw;
pub mod secrets;
pub mod server;
pub mod visitor;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use satchel_client::api::dispatch;
use satchel_client::keys::Secrets;
use satchel_client::{Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

pub use server::Server;
pub use visitor::Visitor;

/// Password of the seeded people.
pub const PASSWORD: &str = "test-satchel";

/// URLs of the test cluster, when `cargo xtask test` started one.
pub fn database() -> Option<(String, String)> {
    let urls = std::env::var("SATCHEL_TEST_OWNER_URL").ok().zip(std::env::var("SATCHEL_TEST_APP_URL").ok());
    if urls.is_none() {
        eprintln!("skipped: no test Postgres (cargo xtask test starts one)");
    }
    urls
}

/// A program built beside the running test.
pub fn program(name: &str) -> Result<std::path::PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.ancestors().find(|folder| folder.join(name).is_file());
    Ok(folder.with_context(|| format!("{name} is not built: run `cargo build` first"))?.join(name))
}

/// Connects as owner or application.
pub async fn connect(url: &str) -> Result<PgPool> {
    Ok(PgPoolOptions::new().max_connections(4).connect(url).await?)
}

/// A database of its own on the test cluster, migrated and seeded with the small demo organisation: its owner's URL and
/// its application's URL.
pub async fn seeded(name: &str) -> Result<Option<(String, String)>> {
    seeded_with(name, &DemoSpec::small(chrono::Utc::now())).await
}

/// As [`seeded`], with a demo organisation of another size.
pub async fn seeded_with(name: &str, spec: &DemoSpec) -> Result<Option<(String, String)>> {
    let Some((owner_url, app_url)) = database() else { return Ok(None) };
    let admin = connect(&owner_url).await?;
    for sql in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&admin).await?;
    }
    let own = |url: &str| match url.rsplit_once('/') {
        Some((server, _)) => format!("{server}/{name}"),
        None => url.to_owned(),
    };
    let owner = connect(&own(&owner_url)).await?;
    satchel_server::migrate::migrate(&owner).await?;
    satchel_server::seed::seed_demo(&owner, spec, PASSWORD).await?;
    Ok(Some((own(&owner_url), own(&app_url))))
}

/// Runs an operator's command and gives what it prints.
pub fn operate(owner_url: &str, arguments: &[&str]) -> Result<String> {
    let output = std::process::Command::new(program("satchel-server")?)
        .args(["operate", "--owner-url", owner_url])
        .args(arguments)
        .env("RUST_LOG", "error")
        .output()?;
    ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The same with something to read; what it says when it refuses is its error.
pub fn operate_with(owner_url: &str, arguments: &[&str], input: &str) -> Result<String> {
    use std::io::Write;
    let mut child = std::process::Command::new(program("satchel-server")?)
        .args(["operate", "--owner-url", owner_url])
        .args(arguments)
        .env("RUST_LOG", "error")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()?;
    child.stdin.take().context("its input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Copies a folder with everything in it, as somebody copies a profile.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Anything that runs the engine's commands by name: an engine in this process, or one in another.
#[allow(async_fn_in_trait)]
pub trait Desk {
    /// Runs a command; an error of the engine becomes `Err` with its code.
    async fn call(&self, name: &str, args: Value) -> Result<Value>;
}

impl Desk for Engine {
    async fn call(&self, name: &str, args: Value) -> Result<Value> {
        dispatch(self, name, args).await.map_err(|e| anyhow::anyhow!("{name}: {e}"))
    }
}

/// A laptop with its own store and secrets, in this process.
pub fn laptop(folder: &Path, url: &str, server: &Server) -> Engine {
    laptop_with(folder, url, server, satchel_client::Clock::default())
}

/// The same with clocks of its own.
pub fn laptop_with(folder: &Path, url: &str, server: &Server, clock: satchel_client::Clock) -> Engine {
    rustls::crypto::ring::default_provider().install_default().ok();
    Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: Some(url.to_owned()),
        server_ca: Some(server.ca.clone()),
        secrets: Secrets::memory(),
        app_version: "test".to_owned(),
        clock,
        spreadsheet_reader: None,
    })
}

/// A server with a database of its own, and laptops of demo people around it.
pub struct Office {
    folder: tempfile::TempDir,
    /// The server they share.
    pub server: Server,
    owner_url: String,
}

impl Office {
    /// Starts the server; `None` without a test cluster.
    pub async fn open(name: &str) -> Result<Option<Self>> {
        let Some((owner_url, app_url)) = seeded(name).await? else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let server = Server::start(&app_url, &folder.path().join("tls"))?;
        Ok(Some(Self { folder, server, owner_url }))
    }

    /// The database as its owner sees it.
    pub fn owner_url(&self) -> &str {
        &self.owner_url
    }

    /// A laptop at which a person has signed in.
    pub async fn desk(&self, email: &str) -> Result<Engine> {
        let url = self.server.url();
        let desk = laptop(&self.folder.path().join(email), &url, &self.server);
        sign_in(&desk, &url, email).await?;
        Ok(desk)
    }
}

/// Signs a demo person in.
pub async fn sign_in(desk: &impl Desk, url: &str, email: &str) -> Result<()> {
    let args = json!({ "server_url": url, "email": email, "password": PASSWORD });
    let state = desk.call("sign_in", args).await?;
    ensure!(state["kind"] == "ready", "{state}");
    Ok(())
}

/// A text at a JSON path.
pub fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A quote over some sites of the largest account, ready to send; returns its id.
pub async fn quote(desk: &impl Desk, sites: usize) -> Result<String> {
    let by_sites = json!({ "limit": 1, "sort": { "column": "sites", "descending": true } });
    let account = text(&desk.call("list_accounts", by_sites).await?, "/rows/0/id");
    let view =
        desk.call("create_quote", json!({ "account_id": account, "title": "Test", "price_book_id": null })).await?;
    let (id, book) = (text(&view, "/row/id"), text(&view, "/price_book_id"));
    let books = desk.call("list_price_books", json!({})).await?;
    let items = books.as_array().into_iter().flatten().find(|b| b["id"] == book.as_str()).map(|b| b["items"].clone());
    let items = items.unwrap_or_default();
    let item = items.as_array().into_iter().flatten().find(|item| item["code"] == "FIB-050");
    let item = item.map(|item| text(item, "/id")).context("the package is in the book")?;
    let rows = desk.call("list_sites", json!({ "account_id": account, "list": { "limit": sites } })).await?;
    let ids: Vec<String> = rows["rows"].as_array().into_iter().flatten().map(|row| text(row, "/id")).collect();
    desk.call(
        "edit_quote",
        json!({ "quote_id": id, "edits": [{ "op": "add_sites", "site_ids": ids, "item_id": item }] }),
    )
    .await?;
    Ok(id)
}

/// Sends a quote and records its acceptance.
pub async fn accept(desk: &impl Desk, id: &str) -> Result<Value> {
    desk.call("send_quote", json!({ "quote_id": id })).await?;
    desk.call("accept_quote", json!({ "quote_id": id, "name": "Buyer", "title": "", "po_number": null })).await
}
