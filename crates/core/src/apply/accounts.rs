//! Edits of descriptive fields, merged per field (base, mine, theirs).

use serde_json::json;

use super::Refusal;
use crate::accounts::{CUSTOMER_TYPE, CUSTOMER_TYPES, EDITABLE_FIELDS, EditAccount};
use crate::people::Actor;
use crate::wire::rows::Row;

/// What an account edit reads.
#[derive(Debug, Clone)]
pub struct AccountWorld {
    /// The account's row.
    pub account: Option<Row>,
}

/// Applies an edit. A field that somebody else changed meanwhile is a conflict; the others' changes stay.
/// Returns the row and whether somebody else's change was merged with this one.
pub fn edit_account(edit: &EditAccount, world: &AccountWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_edit_accounts() {
        return Err(Refusal::rule("account.not_allowed"));
    }
    let mut row = world.account.clone().ok_or_else(|| Refusal::rule("account.unknown"))?;
    for (field, change) in &edit.fields {
        let limit = EDITABLE_FIELDS.iter().find(|(name, _)| name == field).map(|(_, limit)| *limit);
        let Some(limit) = limit else {
            return Err(Refusal::with("account.field_not_editable", json!({ "field": field })));
        };
        if change.mine.chars().count() > limit {
            return Err(Refusal::with("account.too_long", json!({ "field": field, "max": limit })));
        }
        if field == CUSTOMER_TYPE && !CUSTOMER_TYPES.contains(&change.mine.as_str()) {
            return Err(Refusal::rule("account.unknown_customer_type"));
        }
        let theirs = row.text(field).unwrap_or_default().to_owned();
        if theirs != change.base && theirs != change.mine {
            let difference = json!({ "label": field, "base": change.base, "mine": change.mine, "theirs": theirs });
            return Err(Refusal::conflict("account.field_conflict", json!({ "differences": [difference] })));
        }
        row.set(field, change.mine.clone());
    }
    Ok(row)
}
