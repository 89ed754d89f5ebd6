//! What must hold, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use satchel_core::accounts::AgreedPrice;
use satchel_core::apply::Placed;
use satchel_core::ids::{MutationId, ScopeId};
use satchel_core::time::parse_instant;
use satchel_core::wire::OutcomeStatus;
use satchel_core::wire::entities::agreed_price_of;
use satchel_core::wire::mutation::Intent;
use uuid::Uuid;

use crate::disk::Disk;
use crate::server::Database;

/// What people were told, kept outside the simulated world.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Mutations a person was told are saved, by laptop.
    pub saved: BTreeMap<MutationId, usize>,
    /// What a laptop was told of a mutation, per epoch of the server.
    pub told: BTreeMap<(Uuid, MutationId), OutcomeStatus>,
    /// When what was recorded on jobs really happened, by event.
    pub happened: BTreeMap<Uuid, DateTime<Utc>>,
    /// Mutations that went down with an old disk image or a wiped device before anybody else had them.
    pub excused: BTreeSet<MutationId>,
}

/// Safety, at any moment.
pub fn safe(disk: &Disk) -> Result<(), String> {
    if disk.wiped {
        return Ok(());
    }
    let expected = disk.expected();
    if expected != disk.rows {
        let differs = expected.0.iter().find(|(key, row)| disk.rows.0.get(*key) != Some(*row)).map(|(key, _)| *key);
        return Err(format!("the screen is not the confirmed rows with what waits on top: {differs:?}"));
    }
    let seqs: Vec<u64> = disk.pending.iter().map(|pending| pending.seq).collect();
    if seqs.windows(2).any(|pair| pair[1] != pair[0] + 1) {
        return Err(format!("the outbox has a gap: {seqs:?}"));
    }
    for decided in &disk.journal {
        let refused = decided.outcome.as_ref().is_some_and(|outcome| !outcome.status.succeeded());
        if refused && !disk.attention.contains(&decided.id) {
            return Err(format!("a refusal that nobody sees: {}", decided.id));
        }
    }
    Ok(())
}

/// The database alone: effects once, orders once, sites in trees, no two prices that speak about the same thing, a
/// catalogue to quote from.
pub fn sound(database: &Database) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = database.effects.iter().find(|id| !seen.insert(**id)) {
        return Err(format!("an effect happened twice: {twice}"));
    }
    if let Some(id) = database.trespasses.first() {
        return Err(format!("an effect on what its person does not see: {id}"));
    }
    let (mut made, mut whole) = (BTreeSet::new(), BTreeSet::new());
    for order in database.rows.table("orders") {
        let (quote, site) = (order.text_or_null("quote_id").unwrap_or_default(), order.text_or_null("site_id"));
        if site.is_none() {
            whole.insert(quote);
        }
        if !made.insert((quote, site)) || (site.is_some() && whole.contains(quote)) {
            return Err(format!("two orders of one quote: {}", order.id()));
        }
    }
    let mut numbers = BTreeSet::new();
    for quote in database.rows.table("quotes") {
        if !numbers.insert((quote.text_or_null("number"), quote.int("version").unwrap_or(0))) {
            return Err(format!("two quotes of one number and version: {}", quote.id()));
        }
    }
    let mut followed = BTreeSet::new();
    for task in database.rows.table("tasks") {
        let before = task.text_or_null("follows").map(str::to_owned);
        if before.is_some_and(|before| !followed.insert(before)) {
            return Err(format!("two next tasks of one: {}", task.id()));
        }
    }
    no_rings(database)?;
    let mut agreed: BTreeMap<Uuid, Vec<AgreedPrice>> = BTreeMap::new();
    for row in database.rows.table("agreed_prices") {
        agreed.entry(row.scope_id()).or_default().push(agreed_price_of(row).map_err(|e| e.to_string())?);
    }
    catalogue(database)?;
    for prices in agreed.values() {
        for (index, one) in prices.iter().enumerate() {
            if let Some(other) = prices[index + 1..].iter().find(|other| other.overlaps(one)) {
                return Err(format!("two prices for the same days: {} and {}", one.id, other.id));
            }
        }
    }
    Ok(())
}

/// Whoever published what meanwhile: one version of a clause in use, every number of a book once, and one to quote on.
fn catalogue(database: &Database) -> Result<(), String> {
    let mut in_use = BTreeSet::new();
    for clause in database.rows.table("clauses").filter(|row| row.text("status") == Ok("current")) {
        if !in_use.insert(clause.text_or_null("family_id").unwrap_or_default()) {
            return Err(format!("two versions of a clause in use: {}", clause.id()));
        }
    }
    let (mut numbers, mut on_sale) = (BTreeSet::new(), BTreeMap::new());
    for book in database.rows.table("price_books") {
        let currency = book.text_or_null("currency").unwrap_or_default();
        if !numbers.insert((currency, book.int("version").unwrap_or(0))) {
            return Err(format!("two price books of one number: {}", book.id()));
        }
        *on_sale.entry(currency).or_insert(false) |= book.text("status") == Ok("published");
    }
    match on_sale.iter().find(|(_, published)| !**published) {
        Some((currency, _)) => Err(format!("no price book in {currency}")),
        None => Ok(()),
    }
}

/// Whoever moved what meanwhile: no site stands above itself.
fn no_rings(database: &Database) -> Result<(), String> {
    let parents: BTreeMap<Uuid, Option<Uuid>> =
        database.rows.table("sites").map(|row| (row.id(), Placed::of(row).above)).collect();
    for site in parents.keys() {
        let mut at = *site;
        for _ in 0..parents.len() {
            let Some(next) = parents.get(&at).copied().flatten() else { break };
            if next == *site {
                return Err(format!("a site stands above itself: {site}"));
            }
            at = next;
        }
    }
    Ok(())
}

/// What was recorded on a job is never refused, and stands at the time it happened whatever the device's clock said.
fn check_ins(laptops: &[&Disk], database: &Database, ledger: &Ledger) -> Result<(), String> {
    for pending in laptops.iter().flat_map(|disk| &disk.journal) {
        let refused = pending.outcome.as_ref().is_some_and(|outcome| !outcome.status.succeeded());
        if refused && matches!(pending.intent, Intent::JobRecord(_)) {
            return Err(format!("a check-in was refused: {}", pending.id));
        }
    }
    for row in database.rows.table("job_events") {
        let (Some(true_time), Ok("measured")) = (ledger.happened.get(&row.id()), row.text("proof")) else { continue };
        let stands = row.text("happened_at").ok().and_then(parse_instant);
        // A push may wait on the wire for a while; a wrong clock is wrong by a day at least.
        let right = stands.is_some_and(|at| at >= *true_time && at - *true_time < Duration::hours(12));
        if !right {
            return Err(format!("check-in {} of {true_time} stands at {stands:?}", row.id()));
        }
    }
    Ok(())
}

/// Once the faults are healed: nothing saved is missing, everybody sees what the server has.
pub fn settled(laptops: &[&Disk], database: &Database, ledger: &Ledger) -> Result<(), String> {
    for (id, laptop) in &ledger.saved {
        // A refusal of a database that was restored since stays with the person who must look at it.
        let with_person = laptops.iter().any(|disk| disk.attention.contains(id));
        let kept = with_person || database.decided.contains_key(id) || database.salvaged.contains(&id.to_string());
        if !kept && !ledger.excused.contains(id) {
            return Err(format!("lost: {id} of laptop {laptop}"));
        }
    }
    for (index, disk) in laptops.iter().enumerate().filter(|(_, disk)| !disk.wiped) {
        if !disk.pending.is_empty() {
            return Err(format!("laptop {index} still has {} waiting", disk.pending.len()));
        }
        let scopes = database.scopes(disk.user);
        let theirs: Vec<_> =
            database.rows.0.iter().filter(|(_, row)| scopes.contains(&ScopeId(row.scope_id()))).collect();
        let mine: Vec<_> = disk.rows.0.iter().collect();
        if mine != theirs {
            let here: BTreeSet<_> = mine.iter().map(|(key, _)| **key).collect();
            let there: BTreeSet<_> = theirs.iter().map(|(key, _)| **key).collect();
            let missing = there.difference(&here).next();
            let extra = here.difference(&there).next();
            return Err(format!(
                "laptop {index} does not show what the server has: missing {missing:?}, extra {extra:?}"
            ));
        }
    }
    check_ins(laptops, database, ledger)?;
    for ((epoch, id), told) in &ledger.told {
        let now = database.decided.get(id).map(|decided| decided.outcome.status);
        if *epoch == database.epoch && now != Some(*told) {
            return Err(format!("told {told:?} of {id}, which is {now:?}"));
        }
    }
    // Everything a laptop still shows as needing a person was refused by the server, or by one that was restored since.
    for disk in laptops {
        for id in &disk.attention {
            if !disk.journal.iter().any(|pending| pending.id == *id) {
                return Err(format!("needs a person, but what? {id}"));
            }
        }
    }
    Ok(())
}
