//! Placeholder of workspace commands while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn state(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "workspace_state"))
}

/// See `api`.
pub async fn sign_in(_engine: &Engine, _args: crate::workspace::view::SignIn) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "sign_in"))
}

/// See `api`.
pub async fn open_demo(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "open_demo"))
}

/// See `api`.
pub async fn unlock(_engine: &Engine, _args: crate::workspace::view::Unlock) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "unlock"))
}

/// See `api`.
pub async fn switch_user(_engine: &Engine, _args: crate::workspace::view::SwitchUser) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "switch_user"))
}

/// See `api`.
pub async fn sign_out(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::workspace::view::WorkspaceState, CommandError> {
    Err(CommandError::new("command.not_built", "sign_out"))
}

/// See `api`.
pub async fn set_preference(_engine: &Engine, _args: crate::workspace::view::SetPreference) -> Result<crate::api::Nothing, CommandError> {
    Err(CommandError::new("command.not_built", "set_preference"))
}

/// See `api`.
pub async fn today(_engine: &Engine, _args: crate::api::Nothing) -> Result<crate::workspace::view::Today, CommandError> {
    Err(CommandError::new("command.not_built", "today"))
}
