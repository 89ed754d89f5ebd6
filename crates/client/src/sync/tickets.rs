//! Intents about tickets, judged against the cache.

use satchel_core::apply::{RaiseWorld, TicketWorld, raise_ticket, update_ticket};
use satchel_core::people::Actor;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::local::spec;
use crate::api::CommandError;
use crate::store::load_row;

/// The rows of an intent about tickets; `None` when it is about something else.
pub(super) async fn ticket_rows(
    conn: &mut SqliteConnection,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Vec<Row>>, CommandError> {
    Ok(Some(match intent {
        Intent::TicketRaise(raise) => {
            let site = match raise.site_id {
                Some(id) => load_row(conn, spec("sites")?, id.0).await?,
                None => None,
            };
            let world = RaiseWorld {
                account: load_row(conn, spec("accounts")?, raise.account_id.0).await?.is_some(),
                site_of: site.map(|row| row.scope_id()),
                taken: load_row(conn, spec("tickets")?, raise.ticket_id.0).await?.is_some(),
            };
            vec![raise_ticket(raise, &world, actor)?]
        }
        Intent::TicketUpdate(update) => {
            let events: i64 = sqlx::query_scalar("SELECT count(*) FROM ticket_events WHERE ticket_id = ?1")
                .bind(update.ticket_id.to_string())
                .fetch_one(&mut *conn)
                .await?;
            let people: Vec<String> = match update.fields.contains_key("owner_id") {
                true => sqlx::query_scalar("SELECT id FROM users WHERE active = 1").fetch_all(&mut *conn).await?,
                false => Vec::new(),
            };
            let world = TicketWorld {
                ticket: load_row(conn, spec("tickets")?, update.ticket_id.0).await?,
                taken: load_row(conn, spec("ticket_events")?, update.event_id.0).await?.is_some(),
                events: usize::try_from(events).unwrap_or(0),
                people: people.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect(),
            };
            update_ticket(update, &world, actor)?
        }
        _ => return Ok(None),
    }))
}
