//! Importing a site list into a workspace: the same report as a look at it, then the import.

use std::path::Path;

use anyhow::{Context, Result};
use satchel_client::Engine;
use satchel_client::imports::account::account_of;
use satchel_client::imports::commands::{change, commit, open_bytes};
use satchel_client::imports::rows::findings;
use satchel_client::imports::view::{ChangeSiteList, CommitSiteList, ListNotice, MapField, SiteListPreview};
use satchel_documents::site_list::{Notice, Severity, notice_words, words};
use serde_json::{Value, json};

use crate::look_at_list::{Chosen, printed};
use crate::refused;

/// Prints the report and, unless only looking, imports. Exit code 3 when rows are left out or something should be asked.
pub async fn run(engine: &Engine, file: &Path, account: &str, dry_run: bool, chosen: Chosen) -> Result<u8> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let account_id = account_of(engine, account).await.map_err(refused)?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut preview = open_bytes(engine, &account_id, &name, bytes).await.map_err(refused)?;
    if let Some(args) = changes(&preview.import_id, chosen)? {
        preview = change(engine, args).await.map_err(refused)?;
    }
    let notices: Vec<Notice> = preview.notices.iter().map(notice).collect();
    super::print(&report(engine, &preview, &notices).await?)?;
    for notice in &notices {
        eprintln!("{}", notice_words(notice));
    }
    let attention = preview.errors > 0 || notices.iter().any(|notice| notice.asks);
    if !dry_run {
        let args = CommitSiteList {
            import_id: preview.import_id,
            quote_id: None,
            default_item_id: None,
            order_per_site: None,
        };
        let outcome = commit(engine, args).await.map_err(refused)?;
        let left_out = outcome.skipped + outcome.errors;
        eprintln!("{} added, {} changed, {left_out} left out", outcome.added, outcome.changed);
    }
    Ok(if attention { 3 } else { 0 })
}

/// What was chosen instead of guessed; `None` where nothing was.
fn changes(import_id: &str, chosen: Chosen) -> Result<Option<ChangeSiteList>> {
    let pairs = chosen.mapping.as_deref().unwrap_or_default().split(',').filter(|pair| !pair.trim().is_empty());
    let fields = pairs
        .map(|pair| {
            let (field, column) = pair.split_once('=').context("mapping is field=column")?;
            Ok(MapField { field: field.trim().to_owned(), column: Some(column.trim().parse()?) })
        })
        .collect::<Result<Vec<_>>>()?;
    let args = ChangeSiteList {
        import_id: import_id.to_owned(),
        mapping: Some(fields),
        sheet: chosen.sheet.clone(),
        fixes: Vec::new(),
        skips: Vec::new(),
        accept_repairs: Vec::new(),
        encoding: chosen.encoding.clone(),
        delimiter: chosen.delimiter()?.map(|sign| char::from(sign).to_string()),
        header_row: chosen.header_row,
        country: chosen.country.clone(),
        leave_out_hidden: chosen.without_hidden.then_some(true),
        in_notes: None,
    };
    let nothing = chosen.mapping.is_none()
        && chosen.sheet.is_none()
        && chosen.encoding.is_none()
        && chosen.delimiter.is_none()
        && chosen.header_row.is_none()
        && chosen.country.is_none()
        && !chosen.without_hidden;
    Ok((!nothing).then_some(args))
}

fn notice(notice: &ListNotice) -> Notice {
    Notice { code: notice.code.clone(), asks: notice.asks, params: notice.params.clone() }
}

async fn report(engine: &Engine, preview: &SiteListPreview, notices: &[Notice]) -> Result<Value> {
    let found = findings(engine, &preview.import_id).await.map_err(refused)?;
    let said = found.iter().filter(|finding| finding.severity != Severity::Cleaned);
    let errors: Vec<Value> = said
        .map(|f| {
            json!({
                "row": f.row, "column": f.column, "code": f.code, "severity": f.severity.word(), "message": words(f),
                "repair": f.repair,
            })
        })
        .collect();
    let p = preview;
    Ok(json!({
        "rows": p.rows, "new": p.new, "changed": p.changed, "unchanged": p.unchanged, "skipped": p.skipped,
        "failed": p.errors, "errors": errors, "notices": notices.iter().map(printed).collect::<Vec<_>>(),
        "encoding": p.encoding, "delimiter": p.delimiter, "header_rows": p.header_rows, "sheet": p.sheet,
        "sheets": p.sheets, "mapping": p.mapping, "country": p.country, "ms": p.ms,
    }))
}
