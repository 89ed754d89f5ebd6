//! Shared pieces of the whole-system tests: a real server on a real Postgres, and laptops with stores of their own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use satchel_client::api::dispatch;
use satchel_client::keys::Secrets;
use satchel_client::{Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use satchel_server::tls::{Source, config, development_authority};
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

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

/// Connects as owner or application.
pub async fn connect(url: &str) -> Result<PgPool> {
    Ok(PgPoolOptions::new().max_connections(4).connect(url).await?)
}

/// Migrates and seeds the small demo organisation.
pub async fn seed(owner_url: &str) -> Result<DemoSpec> {
    let owner = connect(owner_url).await?;
    satchel_server::migrate::migrate(&owner).await?;
    let spec = DemoSpec::small(chrono::Utc::now());
    satchel_server::seed::seed_demo(&owner, &spec, PASSWORD).await?;
    Ok(spec)
}

/// A server in this process that can be stopped at once, as a crash would.
pub struct Server {
    handle: axum_server::Handle<SocketAddr>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its development authority.
    pub ca: PathBuf,
}

impl Server {
    /// Starts on a port: 0 for any free one.
    pub async fn start(app_url: &str, folder: &Path, port: u16) -> Result<Self> {
        rustls::crypto::ring::default_provider().install_default().ok();
        let app = satchel_server::app::App::new(connect(app_url).await?).await?;
        let tls = config(&Source::Development(folder.to_owned())).await?;
        let handle = axum_server::Handle::new();
        let service = satchel_server::app::router(app).into_make_service();
        let serving = axum_server::bind_rustls(SocketAddr::from(([127, 0, 0, 1], port)), tls).handle(handle.clone());
        tokio::spawn(async move { serving.serve(service).await });
        let address = handle.listening().await.context("the server does not listen")?;
        Ok(Self { handle, address, ca: development_authority(folder) })
    }

    /// Drops every connection where it stands.
    pub fn crash(&self) {
        self.handle.shutdown();
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

/// A laptop with its own store and secrets.
pub fn laptop(folder: &Path, server: &Server) -> Engine {
    Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: Some(server.url()),
        server_ca: Some(server.ca.clone()),
        secrets: Secrets::memory(),
        app_version: "test".to_owned(),
    })
}

/// Runs a command of the engine.
pub async fn call(engine: &Engine, name: &str, args: Value) -> Result<Value> {
    dispatch(engine, name, args).await.map_err(|e| anyhow::anyhow!("{name}: {e}"))
}

/// Signs a demo person in.
pub async fn sign_in(engine: &Engine, server: &Server, email: &str) -> Result<()> {
    let args = json!({ "server_url": server.url(), "email": email, "password": PASSWORD });
    let state = call(engine, "sign_in", args).await?;
    ensure!(state["kind"] == "ready", "{state}");
    Ok(())
}

/// A text at a JSON path.
pub fn text(value: &Value, path: &str) -> String {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A quote over some sites of the largest account, ready to send; returns its id.
pub async fn quote(engine: &Engine, sites: usize) -> Result<String> {
    let by_sites = json!({ "limit": 1, "sort": { "column": "sites", "descending": true } });
    let account = text(&call(engine, "list_accounts", by_sites).await?, "/rows/0/id");
    let view = call(engine, "create_quote", json!({ "account_id": account, "title": "Test", "price_book_id": null })).await?;
    let (id, book) = (text(&view, "/row/id"), text(&view, "/price_book_id"));
    let books = call(engine, "list_price_books", json!({})).await?;
    let items = books.as_array().into_iter().flatten().find(|b| b["id"] == book.as_str()).map(|b| b["items"].clone());
    let items = items.unwrap_or_default();
    let item = items.as_array().into_iter().flatten().find(|item| item["code"] == "FIB-050");
    let item = item.map(|item| text(item, "/id")).context("the package is in the book")?;
    let rows = call(engine, "list_sites", json!({ "account_id": account, "list": { "limit": sites } })).await?;
    let ids: Vec<String> = rows["rows"].as_array().into_iter().flatten().map(|row| text(row, "/id")).collect();
    call(engine, "edit_quote", json!({ "quote_id": id, "edits": [{ "op": "add_sites", "site_ids": ids, "item_id": item }] })).await?;
    Ok(id)
}

