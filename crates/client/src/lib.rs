//! The offline engine: encrypted store, sync, queries and commands for the UI. Knows no Tauri.
//!
//! Invariants: a write goes through one door (`store.begin`); no transaction stays open across a network await, but for the first
//! load, which fills a store that nobody works with yet; the
//! outbox and the journal are never thrown away.

pub mod accounts;
pub mod api;
pub mod approvals;
pub mod attachments;
pub mod catalogue;
pub mod clauses;
mod clock;
mod engine;
pub mod history;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod lists;
pub mod mail;
pub mod orders;
pub mod portal;
pub mod quotes;
mod saved;
pub mod search;
pub mod sites;
pub mod sla;
pub mod store;
pub mod sync;
pub mod tasks;
pub mod tickets;
pub mod words;
pub mod workspace;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub(crate) use sync::spec as sync_spec;

pub use clock::Clock;
pub use engine::{Engine, EngineConfig, Open, SignedIn, next_event};
pub use satchel_documents::site_list::isolated::serve as read_spreadsheet;

/// What the engine tells the window without being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EngineEvent {
    /// Rows of these tables changed; queries over them are stale.
    Changed {
        /// Names of tables.
        tables: Vec<String>,
    },
    /// The header's line changed.
    Sync {
        /// What it is now.
        status: sync::view::SyncStatus,
    },
    /// A site list is being read, checked or written.
    Import {
        /// The work, as the window called it, or the opened list.
        token: String,
        /// What is done now.
        stage: imports::view::ImportStage,
        /// Rows done.
        done: u32,
        /// Rows in all; 0 while they are not counted yet.
        total: u32,
    },
    /// Customers did something with the person's quotes.
    News {
        /// What they did, the latest first.
        news: Vec<portal::view::CustomerNews>,
    },
    /// Tasks of the person that are due now, or were while the program did not run.
    Reminders {
        /// Which, the earliest first.
        tasks: Vec<tasks::view::Reminder>,
    },
    /// The workspace's state changed (unlocked, prepared, signed out ...).
    Workspace {
        /// What it is now.
        state: Box<workspace::view::WorkspaceState>,
    },
}
