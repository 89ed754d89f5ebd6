//! From an intent to what it changes: what it reads is loaded here, once, through a [`Reader`], and decided by its pure rule.
//! Laptop, server and simulator differ only in the reader they bring, in what they write the changes with, and in what the
//! server alone does after: numbers, orders, word to the customer.

mod catalogue;
mod clock;
mod customers;
mod quotes;
mod reader;
mod sites;
mod tasks;

use std::collections::BTreeMap;

use uuid::Uuid;

pub use clock::{Made, SLACK, believable, check_clock, claimed_at, made_at};
pub use customers::message_world;
pub use quotes::{context, quote_world};
pub use reader::{Reader, SiteService};

use crate::apply::{QuoteWorld, Refusal};
use crate::history;
use crate::jobs::Receipt;
use crate::people::Actor;
use crate::quotes::Quote;
use crate::wire::entities::quote_row;
use crate::wire::mutation::Intent;
use crate::wire::rows::Row;

/// Who means an intent, and what only the server knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// When it came, with the proof of its time; absent on the laptop.
    pub receipt: Option<&'a Receipt>,
    /// Row id to the version the intent was made on; absent on the laptop.
    pub bases: Option<&'a BTreeMap<Uuid, u64>>,
}

impl<'a> Moment<'a> {
    /// On the laptop, at once.
    pub fn here(actor: &'a Actor) -> Self {
        Self { actor, receipt: None, bases: None }
    }
}

/// What an intent changes.
#[derive(Debug, Default)]
pub struct Changes {
    /// Rows as they become; those that were there keep the version they were read at.
    pub rows: Vec<Row>,
    /// Rows that go: table and id.
    pub removed: Vec<(&'static str, Uuid)>,
    /// What the step leaves in the history of its record, when it leaves something.
    pub history: Option<Row>,
    /// Quote versions as they become: rows only once the server has made orders of an accepted one.
    pub quotes: Vec<Quote>,
    /// What the quotes were judged with.
    pub around: Option<Box<QuoteWorld>>,
}

impl Changes {
    /// All rows, the quotes' among them.
    pub fn into_rows(self) -> Result<Vec<Row>, Refusal> {
        let mut rows = self.rows;
        rows.extend(self.history);
        for quote in &self.quotes {
            rows.push(quote_row(quote)?);
        }
        Ok(rows)
    }
}

impl From<Vec<Row>> for Changes {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, ..Self::default() }
    }
}

impl From<Row> for Changes {
    fn from(row: Row) -> Self {
        vec![row].into()
    }
}

/// Loads what an intent reads and decides it.
///
/// # Errors
/// A refusal of its rule, or the reader's failure.
pub async fn decide<R: Reader>(db: &mut R, intent: &Intent, moment: &Moment<'_>) -> Result<Changes, R::Error> {
    let mut changes = in_its_room(db, intent, moment).await?;
    if changes.history.is_none() {
        let before = changes.around.as_ref().and_then(|world| world.quote.as_ref());
        changes.history = history::entry(intent, &changes.rows, &changes.quotes, before, moment.actor);
    }
    Ok(changes)
}

async fn in_its_room<R: Reader>(db: &mut R, intent: &Intent, moment: &Moment<'_>) -> Result<Changes, R::Error> {
    match intent {
        Intent::AccountEdit(_)
        | Intent::SiteImport(_)
        | Intent::SiteEdit(_)
        | Intent::SiteRemove(_)
        | Intent::JobRecord(_)
        | Intent::TicketRaise(_)
        | Intent::TicketUpdate(_) => sites::decide(db, intent, moment).await,
        Intent::TaskCreate(_) | Intent::TaskUpdate(_) => tasks::decide(db, intent, moment.actor).await,
        Intent::AttachmentAdd(_) | Intent::MailSend(_) | Intent::QuoteMessage(_) | Intent::LinkEnd(_) => {
            customers::decide(db, intent, moment.actor).await
        }
        Intent::PricePropose(_)
        | Intent::PriceDecide(_)
        | Intent::PriceEnd(_)
        | Intent::ClausePublish(_)
        | Intent::ClauseWithdraw(_)
        | Intent::BookPublish(_)
        | Intent::BookWithdraw(_)
        | Intent::ApprovalDelegate(_)
        | Intent::ApprovalEndDelegation(_)
        | Intent::BrandingEdit(_)
        | Intent::MapTilesEdit(_) => catalogue::decide(db, intent, moment.actor).await,
        Intent::QuoteCreate(_)
        | Intent::QuoteEdit(_)
        | Intent::QuoteRequestApproval(_)
        | Intent::QuoteApproveDiscount(_)
        | Intent::QuoteRejectDiscount(_)
        | Intent::QuoteSend(_)
        | Intent::QuoteAccept(_)
        | Intent::QuoteReject(_)
        | Intent::QuoteLose(_)
        | Intent::QuoteDiscard(_)
        | Intent::QuoteRevise(_) => quotes::decide(db, intent, moment).await,
    }
}

/// A room was given an intent that is another's: [`decide`] names every intent once.
fn another_room() -> Refusal {
    Refusal::rule("mutation.failed")
}
