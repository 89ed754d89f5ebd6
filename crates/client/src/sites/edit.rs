//! One site: everything known about it, and editing what describes it.

use std::collections::BTreeMap;

use satchel_core::accounts::FieldEdit;
use satchel_core::ids::{AccountId, SiteId};
use satchel_core::sites::{EDITABLE_FIELDS, EditSites, EditedSite};
use satchel_core::wire::mutation::Intent;

use super::queries::row;
use super::view::{EditSite, SiteField, SiteView};
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::store::load_rows_by_ids;
use crate::sync::{Subject, SubjectKind, mutate};

/// One site with its fields and what was built on it.
pub async fn get(engine: &Engine, args: ById) -> Result<SiteView, CommandError> {
    let open = engine.workspace().await?;
    view(&open, &args.id).await
}

async fn view(open: &Open, id: &str) -> Result<SiteView, CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows_by_ids(&mut conn, crate::sync_spec("sites")?, &[id.to_owned()]).await?;
    drop(conn);
    let stored = rows.first().ok_or_else(|| CommandError::new("site.unknown", id))?;
    let fields = EDITABLE_FIELDS
        .iter()
        .map(|(field, max)| SiteField {
            field: (*field).to_owned(),
            value: stored.text(field).unwrap_or_default().to_owned(),
            max: u32::try_from(*max).unwrap_or(u32::MAX),
        })
        .collect();
    let quotes: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT DISTINCT q.id, q.number, q.version, q.status FROM quotes q, json_each(q.content, '$.lines') l \
         WHERE q.account_id = ?1 AND l.value ->> 'site_id' = ?2 ORDER BY q.number DESC, q.version DESC LIMIT 20",
    )
    .bind(stored.scope_id().to_string())
    .bind(id)
    .fetch_all(open.store.read())
    .await?;
    let may_edit = open.actor().await.role.may_edit_accounts();
    Ok(SiteView {
        row: row(open, id).await?,
        fields,
        quotes: quotes
            .into_iter()
            .map(|(id, number, version, status)| super::view::SiteQuote {
                id,
                label: format!("{number} v{version}"),
                status,
            })
            .collect(),
        last_ticket: crate::tickets::queries::last_of_site(open, id).await?,
        may_edit,
    })
}

/// Edits descriptive fields; a field left alone or set to what it is does not travel.
pub async fn edit(engine: &Engine, args: EditSite) -> Result<SiteView, CommandError> {
    let open = engine.workspace().await?;
    let id = SiteId::parse(&args.site_id).map_err(|e| CommandError::new("site.unknown", e.to_string()))?;
    let now = view(&open, &args.site_id).await?;
    let account_id =
        AccountId::parse(&now.row.account_id).map_err(|e| CommandError::new("account.unknown", e.to_string()))?;
    let mut fields = BTreeMap::new();
    for SiteField { field, value, .. } in now.fields {
        let Some(typed) = args.fields.get(&field) else { continue };
        // Notes have lines; everything else stands on one.
        let mine = match field.as_str() {
            "notes" => typed.trim().to_owned(),
            _ => typed.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        if mine != value {
            fields.insert(field, FieldEdit { base: value, mine });
        }
    }
    if let Some(unknown) = args.fields.keys().find(|name| !EDITABLE_FIELDS.iter().any(|(known, _)| known == name)) {
        return Err(CommandError::new("site.field_not_editable", unknown.clone()).at(unknown));
    }
    if !fields.is_empty() {
        let intent = Intent::SiteEdit(EditSites {
            account_id,
            sites: vec![EditedSite { id, fields }],
            reason: String::new(),
            at: Some(open.now()),
        });
        mutate(engine, &open, intent, Subject { text: now.row.name, kind: SubjectKind::Site, id: id.0 }).await?;
    }
    view(&open, &args.site_id).await
}
