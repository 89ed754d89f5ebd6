//! The one error shape that crosses to the UI. Invariant: a stable code and parameters; the UI owns the words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A refused or failed command. `code` is stable (`quote.not_draft`); `message` is for logs and the command line,
/// never shown by the UI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code}: {message}")]
pub struct CommandError {
    /// Stable, dotted, lower snake case.
    #[ts(type = "RefusalCode")]
    pub code: String,
    /// English, for logs and stderr.
    pub message: String,
    /// Values the UI puts into its own sentence.
    #[ts(type = "Record<string, string>")]
    pub params: BTreeMap<String, String>,
    /// The field at fault, when there is one.
    pub field: Option<String>,
}

/// An id that is none: only a program sends such a thing, never a person.
impl From<uuid::Error> for CommandError {
    fn from(error: uuid::Error) -> Self {
        Self::new("command.bad_arguments", error.to_string())
    }
}

impl CommandError {
    /// An error with a code and a message for the log.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), params: BTreeMap::new(), field: None }
    }

    /// Adds a parameter for the UI's sentence.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}
