//! Intents about what goes to a customer and comes back: files, mail, links and messages, judged against the cache.

use satchel_core::apply::{
    AttachmentWorld, Author, MailWorld, MessageWorld, add_attachment, end_link, send_mail, write_message,
};
use satchel_core::people::Actor;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::local::spec;
use crate::api::CommandError;
use crate::store::load_row;

/// The row of an intent about files, mail, links or messages; `None` when it is about something else.
pub(super) async fn customer_row(
    conn: &mut SqliteConnection,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Row>, CommandError> {
    Ok(Some(match intent {
        Intent::AttachmentAdd(add) => {
            let account = find(conn, "accounts", add.account_id.0).await?.is_some();
            let taken = find(conn, "attachments", add.id.0).await?.is_some();
            add_attachment(add, AttachmentWorld { account, taken }, actor)?
        }
        Intent::MailSend(send) => {
            let attachment = find(conn, "attachments", send.attachment_id.0).await?;
            let taken = find(conn, "mails", send.id.0).await?.is_some();
            send_mail(send, &MailWorld { attachment, taken }, actor)?
        }
        Intent::QuoteMessage(message) => {
            let count: i64 = sqlx::query_scalar("SELECT count(*) FROM quote_messages WHERE quote_id = ?1")
                .bind(message.quote_id.to_string())
                .fetch_one(&mut *conn)
                .await?;
            let world = MessageWorld {
                quote: find(conn, "quotes", message.quote_id.0).await?,
                taken: find(conn, "quote_messages", message.id.0).await?.is_some(),
                count: usize::try_from(count).unwrap_or(0),
            };
            write_message(message, &world, Author::Person(actor))?
        }
        Intent::LinkEnd(end) => end_link(end, find(conn, "quote_links", end.link_id.0).await?.as_ref(), actor)?,
        _ => return Ok(None),
    }))
}

async fn find(conn: &mut SqliteConnection, table: &str, id: Uuid) -> Result<Option<Row>, CommandError> {
    Ok(load_row(conn, spec(table)?, id).await?)
}
