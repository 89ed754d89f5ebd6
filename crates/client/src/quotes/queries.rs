//! Placeholder of quotes queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn list(_engine: &Engine, _args: crate::api::view::ListRequest) -> Result<crate::api::view::Window<crate::quotes::view::QuoteRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_quotes"))
}

/// See `api`.
pub async fn get(_engine: &Engine, _args: crate::quotes::view::QuoteId) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "get_quote"))
}

/// See `api`.
pub async fn lines(_engine: &Engine, _args: crate::quotes::view::ListQuoteLines) -> Result<crate::api::view::Window<crate::quotes::view::QuoteLineRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_quote_lines"))
}

/// See `api`.
pub async fn explain(_engine: &Engine, _args: crate::quotes::view::QuoteLineId) -> Result<crate::quotes::view::LineExplanation, CommandError> {
    Err(CommandError::new("command.not_built", "explain_quote_line"))
}
