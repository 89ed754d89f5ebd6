//! One seed: a safety phase with everything going wrong, then a healed phase in which everything must come to rest.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use satchel_core::demo::{DemoSpec, PEOPLE, person_id, rows};
use satchel_core::ids::{MutationId, ScopeId};
use satchel_core::sync::{Action, Cycle, Event, Fault, Finish, Heard, Net, Store};
use satchel_core::time::DeviceClock;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use uuid::Uuid;

use crate::check::{self, Ledger};
use crate::disk::{Body, Disk};
use crate::people;
use crate::random::Random;
use crate::sabotage::Sabotage;
use crate::server::{Database, refused};

/// Steps of the safety phase.
const STEPS: usize = 300;
/// Syncs a laptop may need to come to rest once everything is healed.
const HEALING: usize = 40;

/// What a seed did.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Report {
    /// Seed.
    pub seed: u64,
    /// Things people did.
    pub operations: u64,
    /// Faults by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// What did not hold.
    pub violation: Option<String>,
    /// Digest of everything that happened: the same seed gives the same.
    pub trace: u64,
}

/// A request or an answer under way.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    Request { laptop: usize, request: u64, net: Net },
    Answer { laptop: usize, request: u64, answer: Result<Heard<Body>, Fault> },
}

#[derive(Debug, Clone)]
pub(crate) struct Syncing {
    cycle: Cycle,
    /// The request it waits for.
    waits_for: Option<u64>,
    age: usize,
}

pub(crate) struct Laptop {
    pub(crate) disk: Disk,
    /// An older image of its disk.
    pub(crate) image: Option<Disk>,
    pub(crate) key: u64,
    pub(crate) syncing: Option<Syncing>,
    pub(crate) clock: Duration,
    /// Version of the last published snapshot in the present epoch.
    pub(crate) seen: (Uuid, u64),
}

/// What all seeds share: the rows of a small organisation.
pub struct World {
    pub(crate) spec: DemoSpec,
    rows: Vec<Row>,
}

impl World {
    /// Three accounts of ten sites in all, one price book in each currency.
    pub fn new() -> Self {
        let now = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap_or_default();
        let spec = DemoSpec { accounts: [0, 0, 2, 1], ..DemoSpec::standard(now) };
        let kept =
            ["organisations", "users", "price_books", "price_items", "tax_rates", "clauses", "accounts", "sites"];
        let rows = rows(&spec).into_iter().filter(|row| kept.contains(&row.table().name)).collect();
        Self { spec, rows }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) struct Sim<'a> {
    pub(crate) world: &'a World,
    pub(crate) random: Random,
    pub(crate) sabotage: Option<Sabotage>,
    pub(crate) database: Database,
    pub(crate) backup: Database,
    /// A copy for reading that lags behind.
    pub(crate) lagging: Database,
    pub(crate) laptops: Vec<Laptop>,
    pub(crate) wire: Vec<Message>,
    pub(crate) requests: u64,
    pub(crate) now: DateTime<Utc>,
    pub(crate) ledger: Ledger,
    pub(crate) healed: bool,
    pub(crate) watched: Option<MutationId>,
    pub(crate) stands: String,
    pub(crate) report: Report,
}

/// Runs one seed.
pub fn simulate(world: &World, seed: u64, sabotage: Option<Sabotage>) -> Report {
    watch(world, seed, sabotage, None)
}

/// Runs one seed and prints where a mutation stands whenever that changes.
pub fn watch(world: &World, seed: u64, sabotage: Option<Sabotage>, watched: Option<MutationId>) -> Report {
    let mut sim = Sim::new(world, seed, sabotage);
    sim.watched = watched;
    let outcome = sim.run();
    sim.report.violation = outcome.err();
    sim.report
}

impl<'a> Sim<'a> {
    fn new(world: &'a World, seed: u64, sabotage: Option<Sabotage>) -> Self {
        let mut random = Random::new(seed);
        let mut database = Database::new(world.spec.org_id, &world.rows, &mut random);
        let scopes: Vec<ScopeId> =
            world.rows.iter().filter(|row| row.table().name == "accounts").map(|row| ScopeId(row.id())).collect();
        let laptops = (0..2 + random.below(2))
            .map(|index| {
                // Seller and account manager, and as the third a second seller or a director, who publishes.
                let person = [0, 4, [0, 2][random.below(2)]][index % 3];
                let user = person_id(&world.spec, person);
                database.grants.insert(user, scopes.iter().copied().collect());
                Laptop {
                    disk: Disk::new(user, PEOPLE[person].role, 0),
                    image: None,
                    key: index as u64,
                    syncing: None,
                    clock: Duration::zero(),
                    seen: (Uuid::nil(), 0),
                }
            })
            .collect();
        Self {
            world,
            random,
            sabotage,
            backup: database.clone(),
            lagging: database.clone(),
            database,
            laptops,
            wire: Vec::new(),
            requests: 0,
            now: world.spec.now,
            ledger: Ledger::default(),
            healed: false,
            watched: None,
            stands: String::new(),
            report: Report { seed, ..Report::default() },
        }
    }

    fn run(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.now += Duration::seconds(20);
            self.step()?;
        }
        self.heal()
    }

    fn tell(&mut self, what: &str) {
        let Some(id) = self.watched else { return };
        let mut stands = Vec::new();
        for (index, laptop) in self.laptops.iter().enumerate() {
            let disk = &laptop.disk;
            for (place, list) in [("outbox", &disk.pending), ("journal", &disk.journal)] {
                for pending in list.iter().filter(|pending| pending.id == id) {
                    let outcome = pending.outcome.as_ref().map(|outcome| outcome.status);
                    stands.push(format!("laptop {index} {place} seq {} {outcome:?}", pending.seq));
                }
            }
        }
        if let Some(decided) = self.database.decided.get(&id) {
            stands.push(format!("server {:?} v{}", decided.outcome.status, decided.outcome.version));
        }
        let stands = stands.join("; ");
        if stands != self.stands {
            println!("{} {what}: {stands}", self.now.format("%H:%M:%S"));
            self.stands = stands;
        }
    }

    fn trace(&mut self, what: u64) {
        self.report.trace = (self.report.trace ^ what).wrapping_mul(0x0000_0100_0000_01B3);
    }

    pub(crate) fn fault(&mut self, kind: &'static str) {
        *self.report.faults.entry(kind).or_insert(0) += 1;
        self.tell(kind);
        self.trace(kind.len() as u64);
    }

    fn step(&mut self) -> Result<(), String> {
        let laptop = self.random.below(self.laptops.len());
        match self.random.below(100) {
            0..=27 => self.work(laptop)?,
            28..=42 => self.begin(laptop)?,
            43..=86 => self.deliver()?,
            _ => self.break_something(laptop)?,
        }
        for laptop in 0..self.laptops.len() {
            // A person's patience and the transport's timeout end.
            let old = self.laptops[laptop].syncing.as_mut().is_some_and(|syncing| {
                syncing.age += 1;
                syncing.age > 45
            });
            if old {
                self.fault("timeout");
                self.feed(laptop, Event::Failed(offline()))?;
            }
        }
        check::sound(&self.database)
    }

    /// A person does something.
    fn work(&mut self, index: usize) -> Result<(), String> {
        let laptop = &mut self.laptops[index];
        if laptop.disk.wiped || laptop.disk.cursors.is_empty() {
            return Ok(());
        }
        let clock = device_clock(self.now, laptop.clock, index);
        let Some(intent) = people::intent(&mut laptop.disk, &clock, &mut self.random) else { return Ok(()) };
        if let Intent::JobRecord(event) = &intent {
            self.ledger.happened.insert(event.id.0, self.now);
        }
        let id = self.random.uuid();
        let Ok(saved) = laptop.disk.write(intent, id, self.sabotage) else { return Ok(()) };
        check::safe(&laptop.disk)?;
        self.ledger.saved.insert(saved, index);
        self.report.operations += 1;
        self.trace(id.as_u64_pair().0);
        Ok(())
    }

    fn begin(&mut self, index: usize) -> Result<(), String> {
        if self.laptops[index].syncing.is_some() || self.laptops[index].disk.wiped {
            return Ok(());
        }
        self.laptops[index].syncing = Some(Syncing { cycle: Cycle::default(), waits_for: None, age: 0 });
        self.feed(index, Event::Begin)
    }

    /// Gives the machine an event and does what it says until it waits for the network or ends.
    fn feed(&mut self, index: usize, event: Event<Body>) -> Result<(), String> {
        let mut event = event;
        loop {
            let Some(syncing) = &mut self.laptops[index].syncing else { return Ok(()) };
            match syncing.cycle.step(event) {
                Action::Finish(finish) => {
                    self.laptops[index].syncing = None;
                    self.trace(if finish == Finish::Complete { 1 } else { 2 });
                    return Ok(());
                }
                Action::Send(mut net) => {
                    if let Net::Push { body, .. } = &mut net {
                        body.clock = Some(device_clock(self.now, self.laptops[index].clock, index));
                    }
                    let Some(syncing) = &mut self.laptops[index].syncing else { return Ok(()) };
                    self.requests += 1;
                    syncing.waits_for = Some(self.requests);
                    self.send(Message::Request { laptop: index, request: self.requests, net });
                    return Ok(());
                }
                Action::Store(store) => {
                    if !self.healed && self.random.once_in(40) {
                        // Before anything of it is durable: a crash, or a full disk.
                        self.fault("crash_before_commit");
                        self.laptops[index].syncing = None;
                        return Ok(());
                    }
                    event = Event::Stored(self.store(index, store)?);
                    if !self.healed && self.random.once_in(40) {
                        self.fault("crash_after_commit");
                        self.laptops[index].syncing = None;
                        return Ok(());
                    }
                }
            }
        }
    }

    fn store(&mut self, index: usize, store: Store<Body>) -> Result<satchel_core::sync::Stored, String> {
        if let Store::Publish(frames) = &store {
            self.monotonic(index, frames)?;
        }
        if let Store::Note(outcomes) = &store {
            for outcome in outcomes {
                let key = (self.epoch_of(index), outcome.mutation_id);
                let told = *self.ledger.told.entry(key).or_insert(outcome.status);
                if told != outcome.status {
                    return Err(format!("{} was {told:?} and is {:?}", outcome.mutation_id, outcome.status));
                }
            }
        }
        let changes = !matches!(store, Store::Load | Store::NextBatch | Store::ReadOutbox | Store::Identify(_));
        let name = if self.watched.is_some() { format!("{store:?}").chars().take(20).collect() } else { String::new() };
        let laptop = &mut self.laptops[index];
        let stored = laptop.disk.run(store, &mut self.random, self.sabotage);
        let safe = if changes { check::safe(&laptop.disk) } else { Ok(()) };
        self.tell(&format!("laptop {index} {name}"));
        safe?;
        Ok(stored)
    }

    fn epoch_of(&self, index: usize) -> Uuid {
        self.laptops[index].disk.identity.map_or(Uuid::nil(), |identity| identity.epoch)
    }

    fn monotonic(&mut self, index: usize, frames: &Body) -> Result<(), String> {
        for frame in frames {
            if let satchel_core::wire::Frame::Head { epoch, snapshot_version, .. } = frame {
                let (seen_epoch, seen) = self.laptops[index].seen;
                if seen_epoch == *epoch && *snapshot_version < seen {
                    return Err(format!("laptop {index} went back from {seen} to {snapshot_version}"));
                }
                self.laptops[index].seen = (*epoch, *snapshot_version);
            }
        }
        Ok(())
    }

    /// Puts a message on the wire, or loses or doubles it.
    fn send(&mut self, message: Message) {
        if !self.healed {
            match self.random.below(14) {
                0 => return self.fault("lost"),
                1 => {
                    self.fault("doubled");
                    self.wire.push(message.clone());
                }
                _ => {}
            }
        }
        self.wire.push(message);
    }

    /// One message arrives, in any order.
    fn deliver(&mut self) -> Result<(), String> {
        if self.wire.is_empty() {
            return Ok(());
        }
        let index = if self.healed { 0 } else { self.random.below(self.wire.len()) };
        if index > 0 {
            self.fault("reordered");
        }
        match self.wire.remove(index) {
            Message::Request { laptop, request, net } => {
                if let Some(answer) = self.serve(laptop, &net) {
                    self.send(Message::Answer { laptop, request, answer });
                }
                Ok(())
            }
            Message::Answer { laptop, request, answer } => {
                let waits = self.laptops[laptop].syncing.as_ref().and_then(|syncing| syncing.waits_for);
                if waits != Some(request) {
                    return Ok(());
                }
                if let Some(syncing) = &mut self.laptops[laptop].syncing {
                    syncing.waits_for = None;
                }
                let event = self.received(answer);
                self.feed(laptop, event)
            }
        }
    }

    /// What the transport makes of the bytes that arrive.
    fn received(&mut self, answer: Result<Heard<Body>, Fault>) -> Event<Body> {
        if !self.healed {
            match self.random.below(30) {
                0 => {
                    self.fault("cut_body");
                    return Event::Failed(Fault::Offline { code: "sync.not_satchel".to_owned() });
                }
                1 => {
                    self.fault("captive_portal");
                    if self.sabotage == Some(Sabotage::AnythingIsSuccess) {
                        return match answer {
                            Ok(Heard::Pulled(frames)) => Event::Heard(Heard::Pulled(keep_ends(frames))),
                            Ok(other) => Event::Heard(other),
                            Err(fault) => Event::Failed(fault),
                        };
                    }
                    return Event::Failed(Fault::Offline { code: "sync.not_satchel".to_owned() });
                }
                2 => {
                    self.fault("busy");
                    return Event::Failed(Fault::Refused { code: "server.busy".to_owned(), retry_after_s: Some(1) });
                }
                3 => {
                    self.fault("signed_out");
                    return Event::Failed(refused("auth.expired"));
                }
                _ => {}
            }
        }
        match answer {
            Ok(heard) => Event::Heard(heard),
            Err(fault) => Event::Failed(fault),
        }
    }

    /// The server works on a request; a crash answers nothing.
    fn serve(&mut self, laptop: usize, net: &Net) -> Option<Result<Heard<Body>, Fault>> {
        let sabotage = self.sabotage;
        match net {
            Net::Register { incarnation, .. } => {
                let key = self.laptops[laptop].key;
                let registered = self.database.register(key, *incarnation, self.now, &mut self.random);
                Some(Ok(Heard::Registered(registered)))
            }
            Net::Salvage { body, .. } => {
                self.database.salvaged.extend(body.outbox.iter().filter_map(|id| id.as_str().map(str::to_owned)));
                Some(Ok(Heard::Salvaged))
            }
            Net::Pull { by, body } => {
                if let Err(fault) = self.database.admit(body.client_id, body.incarnation, body.epoch) {
                    return Some(Err(fault));
                }
                // A copy that lags behind may be asked; a first load never is.
                if !self.healed
                    && body.cursors.at > 0
                    && self.lagging.epoch == self.database.epoch
                    && self.random.once_in(12)
                {
                    self.fault("stale_replica");
                    return Some(self.lagging.pull(body, *by, self.now, sabotage).map(Heard::Pulled));
                }
                Some(self.database.pull(body, *by, self.now, sabotage).map(Heard::Pulled))
            }
            Net::Push { by, body } => {
                if let Err(fault) = self.database.admit(body.client_id, body.incarnation, body.epoch) {
                    return Some(Err(fault));
                }
                let mut outcomes = Vec::new();
                for mutation in &body.mutations {
                    if !self.healed && self.random.once_in(25) {
                        self.fault("server_crash");
                        return None;
                    }
                    let before = (sabotage == Some(Sabotage::AnswerBeforeCommit) && self.random.once_in(8))
                        .then(|| self.database.clone());
                    match self.database.push_one(body, mutation, *by, self.now, &mut self.random, sabotage) {
                        Ok(outcome) => outcomes.push(outcome),
                        Err(fault) => return Some(Err(fault)),
                    }
                    if let Some(before) = before {
                        // Answered, never durable.
                        self.database = before;
                    }
                }
                Some(Ok(Heard::Pushed(outcomes)))
            }
        }
    }

    /// No more faults: everybody syncs until nothing waits.
    fn heal(&mut self) -> Result<(), String> {
        self.healed = true;
        for laptop in &mut self.laptops {
            laptop.syncing = None;
        }
        self.wire.clear();
        for round in 0..HEALING {
            for index in 0..self.laptops.len() {
                self.begin(index)?;
                let mut steps = 0;
                while self.laptops[index].syncing.is_some() {
                    self.deliver()?;
                    steps += 1;
                    if steps > 2_000 {
                        return Err(format!("laptop {index} never comes to rest"));
                    }
                }
            }
            let waiting = self.laptops.iter().any(|laptop| !laptop.disk.pending.is_empty() && !laptop.disk.wiped);
            // One more round after the last change, so that everybody has seen it.
            if !waiting && round > 1 {
                break;
            }
        }
        let disks: Vec<&Disk> = self.laptops.iter().map(|laptop| &laptop.disk).collect();
        check::sound(&self.database)?;
        check::settled(&disks, &self.database, &self.ledger)
    }
}

/// A laptop's clocks: its wall clock may be a year wrong, its monotonic one is the world's.
fn device_clock(now: DateTime<Utc>, wrong: Duration, laptop: usize) -> DeviceClock {
    DeviceClock {
        device_time: now + wrong,
        boot_id: laptop.to_string(),
        mono_ms: u64::try_from(now.timestamp_millis()).unwrap_or(0),
    }
}

fn offline() -> Fault {
    Fault::Offline { code: "sync.unreachable".to_owned() }
}

/// A page that is not ours, taken for a pull in which nothing happened.
fn keep_ends(frames: Body) -> Body {
    use satchel_core::wire::Frame;
    frames.into_iter().filter(|frame| matches!(frame, Frame::Head { .. } | Frame::Tail { .. })).collect()
}
