//! Reading histories.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::view::{HistoryCount, HistoryEntry, HistoryField, HistorySubject, RecordHistory, RecordKind};
use crate::api::CommandError;
use crate::engine::{Engine, Open};

/// Most entries shown.
const MAX_ENTRIES: i64 = 200;

const SELECT: &str = "SELECT h.id, h.subject_table, h.subject_id, h.intent, coalesce(u.name, h.author) AS by_name, \
    h.made_by IS NULL AS by_customer, h.made_at, h.note, h.differences, h.counts, h.sync_version, \
    coalesce(q.number || ' v' || q.version, t.title, '') AS about \
    FROM history h LEFT JOIN users u ON u.id = h.made_by LEFT JOIN quotes q ON q.id = h.subject_id \
    LEFT JOIN tasks t ON t.id = h.subject_id";

#[derive(FromRow)]
struct Found {
    id: String,
    subject_table: String,
    subject_id: String,
    intent: String,
    by_name: String,
    by_customer: bool,
    made_at: String,
    note: String,
    differences: String,
    counts: String,
    sync_version: i64,
    about: String,
}

impl Found {
    fn differences(&self) -> Result<BTreeMap<String, (String, String)>, CommandError> {
        serde_json::from_str(&self.differences).map_err(|e| CommandError::new("store.damaged", e.to_string()))
    }

    fn counts(&self) -> Result<BTreeMap<String, u32>, CommandError> {
        serde_json::from_str(&self.counts).map_err(|e| CommandError::new("store.damaged", e.to_string()))
    }
}

/// What changed about a record, the latest first.
///
/// # Errors
/// `store.damaged` when an entry is not what it should be.
pub async fn list(engine: &Engine, args: RecordHistory) -> Result<Vec<HistoryEntry>, CommandError> {
    let open = engine.workspace().await?;
    let which = match args.kind {
        RecordKind::Account => "h.scope_id = ?1",
        RecordKind::Quote => {
            "h.subject_id IN (SELECT v.id FROM quotes v JOIN quotes own ON own.family_id = v.family_id WHERE own.id = ?1)"
        }
        RecordKind::Task => "h.subject_id = ?1",
    };
    let sql = format!("{SELECT} WHERE {which} ORDER BY h.made_at DESC, h.id LIMIT ?2");
    let rows: Vec<Found> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(&args.id).bind(MAX_ENTRIES).fetch_all(open.store.read()).await?;
    let names = people(&open, &rows).await?;
    rows.iter().map(|row| entry(&open, row, args.kind, &names)).collect()
}

/// Names of the people that a field was or became.
async fn people(open: &Open, rows: &[Found]) -> Result<BTreeMap<String, String>, CommandError> {
    let mut ids = Vec::new();
    for row in rows {
        ids.extend(row.differences()?.remove("assigned_to").into_iter().flat_map(|(before, after)| [before, after]));
    }
    let found: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM users WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(serde_json::to_string(&ids).unwrap_or_default())
            .fetch_all(open.store.read())
            .await?;
    Ok(found.into_iter().collect())
}

fn entry(
    open: &Open,
    row: &Found,
    kind: RecordKind,
    names: &BTreeMap<String, String>,
) -> Result<HistoryEntry, CommandError> {
    let shown = |value: String| names.get(&value).cloned().unwrap_or(value);
    let fields = row.differences()?.into_iter();
    let fields = fields.map(|(field, (before, after))| match field.as_str() {
        "assigned_to" => HistoryField { field, before: shown(before), after: shown(after) },
        _ => HistoryField { field, before, after },
    });
    let about =
        HistorySubject { table: row.subject_table.clone(), id: row.subject_id.clone(), text: row.about.clone() };
    Ok(HistoryEntry {
        id: row.id.clone(),
        at_text: open.moment(&row.made_at),
        by: row.by_name.clone(),
        by_customer: row.by_customer,
        intent: row.intent.clone(),
        note: row.note.clone(),
        fields: fields.collect(),
        counts: row.counts()?.into_iter().map(|(kind, n)| HistoryCount { kind, n }).collect(),
        about: (kind != RecordKind::Task && row.subject_table != "accounts").then_some(about),
        waiting: !open.demo && row.sync_version == 0,
    })
}
