//! Sites out of the workspace: the list on the screen as a file that imports back as it is.

use satchel_core::sites::SiteDetails;
use satchel_core::wire::entities::site_details_of;
use satchel_documents::site_list::{Format, export};

use super::queries::LIST;
use super::view::ExportSites;
use crate::api::CommandError;
use crate::api::list::{Conditions, all_keys};
use crate::api::view::SavedFile;
use crate::engine::Engine;
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
    let sites: Vec<SiteDetails> = rows.iter().map(site_details_of).collect::<Result<_, _>>()?;
    let format = Format::from(args.format);
    let bytes = tokio::task::spawn_blocking(move || export(sites.iter(), format))
        .await
        .map_err(|e| CommandError::new("export.failed", e.to_string()))?
        .map_err(|e| CommandError::new("export.failed", e.to_string()))?;
    save(&open, format!("{name}-{}.{}", open.today(), format.extension()), &bytes).await
}
