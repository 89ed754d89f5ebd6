//! The links and the thread of a quote: seen, written to, ended.

use std::collections::BTreeSet;

use satchel_core::ids::{AccountId, LinkId, MessageId};
use satchel_core::portal::{EndLink, SendMessage as Args};
use satchel_core::time::parse_instant;
use satchel_core::wire::mutation::Intent;

use super::view::{CustomerSide, LinkRow, LinkState, MessageRow, RequestView, SendMessage};
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::quotes::queries::parse_id;
use crate::quotes::view::QuoteId;
use crate::store::load_row;
use crate::sync::{Subject, SubjectKind, mutate};
use crate::words;

/// Id, to, made, views, first look, latest look, ended, expires.
type Link = (String, String, String, u32, Option<String>, Option<String>, Option<String>, String);

/// The customer's side of a quote.
pub async fn get(engine: &Engine, args: QuoteId) -> Result<CustomerSide, CommandError> {
    let open = engine.workspace().await?;
    side(&open, &args.quote_id).await
}

async fn side(open: &Open, quote_id: &str) -> Result<CustomerSide, CommandError> {
    let links: Vec<Link> = sqlx::query_as(
        "SELECT id, to_address, made_at, views, first_viewed_at, last_viewed_at, ended_at, expires_at FROM quote_links \
         WHERE quote_id = ?1 ORDER BY made_at DESC, id",
    )
    .bind(quote_id)
    .fetch_all(open.store.read())
    .await?;
    let messages: Vec<(String, String, bool, String, String)> = sqlx::query_as(
        "SELECT m.id, coalesce(u.name, m.author), m.user_id IS NOT NULL, m.written_at, m.body FROM quote_messages m \
         LEFT JOIN users u ON u.id = m.user_id WHERE m.quote_id = ?1 ORDER BY m.written_at, m.id",
    )
    .bind(quote_id)
    .fetch_all(open.store.read())
    .await?;
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT json_extract(intent, '$.args.id') FROM pending WHERE name = 'quote.message' AND subject_id = ?1",
    )
    .bind(quote_id)
    .fetch_all(open.store.read())
    .await?;
    let waiting: BTreeSet<String> = waiting.into_iter().collect();
    let now = open.now();
    let state = |ended: Option<String>, expires: &str| match ended {
        Some(_) => LinkState::Ended,
        None if parse_instant(expires).is_some_and(|at| now < at) => LinkState::Open,
        None => LinkState::Expired,
    };
    Ok(CustomerSide {
        links: links
            .into_iter()
            .map(|(id, to, made, views, first, last, ended, expires)| LinkRow {
                id,
                to,
                made_text: open.moment(&made),
                views,
                first_viewed_text: first.map(|at| open.moment(&at)),
                last_viewed_text: last.map(|at| open.moment(&at)),
                state: state(ended, &expires),
            })
            .collect(),
        messages: messages
            .into_iter()
            .map(|(id, author, ours, at, body)| MessageRow {
                waiting: waiting.contains(&id),
                author,
                ours,
                at_text: parse_instant(&at).map_or(at, |at| words::moment(at, now, open.zone)),
                body,
                id,
            })
            .collect(),
        request: request(open, quote_id).await?,
        may_write: open.actor().await.role.may_quote(),
    })
}

/// Contact, address, phone, preferred, sites, bandwidth, features, budget, message, file, left out, received.
type Request = (String, String, String, String, Option<u32>, String, String, String, String, String, u32, String);

async fn request(open: &Open, quote_id: &str) -> Result<Option<RequestView>, CommandError> {
    let found: Option<Request> = sqlx::query_as(
        "SELECT contact, email, phone, preferred, site_count, bandwidth, features, budget, message, file_name, left_out, \
         received_at FROM quote_requests WHERE quote_id IN (SELECT o.id FROM quotes q JOIN quotes o \
         ON o.family_id = q.family_id WHERE q.id = ?1) LIMIT 1",
    )
    .bind(quote_id)
    .fetch_optional(open.store.read())
    .await?;
    Ok(found.map(
        |(contact, email, phone, preferred, site_count, bandwidth, features, budget, message, file, left, at)| {
            let texts = [("bandwidth", bandwidth), ("features", features), ("budget", budget), ("message", message)];
            RequestView {
                contact,
                email,
                phone,
                preferred,
                site_count,
                texts: texts
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(field, text)| (field.to_owned(), text))
                    .collect(),
                file_name: file,
                left_out: left,
                at_text: open.moment(&at),
            }
        },
    ))
}

/// Writes into the thread; the server mails it to the customer.
pub async fn write(engine: &Engine, args: SendMessage) -> Result<CustomerSide, CommandError> {
    let open = engine.workspace().await?;
    let quote_id = parse_id(&args.quote_id)?;
    let found: Option<(String, String)> = sqlx::query_as("SELECT number, account_id FROM quotes WHERE id = ?1")
        .bind(&args.quote_id)
        .fetch_optional(open.store.read())
        .await?;
    let unknown = || CommandError::new("quote.unknown", args.quote_id.clone());
    let (number, account) = found.ok_or_else(unknown)?;
    let intent = Args {
        id: MessageId(uuid::Uuid::now_v7()),
        account_id: AccountId::parse(&account).map_err(|_| unknown())?,
        quote_id,
        body: args.body,
        at: open.now(),
    };
    let about = Subject { text: format!("{number}: message"), kind: SubjectKind::QuoteFile, id: quote_id.0 };
    mutate(engine, &open, Intent::QuoteMessage(intent), about).await?;
    side(&open, &args.quote_id).await
}

/// Ends a link: who holds it sees nothing any more.
pub async fn end_link(engine: &Engine, args: ById) -> Result<CustomerSide, CommandError> {
    let open = engine.workspace().await?;
    let unknown = || CommandError::new("link.unknown", args.id.clone());
    let id = LinkId::parse(&args.id).map_err(|_| unknown())?;
    let mut conn = open.store.read().acquire().await?;
    let link = load_row(&mut conn, crate::sync_spec("quote_links")?, id.0).await?.ok_or_else(unknown)?;
    drop(conn);
    let quote = link.uuid("quote_id")?;
    let about =
        Subject { text: format!("Link of {}", link.text("to_address")?), kind: SubjectKind::QuoteFile, id: quote };
    mutate(engine, &open, Intent::LinkEnd(EndLink { link_id: id, at: open.now() }), about).await?;
    side(&open, &quote.to_string()).await
}
