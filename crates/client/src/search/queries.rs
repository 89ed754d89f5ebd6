//! Placeholder of search queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn search(_engine: &Engine, _args: crate::search::view::Search) -> Result<Vec<crate::search::view::SearchHit>, CommandError> {
    Err(CommandError::new("command.not_built", "search"))
}
