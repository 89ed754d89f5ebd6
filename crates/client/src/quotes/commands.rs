//! Placeholder of quotes commands while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn create(_engine: &Engine, _args: crate::quotes::view::CreateQuote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "create_quote"))
}

/// See `api`.
pub async fn edit(_engine: &Engine, _args: crate::quotes::view::EditQuote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "edit_quote"))
}

/// See `api`.
pub async fn request_approval(_engine: &Engine, _args: crate::quotes::view::QuoteNote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "request_quote_approval"))
}

/// See `api`.
pub async fn approve(_engine: &Engine, _args: crate::quotes::view::QuoteNote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "approve_quote_discount"))
}

/// See `api`.
pub async fn reject_approval(_engine: &Engine, _args: crate::quotes::view::QuoteNote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "reject_quote_discount"))
}

/// See `api`.
pub async fn send(_engine: &Engine, _args: crate::quotes::view::QuoteId) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "send_quote"))
}

/// See `api`.
pub async fn accept(_engine: &Engine, _args: crate::quotes::view::AcceptQuote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "accept_quote"))
}

/// See `api`.
pub async fn reject(_engine: &Engine, _args: crate::quotes::view::QuoteNote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "reject_quote"))
}

/// See `api`.
pub async fn lose(_engine: &Engine, _args: crate::quotes::view::QuoteNote) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "lose_quote"))
}

/// See `api`.
pub async fn revise(_engine: &Engine, _args: crate::quotes::view::QuoteId) -> Result<crate::quotes::view::QuoteView, CommandError> {
    Err(CommandError::new("command.not_built", "revise_quote"))
}

/// See `api`.
pub async fn pdf(_engine: &Engine, _args: crate::quotes::view::QuoteId) -> Result<crate::quotes::view::DocumentFile, CommandError> {
    Err(CommandError::new("command.not_built", "quote_pdf"))
}
