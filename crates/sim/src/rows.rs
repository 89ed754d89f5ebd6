//! Rows in memory, and applying an intent to them with the product's own rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use satchel_core::apply::Refusal;
use satchel_core::ids::ScopeId;
use satchel_core::people::Actor;
use satchel_core::steps::{Moment, decide};
use satchel_core::wire::ScopeCheck;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::TABLES;
use uuid::Uuid;

use crate::memory::{Around, Failed, Memory, at_once};

/// Table and id.
pub type Key = (&'static str, Uuid);

/// What an intent does to the rows.
#[derive(Debug, Default)]
pub struct Effect {
    /// Rows as they become.
    pub rows: Vec<Row>,
    /// Rows that go.
    pub removed: Vec<Key>,
}

/// All rows of one side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows(pub BTreeMap<Key, Arc<Row>>);

impl Rows {
    /// A row.
    pub fn get(&self, table: &'static str, id: Uuid) -> Option<&Row> {
        self.0.get(&(table, id)).map(AsRef::as_ref)
    }

    /// Puts a row.
    pub fn put(&mut self, row: Row) {
        self.0.insert((row.table().name, row.id()), Arc::new(row));
    }

    /// All rows of a table.
    pub fn table(&self, table: &'static str) -> impl Iterator<Item = &Row> {
        self.0.range((table, Uuid::nil())..=(table, Uuid::max())).map(|(_, row)| row.as_ref())
    }

    pub(crate) fn by(&self, table: &'static str, column: &'static str, value: &str) -> Vec<Row> {
        self.table(table).filter(|row| row.text_or_null(column) == Some(value)).cloned().collect()
    }

    /// Removes all rows of a scope.
    pub fn drop_scope(&mut self, scope: ScopeId) {
        self.0.retain(|_, row| row.scope_id() != scope.0);
    }

    /// Count and digest of a scope.
    pub fn check(&self, scope: ScopeId) -> ScopeCheck {
        let mut check = ScopeCheck::default();
        for row in self.0.values().filter(|row| row.scope_id() == scope.0) {
            check.add(row.id(), row.version());
        }
        check
    }

    /// What an intent changes on a laptop, by the product's own loading and rules.
    pub fn apply(&self, intent: &Intent, by: &Actor) -> Result<Effect, Refusal> {
        self.decide(intent, &Moment::here(by), None)
    }

    /// What an intent changes; `around` on the server.
    pub(crate) fn decide(
        &self,
        intent: &Intent,
        moment: &Moment<'_>,
        around: Option<Around<'_>>,
    ) -> Result<Effect, Refusal> {
        let mut reader = Memory { rows: self, around };
        let mut changes = at_once(decide(&mut reader, intent, moment)).map_err(|Failed(refusal)| refusal)?;
        let removed = std::mem::take(&mut changes.removed);
        Ok(Effect { rows: changes.into_rows()?, removed })
    }
}

/// The name of a synced table as it lives in the program.
pub fn table_name(name: &str) -> Option<&'static str> {
    TABLES.iter().find(|spec| spec.name == name).map(|spec| spec.name)
}
