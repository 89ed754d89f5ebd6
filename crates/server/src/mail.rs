//! Outgoing mail: what laptops asked for, sent with its file, its fate written back through the one write door.
//!
//! Invariants: a try is claimed in the database before it is made, so that of several servers one makes it; the Message-ID is
//! the mail's id, so that a try whose answer was lost is the same mail to whoever gets it twice; a mail that was sent stays sent.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::Utc;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use satchel_core::apply::mail_tried;
use satchel_core::attachments::media_type;
use satchel_core::ids::OrgId;
use satchel_core::mail::MailState;
use satchel_core::wire::rows::Row;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::notices;
use crate::portal::Links;
use crate::rows::{load, put};
use crate::tenant::{org_tx, tenant_tx};

/// Mails of one organisation in one round.
const PER_ROUND: i64 = 20;
/// Mails of one organisation in an hour: a laptop in wrong hands is no mail cannon.
const PER_HOUR: i64 = 200;
/// After so many tries a mail has failed: with the growing pauses, about a day and a half.
const MAX_TRIES: i32 = 10;

/// Why mail waits on a server that has nobody to send it through.
const NO_SERVER: &str = "mail.no_server";

/// How mail leaves.
pub enum Mailer {
    /// Through a mail server.
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>, Mailbox),
    /// Into a folder, a file each: to try things out.
    Folder(AsyncFileTransport<Tokio1Executor>, Mailbox),
}

/// How mail leaves, and what links it carries.
pub struct Post {
    /// Without one, mail waits.
    pub mailer: Option<Mailer>,
    /// Makes the links.
    pub links: Links,
}

/// Where mail goes and whom it is from, as configured.
#[derive(Debug, Clone, Default)]
pub struct MailConfig {
    /// `smtps://user:password@host` or `smtp://host:587?tls=required`.
    pub smtp_url: Option<String>,
    /// Folder for mail that is not to leave.
    pub folder: Option<PathBuf>,
    /// `quotes@provider.example`: the address mail is sent from.
    pub from: Option<String>,
}

/// Why a try did not succeed.
pub(crate) struct Failure {
    /// Stable code.
    pub code: &'static str,
    /// Trying again would not help.
    pub for_good: bool,
}

impl Mailer {
    /// The mailer of a configuration; `None` when mail is not configured.
    ///
    /// # Errors
    /// An address or URL that cannot be read; a mail server without an address to send from.
    pub fn new(config: &MailConfig) -> Result<Option<Self>> {
        if config.smtp_url.is_none() && config.folder.is_none() {
            return Ok(None);
        }
        let from = config.from.as_deref().context("mail needs an address to send from (SATCHEL_MAIL_FROM)")?;
        let from: Mailbox = from.parse().context("SATCHEL_MAIL_FROM is not a mailbox")?;
        Ok(Some(match (&config.smtp_url, &config.folder) {
            (Some(url), _) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).context("SATCHEL_SMTP_URL")?;
                Self::Smtp(Box::new(builder.timeout(Some(Duration::from_secs(30))).build()), from)
            }
            (None, folder) => Self::Folder(AsyncFileTransport::new(folder.clone().unwrap_or_default()), from),
        }))
    }

    pub(crate) fn from(&self) -> &Mailbox {
        match self {
            Self::Smtp(_, from) | Self::Folder(_, from) => from,
        }
    }

    pub(crate) async fn send(&self, message: Message) -> Result<(), Failure> {
        match self {
            Self::Smtp(transport, _) => transport.send(message).await.map(drop).map_err(|error| {
                tracing::warn!(%error, "a mail was not taken");
                let for_good = error.is_permanent();
                Failure { code: if for_good { "mail.refused" } else { "mail.not_reached" }, for_good }
            }),
            Self::Folder(transport, _) => transport.send(message).await.map(drop).map_err(|error| {
                tracing::warn!(%error, "a mail was not written");
                Failure { code: "mail.not_reached", for_good: false }
            }),
        }
    }
}

/// A mail that is due, with what goes into it.
#[derive(sqlx::FromRow)]
struct Due {
    id: Uuid,
    to_address: String,
    subject: String,
    body: String,
    sha256: String,
    file_name: String,
    media_type: String,
    quote_id: Uuid,
    with_link: bool,
    organisation: String,
    asker: String,
    asker_email: String,
}

/// How many mails an organisation may still send in this hour, whoever wrote them.
pub(crate) async fn left_this_hour(conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let gone: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM mails WHERE state = 'sent' AND sent_at > now() - interval '1 hour') \
         + (SELECT count(*) FROM notices WHERE sent_at > now() - interval '1 hour')",
    )
    .fetch_one(conn)
    .await?;
    Ok((PER_HOUR - gone).max(0))
}

/// Sends what is due in one organisation; returns how many were sent. Without a mailer nothing is tried, and what waits says why.
pub async fn deliver(pool: &PgPool, org: OrgId, post: &Post) -> Result<usize> {
    let Some(mailer) = post.mailer.as_ref() else {
        say_why_it_waits(pool, org).await?;
        return Ok(0);
    };
    let mut tx = org_tx(pool, org).await?;
    let left = left_this_hour(&mut tx).await?;
    let due: Vec<Due> = sqlx::query_as(
        "SELECT m.id, m.to_address, m.subject, m.body, a.sha256, a.name AS file_name, a.media_type, m.quote_id, m.with_link, o.name AS organisation, \
         coalesce(u.name, '') AS asker, coalesce(u.email, '') AS asker_email \
         FROM mails m JOIN attachments a ON a.id = m.attachment_id JOIN blobs b ON b.sha256 = a.sha256 AND b.complete \
         CROSS JOIN organisations o LEFT JOIN users u ON u.id = m.asked_by LEFT JOIN mail_tries t ON t.mail_id = m.id \
         WHERE m.state = 'queued' AND coalesce(t.next_at, '-infinity') <= now() ORDER BY m.asked_at, m.id LIMIT $1",
    )
    // Several servers may have gone past the bound together.
    .bind(PER_ROUND.min(left))
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let mut sent = 0;
    for mut mail in due {
        let Some(tries) = claim(pool, org, mail.id).await? else { continue };
        let mut missing = None;
        if mail.with_link {
            match post.links.for_mail(pool, org, (mail.id, mail.quote_id), &mail.to_address).await? {
                Some(url) => mail.body.push_str(&format!("\n\nRead it online, ask, accept or decline:\n{url}\n")),
                None => missing = Some("mail.sent_without_link"),
            }
        }
        let mut tx = org_tx(pool, org).await?;
        let bytes = file(&mut tx, &mail.sha256).await?;
        drop(tx);
        let outcome = match message(&mail, mailer.from(), bytes) {
            Ok(message) => mailer.send(message).await,
            Err(failure) => Err(failure),
        };
        match outcome {
            Ok(()) => {
                note(pool, org, mail.id, MailState::Sent, missing).await?;
                sent += 1;
            }
            Err(failure) if failure.for_good || tries >= MAX_TRIES => {
                note(pool, org, mail.id, MailState::Failed, Some(failure.code)).await?;
            }
            Err(failure) => note(pool, org, mail.id, MailState::Queued, Some(failure.code)).await?,
        }
    }
    Ok(sent)
}

/// Says of what waits that there is no mail server. No try is spent on it.
async fn say_why_it_waits(pool: &PgPool, org: OrgId) -> Result<()> {
    let mut tx = org_tx(pool, org).await?;
    let waiting: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM mails WHERE state = 'queued' AND problem IS DISTINCT FROM $1 ORDER BY asked_at, id LIMIT $2",
    )
    .bind(NO_SERVER)
    .bind(PER_ROUND)
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    for mail in waiting {
        note(pool, org, mail, MailState::Queued, Some(NO_SERVER)).await?;
    }
    Ok(())
}

/// Takes the next try, durably, with the time of the one after it; `None` when another server took it.
async fn claim(pool: &PgPool, org: OrgId, mail: Uuid) -> Result<Option<i32>, sqlx::Error> {
    let mut tx = org_tx(pool, org).await?;
    let tries = sqlx::query_scalar(
        "INSERT INTO mail_tries (org_id, mail_id, tries, next_at) VALUES ($1, $2, 1, now() + interval '2 minutes') \
         ON CONFLICT (org_id, mail_id) DO UPDATE SET tries = mail_tries.tries + 1, \
         next_at = now() + least(interval '2 minutes' * power(2, mail_tries.tries), interval '6 hours') \
         WHERE mail_tries.next_at <= now() RETURNING tries",
    )
    .bind(org.0)
    .bind(mail)
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(tries)
}

/// Writes what became of a try. Only a change is written: a mail that waits for the same reason makes no news.
async fn note(pool: &PgPool, org: OrgId, mail: Uuid, state: MailState, problem: Option<&str>) -> Result<()> {
    let changed = |row: Option<Row>| row.and_then(|row| mail_tried(&row, state, problem, Utc::now()));
    let mut look = org_tx(pool, org).await?;
    if changed(load(&mut look, "mails", mail).await?).is_none() {
        return Ok(());
    }
    drop(look);
    let mut tenant = tenant_tx(pool, org).await?;
    if let Some(row) = changed(load(&mut tenant.tx, "mails", mail).await?) {
        put(&mut tenant.tx, org, &[row]).await?;
    }
    tenant.tx.commit().await?;
    Ok(())
}

async fn file(conn: &mut PgConnection, sha256: &str) -> Result<Vec<u8>, sqlx::Error> {
    let chunks: Vec<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM blob_chunks WHERE sha256 = $1 ORDER BY n")
        .bind(sha256)
        .fetch_all(conn)
        .await?;
    Ok(chunks.concat())
}

/// The mail as it leaves.
fn message(mail: &Due, from: &Mailbox, bytes: Vec<u8>) -> Result<Message, Failure> {
    // A row may say anything: what leaves in the provider's name is what its bytes are.
    if media_type(&mail.file_name, &bytes) != Ok(mail.media_type.as_str()) {
        return Err(Failure { code: "mail.bad_file", for_good: true });
    }
    let kind = ContentType::parse(&mail.media_type).unwrap_or(ContentType::TEXT_PLAIN);
    let letter = Letter {
        id: mail.id,
        organisation: &mail.organisation,
        to: &mail.to_address,
        answers: (&mail.asker, &mail.asker_email),
        subject: &mail.subject,
        body: &mail.body,
    };
    letter.written(from, Some((mail.file_name.clone(), kind, bytes)))
}

/// A mail from the provider by name.
pub(crate) struct Letter<'a> {
    /// Its identity: the same mail sent twice is one to whoever gets it.
    pub id: Uuid,
    /// Provider's name.
    pub organisation: &'a str,
    /// To whom.
    pub to: &'a str,
    /// Who gets answers: name and address; no address: nobody.
    pub answers: (&'a str, &'a str),
    /// Subject, one line.
    pub subject: &'a str,
    /// Text.
    pub body: &'a str,
}

impl Letter<'_> {
    /// With or without a file.
    pub(crate) fn written(
        &self,
        from: &Mailbox,
        file: Option<(String, ContentType, Vec<u8>)>,
    ) -> Result<Message, Failure> {
        let bad = || Failure { code: "mail.bad_address", for_good: true };
        let to: Address = self.to.parse().map_err(|_| bad())?;
        let sender = Mailbox::new(Some(self.organisation.to_owned()), from.email.clone());
        let mut builder = Message::builder()
            .message_id(Some(format!("<{}@{}>", self.id, from.email.domain())))
            .from(sender)
            .to(Mailbox::new(None, to))
            .subject(self.subject);
        if let Ok(address) = self.answers.1.parse::<Address>() {
            let name = Some(self.answers.0.to_owned()).filter(|name| !name.is_empty());
            builder = builder.reply_to(Mailbox::new(name, address));
        }
        let text = SinglePart::plain(self.body.to_owned());
        match file {
            Some((name, kind, bytes)) => {
                let parts = MultiPart::mixed().singlepart(text).singlepart(Attachment::new(name).body(bytes, kind));
                builder.multipart(parts).map_err(|_| bad())
            }
            None => builder.singlepart(text).map_err(|_| bad()),
        }
    }
}

/// Sends for as long as the server lives.
pub async fn run_forever(pool: PgPool, post: Post, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let orgs: Vec<Uuid> = match sqlx::query_scalar("SELECT list_tenants_with_mail()").fetch_all(&pool).await {
            Ok(orgs) => orgs,
            Err(error) => {
                tracing::warn!(%error, "it could not be seen who has mail waiting");
                continue;
            }
        };
        for org in orgs {
            if let Err(error) = notices::deliver(&pool, OrgId(org), &post).await {
                tracing::warn!(%org, %error, "notices could not be sent");
            }
            match deliver(&pool, OrgId(org), &post).await {
                Ok(0) => {}
                Ok(sent) => tracing::info!(%org, sent, "mail sent"),
                Err(error) => tracing::warn!(%org, %error, "mail could not be sent"),
            }
        }
    }
}
