//! What changed about a site, by whom and when; the latest first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bulk::names;
use crate::api::{ById, CommandError};
use crate::engine::Engine;

/// Most entries shown.
const MAX_ENTRIES: i64 = 200;

/// One change of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteChange {
    /// Its id.
    pub id: String,
    /// When, in words.
    pub at_text: String,
    /// By whom.
    pub by: String,
    /// Why, as typed; may be empty.
    pub reason: String,
    /// What changed.
    pub fields: Vec<ChangedField>,
    /// Not confirmed by the server yet.
    pub waiting: bool,
    /// The site was added then; `reason` says where from, and nothing changed.
    pub created: bool,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChangedField {
    /// Field.
    #[ts(type = "SiteFieldName")]
    pub field: String,
    /// What it was; sites and people by name.
    pub before: String,
    /// What it became.
    pub after: String,
}

/// The history of one site.
pub async fn list(engine: &Engine, args: ById) -> Result<Vec<SiteChange>, CommandError> {
    let open = engine.workspace().await?;
    let rows: Vec<(String, String, Option<String>, String, String, i64)> = sqlx::query_as(
        "SELECT c.id, c.changed_at, u.name, c.reason, c.differences, c.sync_version FROM site_changes c \
         LEFT JOIN users u ON u.id = c.changed_by WHERE c.site_id = ?1 ORDER BY c.changed_at DESC, c.id LIMIT ?2",
    )
    .bind(&args.id)
    .bind(MAX_ENTRIES)
    .fetch_all(open.store.read())
    .await?;
    let damaged = |e: serde_json::Error| CommandError::new("store.damaged", e.to_string());
    let differences: Vec<BTreeMap<String, (String, String)>> =
        rows.iter().map(|row| serde_json::from_str(&row.4).map_err(damaged)).collect::<Result<_, _>>()?;
    let named = ["parent_id", "owner_id"];
    let ids: Vec<&str> = differences
        .iter()
        .flatten()
        .filter(|(field, _)| named.contains(&field.as_str()))
        .flat_map(|(_, (before, after))| [before.as_str(), after.as_str()])
        .collect();
    let names = names(&open, &ids).await?;
    let shown = |field: &str, value: String| match named.contains(&field) {
        true => names.get(&value).cloned().unwrap_or(value),
        false => value,
    };
    let created: Option<(String, Option<String>, String, i64)> = sqlx::query_as(
        "SELECT s.created_at, u.name, coalesce(s.created_from, ''), s.sync_version FROM sites s \
         LEFT JOIN users u ON u.id = s.created_by WHERE s.id = ?1 AND s.created_at IS NOT NULL",
    )
    .bind(&args.id)
    .fetch_optional(open.store.read())
    .await?;
    let first = created.map(|(at, by, reason, version)| SiteChange {
        id: args.id.clone(),
        at_text: open.moment(&at),
        by: by.unwrap_or_default(),
        reason,
        waiting: !open.demo && version == 0,
        created: true,
        fields: Vec::new(),
    });
    Ok(rows
        .into_iter()
        .zip(differences)
        .map(|((id, at, by, reason, _, version), fields)| SiteChange {
            id,
            at_text: open.moment(&at),
            by: by.unwrap_or_default(),
            reason,
            waiting: !open.demo && version == 0,
            created: false,
            fields: fields
                .into_iter()
                .map(|(field, (before, after))| ChangedField {
                    before: shown(&field, before),
                    after: shown(&field, after),
                    field,
                })
                .collect(),
        })
        .chain(first)
        .collect())
}
