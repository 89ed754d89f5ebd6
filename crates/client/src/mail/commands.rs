//! Asking for mail, and seeing what became of it.

use satchel_core::ids::{AttachmentId, MailId};
use satchel_core::mail::{MailError, SendMail as Args, is_address};
use satchel_core::quotes::Quote;
use satchel_core::time::parse_instant;
use satchel_core::wire::mutation::Intent;

use super::view::{MailAddress, MailFile, MailList, MailRow, MailText, MailsOf, SendMail};
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::quotes::queries::{load, parse_id};
use crate::quotes::sign::{Document, attach_printed};
use crate::sync::{Subject, SubjectKind, mutate};
use crate::words;

/// Id, to, subject, file, state, problem, asker, asked, sent.
type Found = (String, String, String, String, String, Option<String>, String, String, Option<String>);

/// Mail of a quote.
pub async fn list(engine: &Engine, args: MailsOf) -> Result<MailList, CommandError> {
    let open = engine.workspace().await?;
    let rows: Vec<Found> = sqlx::query_as(
        "SELECT m.id, m.to_address, m.subject, coalesce(a.name, ''), m.state, m.problem, coalesce(u.name, ''), m.asked_at, m.sent_at \
         FROM mails m LEFT JOIN attachments a ON a.id = m.attachment_id LEFT JOIN users u ON u.id = m.asked_by \
         WHERE m.quote_id = ?1 ORDER BY m.asked_at DESC, m.id",
    )
    .bind(&args.quote_id)
    .fetch_all(open.store.read())
    .await?;
    let addresses: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT c.name, c.role, c.email FROM contacts c JOIN quotes q ON q.account_id = c.account_id \
         WHERE q.id = ?1 AND c.email <> '' ORDER BY c.is_primary DESC, c.name",
    )
    .bind(&args.quote_id)
    .fetch_all(open.store.read())
    .await?;
    let when = |text: &str| parse_instant(text).map(|at| words::moment(at, open.now(), open.zone));
    Ok(MailList {
        mails: rows
            .into_iter()
            .map(|(id, to, subject, file, state, problem, by, asked, sent)| MailRow {
                id,
                to,
                subject,
                file,
                state: if open.demo { "laptop".to_owned() } else { state },
                problem,
                by,
                asked_text: when(&asked).unwrap_or(asked),
                sent_text: sent.as_deref().and_then(when),
            })
            .collect(),
        addresses: addresses.into_iter().map(|(name, role, email)| MailAddress { name, role, email }).collect(),
    })
}

/// Asks for a mail: what is printed for it becomes a file of the quote first, so that what left can be looked at again.
pub async fn send(engine: &Engine, args: SendMail) -> Result<MailList, CommandError> {
    let open = engine.workspace().await?;
    check(&args.mail)?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let attachment = match &args.file {
        MailFile::Attachment(id) => {
            AttachmentId::parse(id).map_err(|e| CommandError::new("attachment.unknown", e.to_string()))?
        }
        MailFile::Quote => attach_printed(engine, &open, &loaded, Document::Quote).await?,
        MailFile::Proposal => attach_printed(engine, &open, &loaded, Document::Proposal).await?,
        MailFile::Order => attach_printed(engine, &open, &loaded, Document::Order).await?,
    };
    let (intent, about) = wish(&open, &loaded.quote, attachment, args.mail);
    mutate(engine, &open, intent, about).await?;
    list(engine, MailsOf { quote_id: args.quote_id }).await
}

/// Refuses what cannot be sent, before anything is written for it.
pub(crate) fn check(mail: &MailText) -> Result<(), CommandError> {
    if !is_address(&mail.to) {
        let error = MailError::BadAddress;
        return Err(CommandError::new(error.code(), error.to_string()).at("to"));
    }
    Ok(())
}

/// The wish that a file of a quote is mailed.
pub(crate) fn wish(open: &Open, quote: &Quote, attachment_id: AttachmentId, mail: MailText) -> (Intent, Subject) {
    let send = Args {
        id: MailId(uuid::Uuid::now_v7()),
        account_id: quote.account_id,
        quote_id: quote.id,
        attachment_id,
        to: mail.to.trim().to_owned(),
        subject: mail.subject.trim().to_owned(),
        body: mail.body,
        with_link: mail.with_link,
        at: open.now(),
    };
    let about =
        Subject { text: format!("{}: {}", quote.number, send.to), kind: SubjectKind::QuoteFile, id: quote.id.0 };
    (Intent::MailSend(send), about)
}
