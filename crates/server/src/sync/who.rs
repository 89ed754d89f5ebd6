//! Who stands in the way of a change: beside each value of theirs, who made it and when.

use chrono::{DateTime, Utc};
use satchel_core::apply::Refusal;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::mutation::Intent;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

const ACCOUNT: &str = "SELECT u.name, m.received_at FROM sync_mutation m JOIN users u ON u.org_id = m.org_id AND u.id = m.user_id \
     WHERE m.name = 'account.edit' AND m.intent -> 'args' ->> 'account_id' = $1::text \
     AND m.intent -> 'args' -> 'fields' -> $2 IS NOT NULL AND m.status IN ('applied', 'merged') \
     ORDER BY m.version DESC LIMIT 1";
const SITE: &str = "SELECT u.name, c.changed_at FROM site_changes c JOIN users u ON u.org_id = c.org_id AND u.id = c.changed_by \
     WHERE c.site_id = $1 AND jsonb_exists(c.differences, $2) ORDER BY c.sync_version DESC, c.changed_at DESC LIMIT 1";
const TICKET: &str = "SELECT u.name, e.made_at FROM ticket_events e JOIN users u ON u.org_id = e.org_id AND u.id = e.made_by \
     WHERE e.ticket_id = $1 AND jsonb_exists(e.differences, $2) ORDER BY e.sync_version DESC, e.made_at DESC LIMIT 1";

const TASK: &str = "SELECT u.name, m.received_at FROM sync_mutation m JOIN users u ON u.org_id = m.org_id AND u.id = m.user_id \
     WHERE m.name = 'task.update' AND m.intent -> 'args' ->> 'task_id' = $1::text \
     AND m.intent -> 'args' -> 'fields' -> $2 IS NOT NULL AND m.status IN ('applied', 'merged') \
     ORDER BY m.version DESC LIMIT 1";

/// A conflict of an intent with who made the other values and when; any other refusal as it is.
pub(super) async fn stands_in_the_way(
    conn: &mut PgConnection,
    intent: &Intent,
    refusal: Refusal,
) -> Result<Refusal, sqlx::Error> {
    match intent {
        Intent::AccountEdit(edit) => say(conn, refusal, ACCOUNT, edit.account_id.map(|id| id.0)).await,
        Intent::SiteEdit(_) => say(conn, refusal, SITE, None).await,
        Intent::TaskUpdate(update) => say(conn, refusal, TASK, Some(update.task_id.0)).await,
        Intent::TicketUpdate(_) => say(conn, refusal, TICKET, None).await,
        _ => Ok(refusal),
    }
}

/// A difference names its row and its field, where it is not about the one row its label is a field of.
async fn say(
    conn: &mut PgConnection,
    mut refusal: Refusal,
    last: &'static str,
    row: Option<Uuid>,
) -> Result<Refusal, sqlx::Error> {
    let Some(differences) = refusal.detail.get_mut("differences").and_then(Value::as_array_mut) else {
        return Ok(refusal);
    };
    for difference in differences {
        let text = |key: &str| difference.get(key).and_then(Value::as_str);
        let Some(row) = row.or_else(|| text("row").and_then(|id| Uuid::parse_str(id).ok())) else { continue };
        let field = text("field").or(text("label")).unwrap_or_default().to_owned();
        let found: Option<(String, DateTime<Utc>)> =
            sqlx::query_as(last).bind(row).bind(field).fetch_optional(&mut *conn).await?;
        if let (Some((name, at)), Some(entry)) = (found, difference.as_object_mut()) {
            entry.insert("theirs_by".to_owned(), json!(name));
            entry.insert("theirs_at".to_owned(), json!(format_instant_ms(at)));
        }
    }
    Ok(refusal)
}
