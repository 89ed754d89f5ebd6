//! Placeholder of orders queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn list(_engine: &Engine, _args: crate::api::view::ListRequest) -> Result<crate::api::view::Window<crate::orders::view::OrderRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_orders"))
}
