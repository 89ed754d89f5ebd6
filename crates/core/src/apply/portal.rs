//! Links to quotes, what customers do through them, and the thread beside a quote.

use serde_json::json;

use super::Refusal;
use super::quotes::{QuoteWorld, priced, quote, refuse_life};
use crate::ids::{AccountId, LinkId, QuoteId};
use crate::people::Actor;
use crate::portal::{CustomerWord, EndLink, MAX_MESSAGE, MAX_MESSAGES, SendMessage, is_new_view, link_expires};
use crate::quotes::life::{accept_online, reject_online};
use crate::quotes::{Acceptance, MAX_TITLE, Online, Quote};
use crate::time::{Timestamp, format_instant_ms, parse_instant};
use crate::wire::rows::Row;

/// A new link of a quote version, mailed to `to`.
pub fn new_link((id, account, quote): (LinkId, AccountId, QuoteId), to: &str, at: Timestamp) -> Row {
    Row::new("quote_links", id.0, account.0)
        .with("account_id", account.to_string())
        .with("quote_id", quote.to_string())
        .with("to_address", to)
        .with("made_at", format_instant_ms(at))
        .with("expires_at", format_instant_ms(link_expires(at)))
        .with("ended_at", json!(null))
        .with("first_viewed_at", json!(null))
        .with("last_viewed_at", json!(null))
        .with("views", 0)
}

/// Whether the link opens its quote now, and if not, why.
pub fn link_open(link: &Row, now: Timestamp) -> Result<(), Refusal> {
    if link.text_or_null("ended_at").is_some() {
        return Err(Refusal::rule("link.ended"));
    }
    match link.text_or_null("expires_at").and_then(parse_instant) {
        Some(expires) if now < expires => Ok(()),
        _ => Err(Refusal::rule("link.expired")),
    }
}

/// The link after a look at its page; `None` when the look belongs to the view before it.
pub fn link_viewed(link: &Row, now: Timestamp) -> Option<Row> {
    let last = link.text_or_null("last_viewed_at").and_then(parse_instant);
    if !is_new_view(last, now) {
        return None;
    }
    let mut next = link.clone();
    let at = format_instant_ms(now);
    if last.is_none() {
        next.set("first_viewed_at", at.clone());
    }
    next.set("last_viewed_at", at);
    next.set("views", link.int("views").unwrap_or(0).saturating_add(1));
    Some(next)
}

/// The link without its worth; ending one twice ends it once.
pub fn end_link(end: &EndLink, link: Option<&Row>, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_quote() {
        return Err(Refusal::rule("link.may_not"));
    }
    let mut next = link.ok_or_else(|| Refusal::rule("link.unknown"))?.clone();
    if next.text_or_null("ended_at").is_none() {
        next.set("ended_at", format_instant_ms(end.at));
    }
    Ok(next)
}

/// What a message reads.
#[derive(Debug, Clone)]
pub struct MessageWorld {
    /// The quote version, when it exists.
    pub quote: Option<Row>,
    /// The id is taken.
    pub taken: bool,
    /// Messages of the version so far.
    pub count: usize,
}

/// Who writes a message.
#[derive(Debug, Clone, Copy)]
pub enum Author<'a> {
    /// Somebody of the provider.
    Person(&'a Actor),
    /// Who holds a link, by the name they typed.
    Customer(LinkId, &'a str),
}

/// The row of a message in the thread of a quote.
pub fn write_message(message: &SendMessage, world: &MessageWorld, by: Author<'_>) -> Result<Row, Refusal> {
    let body = message.body.trim();
    if body.is_empty() {
        return Err(Refusal::rule("message.empty"));
    }
    if body.chars().count() > MAX_MESSAGE {
        return Err(Refusal::with("message.too_long", json!({ "limit": MAX_MESSAGE })));
    }
    if world.taken {
        return Err(Refusal::rule("message.exists"));
    }
    let of_the_account = |row: &Row| row.text("account_id") == Ok(message.account_id.to_string().as_str());
    let quote = world.quote.as_ref().filter(|row| of_the_account(row));
    let quote = quote.ok_or_else(|| Refusal::rule("quote.unknown"))?;
    if quote.text("status") == Ok("draft") {
        return Err(Refusal::rule("message.not_sent"));
    }
    if world.count >= MAX_MESSAGES {
        return Err(Refusal::with("message.too_many", json!({ "limit": MAX_MESSAGES })));
    }
    let (user, link, name) = match by {
        Author::Person(actor) if !actor.role.may_quote() => return Err(Refusal::rule("message.may_not")),
        Author::Person(actor) => (json!(actor.id.to_string()), json!(null), ""),
        Author::Customer(link, name) => (json!(null), json!(link.to_string()), typed_name(name)?),
    };
    Ok(Row::new("quote_messages", message.id.0, message.account_id.0)
        .with("account_id", message.account_id.to_string())
        .with("quote_id", message.quote_id.to_string())
        .with("user_id", user)
        .with("link_id", link)
        .with("author", name)
        .with("body", body)
        .with("written_at", format_instant_ms(message.at)))
}

fn typed_name(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::rule("quote.name_missing"));
    }
    if name.chars().count() > MAX_TITLE {
        return Err(Refusal::rule("quote.text_too_long"));
    }
    Ok(name)
}

/// The customer's own word on a quote, from where it came and when by the server's clock.
pub fn customer_answers(
    word: &CustomerWord,
    world: &QuoteWorld,
    (link_to, address): (&str, &str),
    at: Timestamp,
) -> Result<Quote, Refusal> {
    let quote = quote(world)?;
    let online =
        |name: &str| Online { name: name.trim().to_owned(), link_to: link_to.to_owned(), address: address.to_owned() };
    match word {
        CustomerWord::Accept { name, title, po_number, pricing_hash } => {
            let acceptance = Acceptance {
                name: name.clone(),
                title: title.clone(),
                po_number: Some(po_number.clone()),
                at,
                recorded_by: quote.owner_id,
                signature: None,
                online: Some(online(name)),
            };
            accept_online(quote.clone(), &priced(quote)?, world.context.zone, acceptance, pricing_hash)
                .map_err(|error| refuse_life(&error))
        }
        CustomerWord::Refuse { name, reason } => {
            typed_name(name)?;
            reject_online(quote.clone(), world.context.zone, reason, online(name), at)
                .map_err(|error| refuse_life(&error))
        }
    }
}
