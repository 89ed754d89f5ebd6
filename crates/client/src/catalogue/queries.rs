//! Placeholder of catalogue queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn list(_engine: &Engine, _args: crate::api::Nothing) -> Result<Vec<crate::catalogue::view::PriceBookView>, CommandError> {
    Err(CommandError::new("command.not_built", "list_price_books"))
}
