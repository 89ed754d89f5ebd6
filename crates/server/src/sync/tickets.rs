//! Intents about tickets, judged against the server's own rows. A new ticket gets its number here, once.

use satchel_core::apply::{RaiseWorld, TicketWorld, raise_ticket, update_ticket};
use satchel_core::ids::OrgId;
use satchel_core::people::Actor;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use sqlx::PgConnection;
use uuid::Uuid;

use super::apply::Failure;
use super::who;
use crate::rows::load;

/// The rows of an intent about tickets; `None` when it is about something else.
pub(super) async fn ticket_rows(
    conn: &mut PgConnection,
    org: OrgId,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Vec<Row>>, Failure> {
    Ok(Some(match intent {
        Intent::TicketRaise(raise) => {
            let site = match raise.site_id {
                Some(id) => load(conn, "sites", id.0).await?,
                None => None,
            };
            let world = RaiseWorld {
                account: load(conn, "accounts", raise.account_id.0).await?.is_some(),
                site_of: site.map(|row| row.scope_id()),
                taken: load(conn, "tickets", raise.ticket_id.0).await?.is_some(),
            };
            let mut ticket = raise_ticket(raise, &world, actor)?;
            ticket.set("number", next_number(conn, org).await?);
            vec![ticket]
        }
        Intent::TicketUpdate(update) => {
            let events: i64 = sqlx::query_scalar("SELECT count(*) FROM ticket_events WHERE ticket_id = $1")
                .bind(update.ticket_id.0)
                .fetch_one(&mut *conn)
                .await?;
            let people: Vec<Uuid> = match update.fields.contains_key("owner_id") {
                true => sqlx::query_scalar("SELECT id FROM users WHERE active").fetch_all(&mut *conn).await?,
                false => Vec::new(),
            };
            let world = TicketWorld {
                ticket: load(conn, "tickets", update.ticket_id.0).await?,
                taken: load(conn, "ticket_events", update.event_id.0).await?.is_some(),
                events: usize::try_from(events).unwrap_or(0),
                people: people.into_iter().collect(),
            };
            match update_ticket(update, &world, actor) {
                Ok(rows) => rows,
                Err(refusal) => return Err(who::of_ticket(conn, refusal).await?.into()),
            }
        }
        _ => return Ok(None),
    }))
}

/// The next number of the organisation. The counter begins after what is there: a demo organisation brings tickets of its own.
async fn next_number(conn: &mut PgConnection, org: OrgId) -> Result<String, sqlx::Error> {
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO ticket_counters (org_id, last_number) VALUES ($1, 1 + (SELECT count(*) FROM tickets)) \
         ON CONFLICT (org_id) DO UPDATE SET last_number = ticket_counters.last_number + 1 RETURNING last_number",
    )
    .bind(org.0)
    .fetch_one(conn)
    .await?;
    Ok(format!("TKT-{number:06}"))
}
