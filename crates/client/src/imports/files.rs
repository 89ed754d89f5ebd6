//! Files around an import: the template before it, the customer's own file with what is to be mended after it.

use satchel_documents::site_list::{Choices, Format, error_file, template};

use super::commands::{opened, settings};
use super::view::{ImportId, SiteListTemplate};
use crate::api::CommandError;
use crate::api::view::{ListFormat, SavedFile};
use crate::engine::Engine;
use crate::saved::{part_of_name, save};

impl From<ListFormat> for Format {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Csv => Self::Csv,
            ListFormat::Xlsx => Self::Xlsx,
        }
    }
}

/// The template for an account: its country's provinces and its price book's packages to choose from.
pub async fn template_file(engine: &Engine, args: SiteListTemplate) -> Result<SavedFile, CommandError> {
    let open = engine.workspace().await?;
    let settings = settings(&open, &args.account_id).await?;
    let format = Format::from(args.format);
    let choices = Choices {
        provinces: settings.country.iter().flat_map(|c| c.provinces).map(|p| p.name.to_owned()).collect(),
        packages: settings.packages,
        postal_digits: settings.country.map_or(0, |country| country.postal_digits),
    };
    let bytes = template(&choices, format).map_err(|e| CommandError::new("export.failed", e.to_string()))?;
    save(&open, format!("site-list-template.{}", format.extension()), &bytes).await
}

/// The customer's file with two columns added.
pub async fn errors_file(engine: &Engine, args: ImportId) -> Result<SavedFile, CommandError> {
    let open = engine.workspace().await?;
    let import = opened(engine, &args.import_id).await?;
    let reader = engine.config.spreadsheet_reader.clone();
    let made = tokio::task::spawn_blocking(move || {
        let options = import.how.options(reader.as_deref());
        let stem = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(stem, _)| stem);
        let stem = part_of_name(stem);
        error_file(&import.bytes, options, &import.table, &import.checked).map(|(bytes, format)| (stem, bytes, format))
    });
    let failed = |e: String| CommandError::new("export.failed", e);
    let (stem, bytes, format) = made.await.map_err(|e| failed(e.to_string()))?.map_err(|e| failed(e.to_string()))?;
    save(&open, format!("{stem}-to-be-mended.{}", format.extension()), &bytes).await
}
