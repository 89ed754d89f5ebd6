//! The engine of a test laptop: commands as JSON lines on stdin, answers as JSON lines on stdout.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use satchel_client::api::dispatch;
use satchel_client::keys::Secrets;
use satchel_client::{Engine, EngineConfig};
use satchel_tests::secrets::FileSecrets;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().context("folder")?);
    let url = args.next().context("server")?;
    let ca = PathBuf::from(args.next().context("authority")?);
    std::fs::create_dir_all(&folder)?;
    let engine = Engine::new(EngineConfig {
        secrets: Secrets::Other(Arc::new(FileSecrets::new(folder.join("secrets.json")))),
        data_dir: folder,
        server_url: Some(url),
        server_ca: Some(ca),
        app_version: "test".to_owned(),
        clock: satchel_client::Clock::default(),
        spreadsheet_reader: None,
    });
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut out = tokio::io::stdout();
    while let Some(line) = lines.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let name = request["name"].as_str().unwrap_or_default().to_owned();
        let answer = match dispatch(&engine, &name, request["args"].clone()).await {
            Ok(value) => json!({ "ok": value }),
            Err(error) => json!({ "error": error }),
        };
        out.write_all(format!("{answer}\n").as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}
