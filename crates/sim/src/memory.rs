//! The model's rows as a reader of steps: every answer is there at once, and every question is answered its plain way.

use std::task::{Context, Poll, Waker};

use satchel_core::apply::Refusal;
use satchel_core::ids::{QuoteId, UserId};
use satchel_core::steps::Reader;
use satchel_core::wire::rows::{Row, RowError};
use uuid::Uuid;

use crate::rows::Rows;

/// Why a step did nothing; in the model a damaged row is a refusal that names its table.
pub(crate) struct Failed(pub Refusal);

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<RowError> for Failed {
    fn from(error: RowError) -> Self {
        Self(Refusal::rule(format!("row.malformed.{}", error.table)))
    }
}

/// Whether another device than this one changed a quote after a version, but for these mutations.
pub(crate) type Others<'a> = &'a (dyn Fn(QuoteId, u64) -> bool + Sync);

/// Whether somebody sees a scope.
pub(crate) type Sees<'a> = &'a (dyn Fn(UserId, Uuid) -> bool + Sync);

/// What only the server knows besides the rows.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub others: Others<'a>,
    pub sees: Sees<'a>,
}

/// Rows in memory; `around` on the server.
pub(crate) struct Memory<'a> {
    pub rows: &'a Rows,
    pub around: Option<Around<'a>>,
}

impl Reader for Memory<'_> {
    type Error = Failed;

    async fn one(&mut self, table: &'static str, id: Uuid) -> Result<Option<Row>, Failed> {
        Ok(self.rows.get(table, id).cloned())
    }

    async fn many(&mut self, table: &'static str, ids: &[Uuid]) -> Result<Vec<Row>, Failed> {
        Ok(ids.iter().filter_map(|id| self.rows.get(table, *id).cloned()).collect())
    }

    async fn by(&mut self, table: &'static str, column: &'static str, value: &str) -> Result<Vec<Row>, Failed> {
        Ok(self.rows.by(table, column, value))
    }

    async fn all(&mut self, table: &'static str) -> Result<Vec<Row>, Failed> {
        Ok(self.rows.table(table).cloned().collect())
    }

    async fn others_changed(&mut self, quote: QuoteId, seen: u64) -> Result<bool, Failed> {
        Ok(self.around.is_some_and(|around| (around.others)(quote, seen)))
    }

    async fn sees(&mut self, person: UserId, scope: Uuid) -> Result<bool, Failed> {
        Ok(self.around.is_none_or(|around| (around.sees)(person, scope)))
    }
}

/// The value of a future that never waits.
///
/// # Panics
/// When it does: nothing in the model has anything to wait for.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("rows in memory are there at once"),
    }
}
