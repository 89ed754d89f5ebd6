//! A push as it comes: each mutation is weighed before it is read. Invariant: what weighs too much is never unfolded, and no
//! more of a push is unfolded at a time than a transaction takes.

use std::collections::BTreeMap;

use satchel_core::ids::{ClientId, MutationId};
use satchel_core::time::{DeviceClock, format_instant_ms, parse_instant};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::{MAX_LIST_MUTATION_BYTES, MAX_MUTATION_BYTES, Push, PushedMutation};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::envelope::ApiError;

/// Mutations of one transaction: long enough that a commit is cheap, short enough that others get their turn.
const PER_TRANSACTION: usize = 50;
/// Bytes of one transaction, unless a single mutation has more.
const BYTES_PER_TRANSACTION: usize = 4 * 1024 * 1024;
/// Longest name of a boot, and of anything else a device says about itself.
const MAX_WORD: usize = 100;
/// Longest name of an intent.
const MAX_NAME: usize = 60;

/// [`Push`], its mutations not read yet.
#[derive(Deserialize)]
pub(super) struct Parcel {
    client_id: ClientId,
    incarnation: u32,
    epoch: Uuid,
    schema: u32,
    #[serde(default)]
    clock: Option<DeviceClock>,
    mutations: Vec<Box<RawValue>>,
}

/// A mutation with its intent not read yet.
#[derive(Deserialize)]
struct Slip {
    seq: u64,
    mutation_id: MutationId,
    intent: Box<RawValue>,
    base_versions: BTreeMap<Uuid, u64>,
    depends_on: Vec<MutationId>,
    device_time: String,
    mono_ms: u64,
    boot_id: String,
    body_hash: String,
}

/// A mutation in its place.
pub(super) struct Letter {
    /// It; with a mark instead of its intent where that cannot be read.
    pub mutation: PushedMutation,
    /// Why it cannot be.
    pub unfit: Option<Unfit>,
}

/// Why an intent is not read.
pub(super) enum Unfit {
    /// It weighs this many bytes.
    TooLarge(usize),
    /// It is no JSON of a depth that anything has.
    Unreadable(String),
}

/// Some mutations of a push that make a transaction together.
pub(super) struct Part(Vec<(Slip, usize)>);

impl Parcel {
    /// How many mutations it brings.
    pub fn len(&self) -> usize {
        self.mutations.len()
    }

    /// Who sends it, and the mutations in parts.
    pub fn open(self) -> Result<(Push, Vec<Part>), ApiError> {
        let Self { client_id, incarnation, epoch, schema, clock, mutations } = self;
        let clock = clock.map(|clock| DeviceClock { boot_id: cut(&clock.boot_id, MAX_WORD), ..clock });
        let head = Push { client_id, incarnation, epoch, schema, clock, mutations: Vec::new() };
        let mut parts: Vec<Part> = Vec::new();
        let mut bytes = 0;
        for raw in mutations {
            let weight = raw.get().len();
            let slip: Slip = serde_json::from_str(raw.get())
                .map_err(|e| ApiError::new(axum::http::StatusCode::BAD_REQUEST, "wire.bad_body", e.to_string()))?;
            bytes += weight;
            match parts.last_mut().filter(|part| part.0.len() < PER_TRANSACTION && bytes <= BYTES_PER_TRANSACTION) {
                Some(part) => part.0.push((slip, weight)),
                None => {
                    bytes = weight;
                    parts.push(Part(vec![(slip, weight)]));
                }
            }
        }
        Ok((head, parts))
    }
}

impl Part {
    /// The mutations, unfolded.
    pub fn letters(self) -> Vec<Letter> {
        self.0.into_iter().map(|(slip, weight)| slip.unfold(weight)).collect()
    }
}

impl Slip {
    fn unfold(self, weight: usize) -> Letter {
        let (intent, unfit) = match read(self.intent.get(), weight) {
            Ok(intent) => (intent, None),
            Err(unfit) => (json!({ "name": name(self.intent.get()), "bytes": weight }), Some(unfit)),
        };
        let told = parse_instant(&self.device_time).map(format_instant_ms).unwrap_or_default();
        let mutation = PushedMutation {
            seq: self.seq,
            mutation_id: self.mutation_id,
            intent,
            base_versions: self.base_versions,
            depends_on: self.depends_on,
            // Evidence, kept for people: what is no instant says nothing.
            device_time: told,
            mono_ms: self.mono_ms,
            boot_id: cut(&self.boot_id, MAX_WORD),
            body_hash: cut(&self.body_hash, MAX_WORD),
        };
        Letter { mutation, unfit }
    }
}

/// An intent that does not weigh too much. Sites of a list may weigh more: they are counted.
fn read(intent: &str, weight: usize) -> Result<Value, Unfit> {
    let listed = || {
        weight <= MAX_LIST_MUTATION_BYTES
            && matches!(serde_json::from_str(intent), Ok(Intent::SiteImport(_) | Intent::SiteEdit(_)))
    };
    if weight > MAX_MUTATION_BYTES && !listed() {
        return Err(Unfit::TooLarge(weight));
    }
    serde_json::from_str(intent).map_err(|error| Unfit::Unreadable(error.to_string()))
}

fn name(intent: &str) -> String {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    serde_json::from_str(intent).map_or_else(|_| String::new(), |named: Named| cut(&named.name, MAX_NAME))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
