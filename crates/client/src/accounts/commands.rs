//! Placeholder of accounts commands while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn edit(_engine: &Engine, _args: crate::accounts::view::EditAccount) -> Result<crate::accounts::view::AccountView, CommandError> {
    Err(CommandError::new("command.not_built", "edit_account"))
}
