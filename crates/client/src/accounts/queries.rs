//! Placeholder of accounts queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn list(_engine: &Engine, _args: crate::api::view::ListRequest) -> Result<crate::api::view::Window<crate::accounts::view::AccountRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_accounts"))
}

/// See `api`.
pub async fn facets(_engine: &Engine, _args: crate::api::Nothing) -> Result<Vec<crate::api::view::Facet>, CommandError> {
    Err(CommandError::new("command.not_built", "account_facets"))
}

/// See `api`.
pub async fn get(_engine: &Engine, _args: crate::api::ById) -> Result<crate::accounts::view::AccountView, CommandError> {
    Err(CommandError::new("command.not_built", "get_account"))
}
