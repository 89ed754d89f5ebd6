//! Steps about what goes to a customer and comes back: files, mail, links, messages.

use super::{Changes, Reader, another_room};
use crate::apply::{
    AttachmentWorld, Author, MailWorld, MessageWorld, add_attachment, end_link, send_mail, write_message,
};
use crate::ids::{MessageId, QuoteId};
use crate::people::Actor;
use crate::wire::mutation::Intent;

/// Decides a step of this room.
pub(super) async fn decide<R: Reader>(db: &mut R, intent: &Intent, by: &Actor) -> Result<Changes, R::Error> {
    Ok(match intent {
        Intent::AttachmentAdd(add) => {
            let account = db.has("accounts", add.account_id.0).await?;
            let taken = db.has("attachments", add.id.0).await?;
            add_attachment(add, AttachmentWorld { account, taken }, by)?.into()
        }
        Intent::MailSend(send) => {
            let attachment = db.one("attachments", send.attachment_id.0).await?;
            let taken = db.has("mails", send.id.0).await?;
            send_mail(send, &MailWorld { attachment, taken }, by)?.into()
        }
        Intent::QuoteMessage(message) => {
            let world = message_world(db, message.quote_id, message.id).await?;
            write_message(message, &world, Author::Person(by))?.into()
        }
        Intent::LinkEnd(end) => {
            let link = db.one("quote_links", end.link_id.0).await?;
            end_link(end, link.as_ref(), by)?.into()
        }
        _ => return Err(another_room().into()),
    })
}

/// What a message in the thread of a quote reads.
///
/// # Errors
/// The reader's failure.
pub async fn message_world<R: Reader>(db: &mut R, quote: QuoteId, id: MessageId) -> Result<MessageWorld, R::Error> {
    Ok(MessageWorld {
        quote: db.one("quotes", quote.0).await?,
        taken: db.has("quote_messages", id.0).await?,
        count: db.count("quote_messages", "quote_id", &quote.to_string()).await?,
    })
}
