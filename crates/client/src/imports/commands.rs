//! Placeholder of imports commands while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn open(_engine: &Engine, _args: crate::imports::view::OpenSiteList) -> Result<crate::imports::view::SiteListPreview, CommandError> {
    Err(CommandError::new("command.not_built", "open_site_list"))
}

/// See `api`.
pub async fn change(_engine: &Engine, _args: crate::imports::view::ChangeSiteList) -> Result<crate::imports::view::SiteListPreview, CommandError> {
    Err(CommandError::new("command.not_built", "change_site_list"))
}

/// See `api`.
pub async fn commit(_engine: &Engine, _args: crate::imports::view::CommitSiteList) -> Result<crate::imports::view::ImportOutcome, CommandError> {
    Err(CommandError::new("command.not_built", "commit_site_list"))
}

/// See `api`.
pub async fn drop_list(_engine: &Engine, _args: crate::imports::view::ImportId) -> Result<crate::api::Nothing, CommandError> {
    Err(CommandError::new("command.not_built", "drop_site_list"))
}
