//! Placeholder of sync commands while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn status(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::sync::view::SyncStatus, CommandError> {
    Err(CommandError::new("command.not_built", "sync_status"))
}

/// See `api`.
pub async fn sync_now(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::sync::view::SyncStatus, CommandError> {
    Err(CommandError::new("command.not_built", "sync_now"))
}

/// See `api`.
pub async fn centre(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::sync::view::SyncCentre, CommandError> {
    Err(CommandError::new("command.not_built", "sync_centre"))
}

/// See `api`.
pub async fn resolve_attention(_engine: &Engine, _args: crate::sync::view::ResolveAttention) -> Result<crate::sync::view::SyncCentre, CommandError> {
    Err(CommandError::new("command.not_built", "resolve_attention"))
}
