//! Intents about what goes to a customer and comes back: files, mail, links and messages, judged against the server's own rows.

use satchel_core::apply::{
    AttachmentWorld, Author, MailWorld, MessageWorld, add_attachment, end_link, send_mail, write_message,
};
use satchel_core::ids::{MessageId, QuoteId};
use satchel_core::people::Actor;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use sqlx::PgConnection;

use super::apply::Failure;
use crate::rows::load;

/// The row of an intent about files, mail, links or messages; `None` when it is about something else.
pub(super) async fn customer_row(
    conn: &mut PgConnection,
    intent: &Intent,
    actor: &Actor,
) -> Result<Option<Row>, Failure> {
    Ok(Some(match intent {
        Intent::AttachmentAdd(add) => {
            let account = load(conn, "accounts", add.account_id.0).await?.is_some();
            let taken = load(conn, "attachments", add.id.0).await?.is_some();
            add_attachment(add, AttachmentWorld { account, taken }, actor)?
        }
        Intent::MailSend(send) => {
            let attachment = load(conn, "attachments", send.attachment_id.0).await?;
            let taken = load(conn, "mails", send.id.0).await?.is_some();
            send_mail(send, &MailWorld { attachment, taken }, actor)?
        }
        Intent::QuoteMessage(message) => {
            let world = message_world(conn, message.quote_id, message.id).await?;
            write_message(message, &world, Author::Person(actor))?
        }
        Intent::LinkEnd(end) => end_link(end, load(conn, "quote_links", end.link_id.0).await?.as_ref(), actor)?,
        _ => return Ok(None),
    }))
}

/// What a message in the thread of a quote reads.
pub(crate) async fn message_world(
    conn: &mut PgConnection,
    quote: QuoteId,
    id: MessageId,
) -> Result<MessageWorld, sqlx::Error> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM quote_messages WHERE quote_id = $1")
        .bind(quote.0)
        .fetch_one(&mut *conn)
        .await?;
    Ok(MessageWorld {
        quote: load(conn, "quotes", quote.0).await?,
        taken: load(conn, "quote_messages", id.0).await?.is_some(),
        count: usize::try_from(count).unwrap_or(0),
    })
}
