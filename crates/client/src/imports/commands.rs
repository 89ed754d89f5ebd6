//! Look, map, mend, confirm.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use base64::Engine as _;
use satchel_core::ids::{AccountId, ItemId, SiteId};
use satchel_core::pricing::ChargeType;
use satchel_core::quotes::{Edit, NewLine};
use satchel_core::sites::{IMPORTED, ImportSites, ImportedSite, MAX_REASON, MAX_SITES_PER_IMPORT, SiteDetails};
use satchel_core::wire::entities::site_details_of;
use satchel_core::wire::mutation::Intent;
use satchel_documents::site_list::{
    CellFix, Checked, Existing, Field, Mapping, Outcome, ParsedRow, RawTable, Settings, SiteAbove, check_watched,
    guess, read_with,
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::rows::preview;
use super::undo::Move;
use super::view::{
    ChangeSiteList, CommitSiteList, ImportId, ImportOutcome, ImportStage, ImportToken, OpenSiteList, SiteListPreview,
};
use super::{How, OpenImport};
use crate::EngineEvent;
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::quotes::commands::{edit_with, lines_for};
use crate::quotes::queries::{load, parse_id};
use crate::store::load_rows;
use crate::sync::{Subject, SubjectKind, mutate};

/// Most lists open at once; the oldest is dropped.
const MAX_OPEN: usize = 4;
/// Rows checked between two words about it.
const ROWS_BETWEEN_NEWS: usize = 2_000;

fn unknown_import() -> CommandError {
    CommandError::new("import.unknown", "no such opened list")
}

/// Looks at a site list; nothing is written.
pub async fn open(engine: &Engine, args: OpenSiteList) -> Result<SiteListPreview, CommandError> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(&args.bytes_base64)
        .map_err(|e| CommandError::new("command.bad_arguments", e.to_string()))?;
    open_watched(engine, &args.account_id, &args.file_name, bytes, args.token).await
}

/// As [`open`], from bytes: the command line's way in.
pub async fn open_bytes(
    engine: &Engine,
    account_id: &str,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<SiteListPreview, CommandError> {
    open_watched(engine, account_id, file_name, bytes, None).await
}

/// Ends the opening of a list that nobody wants any more; what was read of it is forgotten.
pub async fn cancel(engine: &Engine, args: ImportToken) -> Result<Nothing, CommandError> {
    if let Ok(opening) = engine.opening_lists.lock()
        && let Some(ended) = opening.get(&args.token)
    {
        ended.store(true, Ordering::Relaxed);
    }
    Ok(Nothing {})
}

/// Tells the window how far a list is; a list being opened may be ended meanwhile.
struct Progress {
    engine: Engine,
    token: Option<String>,
    ended: Arc<AtomicBool>,
}

impl Progress {
    fn of(engine: &Engine, token: Option<String>) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        if let (Some(token), Ok(mut opening)) = (&token, engine.opening_lists.lock()) {
            opening.insert(token.clone(), ended.clone());
        }
        Self { engine: engine.clone(), token, ended }
    }

    fn say(&self, stage: ImportStage, done: usize, total: usize) {
        let Some(token) = self.token.clone() else { return };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.engine.announce(EngineEvent::Import { token, stage, done: count(done), total: count(total) });
    }

    fn wanted(&self) -> Result<(), CommandError> {
        if self.ended.load(Ordering::Relaxed) {
            return Err(CommandError::new("import.cancelled", "nobody wants this list any more"));
        }
        Ok(())
    }

    fn check(&self, table: &RawTable, mapping: &Mapping, settings: &Settings) -> Result<Checked, CommandError> {
        let total = table.rows.len();
        let checked = check_watched(table, mapping, settings, |done| {
            if done.is_multiple_of(ROWS_BETWEEN_NEWS) {
                self.say(ImportStage::Checking, done, total);
                return !self.ended.load(Ordering::Relaxed);
            }
            true
        });
        checked.ok_or_else(|| CommandError::new("import.cancelled", "nobody wants this list any more"))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let (Some(token), Ok(mut opening)) = (&self.token, self.engine.opening_lists.lock()) {
            opening.remove(token);
        }
    }
}

async fn open_watched(
    engine: &Engine,
    account_id: &str,
    file_name: &str,
    bytes: Vec<u8>,
    token: Option<String>,
) -> Result<SiteListPreview, CommandError> {
    let progress = Progress::of(engine, token);
    let open = engine.workspace().await?;
    let settings = settings(&open, account_id).await?;
    let remembered: Option<String> = sqlx::query_scalar("SELECT mapping FROM import_mappings WHERE account_id = ?1")
        .bind(account_id)
        .fetch_optional(open.store.read())
        .await?;
    let started = Instant::now();
    let (account_id, file_name) = (account_id.to_owned(), file_name.to_owned());
    let reader = engine.config.spreadsheet_reader.clone();
    let import = tokio::task::spawn_blocking(move || -> Result<OpenImport, CommandError> {
        progress.say(ImportStage::Reading, 0, 0);
        let how = How::default();
        let table = read_with(&bytes, how.options(reader.as_deref()))
            .map_err(|e| CommandError::new(e.code(), e.to_string()).at("file"))?;
        progress.wanted()?;
        let mut mapping = guess(&table, settings.country);
        apply_remembered(&mut mapping, remembered.as_deref(), &table.header);
        let checked = progress.check(&table, &mapping, &settings)?;
        progress.wanted()?;
        Ok(OpenImport {
            account_id,
            file_name,
            bytes,
            how,
            other_customer: None,
            table,
            mapping,
            settings,
            checked,
            ms: 0,
            revision: 0,
        })
    })
    .await
    .map_err(|e| CommandError::new("import.failed", e.to_string()))?;
    let mut import = import?;
    import.other_customer = other_customer(&open, &import.account_id, &import.checked).await?;
    import.ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
    let id = uuid::Uuid::now_v7().to_string();
    let preview = preview(&id, &import);
    let mut imports = engine.imports.lock().await;
    while imports.len() >= MAX_OPEN {
        let Some(oldest) = imports.keys().min().cloned() else { break };
        imports.remove(&oldest);
    }
    imports.insert(id, Arc::new(Mutex::new(import)));
    Ok(preview)
}

/// An opened list, for one command at a time; the others' lists are not held up by it.
pub(super) async fn opened(engine: &Engine, id: &str) -> Result<OwnedMutexGuard<OpenImport>, CommandError> {
    let import = engine.imports.lock().await.get(id).cloned().ok_or_else(unknown_import)?;
    let import = import.lock_owned().await;
    // While it was waited for, the list may have been written or dropped.
    if !engine.imports.lock().await.contains_key(id) {
        return Err(unknown_import());
    }
    Ok(import)
}

/// A mapping remembered by header names applies where the same headers stand again.
fn apply_remembered(mapping: &mut Mapping, remembered: Option<&str>, header: &[String]) {
    let Some(map) = remembered.and_then(|text| serde_json::from_str::<BTreeMap<String, String>>(text).ok()) else {
        return;
    };
    for (field, name) in map {
        let column = header.iter().position(|header| *header == name);
        if let (Some(field), Some(column)) = (Field::parse(&field), column) {
            mapping.choose(field, Some(column), "remembered");
        }
    }
}

pub(super) async fn settings(open: &Open, account_id: &str) -> Result<Settings, CommandError> {
    let (country, currency): (String, String) = sqlx::query_as("SELECT country, currency FROM accounts WHERE id = ?1")
        .bind(account_id)
        .fetch_optional(open.store.read())
        .await?
        .ok_or_else(|| CommandError::new("account.unknown", account_id))?;
    let packages: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT i.name FROM price_items i JOIN price_books b ON b.id = i.price_book_id \
         WHERE b.status = 'published' AND b.currency = ?1 AND i.charge_type = 'recurring' ORDER BY i.name",
    )
    .bind(currency)
    .fetch_all(open.store.read())
    .await?;
    let mut conn = open.store.read().acquire().await?;
    let sites = load_rows(&mut conn, crate::sync_spec("sites")?, "account_id", account_id).await?;
    let existing = sites
        .iter()
        .map(|row| {
            let parent = row.text_or_null("parent_id").filter(|id| !id.is_empty()).map(str::to_owned);
            Ok(Existing { id: row.id().to_string(), details: site_details_of(row)?, parent })
        })
        .collect::<Result<Vec<_>, CommandError>>()?;
    Ok(Settings { country: satchel_core::places::country(&country), packages, existing, ..Settings::default() })
}

/// Changes mapping, cells, skips of an opened list and checks it again.
pub async fn change(engine: &Engine, args: ChangeSiteList) -> Result<SiteListPreview, CommandError> {
    let import = opened(engine, &args.import_id).await?;
    let reader = engine.config.spreadsheet_reader.clone();
    // Not to be ended: the list stays as it was changed.
    let progress = Progress {
        engine: engine.clone(),
        token: Some(args.import_id.clone()),
        ended: Arc::new(AtomicBool::new(false)),
    };
    // Reading and checking a long list is work for a thread of its own.
    tokio::task::spawn_blocking(move || changed(import, args, reader.as_deref(), &progress))
        .await
        .map_err(|e| CommandError::new("import.failed", e.to_string()))?
}

fn changed(
    mut import: OwnedMutexGuard<OpenImport>,
    args: ChangeSiteList,
    reader: Option<&Path>,
    progress: &Progress,
) -> Result<SiteListPreview, CommandError> {
    let import = &mut *import;
    let started = Instant::now();
    read_otherwise(import, &args, reader)?;
    for choice in args.mapping.unwrap_or_default() {
        let field = Field::parse(&choice.field)
            .ok_or_else(|| CommandError::new("import.unknown_field", &choice.field).at("mapping"))?;
        let column = choice.column.map(|column| column as usize);
        if column.is_some_and(|column| column >= import.table.header.len()) {
            return Err(CommandError::new("import.unknown_column", "no such column").at("mapping"));
        }
        import.mapping.choose(field, column, "chosen");
    }
    if let Some(columns) = args.in_notes {
        let columns: Vec<usize> = columns.into_iter().map(|column| column as usize).collect();
        if columns.iter().any(|column| *column >= import.table.header.len()) {
            return Err(CommandError::new("import.unknown_column", "no such column").at("in_notes"));
        }
        import.mapping.keep_in_notes(&columns);
    }
    if let Some(leave_out) = args.leave_out_hidden {
        import.settings.leave_out_hidden = leave_out;
    }
    for fix in args.fixes {
        let field = Field::parse(&fix.field)
            .ok_or_else(|| CommandError::new("import.unknown_field", &fix.field).at("fixes"))?;
        import.settings.fixes.retain(|known| known.row != fix.row || known.field != field);
        import.settings.fixes.push(CellFix { row: fix.row, field, value: fix.value });
    }
    for skip in args.skips {
        import.settings.skips.retain(|row| *row != skip.row);
        if skip.skip {
            import.settings.skips.push(skip.row);
        }
    }
    for code in args.accept_repairs {
        if !import.settings.accepted.contains(&code) {
            import.settings.accepted.push(code);
        }
    }
    import.checked = progress.check(&import.table, &import.mapping, &import.settings)?;
    import.revision += 1;
    import.ms = u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX);
    Ok(preview(&args.import_id, import))
}

/// Reads the file again where something about reading it was chosen, and guesses its columns anew.
fn read_otherwise(import: &mut OpenImport, args: &ChangeSiteList, reader: Option<&Path>) -> Result<(), CommandError> {
    let mut how = import.how.clone();
    if let Some(sheet) = args.sheet.as_ref().filter(|sheet| **sheet != import.table.sheet) {
        how.sheet = Some(sheet.clone());
        // The header of one sheet is not another's.
        how.header_row = None;
    }
    if let Some(encoding) = &args.encoding {
        how.encoding = Some(encoding.clone());
    }
    if let Some(delimiter) = args.delimiter.as_ref().and_then(|text| text.bytes().next()) {
        how.delimiter = Some(delimiter);
    }
    if let Some(row) = args.header_row {
        how.header_row = Some(row);
    }
    let country = args.country.as_deref().map(|code| {
        let known = satchel_core::places::country(code);
        known.ok_or_else(|| CommandError::new("import.unknown_country", code).at("country"))
    });
    let country = country.transpose()?.or(import.settings.country);
    if how == import.how && country == import.settings.country {
        return Ok(());
    }
    let chosen = chosen_by_header(import);
    if how != import.how {
        let table = read_with(&import.bytes, how.options(reader))
            .map_err(|e| CommandError::new(e.code(), e.to_string()).at("file"))?;
        // What was typed belongs to the rows as they were cut before.
        if how.sheet != import.how.sheet || how.delimiter != import.how.delimiter {
            import.settings.fixes.clear();
            import.settings.skips.clear();
        }
        (import.table, import.how) = (table, how);
    }
    import.settings.country = country;
    import.mapping = guess(&import.table, country);
    // What a person chose holds as long as the column is there.
    for (field, header, reason) in chosen {
        if let Some(column) = import.table.header.iter().position(|known| *known == header) {
            import.mapping.choose(field, Some(column), &reason);
        }
    }
    Ok(())
}

/// Columns that were not guessed: field, header and why.
fn chosen_by_header(import: &OpenImport) -> Vec<(Field, String, String)> {
    let chosen = import.mapping.fields.iter().filter(|m| m.reason == "chosen" || m.reason == "remembered");
    chosen.filter_map(|m| Some((m.field, import.table.header.get(m.column?)?.clone(), m.reason.clone()))).collect()
}

/// The other account that more than half of a list's new sites belong to by name and town, where none is this account's.
async fn other_customer(
    open: &Open,
    account_id: &str,
    checked: &Checked,
) -> Result<Option<(String, u32)>, CommandError> {
    let s = checked.summary;
    if s.new < 2 || s.changed + s.unchanged > 0 {
        return Ok(None);
    }
    let new = checked.rows.iter().filter(|row| row.outcome == Outcome::New);
    let sites: Vec<String> = new.map(|row| format!("{}|{}", row.details.name, row.details.city)).collect();
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT a.name, COUNT(*) FROM sites s JOIN accounts a ON a.id = s.account_id \
         WHERE s.account_id <> ?1 AND s.name || '|' || s.city IN (SELECT value FROM json_each(?2)) \
         GROUP BY a.id ORDER BY 2 DESC LIMIT 1",
    )
    .bind(account_id)
    .bind(serde_json::to_string(&sites).unwrap_or_default())
    .fetch_optional(open.store.read())
    .await?;
    let found = found.and_then(|(name, count)| Some((name, u32::try_from(count).ok()?)));
    Ok(found.filter(|(_, count)| count * 2 > s.new))
}

/// Forgets an opened list.
pub async fn drop_list(engine: &Engine, args: ImportId) -> Result<Nothing, CommandError> {
    engine.imports.lock().await.remove(&args.import_id);
    Ok(Nothing {})
}

/// Writes the import: all its sites, and the quote's lines when it is for a quote.
pub async fn commit(engine: &Engine, args: CommitSiteList) -> Result<ImportOutcome, CommandError> {
    let open = engine.workspace().await?;
    let import = opened(engine, &args.import_id).await?;
    let result = write(engine, &open, &import, &args).await;
    // Nothing typed is lost: a list that could not be written stays open. One that was is written once.
    if result.is_ok() {
        engine.imports.lock().await.remove(&args.import_id);
    }
    result
}

async fn write(
    engine: &Engine,
    open: &Open,
    import: &OpenImport,
    args: &CommitSiteList,
) -> Result<ImportOutcome, CommandError> {
    let account_id =
        AccountId::parse(&import.account_id).map_err(|e| CommandError::new("account.unknown", e.to_string()))?;
    let existing = &import.settings.existing;
    let mut sites = Vec::new();
    let mut on_quote: Vec<(SiteId, String)> = Vec::new();
    let mut by_row: BTreeMap<u32, SiteId> = BTreeMap::new();
    for row in &import.checked.rows {
        if let Some(site) = imported(row, existing) {
            on_quote.push((site.0, row.details.package.clone()));
            by_row.insert(row.row, site.0);
            sites.extend(site.1);
        }
    }
    let moves = moves(&import.checked, existing, &by_row);
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM accounts WHERE id = ?1")
        .bind(&import.account_id)
        .fetch_optional(open.store.read())
        .await?;
    let name = name.ok_or_else(|| CommandError::new("account.unknown", &import.account_id))?;
    if !sites.is_empty() || !moves.is_empty() || args.quote_id.is_some() {
        let about = (import.file_name.as_str(), args.quote_id.as_deref());
        super::undo::note(open, account_id, about, &sites, &moves).await?;
    }
    for (index, chunk) in sites.chunks(MAX_SITES_PER_IMPORT).enumerate() {
        let done = u32::try_from(index * MAX_SITES_PER_IMPORT).unwrap_or(u32::MAX);
        let (token, total) = (args.import_id.clone(), u32::try_from(sites.len()).unwrap_or(u32::MAX));
        engine.announce(EngineEvent::Import { token, stage: ImportStage::Writing, done, total });
        let intent = Intent::SiteImport(ImportSites {
            account_id,
            file_name: import.file_name.clone(),
            sites: chunk.to_vec(),
            at: Some(open.now()),
        });
        mutate(engine, open, intent, Subject { text: name.clone(), kind: SubjectKind::Account, id: account_id.0 })
            .await?;
    }
    // All sites are there: now each can stand under another.
    let reason = format!("{IMPORTED}:{}", import.file_name).chars().take(MAX_REASON).collect::<String>();
    let subject = Subject { text: name, kind: SubjectKind::Account, id: account_id.0 };
    super::undo::place(engine, open, (account_id, &subject), &moves, &reason).await?;
    remember(open, import).await?;
    let quote_lines = match &args.quote_id {
        Some(quote_id) => quote_sites(engine, open, quote_id, args, &on_quote).await?,
        None => 0,
    };
    let s = import.checked.summary;
    Ok(ImportOutcome {
        added: s.new,
        changed: s.changed,
        unchanged: s.unchanged,
        skipped: s.skipped,
        errors: s.errors,
        quote_lines,
    })
}

/// The site of a row, with what is to be written about it, if anything.
fn imported(row: &ParsedRow, existing: &[Existing]) -> Option<(SiteId, Option<ImportedSite>)> {
    let site = |index: usize| SiteId::parse(&existing[index].id).ok();
    match row.outcome {
        Outcome::New => {
            let id = SiteId(uuid::Uuid::now_v7());
            Some((id, Some(ImportedSite { id, new: true, details: row.details.clone() })))
        }
        Outcome::Changed(index) => {
            let details: SiteDetails = Checked::merged_details(&existing[index], row);
            let id = site(index)?;
            Some((id, Some(ImportedSite { id, new: false, details })))
        }
        Outcome::Unchanged(index) => Some((site(index)?, None)),
        Outcome::Skipped | Outcome::Error => None,
    }
}

/// Sites that come to stand under another one, where they stood before and where now.
fn moves(checked: &Checked, existing: &[Existing], by_row: &BTreeMap<u32, SiteId>) -> Vec<Move> {
    let known = |at: usize| existing.get(at).and_then(|site| SiteId::parse(&site.id).ok());
    checked
        .rows
        .iter()
        .filter_map(|row| {
            let to = match row.above? {
                SiteAbove::Existing(at) => known(at)?,
                SiteAbove::Row(number) => *by_row.get(&number)?,
            };
            let before = match row.outcome {
                Outcome::Changed(at) | Outcome::Unchanged(at) => existing.get(at)?.parent.clone().unwrap_or_default(),
                _ => String::new(),
            };
            Some(Move { id: *by_row.get(&row.row)?, before, after: to.to_string() })
        })
        .collect()
}

async fn remember(open: &Open, import: &OpenImport) -> Result<(), CommandError> {
    let map: BTreeMap<&str, &str> = import
        .mapping
        .fields
        .iter()
        .filter(|mapped| mapped.reason == "chosen" || mapped.reason == "remembered")
        .filter_map(|mapped| Some((mapped.field.word(), import.table.header.get(mapped.column?)?.as_str())))
        .collect();
    if map.is_empty() {
        return Ok(());
    }
    let text = serde_json::to_string(&map).unwrap_or_default();
    let mut tx = open.store.begin().await?;
    sqlx::query(
        "INSERT INTO import_mappings (account_id, mapping) VALUES (?1, ?2) \
         ON CONFLICT (account_id) DO UPDATE SET mapping = excluded.mapping",
    )
    .bind(&import.account_id)
    .bind(text)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Puts the sites on a quote: each with the package its row names, or the default; sites already on it stay as they are.
async fn quote_sites(
    engine: &Engine,
    open: &Open,
    quote_id: &str,
    args: &CommitSiteList,
    sites: &[(SiteId, String)],
) -> Result<u32, CommandError> {
    let loaded = load(open, parse_id(quote_id)?).await?;
    let default_item = args
        .default_item_id
        .as_deref()
        .map(|id| ItemId::parse(id).map_err(|e| CommandError::new("quote.unknown_item", e.to_string())))
        .transpose()?;
    let recurring = |item: &&satchel_core::catalogue::Item| item.charge_type == ChargeType::Recurring;
    let there: std::collections::BTreeSet<SiteId> =
        loaded.quote.content.lines.iter().map(|line| line.site_id).collect();
    let mut lines: Vec<NewLine> = Vec::new();
    for (site, package) in sites.iter().filter(|(site, _)| !there.contains(site)) {
        let named = loaded.context.book.items.values().filter(recurring).find(|item| item.name == *package);
        let Some(item) = named.map(|item| item.id).or(default_item) else {
            return Err(CommandError::new("import.no_package", "a row names no package and there is no default")
                .at("default_item_id"));
        };
        lines.extend(lines_for(&loaded, &[*site], item));
    }
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let split = args.order_per_site.filter(|per_site| *per_site != loaded.quote.content.order_per_site);
    let mut edits: Vec<Edit> = split.map(|per_site| Edit::SetOrderSplit { per_site }).into_iter().collect();
    if count > 0 {
        edits.push(Edit::AddLines { lines });
    }
    if !edits.is_empty() {
        edit_with(engine, open, loaded, edits).await?;
    }
    Ok(count)
}
