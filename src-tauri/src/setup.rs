//! Where data lives, which secrets store is used, how the program logs.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use satchel_client::EngineConfig;
use satchel_client::keys::Secrets;
use satchel_client::portal::view::CustomerNews;
use satchel_client::tasks::view::Reminder;

/// Structured logs on stderr, `SATCHEL_LOG` or `RUST_LOG` to filter.
pub fn logging() {
    let filter =
        std::env::var("SATCHEL_LOG").or_else(|_| std::env::var("RUST_LOG")).unwrap_or_else(|_| "warn".to_owned());
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .init();
}

/// The engine's configuration from the environment.
pub fn config() -> anyhow::Result<EngineConfig> {
    Ok(EngineConfig {
        data_dir: data_dir()?,
        server_url: std::env::var("SATCHEL_SERVER_URL").ok().filter(|url| !url.is_empty()),
        server_ca: std::env::var_os("SATCHEL_SERVER_CA").map(PathBuf::from),
        secrets: Secrets::Keychain,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        clock: satchel_client::Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    })
}

fn data_dir() -> anyhow::Result<PathBuf> {
    if let Some(dir) = std::env::var_os("SATCHEL_DATA_DIR") {
        return Ok(PathBuf::from(dir));
    }
    let base = std::env::var_os("XDG_DATA_HOME")
        .or_else(|| std::env::var_os("APPDATA"))
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .context("no home folder")?;
    Ok(base.join("satchel"))
}

/// Tells what customers did; without a notification service it stands on Today.
pub fn notify_news(news: &[CustomerNews]) {
    let sentence = |news: &CustomerNews| {
        let (account, number) = (&news.account, &news.number);
        match news.kind.as_str() {
            "requested" => format!("{account} asks for a quote"),
            "asked" => format!("{} of {account} asks about {number}", news.who),
            "accepted" => format!("{account} accepted {number}"),
            "declined" => format!("{account} declined {number}"),
            _ => format!("{account} looked at {number}"),
        }
    };
    notify(news.iter().map(sentence).collect::<Vec<_>>().join("\n"));
}

/// Reminds of tasks; without a notification service they stand on Today.
pub fn notify_reminders(tasks: &[Reminder]) {
    let sentence = |task: &Reminder| {
        let whose = if task.account.is_empty() { String::new() } else { format!(" ({})", task.account) };
        let when = if task.missed { format!("was due {}", task.due_text) } else { format!("due {}", task.due_text) };
        format!("{}{whose}: {when}", task.title)
    };
    let (first, more) = tasks.split_at(tasks.len().min(3));
    let mut lines: Vec<String> = first.iter().map(sentence).collect();
    if !more.is_empty() {
        lines.push(format!("and {} more on Today", more.len()));
    }
    notify(lines.join("\n"));
}

/// Tells once per new refusal; without a notification service the notice stands in the window.
pub fn notify_needs_you(count: u32) {
    static LAST: AtomicU32 = AtomicU32::new(0);
    if LAST.swap(count, Ordering::Relaxed) >= count {
        return;
    }
    notify(if count == 1 { "One change needs you.".to_owned() } else { format!("{count} changes need you.") });
}

/// A text as it reads: some notification services take a body for markup, and customers' words stand in it.
fn plain(text: &str) -> String {
    if cfg!(target_os = "linux") {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}

fn notify(body: String) {
    let body = plain(&body);
    std::thread::spawn(move || {
        if let Err(error) = notify_rust::Notification::new().summary("Satchel").body(&body).show() {
            tracing::debug!(%error, "no notification service");
        }
    });
}
