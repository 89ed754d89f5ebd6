//! The laptop's side of a sync, without I/O: a machine that is told what happened and says what to do next, so that one
//! thread can drive it through every crash, loss and delay. Invariant: it decides everything about order, restarts and
//! giving up; whoever drives it only sends bytes and runs whole store transactions.

mod cycle;
mod pace;

use serde_json::Value;
use uuid::Uuid;

pub use cycle::Cycle;
pub use pace::Pace;

use crate::ids::{ClientId, ScopeId, UserId};
use crate::wire::{Cursors, Outcome, Pull, Push, PushedMutation, Registered, Salvage};

/// How the server knows this laptop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The device.
    pub client_id: ClientId,
    /// Which incarnation of its profile.
    pub incarnation: u32,
    /// The database it last spoke to.
    pub epoch: Uuid,
}

/// What the store knows at the start of a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Absent before the first registration, after a fork and after a change of epoch.
    pub identity: Option<Identity>,
    /// Incarnation to register with.
    pub incarnation: u32,
    /// Epoch of the database that cache and journal come from; kept when the identity is given up.
    pub epoch: Option<Uuid>,
    /// Who works: pulls are for their scopes.
    pub user: UserId,
    /// How far the cache is.
    pub cursors: Cursors,
}

/// Mutations to offer next, all of one person, in order, none answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whose.
    pub by: UserId,
    /// In order of their sequence numbers.
    pub mutations: Vec<PushedMutation>,
}

/// One whole transaction of the store. A crash leaves all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Store<P> {
    /// Read where we are.
    Load,
    /// The server knows us as this: keep it, and number the whole outbox from `last_seq + 1` on.
    Identify(Registered),
    /// Read the next unanswered mutations.
    NextBatch,
    /// Note the outcomes beside their mutations. They stay in the outbox until a pull contains their effect.
    Note(Vec<Outcome>),
    /// Before-images back, scopes dropped, rows put and removed, answered mutations up to the acknowledged sequence
    /// moved to the journal, the rest run again on top, cursors saved, scopes counted.
    Publish(P),
    /// The server's database was restored from a backup: what was confirmed in the last 30 days goes before the outbox
    /// again, every answer is forgotten, every cursor too.
    NewEpoch,
    /// Another laptop speaks in our name (a copied profile): a new random incarnation, every answer forgotten.
    NewIncarnation,
    /// The server no longer knows how to continue from our cursors: forget them. The outbox stays.
    ForgetCursors,
    /// The person sees other scopes than before: name each with its version, so that the server can tell which.
    NameScopes,
    /// Read the whole outbox and the journal, to save them before a wipe.
    ReadOutbox,
    /// The device was revoked and its outbox up to here is safe: remove the cache. When something was typed since, wipe
    /// nothing and give the outbox again.
    Wipe {
        /// Number of entries that are safe.
        saved: usize,
    },
}

/// What a store transaction gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Stored {
    /// For [`Store::Load`].
    Loaded(Loaded),
    /// For [`Store::NextBatch`]; `None` when nothing waits.
    Batch(Option<Batch>),
    /// For [`Store::Publish`]: scopes whose rows are not the server's. Their cursors are forgotten already.
    Published {
        /// To be pulled again from the beginning.
        mismatched: Vec<ScopeId>,
    },
    /// For [`Store::ReadOutbox`], and for a [`Store::Wipe`] that came too early.
    Outbox(Vec<Value>),
    /// For all others.
    Done,
}

/// What goes over the network.
#[derive(Debug, Clone, PartialEq)]
pub enum Net {
    /// Register with this incarnation.
    Register {
        /// Incarnation.
        incarnation: u32,
        /// In whose name.
        by: UserId,
    },
    /// Push; whoever sends it puts the device's clocks in.
    Push {
        /// In whose name.
        by: UserId,
        /// Body.
        body: Push,
    },
    /// Pull.
    Pull {
        /// In whose name.
        by: UserId,
        /// Body.
        body: Pull,
    },
    /// Save the outbox of a revoked device.
    Salvage {
        /// In whose name.
        by: UserId,
        /// Body.
        body: Salvage,
    },
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard<P> {
    /// For [`Net::Register`].
    Registered(Registered),
    /// For [`Net::Push`].
    Pushed(Vec<Outcome>),
    /// For [`Net::Pull`]: whole and checked.
    Pulled(P),
    /// For [`Net::Salvage`].
    Salvaged,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No connection, a broken one, or something that is not our server: all the same.
    Offline {
        /// `sync.unreachable` or `sync.not_satchel`.
        code: String,
    },
    /// The server says no.
    Refused {
        /// Stable code.
        code: String,
        /// When to come again, seconds.
        retry_after_s: Option<u64>,
    },
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event<P> {
    /// The sync begins.
    Begin,
    /// A store transaction is durable.
    Stored(Stored),
    /// The network answered.
    Heard(Heard<P>),
    /// The network did not.
    Failed(Fault),
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<P> {
    /// Run a store transaction.
    Store(Store<P>),
    /// Send.
    Send(Net),
    /// The sync is over.
    Finish(Finish),
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// Everything that waited was decided and everything new is here.
    Complete,
    /// The network is not there; come again.
    Offline {
        /// Stable code.
        code: String,
    },
    /// The server asks for patience.
    Busy {
        /// Seconds, when it said.
        retry_after_s: Option<u64>,
    },
    /// The person must sign in again. The outbox stays.
    SignedOut {
        /// Stable code.
        code: String,
    },
    /// This program is too old or too new for the server. The outbox stays.
    NeedsUpdate,
    /// The device was revoked: the outbox is saved on the server, the cache is gone.
    Revoked,
    /// The server refuses in a way this program does not know.
    Refused {
        /// Stable code.
        code: String,
    },
}
