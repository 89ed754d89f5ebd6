//! Rows as they travel: `[id, scope_id, version, column ...]`. Invariant: a row has exactly its table's columns; both sides
//! turn entities into rows and back through the functions here.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tables::{TableSpec, table};

/// One row of a synced table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    spec: &'static TableSpec,
    values: Vec<Value>,
}

/// A row that does not have its table's shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed row of {table}: {column}")]
pub struct RowError {
    /// Table.
    pub table: String,
    /// Column or part at fault.
    pub column: String,
}

impl Row {
    /// A new row with every column null.
    pub fn new(table_name: &'static str, id: Uuid, scope_id: Uuid) -> Self {
        let spec = table(table_name).unwrap_or(&super::tables::TABLES[0]);
        debug_assert_eq!(spec.name, table_name, "rows are only made of synced tables");
        let mut values = vec![Value::Null; spec.columns.len() + 3];
        values[0] = json!(id);
        values[1] = json!(scope_id);
        values[2] = json!(0);
        Self { spec, values }
    }

    /// Takes a wire array, checking its length and ids.
    pub fn from_wire(spec: &'static TableSpec, values: Vec<Value>) -> Result<Self, RowError> {
        let row = Self { spec, values };
        if row.values.len() != spec.columns.len() + 3 {
            return Err(row.error("length"));
        }
        if row.uuid_at(0).is_none() || row.uuid_at(1).is_none() || row.values[2].as_u64().is_none() {
            return Err(row.error("id"));
        }
        Ok(row)
    }

    fn error(&self, column: &str) -> RowError {
        RowError { table: self.spec.name.to_owned(), column: column.to_owned() }
    }

    fn uuid_at(&self, index: usize) -> Option<Uuid> {
        self.values[index].as_str().and_then(|text| Uuid::parse_str(text).ok())
    }

    /// Table.
    pub fn table(&self) -> &'static TableSpec {
        self.spec
    }

    /// Row id.
    pub fn id(&self) -> Uuid {
        self.uuid_at(0).unwrap_or_default()
    }

    /// Scope.
    pub fn scope_id(&self) -> Uuid {
        self.uuid_at(1).unwrap_or_default()
    }

    /// Version on the server; 0 when never confirmed.
    pub fn version(&self) -> u64 {
        self.values[2].as_u64().unwrap_or(0)
    }

    /// Sets the version.
    #[must_use]
    pub fn at_version(mut self, version: u64) -> Self {
        self.values[2] = json!(version);
        self
    }

    /// The wire array.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The wire array.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Sets a column. Naming one that the table does not have is a bug.
    #[must_use]
    pub fn with(mut self, column: &str, value: impl Into<Value>) -> Self {
        self.set(column, value);
        self
    }

    /// Sets a column. Naming one that the table does not have is a bug.
    pub fn set(&mut self, column: &str, value: impl Into<Value>) {
        let position = self.spec.position(column);
        debug_assert!(position.is_some(), "{} has no column {column}", self.spec.name);
        if let Some(position) = position {
            self.values[position] = value.into();
        }
    }

    /// A column's value.
    pub fn get(&self, column: &str) -> &Value {
        self.spec.position(column).map_or(&Value::Null, |position| &self.values[position])
    }

    /// A text column.
    pub fn text(&self, column: &str) -> Result<&str, RowError> {
        self.get(column).as_str().ok_or_else(|| self.error(column))
    }

    /// A text column that may be null.
    pub fn text_or_null(&self, column: &str) -> Option<&str> {
        self.get(column).as_str()
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64, RowError> {
        self.get(column).as_i64().ok_or_else(|| self.error(column))
    }

    /// A flag.
    pub fn flag(&self, column: &str) -> Result<bool, RowError> {
        self.get(column).as_bool().ok_or_else(|| self.error(column))
    }

    /// A UUID column.
    pub fn uuid(&self, column: &str) -> Result<Uuid, RowError> {
        self.get(column).as_str().and_then(|t| Uuid::parse_str(t).ok()).ok_or_else(|| self.error(column))
    }

    /// Anything with a serde form.
    pub fn parse<T: DeserializeOwned>(&self, column: &str) -> Result<T, RowError> {
        T::deserialize(self.get(column)).map_err(|_| self.error(column))
    }
}
