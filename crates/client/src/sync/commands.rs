//! What the header and the Sync Centre ask.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use satchel_core::accounts::FieldEdit;
use satchel_core::sites::EditSites;
use satchel_core::time::parse_instant;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::{Outcome, OutcomeStatus};
use serde_json::Value;

use super::view::{
    ChangeStatus, Connection, Difference, ResolveAttention, SubjectKind, SyncCentre, SyncChoice, SyncItem, SyncStatus,
};
use super::{Subject, mutate, skipped};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::words;

/// Data older than this is shown as stale.
const STALE_HOURS: i64 = 12;

/// The header's line.
pub async fn status(engine: &Engine, _: Nothing) -> Result<SyncStatus, CommandError> {
    status_of(engine, &*engine.workspace().await?).await
}

pub(super) async fn status_of(engine: &Engine, open: &Open) -> Result<SyncStatus, CommandError> {
    // Before anything is read: an answer begun later has seen all that this one has.
    let revision = engine.statuses.fetch_add(1, Ordering::SeqCst);
    let changes = open.store.moment().changes();
    let now = open.sync.read().await.clone();
    let waiting: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pending WHERE outcome IS NULL").fetch_one(open.store.read()).await?;
    let needs: i64 =
        sqlx::query_scalar("SELECT count(*) FROM journal WHERE needs_person = 1").fetch_one(open.store.read()).await?;
    let needs = needs + skipped::count(&open.store).await?;
    let connection = match (open.demo, now.syncing, now.online, now.last_error.as_deref()) {
        (true, ..) => Connection::Demo,
        (_, _, _, Some("sync.signed_out" | "auth.revoked" | "session.bad_credentials")) => Connection::SignedOut,
        (_, true, true, _) => Connection::Syncing,
        (_, _, true, _) => Connection::Online,
        _ => Connection::Offline,
    };
    let age = now.last_sync.map(|at| open.now() - at);
    Ok(SyncStatus {
        stale: !open.demo && age.is_some_and(|age| age > chrono::Duration::hours(STALE_HOURS)),
        connection,
        offline_since: now.offline_since.map(|at| words::moment(at, open.now(), open.zone)),
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        needs_you: u32::try_from(needs).unwrap_or(u32::MAX),
        data: open.cache_as_of().await,
        progress: now.progress,
        last_error: now.last_error,
        revision,
        changes,
    })
}

/// Syncs now.
pub async fn sync_now(engine: &Engine, args: Nothing) -> Result<SyncStatus, CommandError> {
    if let Err(error) = super::sync_once(engine).await {
        tracing::info!(code = error.code, "sync did not go through");
    }
    status(engine, args).await
}

type ItemRow = (String, String, String, String, String, Option<String>, String, Option<String>, String);

/// What waits, what was sent, what needs me.
pub async fn centre(engine: &Engine, _: Nothing) -> Result<SyncCentre, CommandError> {
    let open = engine.workspace().await?;
    let waiting: Vec<ItemRow> = sqlx::query_as(
        "SELECT p.mutation_id, p.name, p.subject, p.subject_kind, p.subject_id, p.outcome, p.device_time, NULL, coalesce(u.name, '') \
         FROM pending p LEFT JOIN users u ON u.id = p.user_id ORDER BY p.seq DESC",
    )
    .fetch_all(open.store.read())
    .await?;
    let journal = "SELECT j.mutation_id, j.name, j.subject, j.subject_kind, j.subject_id, j.outcome, j.device_time, \
         j.answered_at, coalesce(u.name, '') FROM journal j LEFT JOIN users u ON u.id = j.user_id WHERE j.needs_person = ?1 \
         ORDER BY j.answered_at DESC, j.seq DESC LIMIT 200";
    let needs: Vec<ItemRow> = sqlx::query_as(journal).bind(true).fetch_all(open.store.read()).await?;
    let confirmed: Vec<ItemRow> = sqlx::query_as(journal).bind(false).fetch_all(open.store.read()).await?;
    let skipped = skipped::items(&open.store).await?;
    Ok(SyncCentre {
        needs_you: needs.into_iter().map(|row| item(&open, row)).collect(),
        waiting: waiting.into_iter().map(|row| item(&open, row)).collect(),
        confirmed: confirmed.into_iter().map(|row| item(&open, row)).collect(),
        skipped,
    })
}

fn item(open: &Open, row: ItemRow) -> SyncItem {
    let (id, name, subject, kind, subject_id, outcome, made, answered, by) = row;
    let outcome: Option<Outcome> = outcome.and_then(|text| serde_json::from_str(&text).ok());
    let detail = outcome.as_ref().map_or(Value::Null, |outcome| outcome.detail.clone());
    let status = match outcome.as_ref().map(|outcome| outcome.status) {
        None => ChangeStatus::Waiting,
        Some(_) if answered.is_none() => ChangeStatus::Sent,
        Some(OutcomeStatus::Applied) => ChangeStatus::Confirmed,
        Some(OutcomeStatus::Merged) => ChangeStatus::Merged,
        Some(OutcomeStatus::Conflict) => ChangeStatus::Conflict,
        Some(OutcomeStatus::Rejected) => ChangeStatus::Rejected,
        Some(OutcomeStatus::Parked) => ChangeStatus::Parked,
    };
    let moment =
        |text: &str| parse_instant(text).map_or_else(|| text.to_owned(), |at| words::moment(at, open.now(), open.zone));
    let choices = if answered.is_some() { choices(&name, outcome.as_ref()) } else { Vec::new() };
    let support = support(&id, &name, outcome.as_ref(), (&made, answered.as_deref()));
    SyncItem {
        id,
        choices,
        support,
        name,
        subject,
        subject_id,
        subject_kind: kind,
        status,
        code: outcome.as_ref().and_then(|outcome| outcome.code.clone()),
        params: params(&detail),
        differences: differences(&detail, &moment),
        made_at: moment(&made),
        answered_at: answered.as_deref().map(moment),
        by,
        outcome: detail.get("order_number").and_then(Value::as_str).map(str::to_owned),
    }
}

/// What words about a refusal name: its texts and numbers.
pub(crate) fn params(detail: &Value) -> BTreeMap<String, String> {
    let Value::Object(map) = detail else { return BTreeMap::new() };
    let worded = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    map.iter().filter_map(|(key, value)| Some((key.clone(), worded(value)?))).collect()
}

/// What a person may do about an answer that was not yes.
fn choices(name: &str, outcome: Option<&Outcome>) -> Vec<SyncChoice> {
    use SyncChoice::{Dismiss, Edit, KeepMine, Renumber, SendAgain, TakeTheirs};
    let Some(outcome) = outcome.filter(|outcome| !outcome.status.succeeded()) else { return Vec::new() };
    match (name, outcome.status) {
        ("account.edit" | "site.edit", OutcomeStatus::Conflict) => vec![KeepMine, Edit, TakeTheirs],
        ("ticket.update" | "task.update", OutcomeStatus::Conflict) => vec![KeepMine, TakeTheirs],
        ("account.edit", _) => vec![Edit, Dismiss],
        ("quote.create", _)
            if matches!(outcome.code.as_deref(), Some("quote.number_taken" | "quote.number_not_yours")) =>
        {
            vec![Renumber, Dismiss]
        }
        _ => vec![SendAgain, Dismiss],
    }
}

/// What support needs to find a change in the server's records; nothing of what it says.
fn support(id: &str, name: &str, outcome: Option<&Outcome>, (made, answered): (&str, Option<&str>)) -> String {
    let (status, code, seq, version) = match outcome {
        Some(outcome) => (format!("{:?}", outcome.status), outcome.code.clone(), outcome.seq, outcome.version),
        None => ("waiting".to_owned(), None, 0, 0),
    };
    let app = env!("CARGO_PKG_VERSION");
    let (code, answered) = (code.unwrap_or_default(), answered.unwrap_or("not yet"));
    format!(
        "Satchel {app}\nchange {id} ({name})\nstatus {status} {code}\nplace {seq}, version {version}\nmade {made}, answered {answered}"
    )
}

fn differences(detail: &Value, moment: &impl Fn(&str) -> String) -> Vec<Difference> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = detail.get("differences").and_then(Value::as_array).cloned().unwrap_or_default();
    list.iter()
        .map(|entry| Difference {
            label: text(entry, "label").unwrap_or_default(),
            base: text(entry, "base"),
            mine: text(entry, "mine"),
            theirs: text(entry, "theirs"),
            theirs_by: text(entry, "theirs_by"),
            theirs_at: text(entry, "theirs_at").map(|at| moment(&at)),
        })
        .collect()
}

/// Decides about a refused change. The new intent goes the ordinary way; the old one stays in the history.
pub async fn resolve_attention(engine: &Engine, args: ResolveAttention) -> Result<SyncCentre, CommandError> {
    let open = engine.workspace().await?;
    let row: Option<(String, String, String, String)> = sqlx::query_as(
        "SELECT intent, subject, subject_kind, subject_id FROM journal WHERE mutation_id = ?1 AND needs_person = 1",
    )
    .bind(&args.id)
    .fetch_optional(open.store.read())
    .await?;
    let (intent, subject, kind, subject_id) =
        row.ok_or_else(|| CommandError::new("sync.unknown_change", args.id.clone()))?;
    let intent: Intent =
        serde_json::from_str(&intent).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let again = match args.choice {
        SyncChoice::Dismiss | SyncChoice::TakeTheirs => None,
        SyncChoice::SendAgain => Some(intent),
        SyncChoice::Renumber => Some(renumbered(&open, intent).await?),
        SyncChoice::KeepMine | SyncChoice::Edit => Some(on_top_of_theirs(&open, intent, &args.values).await?),
    };
    if let Some(intent) = again {
        let id = uuid::Uuid::parse_str(&subject_id).unwrap_or_default();
        let kind = SubjectKind::parse(&kind)
            .ok_or_else(|| CommandError::new("store.damaged", format!("a change about {kind}")))?;
        mutate(engine, &open, intent, Subject { text: subject, kind, id }).await?;
    }
    let mut tx = open.store.begin().await?;
    sqlx::query("UPDATE journal SET needs_person = 0 WHERE mutation_id = ?1").bind(&args.id).execute(tx.conn()).await?;
    tx.touch("journal");
    tx.commit().await?;
    centre(engine, Nothing {}).await
}

/// The same quote under this laptop's next number: a copied profile had used the other one.
async fn renumbered(open: &Open, intent: Intent) -> Result<Intent, CommandError> {
    let Intent::QuoteCreate(mut create) = intent else {
        return Err(CommandError::new("command.bad_arguments", "only new quotes have numbers").at("choice"));
    };
    create.number = crate::quotes::commands::next_number(open).await?.to_string();
    Ok(Intent::QuoteCreate(create))
}

/// An edit whose base is what stands now: the person has seen theirs.
async fn on_top_of_theirs(
    open: &Open,
    intent: Intent,
    values: &BTreeMap<String, String>,
) -> Result<Intent, CommandError> {
    let mut edit = match intent {
        Intent::AccountEdit(edit) => edit,
        Intent::SiteEdit(edit) => return on_sites_now(open, edit, values).await,
        Intent::TicketUpdate(mut update) => {
            on_row_now(open, "tickets", update.ticket_id.0, &mut update.fields).await?;
            return Ok(Intent::TicketUpdate(update));
        }
        Intent::TaskUpdate(mut update) => {
            on_row_now(open, "tasks", update.task_id.0, &mut update.fields).await?;
            return Ok(Intent::TaskUpdate(update));
        }
        _ => {
            return Err(CommandError::new("command.bad_arguments", "only descriptive fields are merged").at("choice"));
        }
    };
    let id = edit.account_id.map(|id| id.0).unwrap_or_default();
    let mut conn = open.store.read().acquire().await?;
    let row = crate::store::load_row(&mut conn, super::spec("accounts")?, id).await?;
    let row = row.ok_or_else(|| CommandError::new("account.unknown", id.to_string()))?;
    for (field, change) in &mut edit.fields {
        change.base = row.text(field)?.to_owned();
        if let Some(value) = values.get(field) {
            change.mine.clone_from(value);
        }
    }
    Ok(Intent::AccountEdit(edit))
}

/// The same for edits of sites: a value is named by its field, among several sites by the site's name and the field.
async fn on_sites_now(
    open: &Open,
    mut edit: EditSites,
    values: &BTreeMap<String, String>,
) -> Result<Intent, CommandError> {
    let one = edit.sites.len() == 1;
    let mut conn = open.store.read().acquire().await?;
    for site in &mut edit.sites {
        let row = crate::store::load_row(&mut conn, super::spec("sites")?, site.id.0).await?;
        let row = row.ok_or_else(|| CommandError::new("site.unknown", site.id.to_string()))?;
        let name = row.text("name")?;
        for (field, change) in &mut site.fields {
            change.base = row.text_or_null(field).unwrap_or_default().to_owned();
            let label = if one { field.clone() } else { format!("{name}: {field}") };
            if let Some(value) = values.get(&label) {
                change.mine.clone_from(value);
            }
        }
    }
    Ok(Intent::SiteEdit(edit))
}

/// The same step and word on the ticket or the task as it stands now.
async fn on_row_now(
    open: &Open,
    table: &'static str,
    id: uuid::Uuid,
    fields: &mut BTreeMap<String, FieldEdit>,
) -> Result<(), CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let row = crate::store::load_row(&mut conn, super::spec(table)?, id).await?;
    let row = row.ok_or_else(|| CommandError::new("sync.unknown_change", id.to_string()))?;
    for (field, change) in fields {
        change.base = row.text_or_null(field).unwrap_or_default().to_owned();
    }
    Ok(())
}
