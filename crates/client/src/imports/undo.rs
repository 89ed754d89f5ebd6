//! Taking an import back: its new sites go, its changed sites are as before, its lines leave the draft quote. What was changed
//! or built on since then stays, and is said.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::accounts::FieldEdit;
use satchel_core::ids::{AccountId, LineId, SiteId};
use satchel_core::quotes::{Edit, State};
use satchel_core::sites::{
    EDITABLE_FIELDS, EditSites, EditedSite, IMPORT_TAKEN_BACK, ImportedSite, MAX_SITES_PER_IMPORT, RemoveSites,
    SiteDetails, StateField,
};
use satchel_core::steps::Reader;
use satchel_core::time::{Timestamp, format_instant_ms};
use satchel_core::wire::entities::site_details_of;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::view::{ImportRun, ImportRunId, UndoOutcome};
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::quotes::commands::edit_with;
use crate::quotes::queries::{load, parse_id};
use crate::store::load_rows_by_ids;
use crate::sync::{Cache, Subject, SubjectKind, mutate};
use crate::words;

/// A site that an import changed: what it was and what the import made of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Changed {
    id: SiteId,
    before: SiteDetails,
    after: SiteDetails,
}

/// A site that an import put under another one: where it stood, and where it stands now; empty: at the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    pub id: SiteId,
    pub before: String,
    pub after: String,
}

/// Puts sites where a list says they stand.
pub(super) async fn place(
    engine: &Engine,
    open: &Open,
    (account_id, subject): (AccountId, &Subject),
    moves: &[Move],
    reason: &str,
) -> Result<(), CommandError> {
    for chunk in moves.chunks(MAX_SITES_PER_IMPORT) {
        let sites = chunk.iter().map(|moved| EditedSite {
            id: moved.id,
            fields: BTreeMap::from([(
                StateField::Parent.column().to_owned(),
                FieldEdit { base: moved.before.clone(), mine: moved.after.clone() },
            )]),
        });
        let intent = Intent::SiteEdit(EditSites {
            account_id,
            sites: sites.collect(),
            reason: reason.to_owned(),
            at: Some(open.now()),
        });
        mutate(engine, open, intent, subject.clone()).await?;
    }
    Ok(())
}

fn damaged(error: &serde_json::Error) -> CommandError {
    CommandError::new("store.damaged", error.to_string())
}

/// Notes what an import is about to do. It stands even when the program ends in the middle: taking back looks at what is there.
pub(super) async fn note(
    open: &Open,
    account: AccountId,
    (file_name, quote_id): (&str, Option<&str>),
    sites: &[ImportedSite],
    moves: &[Move],
) -> Result<(), CommandError> {
    let ids: Vec<String> = sites.iter().filter(|site| !site.new).map(|site| site.id.to_string()).collect();
    let mut tx = open.store.begin().await?;
    let before = details_by_id(&load_rows_by_ids(tx.conn(), crate::sync_spec("sites")?, &ids).await?)?;
    let changed: Vec<Changed> = sites
        .iter()
        .filter_map(|site| {
            Some(Changed { id: site.id, before: before.get(&site.id)?.clone(), after: site.details.clone() })
        })
        .collect();
    let added: Vec<SiteId> = sites.iter().filter(|site| site.new).map(|site| site.id).collect();
    sqlx::query(
        "INSERT INTO import_runs (id, account_id, file_name, at, quote_id, added, changed, moved) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(account.to_string())
    .bind(file_name)
    .bind(format_instant_ms(open.now()))
    .bind(quote_id)
    .bind(serde_json::to_string(&added).map_err(|e| damaged(&e))?)
    .bind(serde_json::to_string(&changed).map_err(|e| damaged(&e))?)
    .bind(serde_json::to_string(moves).map_err(|e| damaged(&e))?)
    .execute(tx.conn())
    .await?;
    tx.touch("import_runs");
    tx.commit().await?;
    Ok(())
}

fn details_by_id(rows: &[Row]) -> Result<BTreeMap<SiteId, SiteDetails>, CommandError> {
    rows.iter().map(|row| Ok((SiteId(row.id()), site_details_of(row)?))).collect()
}

/// Imports into an account, the latest first.
pub async fn list(engine: &Engine, args: ById) -> Result<Vec<ImportRun>, CommandError> {
    let open = engine.workspace().await?;
    let rows: Vec<(String, String, String, i64, i64, Option<String>)> = sqlx::query_as(
        "SELECT id, file_name, at, json_array_length(added), json_array_length(changed), undone_at FROM import_runs \
         WHERE account_id = ?1 ORDER BY at DESC, id DESC LIMIT 50",
    )
    .bind(&args.id)
    .fetch_all(open.store.read())
    .await?;
    let when = |text: &str| {
        text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |at| words::moment(at, open.now(), open.zone))
    };
    Ok(rows
        .into_iter()
        .map(|(id, file_name, at, added, changed, undone)| ImportRun {
            id,
            file_name,
            at_text: when(&at),
            added: u32::try_from(added).unwrap_or(0),
            changed: u32::try_from(changed).unwrap_or(0),
            undone_text: undone.as_deref().map(when),
        })
        .collect())
}

/// Account, quote, sites added, changed and moved as JSON, when it was taken back.
type RunRow = (String, Option<String>, String, String, String, Option<String>);

/// Takes an import back.
pub async fn undo(engine: &Engine, args: ImportRunId) -> Result<UndoOutcome, CommandError> {
    let open = engine.workspace().await?;
    let run: Option<RunRow> =
        sqlx::query_as("SELECT account_id, quote_id, added, changed, moved, undone_at FROM import_runs WHERE id = ?1")
            .bind(&args.run_id)
            .fetch_optional(open.store.read())
            .await?;
    let (account, quote, added, changed, moved, undone) =
        run.ok_or_else(|| CommandError::new("import.unknown", &args.run_id))?;
    if undone.is_some() {
        return Err(CommandError::new("import.undone", "this import was taken back already"));
    }
    let account = AccountId::parse(&account).map_err(|e| CommandError::new("account.unknown", e.to_string()))?;
    let added: Vec<SiteId> = serde_json::from_str(&added).map_err(|e| damaged(&e))?;
    let changed: Vec<Changed> = serde_json::from_str(&changed).map_err(|e| damaged(&e))?;
    let moved: Vec<Move> = serde_json::from_str(&moved).map_err(|e| damaged(&e))?;
    let name: String = sqlx::query_scalar("SELECT name FROM accounts WHERE id = ?1")
        .bind(account.to_string())
        .fetch_one(open.store.read())
        .await?;
    let subject = Subject { text: name, kind: SubjectKind::Account, id: account.0 };
    let mut outcome = UndoOutcome::default();
    if let Some(quote) = quote {
        outcome.lines = take_lines(engine, &open, &quote, &added).await?;
    }
    restore(engine, &open, account, &changed, &subject, &mut outcome).await?;
    put_back(engine, &open, (account, &subject), (moved, &added), &mut outcome).await?;
    remove(engine, &open, account, &added, &subject, &mut outcome).await?;
    let mut tx = open.store.begin().await?;
    sqlx::query("UPDATE import_runs SET undone_at = ?2 WHERE id = ?1")
        .bind(&args.run_id)
        .bind(format_instant_ms(open.now()))
        .execute(tx.conn())
        .await?;
    tx.touch("import_runs");
    tx.commit().await?;
    Ok(outcome)
}

/// Takes the lines of the new sites off the quote while it is a draft.
async fn take_lines(engine: &Engine, open: &Open, quote: &str, added: &[SiteId]) -> Result<u32, CommandError> {
    let Ok(loaded) = load(open, parse_id(quote)?).await else { return Ok(0) };
    if !matches!(loaded.quote.state, State::Draft) {
        return Ok(0);
    }
    let added: BTreeSet<SiteId> = added.iter().copied().collect();
    let lines = loaded.quote.content.lines.iter().filter(|line| added.contains(&line.site_id));
    let line_ids: Vec<LineId> = lines.map(|line| line.id).collect();
    let count = u32::try_from(line_ids.len()).unwrap_or(u32::MAX);
    if count > 0 {
        edit_with(engine, open, loaded, vec![Edit::RemoveLines { line_ids }]).await?;
    }
    Ok(count)
}

/// Puts back the fields that still are as the import made them.
async fn restore(
    engine: &Engine,
    open: &Open,
    account: AccountId,
    changed: &[Changed],
    subject: &Subject,
    outcome: &mut UndoOutcome,
) -> Result<(), CommandError> {
    let ids: Vec<String> = changed.iter().map(|site| site.id.to_string()).collect();
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows_by_ids(&mut conn, crate::sync_spec("sites")?, &ids).await?;
    drop(conn);
    let now: BTreeMap<SiteId, &Row> = rows.iter().map(|row| (SiteId(row.id()), row)).collect();
    let mut edits = Vec::new();
    for site in changed {
        let Some(row) = now.get(&site.id) else { continue };
        let mut fields = BTreeMap::new();
        for (field, _) in EDITABLE_FIELDS {
            let value = |details: &SiteDetails| field_value(details, field);
            let (before, after) = (value(&site.before), value(&site.after));
            let there = row.text(field).unwrap_or_default();
            if before == after {
                continue;
            }
            if there == after {
                fields.insert(field.to_owned(), FieldEdit { base: after, mine: before });
            } else if there != before {
                outcome.changed_since += 1;
            }
        }
        if !fields.is_empty() {
            edits.push(EditedSite { id: site.id, fields });
        }
    }
    outcome.restored = u32::try_from(edits.len()).unwrap_or(u32::MAX);
    for chunk in edits.chunks(MAX_SITES_PER_IMPORT) {
        let intent = Intent::SiteEdit(EditSites {
            account_id: account,
            sites: chunk.to_vec(),
            reason: IMPORT_TAKEN_BACK.to_owned(),
            at: Some(open.now()),
        });
        mutate(engine, open, intent, subject.clone()).await?;
    }
    Ok(())
}

/// Puts the sites that were there before under what they stood under; those moved since then stay.
async fn put_back(
    engine: &Engine,
    open: &Open,
    about: (AccountId, &Subject),
    (moved, added): (Vec<Move>, &[SiteId]),
    outcome: &mut UndoOutcome,
) -> Result<(), CommandError> {
    let gone: BTreeSet<SiteId> = added.iter().copied().collect();
    let moved: Vec<Move> = moved.into_iter().filter(|one| !gone.contains(&one.id)).collect();
    let ids: Vec<String> = moved.iter().map(|one| one.id.to_string()).collect();
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows_by_ids(&mut conn, crate::sync_spec("sites")?, &ids).await?;
    drop(conn);
    let now: BTreeMap<SiteId, &str> =
        rows.iter().map(|row| (SiteId(row.id()), row.text_or_null("parent_id").unwrap_or_default())).collect();
    let mut back = Vec::new();
    for one in moved {
        match now.get(&one.id) {
            Some(there) if *there == one.after => {
                back.push(Move { id: one.id, before: one.after, after: one.before });
            }
            Some(there) if *there != one.before => outcome.changed_since += 1,
            _ => {}
        }
    }
    place(engine, open, about, &back, IMPORT_TAKEN_BACK).await
}

fn field_value(details: &SiteDetails, field: &str) -> String {
    use satchel_documents::site_list::{Field, value};
    Field::parse(field).map(|field| value(details, field).to_owned()).unwrap_or_default()
}

/// Removes the new sites that nothing was built on.
async fn remove(
    engine: &Engine,
    open: &Open,
    account: AccountId,
    added: &[SiteId],
    subject: &Subject,
    outcome: &mut UndoOutcome,
) -> Result<(), CommandError> {
    let ids: Vec<String> = added.iter().map(ToString::to_string).collect();
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows_by_ids(&mut conn, crate::sync_spec("sites")?, &ids).await?;
    let added: Vec<Uuid> = added.iter().map(|id| id.0).collect();
    let used = Cache(&mut conn).used_sites(account, &added).await?;
    drop(conn);
    let free = |row: &&Row| !used.contains(&row.id()) && row.text("service_status") == Ok("none");
    let gone: Vec<SiteId> = rows.iter().filter(free).map(|row| SiteId(row.id())).collect();
    outcome.removed = u32::try_from(gone.len()).unwrap_or(u32::MAX);
    outcome.kept = u32::try_from(rows.len() - gone.len()).unwrap_or(u32::MAX);
    for chunk in gone.chunks(MAX_SITES_PER_IMPORT) {
        let intent = Intent::SiteRemove(RemoveSites { account_id: account, site_ids: chunk.to_vec() });
        mutate(engine, open, intent, subject.clone()).await?;
    }
    Ok(())
}
