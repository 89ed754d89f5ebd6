//! Placeholder of sla queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn accounts(_engine: &Engine, _args: crate::sla::view::ListSla) -> Result<crate::api::view::Window<crate::sla::view::AccountSla>, CommandError> {
    Err(CommandError::new("command.not_built", "list_account_sla"))
}

/// See `api`.
pub async fn sites(_engine: &Engine, _args: crate::sla::view::ListSla) -> Result<crate::api::view::Window<crate::sla::view::SiteSlaRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_site_sla"))
}

/// See `api`.
pub async fn site(_engine: &Engine, _args: crate::sla::view::GetSiteSla) -> Result<crate::sla::view::SiteSlaView, CommandError> {
    Err(CommandError::new("command.not_built", "get_site_sla"))
}

/// See `api`.
pub async fn months(_engine: &Engine, _args: crate::api::Nothing) -> Result<Vec<String>, CommandError> {
    Err(CommandError::new("command.not_built", "sla_months"))
}
