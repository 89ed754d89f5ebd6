//! Placeholder of sites queries while the engine is being built.

use crate::Engine;
use crate::api::CommandError;

/// See `api`.
pub async fn list(_engine: &Engine, _args: crate::sites::view::ListSites) -> Result<crate::api::view::Window<crate::sites::view::SiteRow>, CommandError> {
    Err(CommandError::new("command.not_built", "list_sites"))
}

/// See `api`.
pub async fn facets(_engine: &Engine, _args: crate::sites::view::ListSites) -> Result<Vec<crate::api::view::Facet>, CommandError> {
    Err(CommandError::new("command.not_built", "site_facets"))
}
