//! Editing accounts.

use std::collections::BTreeMap;

use satchel_core::accounts::{CUSTOMER_TYPE, EditAccount as CoreEdit, FieldEdit};
use satchel_core::ids::AccountId;
use satchel_core::wire::mutation::Intent;

use super::view::{AccountView, EditAccount};
use crate::api::{ById, CommandError};
use crate::engine::Engine;
use crate::sync::{Subject, SubjectKind, mutate};

/// Edits descriptive fields; a field left alone or set to what it is does not travel.
pub async fn edit(engine: &Engine, args: EditAccount) -> Result<AccountView, CommandError> {
    let open = engine.workspace().await?;
    let id = AccountId::parse(&args.account_id).map_err(|e| CommandError::new("account.unknown", e.to_string()))?;
    let now: Option<(String, String, String, String)> =
        sqlx::query_as("SELECT name, notes, industry, customer_type FROM accounts WHERE id = ?1")
            .bind(id.to_string())
            .fetch_optional(open.store.read())
            .await?;
    let (name, notes, industry, kind) = now.ok_or_else(|| CommandError::new("account.unknown", &args.account_id))?;
    let mut fields = BTreeMap::new();
    let asked = [
        ("notes", notes, args.notes),
        ("industry", industry, args.industry),
        (CUSTOMER_TYPE, kind, args.customer_type),
    ];
    for (field, base, mine) in asked {
        if let Some(mine) = mine.filter(|mine| *mine != base) {
            fields.insert(field.to_owned(), FieldEdit { base, mine });
        }
    }
    if !fields.is_empty() {
        let intent = Intent::AccountEdit(CoreEdit { account_id: Some(id), fields, at: Some(open.now()) });
        mutate(engine, &open, intent, Subject { text: name, kind: SubjectKind::Account, id: id.0 }).await?;
    }
    super::queries::get(engine, ById { id: args.account_id }).await
}
