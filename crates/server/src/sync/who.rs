//! Who stands in the way of a change: beside each value of theirs, who made it and when.

use chrono::{DateTime, Utc};
use satchel_core::apply::Refusal;
use satchel_core::ids::AccountId;
use satchel_core::time::format_instant_ms;
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

/// Of an account's fields.
pub(super) async fn of_account(
    conn: &mut PgConnection,
    refusal: Refusal,
    account: AccountId,
) -> Result<Refusal, sqlx::Error> {
    say(conn, refusal, ACCOUNT, Some(account.0)).await
}

/// Of fields of sites.
pub(super) async fn of_site(conn: &mut PgConnection, refusal: Refusal) -> Result<Refusal, sqlx::Error> {
    say(conn, refusal, SITE, None).await
}

/// Of a ticket.
pub(super) async fn of_ticket(conn: &mut PgConnection, refusal: Refusal) -> Result<Refusal, sqlx::Error> {
    say(conn, refusal, TICKET, None).await
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
