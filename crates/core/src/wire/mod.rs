//! What crosses between laptop and server. Invariant: every reply carries [`MAGIC`], its own content type, the request
//! id and a body hash; anything else (a captive portal's page, a cut body, a redirect) means "offline".

pub mod bounds;
mod cursors;
pub mod entities;
pub mod files;
pub mod mutation;
pub mod rows;
pub mod session;
pub mod tables;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use cursors::{Cursors, scopes_digest};

use crate::ids::{ClientId, MutationId, ScopeId};
use crate::time::DeviceClock;

/// Content type of every sync body.
pub const CONTENT_TYPE: &str = "application/vnd.satchel.sync.v1";
/// First bytes of every sync body, before the zstd frame.
pub const MAGIC: &[u8; 8] = b"SATCHEL1";
/// Header with the lower-case hex SHA-256 of the body as sent (magic included), or [`AT_END`].
pub const HASH_HEADER: &str = "x-satchel-body-sha256";
/// Instead of a hash: the last [`TRAILING_HASH`] bytes of the body are the hex SHA-256 of all before them.
pub const AT_END: &str = "at-end";
/// Bytes of a hash at the end of a body.
pub const TRAILING_HASH: usize = 64;
/// Header by which a laptop says that an answer may come while it is made, its hash [`AT_END`].
pub const STREAM_HEADER: &str = "x-satchel-stream";
/// Header with the request id, echoed by the server.
pub const REQUEST_ID_HEADER: &str = "x-satchel-request-id";
/// Schema number of the synced tables; the server accepts this one and the two before, from [`OLDEST`].
pub const SCHEMA: u32 = 3;
/// The oldest schema that the server still speaks.
pub const OLDEST: u32 = SCHEMA - 2;
/// Largest compressed body either side reads, bytes.
pub const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Largest body after decompression, bytes.
pub const MAX_PLAIN_BYTES: usize = 256 * 1024 * 1024;
/// Largest push after decompression, bytes.
pub const MAX_PUSH_PLAIN_BYTES: usize = 128 * 1024 * 1024;
/// Largest mutation as it is pushed, bytes.
pub const MAX_MUTATION_BYTES: usize = 1024 * 1024;
/// The same where it is about sites of a list, whose number is bounded.
pub const MAX_LIST_MUTATION_BYTES: usize = 8 * 1024 * 1024;
/// Most mutations in one push.
pub const MAX_PUSH: usize = 200;

/// `POST /sync/v1/register`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Random key of this installation, 32 bytes hex; registering again with it returns the same client.
    pub device_key: String,
    /// Version of the app.
    pub app_version: String,
    /// Schema the laptop speaks.
    pub schema: u32,
    /// Counts up when the profile was found cloned.
    pub incarnation: u32,
}

/// Answer to [`Register`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The device as this organisation knows it.
    pub client_id: ClientId,
    /// Slot for quote numbers, 0..1023 (APR 6).
    pub device_slot: u32,
    /// Epoch of the server's database.
    pub epoch: Uuid,
    /// Highest sequence number the server has of this client.
    pub last_seq: u64,
    /// Server clock, RFC 3339.
    pub server_time: String,
}

/// `POST /sync/v1/push`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// Device.
    pub client_id: ClientId,
    /// Incarnation of its profile.
    pub incarnation: u32,
    /// Epoch the laptop knows.
    pub epoch: Uuid,
    /// Schema of the bodies.
    pub schema: u32,
    /// The device's clocks as it sends: against the server's own they tell when things happened.
    #[serde(default)]
    pub clock: Option<DeviceClock>,
    /// In sequence order; all by the signed-in person.
    pub mutations: Vec<PushedMutation>,
}

/// One intent as pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedMutation {
    /// Place in this client's log, from 1, without gaps.
    pub seq: u64,
    /// Identity of the intent, whatever carries it.
    pub mutation_id: MutationId,
    /// `{"name": "...", "args": {...}}`, see [`mutation::Intent`].
    pub intent: Value,
    /// Row id to the version the intent was made on.
    pub base_versions: BTreeMap<Uuid, u64>,
    /// Mutations that must have succeeded before.
    pub depends_on: Vec<MutationId>,
    /// Device wall clock, RFC 3339: evidence, not truth.
    pub device_time: String,
    /// Milliseconds of the device's monotonic clock.
    pub mono_ms: u64,
    /// Which boot the monotonic clock belongs to.
    pub boot_id: String,
    /// SHA-256 of the canonical JSON of `intent`, lower-case hex.
    pub body_hash: String,
}

/// Answer to [`Push`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// Epoch of the server's database.
    pub epoch: Uuid,
    /// One per mutation, in order.
    pub outcomes: Vec<Outcome>,
    /// Server clock, RFC 3339.
    pub server_time: String,
}

/// What became of an intent. Stored by the server in the transaction of its effect; a retransmit gets the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Sequence number.
    pub seq: u64,
    /// Identity.
    pub mutation_id: MutationId,
    /// What became of it.
    pub status: OutcomeStatus,
    /// Stable reason code unless applied.
    pub code: Option<String>,
    /// Reason's values, differences, or what it brought about (`{"order_number": "BUS-..."}`).
    pub detail: Value,
    /// Organisation version at which the effect stands.
    pub version: u64,
}

/// Outcome of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeStatus {
    /// Done as meant.
    Applied,
    /// Done, together with somebody else's change to other fields.
    Merged,
    /// Not done: somebody else changed the same money, status or field.
    Conflict,
    /// Not done: a rule refuses it.
    Rejected,
    /// Set aside for an operator: the server could not judge it (a poison mutation).
    Parked,
}

impl OutcomeStatus {
    /// The effect stands.
    pub fn succeeded(self) -> bool {
        matches!(self, Self::Applied | Self::Merged)
    }
}

/// `POST /sync/v1/pull`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// Device.
    pub client_id: ClientId,
    /// Incarnation of its profile.
    pub incarnation: u32,
    /// Epoch the laptop knows.
    pub epoch: Uuid,
    /// Schema the laptop reads.
    pub schema: u32,
    /// How far the laptop is.
    pub cursors: Cursors,
}

/// `POST /sync/v1/salvage`: what still waits on a revoked device, kept for an operator before its cache is wiped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvage {
    /// Device.
    pub client_id: ClientId,
    /// The outbox, entry by entry.
    pub outbox: Vec<Value>,
}

/// Rows of a scope at a snapshot, counted: what closes each pull.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeCheck {
    /// How many.
    pub rows: u64,
    /// Sum over the rows of version × (1 + the last four hex digits of the id), modulo 2^63: both databases compute it.
    pub digest: u64,
}

impl ScopeCheck {
    /// Adds a row.
    pub fn add(&mut self, id: Uuid, version: u64) {
        let [.., high, low] = *id.as_bytes();
        self.rows += 1;
        let part = version.wrapping_mul(1 + u64::from(u16::from_be_bytes([high, low])));
        self.digest = self.digest.wrapping_add(part) & i64::MAX.unsigned_abs();
    }
}

/// One line of a pull's answer (newline-delimited JSON before compression). All of it comes from one snapshot of the
/// database, so that nothing torn can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "f", rename_all = "snake_case")]
pub enum Frame {
    /// First line.
    Head {
        /// Epoch of the server's database.
        epoch: Uuid,
        /// The server has and decided everything of this client up to here.
        acked_seq: u64,
        /// Version this pull brings the laptop to.
        snapshot_version: u64,
        /// Scopes that come from the beginning: what the laptop has of them goes first. With what it had before and
        /// without what is dropped, these are all it sees.
        fresh: Vec<ScopeId>,
        /// How many rows follow, when everything comes from the beginning.
        rows: Option<u64>,
        /// Server clock, RFC 3339.
        server_time: String,
    },
    /// Rows of one table, each `[id, scope_id, version, column ...]` in the order of [`tables::TableSpec::columns`].
    Put {
        /// Table.
        t: String,
        /// Rows.
        rows: Vec<Vec<Value>>,
    },
    /// Rows that are gone.
    Remove {
        /// Table.
        t: String,
        /// Scope they were removed from.
        scope: ScopeId,
        /// Ids.
        ids: Vec<Uuid>,
    },
    /// The person no longer sees this scope: drop its rows.
    DropScope {
        /// Scope.
        scope: ScopeId,
    },
    /// Last line: every scope the person sees is at the head's version now.
    Tail {
        /// What the laptop must have now, for each scope that changed.
        checks: BTreeMap<ScopeId, ScopeCheck>,
    },
}

/// Error body of the sync and session endpoints, in the same envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    /// Stable code: `sync.epoch`, `sync.fork`, `sync.gap`, `sync.cursor_expired`, `sync.schema`, `auth.expired`, ...
    pub code: String,
    /// English, for logs.
    pub message: String,
    /// Values.
    pub detail: Value,
}
