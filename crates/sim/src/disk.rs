//! A laptop's disk: what is durable, changed only by whole transactions. The same steps as the real store's, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use satchel_core::apply::Refusal;
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::{MutationId, ScopeId, UserId};
use satchel_core::people::{Actor, Role};
use satchel_core::sync::{Batch, Identity, Loaded, Store, Stored};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::table;
use satchel_core::wire::{Cursors, Frame, MAX_PUSH, Outcome, PushedMutation, scopes_digest};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::random::Random;
use crate::rows::{Effect, Key, Rows, table_name};
use crate::sabotage::Sabotage;

/// A mutation in the outbox.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Place in the log.
    pub seq: u64,
    /// Identity.
    pub id: MutationId,
    /// Who made it.
    pub by: UserId,
    /// What it says.
    pub intent: Intent,
    body: Value,
    hash: String,
    base: BTreeMap<Uuid, u64>,
    depends_on: Vec<MutationId>,
    subject: Option<Uuid>,
    /// What the server said.
    pub outcome: Option<Outcome>,
}

/// A pulled body.
pub type Body = Vec<Frame>;

/// Everything durable of a laptop.
#[derive(Debug, Clone)]
pub struct Disk {
    /// How the server knows it.
    pub identity: Option<Identity>,
    incarnation: u32,
    epoch: Option<Uuid>,
    /// Who works.
    pub user: UserId,
    /// Their role.
    pub role: Role,
    /// The version all scopes are at, but those with one of their own.
    at: u64,
    /// Scopes, with their own version where they have one.
    pub cursors: BTreeMap<ScopeId, Option<u64>>,
    /// What a person sees.
    pub rows: Rows,
    before: BTreeMap<Key, Option<Arc<Row>>>,
    /// The outbox.
    pub pending: Vec<Pending>,
    /// Decided mutations.
    pub journal: Vec<Pending>,
    /// What a person must look at.
    pub attention: BTreeSet<MutationId>,
    next_seq: u64,
    /// Slot for quote numbers.
    pub slot: u32,
    /// Counter of quote numbers.
    pub counter: i64,
    /// Wiped after a revocation.
    pub wiped: bool,
}

impl Disk {
    /// An empty disk of a person.
    pub fn new(user: UserId, role: Role, incarnation: u32) -> Self {
        Self {
            identity: None,
            incarnation,
            epoch: None,
            user,
            role,
            at: 0,
            cursors: BTreeMap::new(),
            rows: Rows::default(),
            before: BTreeMap::new(),
            pending: Vec::new(),
            journal: Vec::new(),
            attention: BTreeSet::new(),
            next_seq: 1,
            slot: 0,
            counter: 0,
            wiped: false,
        }
    }

    /// The rows as the server last sent them.
    pub fn confirmed(&self) -> Rows {
        let mut rows = self.rows.clone();
        for (key, image) in &self.before {
            match image {
                Some(row) => rows.0.insert(*key, row.clone()),
                None => rows.0.remove(key),
            };
        }
        rows
    }

    /// What a person must see: the confirmed rows with everything that waits on top.
    pub fn expected(&self) -> Rows {
        let mut copy = Self {
            rows: self.rows.clone(),
            before: self.before.clone(),
            pending: self.pending.clone(),
            ..Self::new(self.user, self.role, 0)
        };
        copy.restore();
        copy.replay(None);
        copy.rows
    }

    /// A local write: the rule, the rows, the before-images and the outbox in one transaction.
    pub fn write(&mut self, intent: Intent, id: Uuid, sabotage: Option<Sabotage>) -> Result<MutationId, Refusal> {
        let actor = Actor { id: self.user, role: self.role };
        let effect = self.rows.apply(&intent, &actor)?;
        let quote = satchel_core::apply::quote_id_of(&intent).map(|id| id.0);
        let mut base = BTreeMap::new();
        for row in effect.rows.iter().filter(|_| quote.is_some()) {
            base.insert(row.id(), self.rows.get(row.table().name, row.id()).map_or(0, Row::version));
        }
        self.do_locally(effect, sabotage);
        let depends_on = match quote {
            Some(subject) => self.pending.iter().filter(|p| p.subject == Some(subject)).map(|p| p.id).collect(),
            None => Vec::new(),
        };
        let body = serde_json::to_value(&intent).unwrap_or_default();
        let hash = sha256_hex(&canonical(&body).unwrap_or_default());
        let id = MutationId(id);
        self.pending.push(Pending {
            seq: self.next_seq,
            id,
            by: self.user,
            intent,
            body,
            hash,
            base,
            depends_on,
            subject: quote,
            outcome: None,
        });
        self.next_seq += 1;
        Ok(id)
    }

    fn do_locally(&mut self, effect: Effect, sabotage: Option<Sabotage>) {
        for row in effect.rows {
            let key = (row.table().name, row.id());
            let version = self.rows.get(key.0, key.1).map_or(0, Row::version);
            self.keep_image(key, sabotage);
            self.rows.put(row.at_version(version));
        }
        for key in effect.removed {
            self.keep_image(key, sabotage);
            self.rows.0.remove(&key);
        }
    }

    fn keep_image(&mut self, key: Key, sabotage: Option<Sabotage>) {
        if sabotage != Some(Sabotage::NoBeforeImage) {
            let image = self.rows.0.get(&key).cloned();
            self.before.entry(key).or_insert(image);
        }
    }

    fn restore(&mut self) {
        for (key, image) in std::mem::take(&mut self.before) {
            match image {
                Some(row) => self.rows.0.insert(key, row),
                None => self.rows.0.remove(&key),
            };
        }
    }

    fn role_of(&self, user: UserId) -> Role {
        let row = self.rows.get("users", user.0);
        row.and_then(|row| row.text_or_null("role")).and_then(Role::parse).unwrap_or(self.role)
    }

    fn replay(&mut self, sabotage: Option<Sabotage>) {
        if sabotage == Some(Sabotage::NoReplay) {
            return;
        }
        for pending in self.pending.clone() {
            let actor = Actor { id: pending.by, role: self.role_of(pending.by) };
            let Ok(effect) = self.rows.apply(&pending.intent, &actor) else { continue };
            self.do_locally(effect, sabotage);
        }
    }

    /// Runs one transaction of the machine.
    pub fn run(&mut self, store: Store<Body>, random: &mut Random, sabotage: Option<Sabotage>) -> Stored {
        match store {
            Store::Load => {
                return Stored::Loaded(Loaded {
                    identity: self.identity,
                    incarnation: self.incarnation,
                    epoch: self.epoch,
                    user: self.user,
                    cursors: self.cursors(),
                });
            }
            Store::NextBatch => return Stored::Batch(self.next_batch()),
            Store::Publish(frames) => return self.publish(&frames, sabotage),
            Store::ReadOutbox => return self.outbox(),
            Store::Identify(registered) => {
                self.identity = Some(Identity {
                    client_id: registered.client_id,
                    incarnation: self.incarnation,
                    epoch: registered.epoch,
                });
                self.epoch = Some(registered.epoch);
                self.slot = registered.device_slot;
                self.number_from(registered.last_seq + 1);
            }
            Store::Note(outcomes) => self.note(outcomes, sabotage),
            Store::NewEpoch => {
                let (again, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.journal)
                    .into_iter()
                    .partition(|p| p.outcome.as_ref().is_some_and(|o| o.status.succeeded()));
                self.journal = rest;
                let waiting = std::mem::take(&mut self.pending);
                self.pending = again.into_iter().chain(waiting).collect();
                self.forget_answers();
                // Versions of the old database mean nothing in the restored one.
                self.pending.iter_mut().for_each(|pending| pending.base.clear());
                self.identity = None;
                self.epoch = None;
                self.forget_cursors();
                // What waits again shows again at once.
                self.restore();
                self.replay(sabotage);
            }
            Store::NewIncarnation => {
                self.incarnation = u32::try_from(random.number() & 0x7fff_ffff).unwrap_or(1);
                self.forget_answers();
                self.identity = None;
            }
            Store::ForgetCursors => {
                self.forget_cursors();
                if sabotage == Some(Sabotage::ReloadWipesOutbox) {
                    self.pending.clear();
                }
            }
            Store::NameScopes => {
                let at = std::mem::take(&mut self.at);
                self.cursors.values_mut().for_each(|cursor| *cursor = Some(cursor.unwrap_or(at)));
            }
            Store::Wipe { saved } if saved != self.pending.len() + self.journal.len() => return self.outbox(),
            Store::Wipe { .. } => {
                self.rows = Rows::default();
                self.before.clear();
                self.pending.clear();
                self.journal.clear();
                self.attention.clear();
                self.cursors.clear();
                self.at = 0;
                self.wiped = true;
            }
        }
        Stored::Done
    }

    /// What waits, what still needs a person, and what was confirmed: the server may be restored from a backup yet.
    fn outbox(&self) -> Stored {
        Stored::Outbox(self.pending.iter().chain(&self.journal).map(|pending| json!(pending.id)).collect())
    }

    fn forget_answers(&mut self) {
        self.pending.iter_mut().for_each(|pending| pending.outcome = None);
        self.number_from(1);
    }

    fn number_from(&mut self, first: u64) {
        self.next_seq = first;
        for pending in &mut self.pending {
            pending.seq = self.next_seq;
            self.next_seq += 1;
        }
    }

    /// Every scope is wanted from the beginning; which ones there are stays known, so that the server can say which go.
    fn forget_cursors(&mut self) {
        self.at = 0;
        self.cursors.values_mut().for_each(|cursor| *cursor = Some(0));
    }

    fn cursors(&self) -> Cursors {
        let shared = self.cursors.iter().filter(|(_, own)| own.is_none()).map(|(scope, _)| *scope);
        let named = self.cursors.iter().filter_map(|(scope, own)| Some((*scope, (*own)?)));
        Cursors { at: self.at, scopes: scopes_digest(shared), named: named.collect() }
    }

    fn next_batch(&self) -> Option<Batch> {
        let waiting: Vec<&Pending> = self.pending.iter().filter(|p| p.outcome.is_none()).collect();
        let by = waiting.first()?.by;
        let mutations = waiting.into_iter().take_while(|p| p.by == by).take(MAX_PUSH.min(5)).map(wire).collect();
        Some(Batch { by, mutations })
    }

    fn note(&mut self, outcomes: Vec<Outcome>, sabotage: Option<Sabotage>) {
        for outcome in outcomes {
            for pending in &mut self.pending {
                if pending.id == outcome.mutation_id {
                    pending.outcome = Some(outcome.clone());
                }
            }
        }
        if sabotage == Some(Sabotage::DropOnAnswer) {
            self.restore();
            self.pending.retain(|pending| pending.outcome.is_none());
            self.replay(None);
        }
    }

    fn publish(&mut self, frames: &[Frame], sabotage: Option<Sabotage>) -> Stored {
        self.restore();
        let (mut acked, mut snapshot) = (0, 0);
        let mut checks = BTreeMap::new();
        for frame in frames {
            match frame {
                Frame::Head { acked_seq, snapshot_version, fresh, .. } => {
                    (acked, snapshot) = (*acked_seq, *snapshot_version);
                    for scope in fresh {
                        self.rows.drop_scope(*scope);
                        self.cursors.insert(*scope, None);
                    }
                }
                Frame::Tail { checks: wanted } => checks.clone_from(wanted),
                _ => {}
            }
        }
        for frame in frames {
            self.take(frame);
        }
        self.settle(acked, snapshot, sabotage);
        self.at = snapshot;
        self.cursors.values_mut().for_each(|own| *own = None);
        let mismatched: Vec<ScopeId> = checks
            .into_iter()
            .filter(|(scope, check)| self.rows.check(*scope) != *check)
            .map(|(scope, _)| scope)
            .collect();
        for scope in &mismatched {
            self.cursors.insert(*scope, Some(0));
        }
        self.replay(sabotage);
        Stored::Published { mismatched }
    }

    fn take(&mut self, frame: &Frame) {
        match frame {
            Frame::Put { t, rows } => {
                let Some(spec) = table(t) else { return };
                for values in rows {
                    if let Ok(row) = Row::from_wire(spec, values.clone()) {
                        self.rows.put(row);
                    }
                }
            }
            Frame::Remove { t, scope, ids } => {
                let Some(name) = table_name(t) else { return };
                for id in ids {
                    // A row that moved to another scope stays.
                    if self.rows.get(name, *id).is_some_and(|row| row.scope_id() == scope.0) {
                        self.rows.0.remove(&(name, *id));
                    }
                }
            }
            Frame::DropScope { scope } => {
                self.rows.drop_scope(*scope);
                self.cursors.remove(scope);
            }
            Frame::Head { .. } | Frame::Tail { .. } => {}
        }
    }

    /// Moves to the journal what the server decided and this pull contains.
    fn settle(&mut self, acked: u64, snapshot: u64, sabotage: Option<Sabotage>) {
        let settled = |p: &Pending| p.seq <= acked && p.outcome.as_ref().is_some_and(|o| o.version <= snapshot);
        let (done, waiting) = std::mem::take(&mut self.pending).into_iter().partition(settled);
        self.pending = waiting;
        for pending in done {
            let pending: Pending = pending;
            if pending.outcome.as_ref().is_some_and(|outcome| !outcome.status.succeeded()) {
                if sabotage == Some(Sabotage::RefusalVanishes) {
                    continue;
                }
                self.attention.insert(pending.id);
            }
            self.journal.push(pending);
        }
    }
}

fn wire(pending: &Pending) -> PushedMutation {
    PushedMutation {
        seq: pending.seq,
        mutation_id: pending.id,
        intent: pending.body.clone(),
        base_versions: pending.base.clone(),
        depends_on: pending.depends_on.clone(),
        device_time: String::new(),
        mono_ms: 0,
        boot_id: String::new(),
        body_hash: pending.hash.clone(),
    }
}
