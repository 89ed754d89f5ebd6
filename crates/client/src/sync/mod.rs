//! Sync: the outbox, the pull and what the header says. Invariant: a pending mutation leaves the outbox only on the pull
//! that contains its effect; nothing is shown before the last page.

mod body;
pub mod commands;
mod cursors;
mod driver;
mod load;
mod local;
mod publish;
mod reader;
mod run;
mod skipped;
mod stored;
pub mod transport;
pub mod view;

use satchel_core::time::Timestamp;

pub(crate) use commands::params;
pub use load::first_load;
pub(crate) use local::spec;
pub use local::{Ready, Subject, mutate, mutate_all, mutate_ready};
pub use reader::Cache;
pub(crate) use run::transport as transport_of;
pub use run::{run_forever, sync_once};
pub use view::SubjectKind;

use crate::workspace::view::Progress;

/// Where sync stands.
#[derive(Debug, Clone, Default)]
pub struct SyncNow {
    /// The last attempt reached the server.
    pub online: bool,
    /// A sync is under way.
    pub syncing: bool,
    /// Since when the server is out of reach.
    pub offline_since: Option<Timestamp>,
    /// When the cache was last complete.
    pub last_sync: Option<Timestamp>,
    /// Code of the last failure.
    pub last_error: Option<String>,
    /// True progress.
    pub progress: Option<Progress>,
}
