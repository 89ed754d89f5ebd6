//! Sites out of the workspace: the list on the screen as a file that imports back as it is.

use std::collections::HashMap;

use satchel_core::sites::SiteDetails;
use satchel_core::wire::entities::site_details_of;
use satchel_core::wire::rows::Row;
use satchel_documents::site_list::{Exported, Format, export};

use super::queries::LIST;
use super::view::ExportSites;
use crate::api::CommandError;
use crate::api::list::{Conditions, all_keys};
use crate::api::view::SavedFile;
use crate::engine::{Engine, Open};
use crate::saved::{part_of_name, save};
use crate::store::load_rows_by_ids;

/// Writes all sites of a list, with its filters and in its order.
pub async fn export_sites(engine: &Engine, args: ExportSites) -> Result<SavedFile, CommandError> {
    let open = engine.workspace().await?;
    let mut fixed = Conditions::default();
    let mut name = "sites".to_owned();
    if let Some(account) = &args.account_id {
        fixed.and("s.account_id = ?", account);
        let account: Option<String> = sqlx::query_scalar("SELECT name FROM accounts WHERE id = ?1")
            .bind(account)
            .fetch_optional(open.store.read())
            .await?;
        name = format!("{}-sites", part_of_name(&account.unwrap_or_default()));
    }
    let keys = all_keys(&open, &LIST, &args.list, fixed).await?;
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows_by_ids(&mut conn, crate::sync_spec("sites")?, &keys).await?;
    drop(conn);
    let parents = parents(&open, args.account_id.as_deref()).await?;
    let with_parent = |row: &Row| -> Result<(SiteDetails, String), CommandError> {
        let parent = row.text_or_null("parent_id").and_then(|id| parents.get(id)).cloned().unwrap_or_default();
        Ok((site_details_of(row)?, parent))
    };
    let sites: Vec<(SiteDetails, String)> = rows.iter().map(with_parent).collect::<Result<_, _>>()?;
    let format = Format::from(args.format);
    let bytes = tokio::task::spawn_blocking(move || {
        let sites = sites.iter().map(|(details, parent)| Exported { details, parent });
        export(sites, format)
    })
    .await
    .map_err(|e| CommandError::new("export.failed", e.to_string()))?
    .map_err(|e| CommandError::new("export.failed", e.to_string()))?;
    save(&open, format!("{name}-{}.{}", open.today(), format.extension()), &bytes).await
}

/// How a list says which site stands above: by code, or by name where there is none. Only of sites that have others below.
async fn parents(open: &Open, account_id: Option<&str>) -> Result<HashMap<String, String>, CommandError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT p.id, CASE p.code WHEN '' THEN p.name ELSE p.code END FROM sites p \
         WHERE (?1 IS NULL OR p.account_id = ?1) AND p.id IN (SELECT parent_id FROM sites)",
    )
    .bind(account_id)
    .fetch_all(open.store.read())
    .await?;
    Ok(rows.into_iter().collect())
}
