//! A laptop as a process of its own, so that it can be killed where it stands.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use crate::{Desk, program};

/// A running laptop.
pub struct LaptopProcess {
    folder: PathBuf,
    url: String,
    ca: PathBuf,
    running: Mutex<Running>,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl LaptopProcess {
    /// Starts it with everything it owns in `folder`.
    pub async fn start(folder: &Path, url: &str, ca: &Path) -> Result<Self> {
        let running = spawn(folder, url, ca)?;
        Ok(Self { folder: folder.to_owned(), url: url.to_owned(), ca: ca.to_owned(), running: Mutex::new(running) })
    }

    /// The process id, for a kill while a command runs.
    pub async fn id(&self) -> Option<u32> {
        self.running.lock().await.child.id()
    }

    /// Starts it again after a kill; it opens the workspace it had.
    pub async fn restart(&self) -> Result<()> {
        {
            let mut running = self.running.lock().await;
            let _ = running.child.kill().await;
            *running = spawn(&self.folder, &self.url, &self.ca)?;
        }
        let state = self.call("workspace_state", json!({})).await?;
        anyhow::ensure!(state["kind"] == "ready", "{state}");
        Ok(())
    }
}

fn spawn(folder: &Path, url: &str, ca: &Path) -> Result<Running> {
    let mut child = Command::new(program("satchel-test-laptop")?)
        .arg(folder)
        .arg(url)
        .arg(ca)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("starting a laptop")?;
    let stdin = child.stdin.take().context("stdin")?;
    let lines = BufReader::new(child.stdout.take().context("stdout")?).lines();
    Ok(Running { child, stdin, lines })
}

/// kill -9 by process id.
pub fn kill_nine(id: u32) {
    let _ = std::process::Command::new("kill").args(["-9", &id.to_string()]).stderr(Stdio::null()).status();
}

impl Desk for LaptopProcess {
    async fn call(&self, name: &str, args: Value) -> Result<Value> {
        let mut running = self.running.lock().await;
        let line = format!("{}\n", json!({ "name": name, "args": args }));
        running.stdin.write_all(line.as_bytes()).await?;
        running.stdin.flush().await?;
        let answer = tokio::time::timeout(Duration::from_secs(120), running.lines.next_line()).await;
        let Some(line) = answer.context("the laptop hangs")?? else { bail!("{name}: the laptop died") };
        let mut answer: Value = serde_json::from_str(&line)?;
        match answer.get_mut("ok") {
            Some(value) => Ok(value.take()),
            None => bail!("{name}: {}", answer["error"]),
        }
    }
}
