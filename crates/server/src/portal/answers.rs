//! What a link opens, and what is done through it. An answer is written in one transaction with everything it brings about.

use std::collections::HashMap;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use satchel_core::apply::{Author, Refusal, customer_answers, link_open, link_viewed, write_message};
use satchel_core::history;
use satchel_core::ids::{AccountId, LinkId, MessageId, OrgId, QuoteId};
use satchel_core::portal::{CustomerWord, SendMessage};
use satchel_core::quotes::life::status_at;
use satchel_core::quotes::{Quote, State as QuoteState};
use satchel_core::steps::{message_world, quote_world};
use satchel_core::time::{Timestamp, Zone, parse_instant};
use satchel_core::wire::rows::Row;
use satchel_documents::quote_document::date;
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::document::{Shown, file_name, print, shown};
use super::links::{Opened, find};
use super::outside::From;
use super::pages::{self, Brand, QuotePage, Typed};
use crate::app::App;
use crate::notices::{Notice, address_of, queue};
use crate::rows::{load, load_by, put};
use crate::sync::apply::{Failure, settle};
use crate::sync::reader::Tenant;
use crate::tenant::{read_tx, tenant_tx};

/// The form below a quote.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    name: String,
    title: String,
    po_number: String,
    text: String,
    agree: String,
    pricing_hash: String,
    message_id: String,
}

/// Milliseconds, as both databases keep them.
fn now() -> Timestamp {
    DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap_or_else(Utc::now)
}

/// Why a link opens nothing, as a page.
fn closed(status: StatusCode, title: &str, text: &str) -> Response {
    pages::plain(status, &Brand::default(), title, &[text])
}

fn broken(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "the portal could not answer");
    let text = "Nothing was changed. Please try again in a minute; what you typed stands when you go back.";
    closed(StatusCode::SERVICE_UNAVAILABLE, "Not possible right now", text)
}

fn failed(failure: Failure) -> Response {
    match failure {
        Failure::Refused(refusal) => {
            closed(StatusCode::GONE, "This link opens nothing any more", pages::words(&refusal))
        }
        Failure::Database(error) => broken(&error),
    }
}

/// The link behind a secret, when it is good.
async fn open(app: &App, secret: &str, from: From) -> Result<Opened, Response> {
    if !app.limits.page(from.0) {
        let text = "Please wait a minute and try again. Nothing was changed.";
        return Err(closed(StatusCode::TOO_MANY_REQUESTS, "Too many requests", text));
    }
    let opened = find(app, secret).await.map_err(|error| broken(&error))?.ok_or_else(|| {
        let text = "It is not complete, or it was never one of ours. Please copy it whole from the mail.";
        closed(StatusCode::NOT_FOUND, "This link is not known", text)
    })?;
    link_open(&opened.link, now()).map_err(|refusal| {
        let text = match refusal.code.as_str() {
            "link.expired" => "Links are good for half a year. Please ask for a new one.",
            _ => "Who sent it has ended it. Please ask for a new one.",
        };
        closed(StatusCode::GONE, "This link has ended", text)
    })?;
    Ok(opened)
}

fn ids(link: &Row) -> Result<(LinkId, AccountId, QuoteId), Failure> {
    Ok((LinkId(link.id()), AccountId(link.uuid("account_id")?), QuoteId(link.uuid("quote_id")?)))
}

/// `GET /q/{secret}`
pub async fn page(State(app): State<App>, from: From, Path(secret): Path<String>) -> Response {
    match open(&app, &secret, from).await {
        Ok(opened) => show(&app, &secret, &opened, StatusCode::OK, Typed::default()).await.unwrap_or_else(failed),
        Err(response) => response,
    }
}

async fn show(app: &App, secret: &str, opened: &Opened, status: StatusCode, typed: Typed) -> Result<Response, Failure> {
    let (_, _, quote_id) = ids(&opened.link)?;
    let mut tx = read_tx(&app.pool, opened.org).await?;
    let now = now();
    let Shown { world, quote, pricing_hash, document } = shown(&mut tx, quote_id, now).await?;
    let zone = world.context.zone;
    let people: Vec<(String, String)> = sqlx::query_as("SELECT id::text, name FROM users").fetch_all(&mut *tx).await?;
    let people: HashMap<String, String> = people.into_iter().collect();
    let mut messages = load_by(&mut tx, "quote_messages", "quote_id", quote_id.0).await?;
    messages.sort_by_key(|row| row.text_or_null("written_at").unwrap_or_default().to_owned());
    let when = |text: &str| parse_instant(text).map_or_else(String::new, |at| moment(at, zone));
    let page = QuotePage {
        base: format!("/q/{secret}"),
        status: status_at(&quote, zone, now),
        outcome: outcome(&quote, zone),
        valid_until: quote.sent().map(|sent| date(sent.valid_until)).unwrap_or_default(),
        pricing_hash,
        zone: world.context.zone.name().to_owned(),
        as_of: moment(now, zone),
        owner: people.get(&quote.owner_id.to_string()).cloned().unwrap_or_default(),
        thread: messages.iter().map(|row| pages::said(row, &people, when)).collect(),
        message_id: Uuid::now_v7().to_string(),
        typed,
        document: &document,
    };
    Ok(pages::answer(status, pages::quote(&page)))
}

/// `20 Nov 2025 07:42`
fn moment(at: Timestamp, zone: Zone) -> String {
    at.with_timezone(&zone).format("%-d %b %Y %H:%M").to_string()
}

/// What became of a quote, in a sentence.
fn outcome(quote: &Quote, zone: Zone) -> String {
    match &quote.state {
        QuoteState::Accepted { acceptance, .. } => {
            format!("By {} on {}.", acceptance.name, moment(acceptance.at, zone))
        }
        QuoteState::Converted { acceptance, order_number, orders, .. } => {
            let order = match orders {
                0 | 1 => format!("The order is {order_number}."),
                n => format!("There are {n} orders, the first is {order_number}."),
            };
            format!("By {} on {}. {order}", acceptance.name, moment(acceptance.at, zone))
        }
        QuoteState::Rejected(closed) => match &closed.online {
            Some(online) => format!("By {} on {}: {}", online.name, moment(closed.at, zone), closed.reason),
            None => format!("On {}.", moment(closed.at, zone)),
        },
        _ => String::new(),
    }
}

/// `GET /q/{secret}/quote.pdf`
pub async fn pdf(State(app): State<App>, from: From, Path(secret): Path<String>) -> Response {
    let opened = match open(&app, &secret, from).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let document = async {
        let (_, _, quote_id) = ids(&opened.link)?;
        let mut tx = read_tx(&app.pool, opened.org).await?;
        Ok::<_, Failure>(shown(&mut tx, quote_id, now()).await?.document)
    };
    let document = match document.await {
        Ok(document) => document,
        Err(failure) => return failed(failure),
    };
    let name = file_name(&document);
    match print(document).await {
        Ok(printed) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            ([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], printed.bytes)
                .into_response()
        }
        Err(error) => broken(&error),
    }
}

/// `POST /q/{secret}/seen`: the page was really looked at.
pub async fn seen(State(app): State<App>, from: From, Path(secret): Path<String>) -> Response {
    let opened = match open(&app, &secret, from).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    // Most looks belong to a view that is counted: those take no version of the organisation.
    if link_viewed(&opened.link, now()).is_none() {
        return StatusCode::NO_CONTENT.into_response();
    }
    let written = async {
        let mut tenant = tenant_tx(&app.pool, opened.org).await?;
        let link = load(&mut tenant.tx, "quote_links", opened.link.id()).await?;
        if let Some(row) = link.and_then(|link| link_viewed(&link, now())) {
            put(&mut tenant.tx, opened.org, &[row]).await?;
        }
        tenant.tx.commit().await
    };
    match written.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => broken(&error),
    }
}

/// `POST /q/{secret}/accept`
pub async fn accept(state: State<App>, from: From, path: Path<String>, Form(form): Form<Answer>) -> Response {
    let word = CustomerWord::Accept {
        name: form.name.clone(),
        title: form.title.clone(),
        po_number: form.po_number.clone(),
        pricing_hash: form.pricing_hash.clone(),
    };
    let agreed = if form.agree == "yes" { Ok(()) } else { Err(Refusal::rule("link.not_agreed")) };
    decide(state, from, path, ("accept", form), agreed.map(|()| word)).await
}

/// `POST /q/{secret}/refuse`
pub async fn refuse(state: State<App>, from: From, path: Path<String>, Form(form): Form<Answer>) -> Response {
    let word = CustomerWord::Refuse { name: form.name.clone(), reason: form.text.clone() };
    decide(state, from, path, ("refuse", form), Ok(word)).await
}

/// `POST /q/{secret}/ask`
pub async fn ask(State(app): State<App>, from: From, Path(secret): Path<String>, Form(form): Form<Answer>) -> Response {
    let opened = match open(&app, &secret, from).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let result = write(&app, &opened, &form).await;
    finish(&app, &secret, &opened, ("ask", form), "questions", result).await
}

async fn decide(
    State(app): State<App>,
    from: From,
    Path(secret): Path<String>,
    (form_name, form): (&'static str, Answer),
    word: Result<CustomerWord, Refusal>,
) -> Response {
    let opened = match open(&app, &secret, from).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let result = match word {
        Ok(word) => answered(&app, &opened, &word, from).await,
        Err(refusal) => Err(refusal.into()),
    };
    finish(&app, &secret, &opened, (form_name, form), "main", result).await
}

/// To the page as it stands now; or the same page with what was typed and why it was not taken.
async fn finish(
    app: &App,
    secret: &str,
    opened: &Opened,
    (form_name, form): (&'static str, Answer),
    place: &str,
    result: Result<(), Failure>,
) -> Response {
    match result {
        Ok(()) => Redirect::to(&format!("/q/{secret}#{place}")).into_response(),
        Err(Failure::Refused(refusal)) => {
            let problem = pages::words(&refusal).to_owned();
            let Answer { name, title, po_number, text, .. } = form;
            let typed = Typed { form: form_name, problem, name, title, po_number, text };
            show(app, secret, opened, StatusCode::UNPROCESSABLE_ENTITY, typed).await.unwrap_or_else(failed)
        }
        Err(Failure::Database(error)) => broken(&error),
    }
}

/// Takes the customer's answer with everything it brings about. The same answer sent again finds it given.
async fn answered(app: &App, opened: &Opened, word: &CustomerWord, from: From) -> Result<(), Failure> {
    let (link_id, _, quote_id) = ids(&opened.link)?;
    let org = opened.org;
    let mut tenant = tenant_tx(&app.pool, org).await?;
    let conn = &mut *tenant.tx;
    let at = now();
    let link = load(conn, "quote_links", link_id.0).await?.ok_or_else(|| Refusal::rule("link.unknown"))?;
    link_open(&link, at)?;
    let world = quote_world(&mut Tenant::of(conn), quote_id).await?;
    if world.quote.as_ref().is_some_and(|quote| given(quote, word)) {
        return Ok(());
    }
    let to = link.text("to_address")?.to_owned();
    let quote = customer_answers(word, &world, (&to, &from.0.to_string()), at)?;
    let entry = match word {
        CustomerWord::Accept { name, .. } => history::answered(&quote, true, name, "", at),
        CustomerWord::Refuse { name, reason } => history::answered(&quote, false, name, reason, at),
    };
    settle(conn, org, vec![quote], &world).await?;
    put(conn, org, &[entry]).await?;
    // Whoever answers has looked.
    if let Some(row) = link_viewed(&link, at) {
        put(conn, org, &[row]).await?;
    }
    let after = shown(conn, quote_id, at).await?;
    tell(conn, org, &after, (link_id, &to)).await?;
    tenant.tx.commit().await?;
    tracing::info!(%org, quote = %quote_id, link = %link_id, "a customer answered");
    Ok(())
}

/// Whether this very answer stands already: a second press, or a reply that was lost.
fn given(quote: &Quote, word: &CustomerWord) -> bool {
    match (&quote.state, word) {
        (
            QuoteState::Accepted { acceptance, .. } | QuoteState::Converted { acceptance, .. },
            CustomerWord::Accept { name, .. },
        ) => acceptance.online.is_some() && acceptance.name == name.trim(),
        (QuoteState::Rejected(closed), CustomerWord::Refuse { name, .. }) => {
            closed.online.as_ref().is_some_and(|online| online.name == name.trim())
        }
        _ => false,
    }
}

/// Tells the quote's owner what the customer decided, and the customer what they accepted.
async fn tell(
    conn: &mut PgConnection,
    org: OrgId,
    after: &Shown,
    (link_id, customer): (LinkId, &str),
) -> Result<(), sqlx::Error> {
    let Shown { world, quote, document, .. } = after;
    let owner = address_of(conn, quote.owner_id.0).await?;
    let what = format!("{} v{}, {}", quote.number, quote.version, quote.title);
    let how = outcome(quote, world.context.zone);
    let accepted = matches!(quote.state, QuoteState::Accepted { .. } | QuoteState::Converted { .. });
    let verb = if accepted { "accepted" } else { "declined" };
    let event = format!("{verb} {}", quote.id);
    let amounts: Vec<String> =
        document.contract.iter().map(|total| format!("{}: {}", total.label, total.amount)).collect();
    let amounts = format!("Monthly before tax: {}\n{}", document.hero, amounts.join("\n"));
    let notice = Notice {
        to: owner.clone(),
        subject: format!("{} {verb} {}", document.customer, quote.number),
        body: format!("{} {verb} {what}.\n{how}\n\n{amounts}\n", document.customer),
        quote_id: accepted.then_some(quote.id.0),
        ..Notice::default()
    };
    queue(conn, org, &event, notice).await?;
    if !accepted {
        return Ok(());
    }
    let notice = Notice {
        to: customer.to_owned(),
        reply_to: owner,
        subject: format!("You accepted quote {}", quote.number),
        body: format!("Thank you. You accepted {what}.\n{how}\n\n{amounts}\n\nThe accepted quote is attached.\n"),
        quote_id: Some(quote.id.0),
        link_id: Some(link_id.0),
    };
    queue(conn, org, &event, notice).await
}

/// Writes the customer's message, once, and tells the owner.
async fn write(app: &App, opened: &Opened, form: &Answer) -> Result<(), Failure> {
    let (link_id, account_id, quote_id) = ids(&opened.link)?;
    let id = MessageId::parse(&form.message_id).map_err(|_| Refusal::rule("message.unknown_form"))?;
    let org = opened.org;
    let mut tenant = tenant_tx(&app.pool, org).await?;
    let conn = &mut *tenant.tx;
    let world = message_world(&mut Tenant::of(conn), quote_id, id).await?;
    if world.taken {
        return Ok(());
    }
    let at = now();
    let message = SendMessage { id, account_id, quote_id, body: form.text.clone(), at };
    let row = write_message(&message, &world, Author::Customer(link_id, &form.name))?;
    put(conn, org, &[row]).await?;
    let quote =
        quote_world(&mut Tenant::of(conn), quote_id).await?.quote.ok_or_else(|| Refusal::rule("quote.unknown"))?;
    let account = load(conn, "accounts", account_id.0).await?.ok_or_else(|| Refusal::rule("account.unknown"))?;
    let notice = Notice {
        to: address_of(conn, quote.owner_id.0).await?,
        subject: format!("{} asks about {}", account.text("name")?, quote.number),
        body: format!(
            "{} of {} wrote about {} v{}, {}:\n\n{}\n\nAnswer in Satchel, at the quote: the answer is mailed.\n",
            form.name.trim(),
            account.text("name")?,
            quote.number,
            quote.version,
            quote.title,
            form.text.trim()
        ),
        ..Notice::default()
    };
    queue(conn, org, &format!("asked {id}"), notice).await?;
    tenant.tx.commit().await?;
    Ok(())
}

/// Tells the customer that the provider answered: whoever wrote last, or else everybody with a good link.
pub async fn tell_customer(conn: &mut PgConnection, org: OrgId, message: &SendMessage) -> Result<(), sqlx::Error> {
    let links = "SELECT l.id, l.to_address FROM quote_links l WHERE l.quote_id = $1 AND l.ended_at IS NULL AND l.expires_at > now()";
    let last = format!(
        "{links} AND l.id = (SELECT m.link_id FROM quote_messages m WHERE m.quote_id = $1 AND m.link_id IS NOT NULL \
         ORDER BY m.written_at DESC, m.id DESC LIMIT 1)"
    );
    let find = async |conn: &mut PgConnection, sql: String| -> Result<Vec<(Uuid, String)>, sqlx::Error> {
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(message.quote_id.0).fetch_all(conn).await
    };
    let mut to = find(&mut *conn, last).await?;
    if to.is_empty() {
        to = find(&mut *conn, format!("{links} ORDER BY l.made_at DESC")).await?;
    }
    let quote: Option<(String, String, Uuid)> =
        sqlx::query_as("SELECT number, title, owner_id FROM quotes WHERE id = $1")
            .bind(message.quote_id.0)
            .fetch_optional(&mut *conn)
            .await?;
    let Some((number, title, owner)) = quote else { return Ok(()) };
    let reply_to = address_of(conn, owner).await?;
    for (link, address) in to {
        let notice = Notice {
            to: address,
            reply_to: reply_to.clone(),
            subject: format!("An answer about quote {number}"),
            body: format!("About quote {number}, {title}:\n\n{}\n", message.body.trim()),
            quote_id: None,
            link_id: Some(link),
        };
        queue(conn, org, &format!("answered {}", message.id), notice).await?;
    }
    Ok(())
}
