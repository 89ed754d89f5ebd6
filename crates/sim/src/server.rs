//! The model server: one durable database, mutations one transaction each, pulls from one snapshot. The same decisions as
//! the real server's, in memory.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use satchel_core::apply::{Refusal, references, with_ids_replaced};
use satchel_core::ids::{ClientId, MutationId, OrderId, OrgId, QuoteId, ScopeId, UserId};
use satchel_core::jobs::Receipt;
use satchel_core::orders::{OrderNumber, order_parts};
use satchel_core::people::{Actor, Role};
use satchel_core::quotes::life::convert;
use satchel_core::quotes::{State, price};
use satchel_core::steps::{Moment, check_clock};
use satchel_core::sync::Fault;
use satchel_core::time::{format_instant_ms, parse_zone};
use satchel_core::wire::entities::{order_row, quote_of, quote_row};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use satchel_core::wire::{Cursors, Frame, Outcome, OutcomeStatus, Pull, Push, PushedMutation, Registered};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::disk::Body;
use crate::memory::Around;
use crate::random::Random;
use crate::rows::{Effect, Key, Rows};
use crate::sabotage::Sabotage;

/// A registered device.
#[derive(Debug, Clone)]
pub struct Client {
    key: (u64, u32),
    slot: u32,
    last_seq: u64,
    /// May no longer sync.
    pub revoked: bool,
}

/// What was decided about a mutation.
#[derive(Debug, Clone)]
pub struct Decided {
    hash: String,
    place: (ClientId, u64),
    about: Option<Uuid>,
    /// What the device was told.
    pub outcome: Outcome,
}

/// Everything durable.
#[derive(Debug, Clone)]
pub struct Database {
    /// Changes when it was restored.
    pub epoch: Uuid,
    version: u64,
    /// Devices.
    pub clients: BTreeMap<ClientId, Client>,
    /// Decided mutations.
    pub decided: BTreeMap<MutationId, Decided>,
    /// Effects in order, for the checker: an id twice is an effect twice.
    pub effects: Vec<MutationId>,
    /// Rows.
    pub rows: Rows,
    tombstones: Vec<(u64, Key, ScopeId)>,
    horizon: u64,
    /// Who sees which accounts besides the catalogue.
    pub grants: BTreeMap<UserId, BTreeSet<ScopeId>>,
    roles: BTreeMap<UserId, Role>,
    org: OrgId,
    orders: i64,
    /// Effects on rows outside the scopes of whoever pushed, for the checker: there must be none.
    pub trespasses: Vec<MutationId>,
    /// Outboxes of revoked devices.
    pub salvaged: BTreeSet<String>,
    /// Written but not yet visible (only when sabotaged).
    late: Option<Vec<Row>>,
}

impl Database {
    /// A database with these rows.
    pub fn new(org: OrgId, rows: &[Row], random: &mut Random) -> Self {
        let mut all = Rows::default();
        let mut roles = BTreeMap::new();
        for row in rows {
            if let ("users", Some(role)) = (row.table().name, row.text_or_null("role").and_then(Role::parse)) {
                roles.insert(UserId(row.id()), role);
            }
            all.put(row.clone().at_version(1));
        }
        Self {
            epoch: random.uuid(),
            version: 1,
            clients: BTreeMap::new(),
            decided: BTreeMap::new(),
            effects: Vec::new(),
            trespasses: Vec::new(),
            rows: all,
            tombstones: Vec::new(),
            horizon: 0,
            grants: BTreeMap::new(),
            roles,
            org,
            orders: 0,
            salvaged: BTreeSet::new(),
            late: None,
        }
    }

    /// Scopes a person sees.
    pub fn scopes(&self, user: UserId) -> BTreeSet<ScopeId> {
        let mut scopes = self.grants.get(&user).cloned().unwrap_or_default();
        // The catalogue, and what the person records.
        scopes.extend([ScopeId(self.org.0), ScopeId(user.0)]);
        scopes
    }

    /// Registers a device; the same key and incarnation get the same client.
    pub fn register(&mut self, key: u64, incarnation: u32, at: DateTime<Utc>, random: &mut Random) -> Registered {
        let known = self.clients.iter().find(|(_, client)| client.key == (key, incarnation)).map(|(id, _)| *id);
        let id = known.unwrap_or_else(|| ClientId(random.uuid()));
        let slot = u32::try_from(self.clients.len()).unwrap_or(0);
        let client =
            self.clients.entry(id).or_insert(Client { key: (key, incarnation), slot, last_seq: 0, revoked: false });
        Registered {
            client_id: id,
            device_slot: client.slot,
            epoch: self.epoch,
            last_seq: client.last_seq,
            server_time: format_instant_ms(at),
        }
    }

    /// The refusals that stand before anything else.
    pub fn admit(&self, client: ClientId, incarnation: u32, epoch: Uuid) -> Result<(), Fault> {
        if epoch != self.epoch {
            return Err(refused("sync.epoch"));
        }
        match self.clients.get(&client) {
            None => Err(refused("sync.unknown_client")),
            Some(client) if client.revoked => Err(refused("device.revoked")),
            Some(client) if client.key.1 != incarnation => Err(refused("sync.fork")),
            Some(_) => Ok(()),
        }
    }

    /// One mutation: one transaction.
    pub fn push_one(
        &mut self,
        push: &Push,
        mutation: &PushedMutation,
        by: UserId,
        at: DateTime<Utc>,
        random: &mut Random,
        sabotage: Option<Sabotage>,
    ) -> Result<Outcome, Fault> {
        let last = self.clients.get(&push.client_id).map_or(0, |client| client.last_seq);
        if let Some(decided) = self.decided.get(&mutation.mutation_id) {
            if decided.hash != mutation.body_hash {
                return Err(refused("sync.fork"));
            }
            let outcome = Outcome { seq: mutation.seq, ..decided.outcome.clone() };
            if mutation.seq == last + 1 {
                self.advance(push.client_id, mutation.seq);
            }
            return Ok(outcome);
        }
        if mutation.seq <= last {
            let place = (push.client_id, mutation.seq);
            let there = self.decided.values().find(|decided| decided.place == place);
            return match there {
                Some(there) if sabotage == Some(Sabotage::DedupeWithoutHash) => {
                    Ok(Outcome { mutation_id: mutation.mutation_id, ..there.outcome.clone() })
                }
                _ => Err(refused("sync.fork")),
            };
        }
        if mutation.seq > last + 1 {
            return Err(refused("sync.gap"));
        }
        let intent = serde_json::from_value::<Intent>(mutation.intent.clone()).ok();
        let about = intent.as_ref().and_then(satchel_core::apply::quote_id_of).map(|id| id.0);
        let receipt = Receipt { received_at: at, sent: push.clock.clone() };
        let outcome = self.decide(mutation, intent.as_ref(), (push.client_id, by), &receipt, random, sabotage);
        if sabotage == Some(Sabotage::RefusalBlocks) && !outcome.status.succeeded() {
            return Err(Fault::Refused { code: "server.busy".to_owned(), retry_after_s: None });
        }
        if sabotage == Some(Sabotage::RecordOutsideTransaction) && random.once_in(6) {
            // The effect is durable, the record is not: a crash in between.
            return Err(Fault::Offline { code: "sync.unreachable".to_owned() });
        }
        let (hash, place) = (mutation.body_hash.clone(), (push.client_id, mutation.seq));
        self.decided.insert(mutation.mutation_id, Decided { hash, place, about, outcome: outcome.clone() });
        self.advance(push.client_id, mutation.seq);
        Ok(outcome)
    }

    fn advance(&mut self, client: ClientId, seq: u64) {
        if let Some(client) = self.clients.get_mut(&client) {
            client.last_seq = seq;
        }
    }

    fn decide(
        &mut self,
        mutation: &PushedMutation,
        intent: Option<&Intent>,
        (client, by): (ClientId, UserId),
        receipt: &Receipt,
        random: &mut Random,
        sabotage: Option<Sabotage>,
    ) -> Outcome {
        self.version += 1;
        let version = self.version;
        let outcome = |status, code: Option<String>, detail: Value| Outcome {
            seq: mutation.seq,
            mutation_id: mutation.mutation_id,
            status,
            code,
            detail,
            version,
        };
        let failed = |id: &&MutationId| self.decided.get(id).is_some_and(|d| !d.outcome.status.succeeded());
        if mutation.depends_on.iter().find(failed).is_some() {
            return outcome(OutcomeStatus::Rejected, Some("sync.depends_on".to_owned()), json!({}));
        }
        let Some(intent) = intent else {
            return outcome(OutcomeStatus::Parked, Some("sync.not_understood".to_owned()), json!({}));
        };
        let veiled = match sabotage {
            Some(Sabotage::GrantsUnasked) => intent.clone(),
            _ => self.veil(intent, by, random),
        };
        match self.effect(&veiled, mutation, (client, by), receipt, random, sabotage) {
            Ok(effect) => {
                self.effects.push(mutation.mutation_id);
                if self.trespasses_with(by, &effect) {
                    self.trespasses.push(mutation.mutation_id);
                }
                effect.removed.into_iter().for_each(|key| self.remove(key));
                let rows: Vec<Row> = effect.rows.into_iter().map(|row| row.at_version(version)).collect();
                if sabotage == Some(Sabotage::SequenceCursor) && self.late.is_none() && random.once_in(4) {
                    self.late = Some(rows);
                } else {
                    rows.into_iter().for_each(|row| self.write(row));
                }
                outcome(OutcomeStatus::Applied, None, json!({}))
            }
            Err(refusal) => {
                let status = if refusal.conflict { OutcomeStatus::Conflict } else { OutcomeStatus::Rejected };
                outcome(status, Some(refusal.code), refusal.detail)
            }
        }
    }

    /// The intent with every row outside the person's scopes made absent, as the real server does.
    fn veil(&self, intent: &Intent, by: UserId, random: &mut Random) -> Intent {
        let scopes = self.scopes(by);
        let hidden: BTreeMap<Uuid, Uuid> = references(intent)
            .into_iter()
            .filter(|key| self.rows.0.get(key).is_some_and(|row| !scopes.contains(&ScopeId(row.scope_id()))))
            .map(|(_, id)| (id, random.uuid()))
            .collect();
        if hidden.is_empty() {
            return intent.clone();
        }
        let value = with_ids_replaced(&serde_json::to_value(intent).unwrap_or_default(), &hidden);
        serde_json::from_value(value).unwrap_or_else(|_| intent.clone())
    }

    /// Whether an effect touches what its person does not see. A job is the exception: what happened on it is kept, whoever
    /// has it by now.
    fn trespasses_with(&self, by: UserId, effect: &Effect) -> bool {
        let scopes = self.scopes(by);
        let foreign = |row: &Row| !scopes.contains(&ScopeId(row.scope_id()));
        let written = effect.rows.iter().filter(|row| row.table().name != "jobs").any(foreign);
        written || effect.removed.iter().filter_map(|key| self.rows.0.get(key)).any(|row| foreign(row))
    }

    fn effect(
        &mut self,
        intent: &Intent,
        mutation: &PushedMutation,
        (client, by): (ClientId, UserId),
        receipt: &Receipt,
        random: &mut Random,
        sabotage: Option<Sabotage>,
    ) -> Result<Effect, Refusal> {
        let role = self.roles.get(&by).copied().ok_or_else(|| Refusal::rule("auth.revoked"))?;
        let at = receipt.received_at;
        check_clock(intent, at)?;
        let actor = Actor { id: by, role };
        let moment = Moment { actor: &actor, receipt: Some(receipt), bases: Some(&mutation.base_versions) };
        let others = |quote: QuoteId, seen| self.others_changed(quote.0, seen, client, mutation);
        let sees = |person: UserId, scope: Uuid| self.scopes(person).contains(&ScopeId(scope));
        let around = Around { others: &others, sees: &sees };
        let mut effect = self.rows.decide(intent, &moment, Some(around))?;
        let rows = &mut effect.rows;
        for row in rows.iter_mut().filter(|row| row.table().name == "job_events") {
            if sabotage == Some(Sabotage::DeviceClockDecides) {
                let device = row.get("device_time").clone();
                row.set("happened_at", device);
            }
            if sabotage == Some(Sabotage::WrongClockRefused) && row.get("suspect") == &json!(true) {
                return Err(Refusal::rule("clock.wrong"));
            }
        }
        if sabotage == Some(Sabotage::NextTaskAnew) {
            let new = |row: &Row| row.version() == 0 && row.text_or_null("follows").is_some();
            for row in rows.iter_mut().filter(|row| row.table().name == "tasks" && new(row)) {
                let mut values = row.values().to_vec();
                values[0] = json!(random.uuid());
                *row = Row::from_wire(row.table(), values).map_err(|e| Refusal::rule(e.table))?;
            }
        }
        let mut orders = Vec::new();
        for row in rows.iter_mut().filter(|row| row.table().name == "quotes") {
            let quote = quote_of(row).map_err(|e| Refusal::rule(e.table))?;
            if matches!(quote.state, State::Accepted { .. }) {
                let zone =
                    self.rows.table("organisations").next().and_then(|row| row.text("zone").ok()).and_then(parse_zone);
                let zone = zone.ok_or_else(|| Refusal::rule("organisation.bad_zone"))?;
                let priced = price(&quote).map_err(Refusal::from)?;
                let parts = order_parts(&quote, &priced).map_err(|_| Refusal::rule("order.too_large"))?;
                let mut named = Vec::new();
                for _ in &parts {
                    self.orders += 1;
                    let number =
                        OrderNumber::assign(at, zone, self.orders).map_err(|_| Refusal::rule("order.bad_sequence"))?;
                    named.push((OrderId(random.uuid()), number.to_string()));
                }
                let first = named[0].clone();
                let count = u32::try_from(parts.len()).unwrap_or(1);
                let quote = convert(quote, first, count, at).map_err(|e| Refusal::rule(e.code()))?;
                *row = quote_row(&quote).map_err(Refusal::from)?;
                let made = parts.iter().zip(&named);
                orders.extend(made.map(|(part, (id, number))| order_row(&quote, part, (*id, number), at)));
            }
        }
        rows.extend(orders);
        Ok(effect)
    }

    /// Whether another device changed the quote after `seen`. What the mutation stands on is our own, also under an
    /// earlier name of this laptop.
    fn others_changed(&self, quote: Uuid, seen: u64, client: ClientId, mutation: &PushedMutation) -> bool {
        self.decided.iter().any(|(id, decided)| {
            decided.outcome.version > seen
                && decided.outcome.status.succeeded()
                && decided.about == Some(quote)
                && decided.place.0 != client
                && !mutation.depends_on.contains(id)
        })
    }

    fn write(&mut self, row: Row) {
        let key = (row.table().name, row.id());
        if let Some(old) = self.rows.0.get(&key)
            && old.scope_id() != row.scope_id()
        {
            let scope = ScopeId(old.scope_id());
            self.tombstones.push((row.version(), key, scope));
        }
        self.rows.put(row);
    }

    /// An administrator's write: a row moves to another account's scope, or is removed.
    pub fn administer(&mut self, key: Key, to: Option<ScopeId>) {
        self.version += 1;
        let Some(row) = self.rows.0.get(&key).cloned() else { return };
        match to {
            Some(scope) => {
                let mut values = row.values().to_vec();
                values[1] = json!(scope.0);
                if let Ok(moved) = Row::from_wire(row.table(), values) {
                    let version = self.version;
                    self.write(moved.with("account_id", scope.0.to_string()).at_version(version));
                }
            }
            None => self.remove(key),
        }
    }

    fn remove(&mut self, key: Key) {
        if let Some(row) = self.rows.0.remove(&key) {
            self.tombstones.push((self.version, key, ScopeId(row.scope_id())));
        }
    }

    /// Tombstones past their time go; cursors from before must load again.
    pub fn prune(&mut self, sabotage: Option<Sabotage>) {
        self.tombstones.clear();
        if sabotage != Some(Sabotage::PruneUnderCursors) {
            self.horizon = self.version;
        }
    }

    /// One snapshot.
    pub fn pull(
        &mut self,
        pull: &Pull,
        by: UserId,
        at: DateTime<Utc>,
        sabotage: Option<Sabotage>,
    ) -> Result<Body, Fault> {
        let cursors = &pull.cursors;
        if cursors.versions().any(|at| at > self.version) && sabotage != Some(Sabotage::FutureUnchecked) {
            return Err(refused("sync.cursor_future"));
        }
        if cursors.versions().any(|at| at < self.horizon) {
            return Err(refused("sync.cursor_expired"));
        }
        let acked_seq = self.clients.get(&pull.client_id).map_or(0, |client| client.last_seq);
        let scopes = self.scopes(by);
        if !cursors.covers(scopes.iter().copied()) && sabotage != Some(Sabotage::ScopesUnchecked) {
            return Err(refused("sync.scopes_changed"));
        }
        let mut frames = vec![Frame::Head {
            epoch: self.epoch,
            acked_seq,
            snapshot_version: self.version,
            fresh: scopes.iter().filter(|scope| cursors.of(**scope) == 0).copied().collect(),
            rows: None,
            server_time: format_instant_ms(at),
        }];
        for scope in cursors.named.keys().filter(|scope| !scopes.contains(scope)) {
            frames.push(Frame::DropScope { scope: *scope });
        }
        for (version, (t, id), scope) in &self.tombstones {
            if scopes.contains(scope) && cursors.of(*scope) > 0 && *version > cursors.of(*scope) {
                frames.push(Frame::Remove { t: (*t).to_owned(), scope: *scope, ids: vec![*id] });
            }
        }
        // The mistake: what is not named begins at the present version, unless nothing is known at all.
        let from_now = sabotage == Some(Sabotage::GrantFromNow) && *cursors != Cursors::default();
        for row in self.rows.0.values() {
            let scope = ScopeId(row.scope_id());
            let since = match cursors.of(scope) {
                0 if from_now && !cursors.named.contains_key(&scope) => self.version,
                since => since,
            };
            if scopes.contains(&scope) && row.version() > since {
                frames.push(Frame::Put { t: row.table().name.to_owned(), rows: vec![row.values().to_vec()] });
            }
        }
        let checks = match sabotage {
            // A mistake that the closing count would heal must be caught without it.
            Some(_) => BTreeMap::new(),
            None => scopes.iter().map(|scope| (*scope, self.rows.check(*scope))).collect(),
        };
        frames.push(Frame::Tail { checks });
        if let Some(late) = self.late.take() {
            late.into_iter().for_each(|row| self.write(row));
        }
        Ok(frames)
    }
}

/// A refusal by code.
pub fn refused(code: &str) -> Fault {
    Fault::Refused { code: code.to_owned(), retry_after_s: None }
}
