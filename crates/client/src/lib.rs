//! The offline engine: encrypted store, sync, queries and commands for the UI. Knows no Tauri.
//!
//! Invariants: a write goes through one door (`store.write`); no transaction stays open across a network await; the
//! outbox and the journal are never thrown away.

pub mod accounts;
pub mod api;
pub mod catalogue;
pub mod imports;
pub mod orders;
pub mod quotes;
pub mod search;
pub mod sites;
pub mod sla;
pub mod sync;
pub mod workspace;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the engine tells the window without being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EngineEvent {
    /// Rows of these tables changed; queries over them are stale.
    Changed { tables: Vec<String> },
    /// The header's line changed.
    Sync { status: sync::view::SyncStatus },
    /// The workspace's state changed (unlocked, prepared, signed out ...).
    Workspace { state: workspace::view::WorkspaceState },
}

/// The engine behind one window.
pub struct Engine {}
