//! Steps about quotes, and everything a quote is judged with.

use serde_json::json;

use super::{Changes, Moment, Reader};
use crate::apply::{Hanging, QuoteWorld, Refusal, account_terms, apply_quote, discard, quote_id_of, siblings};
use crate::approvals::Delegation;
use crate::history::discarded;
use crate::ids::{AccountId, PriceBookId, QuoteId, SiteId, UserId};
use crate::people::Actor;
use crate::quotes::life::plain_status;
use crate::quotes::{QuoteContext, QuoteStatus};
use crate::time::{Timestamp, parse_zone};
use crate::wire::entities::{agreed_price_of, clause_texts, delegation_of, price_book_of, quote_of};
use crate::wire::mutation::{AcceptQuote, CreateQuote, Intent};
use crate::wire::rows::Row;

/// Decides a step of this room.
pub(super) async fn decide<R: Reader>(db: &mut R, intent: &Intent, moment: &Moment<'_>) -> Result<Changes, R::Error> {
    let world = match intent {
        Intent::QuoteCreate(create) => new_quote_world(db, create).await?,
        other => {
            let id = quote_id_of(other).ok_or_else(|| Refusal::rule("mutation.not_a_quote"))?;
            let row = quote_version(db, id).await?;
            check_base(db, id, row.version(), moment).await?;
            check_signed(db, other).await?;
            let world = world_around(db, &row).await?;
            if let Some(at) = discarded_at(other, &world) {
                return discard_draft(db, &world, (moment.actor, at)).await;
            }
            world
        }
    };
    let quotes = apply_quote(intent, &world, moment.actor)?;
    Ok(Changes { quotes, around: Some(Box::new(world)), ..Changes::default() })
}

/// When a draft is discarded by the intent. A program of schema 2 gives it up instead, which means the same.
fn discarded_at(intent: &Intent, world: &QuoteWorld) -> Option<Timestamp> {
    let draft = world.quote.as_ref().is_some_and(|quote| plain_status(quote) == QuoteStatus::Draft);
    match intent {
        Intent::QuoteDiscard(args) => Some(args.at),
        Intent::QuoteLose(step) if draft => Some(step.at),
        _ => None,
    }
}

async fn discard_draft<R: Reader>(
    db: &mut R,
    world: &QuoteWorld,
    by: (&Actor, Timestamp),
) -> Result<Changes, R::Error> {
    let quote = world.quote.as_ref().ok_or_else(|| Refusal::rule("quote.unknown"))?;
    let id = quote.id.to_string();
    let hanging = Hanging {
        files: db.by("attachments", "subject_id", &id).await?,
        tasks: db.by("tasks", "quote_id", &id).await?,
        mailed: db.count("mails", "quote_id", &id).await? > 0,
    };
    let rows = discard(quote, hanging, siblings(world), world.context.zone, by)?;
    let history = Some(discarded(quote, by.0, by.1));
    Ok(Changes { rows, removed: vec![("quotes", quote.id.0)], history, ..Changes::default() })
}

/// Money and status need the version they were decided on, unless only this laptop's own waiting changes came between.
async fn check_base<R: Reader>(db: &mut R, id: QuoteId, version: u64, moment: &Moment<'_>) -> Result<(), R::Error> {
    let seen = moment.bases.and_then(|bases| bases.get(&id.0)).copied();
    if let Some(seen) = seen.filter(|seen| version > *seen)
        && db.others_changed(id, seen).await?
    {
        return Err(Refusal::conflict("quote.changed_elsewhere", json!({})).into());
    }
    Ok(())
}

/// What a customer signed is a file of that quote: the digest in the evidence is one of bytes that somebody can look at.
async fn check_signed<R: Reader>(db: &mut R, intent: &Intent) -> Result<(), R::Error> {
    let Intent::QuoteAccept(AcceptQuote { quote_id, acceptance, .. }) = intent else { return Ok(()) };
    let Some(signature) = &acceptance.signature else { return Ok(()) };
    let files = db.by("attachments", "subject_id", &quote_id.to_string()).await?;
    let signed = |file: &Row| {
        file.text("subject_kind") == Ok("quote")
            && file.text("media_type") == Ok("application/pdf")
            && file.text("sha256") == Ok(signature.document_sha256.as_str())
    };
    if files.iter().any(signed) { Ok(()) } else { Err(Refusal::rule("quote.signed_document_missing").into()) }
}

async fn quote_version<R: Reader>(db: &mut R, id: QuoteId) -> Result<Row, R::Error> {
    Ok(db.one("quotes", id.0).await?.ok_or_else(|| Refusal::rule("quote.unknown"))?)
}

async fn new_quote_world<R: Reader>(db: &mut R, create: &CreateQuote) -> Result<QuoteWorld, R::Error> {
    let numbered = db.count("quotes", "number", &create.number).await?;
    let taken = numbered > 0 || db.has("quotes", create.quote_id.0).await?;
    let context = context(db, create.account_id, create.price_book_id).await?;
    Ok(QuoteWorld { quote: None, siblings: Vec::new(), taken, context })
}

/// A quote version with everything around it.
///
/// # Errors
/// `quote.unknown`, those of [`context`], and the reader's failure.
pub async fn quote_world<R: Reader>(db: &mut R, id: QuoteId) -> Result<QuoteWorld, R::Error> {
    let row = quote_version(db, id).await?;
    world_around(db, &row).await
}

async fn world_around<R: Reader>(db: &mut R, row: &Row) -> Result<QuoteWorld, R::Error> {
    let quote = quote_of(row)?;
    let versions = db.other_versions(quote.family_id, quote.id).await?;
    let siblings = versions.iter().map(quote_of).collect::<Result<Vec<_>, _>>()?;
    let context = context(db, quote.account_id, quote.price_book_id).await?;
    Ok(QuoteWorld { quote: Some(quote), siblings, taken: false, context })
}

/// What a quote of an account on a price book version is judged with.
///
/// # Errors
/// `account.unknown`, `quote.unknown_price_book`, `organisation.bad_zone`, `account.bad_payment_terms`, and the reader's failure.
pub async fn context<R: Reader>(
    db: &mut R,
    account_id: AccountId,
    book_id: PriceBookId,
) -> Result<QuoteContext, R::Error> {
    let organisation = db.organisation().await?;
    let zone = parse_zone(organisation.text("zone")?).ok_or_else(|| Refusal::rule("organisation.bad_zone"))?;
    let account = db.one("accounts", account_id.0).await?.ok_or_else(|| Refusal::rule("account.unknown"))?;
    let book = db.one("price_books", book_id.0).await?.ok_or_else(|| Refusal::rule("quote.unknown_price_book"))?;
    let items = db.by("price_items", "price_book_id", &book_id.to_string()).await?;
    let agreed = db.by("agreed_prices", "account_id", &account_id.to_string()).await?;
    let sites = db.site_services(account_id).await?;
    let active = sites.iter().filter(|site| site.service_status == "active").map(|site| SiteId(site.id)).collect();
    Ok(QuoteContext {
        settings: organisation.parse("settings")?,
        zone,
        book: price_book_of(&book, &items)?,
        agreed: agreed.iter().map(agreed_price_of).collect::<Result<_, _>>()?,
        account_terms: account_terms(account.text("payment_terms")?)?,
        account_country: account.text("country")?.to_owned(),
        account_segment: account.text("segment")?.to_owned(),
        consumer: account.text("customer_type")? == "consumer",
        delegations: delegations(db).await?,
        clauses: clause_texts(&db.all("clauses").await?)?,
        active_sites: active,
        site_states: sites.into_iter().map(|site| (SiteId(site.id), site.state_code)).collect(),
    })
}

/// Every delegation of somebody who still has something to delegate.
async fn delegations<R: Reader>(db: &mut R) -> Result<Vec<Delegation>, R::Error> {
    let rows = db.all("approval_delegations").await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let people = db.people().await?;
    let mut delegations = Vec::new();
    for row in &rows {
        if let Some(role) = people.get(&UserId(row.uuid("from_user")?)) {
            delegations.push(delegation_of(row, *role)?);
        }
    }
    Ok(delegations)
}
