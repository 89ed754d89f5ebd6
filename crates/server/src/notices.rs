//! Mail that the server writes itself. Invariant: written in the transaction of what it tells of, with an id made from that:
//! what happened once is told once.

use anyhow::Result;
use chrono::Utc;
use lettre::Message;
use lettre::message::header::ContentType;
use satchel_core::ids::{LinkId, OrgId, QuoteId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::mail::{Failure, Letter, Mailer, Post, left_this_hour};
use crate::portal;
use crate::tenant::{org_tx, read_tx};

/// Room of the ids below.
const NAMES: Uuid = Uuid::from_u128(0x7a0d_6c35_19ad_4f54_8d4c_53c0_e8a6_11d2);

/// A mail to be written.
#[derive(Debug, Clone, Default)]
pub struct Notice {
    /// To whom.
    pub to: String,
    /// Who reads an answer; empty: nobody.
    pub reply_to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// Quote whose document goes with it.
    pub quote_id: Option<Uuid>,
    /// Link that stands below the text.
    pub link_id: Option<Uuid>,
}

/// Queues a notice of an event; the same event to the same address is told once.
pub async fn queue(conn: &mut PgConnection, org: OrgId, event: &str, notice: Notice) -> Result<(), sqlx::Error> {
    if notice.to.is_empty() {
        return Ok(());
    }
    let id = Uuid::new_v5(&NAMES, format!("{org} {event} {}", notice.to).as_bytes());
    // One line, whatever a name or a title holds.
    let subject: String = notice.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    sqlx::query(
        "INSERT INTO notices (org_id, id, to_address, reply_to, subject, body, quote_id, link_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(org.0)
    .bind(id)
    .bind(notice.to)
    .bind(notice.reply_to)
    .bind(subject)
    .bind(notice.body)
    .bind(notice.quote_id)
    .bind(notice.link_id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Address of somebody of the organisation who is still there; empty for others.
pub async fn address_of(conn: &mut PgConnection, user: Uuid) -> Result<String, sqlx::Error> {
    let found: Option<String> =
        sqlx::query_scalar("SELECT email FROM users WHERE id = $1 AND active").bind(user).fetch_optional(conn).await?;
    Ok(found.unwrap_or_default())
}

/// Notices to one address in an hour: what more there is comes later.
const PER_ADDRESS: i64 = 20;
/// Notices of one organisation in one round.
const PER_ROUND: i64 = 50;
/// After so many tries a notice is given up: with the growing pauses, about a day and a half.
const MAX_TRIES: i32 = 10;

#[derive(sqlx::FromRow)]
struct Due {
    id: Uuid,
    to_address: String,
    reply_to: String,
    subject: String,
    body: String,
    quote_id: Option<Uuid>,
    link_id: Option<Uuid>,
    tries: i32,
    organisation: String,
}

/// Sends what is due in one organisation. A try is claimed before it is made, so that of several servers one makes it.
pub async fn deliver(pool: &PgPool, org: OrgId, post: &Post) -> Result<()> {
    let Some(mailer) = &post.mailer else { return Ok(()) };
    let mut tx = org_tx(pool, org).await?;
    let left = left_this_hour(&mut tx).await?;
    let due: Vec<Due> = sqlx::query_as(
        "UPDATE notices n SET tries = n.tries + 1, \
         next_at = now() + least(interval '2 minutes' * power(2, n.tries), interval '6 hours') \
         FROM organisations o WHERE n.id IN (SELECT id FROM notices WHERE sent_at IS NULL AND next_at <= now() \
         AND id IN (SELECT id FROM (SELECT w.id, row_number() OVER (PARTITION BY lower(w.to_address) ORDER BY w.created_at) \
         + (SELECT count(*) FROM notices s WHERE lower(s.to_address) = lower(w.to_address) \
            AND s.sent_at > now() - interval '1 hour') AS nth \
         FROM notices w WHERE w.sent_at IS NULL AND w.next_at <= now()) t WHERE nth <= $2) \
         ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED) \
         RETURNING n.id, n.to_address, n.reply_to, n.subject, n.body, n.quote_id, n.link_id, n.tries, o.name AS organisation",
    )
    .bind(PER_ROUND.min(left))
    .bind(PER_ADDRESS)
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    for notice in due {
        let outcome = match written(pool, org, post, mailer, &notice).await {
            Ok(Ok(message)) => mailer.send(message).await,
            Ok(Err(failure)) => Err(failure),
            Err(error) => {
                tracing::warn!(%org, %error, "a notice could not be written");
                Err(Failure { code: "mail.not_printed", for_good: false })
            }
        };
        note(pool, org, &notice, outcome).await?;
    }
    Ok(())
}

/// The notice as it leaves, with its link and its document as they are now.
async fn written(
    pool: &PgPool,
    org: OrgId,
    post: &Post,
    mailer: &Mailer,
    notice: &Due,
) -> Result<Result<Message, Failure>> {
    let url = notice.link_id.and_then(|link| post.links.url(org, LinkId(link)));
    let body = url.map_or_else(|| notice.body.clone(), |url| format!("{}\n{url}\n", notice.body));
    let file = match notice.quote_id {
        None => None,
        Some(quote) => {
            let mut tx = read_tx(pool, org).await?;
            let document = portal::shown(&mut tx, QuoteId(quote), Utc::now()).await?.document;
            drop(tx);
            let name = portal::file_name(&document);
            let kind = ContentType::parse("application/pdf").unwrap_or(ContentType::TEXT_PLAIN);
            Some((name, kind, portal::print(document).await?.bytes))
        }
    };
    let letter = Letter {
        id: notice.id,
        organisation: &notice.organisation,
        to: &notice.to_address,
        answers: ("", &notice.reply_to),
        subject: &notice.subject,
        body: &body,
    };
    Ok(letter.written(mailer.from(), file))
}

async fn note(pool: &PgPool, org: OrgId, notice: &Due, outcome: Result<(), Failure>) -> Result<()> {
    let mut tx = org_tx(pool, org).await?;
    let (problem, over) = match &outcome {
        Ok(()) => (None, false),
        Err(failure) => (Some(failure.code), failure.for_good || notice.tries >= MAX_TRIES),
    };
    sqlx::query(
        "UPDATE notices SET sent_at = CASE WHEN $2::text IS NULL THEN now() END, problem = $2, \
         next_at = CASE WHEN $3 THEN 'infinity' ELSE next_at END WHERE id = $1",
    )
    .bind(notice.id)
    .bind(problem)
    .bind(over)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}
