//! The same pure steps as on the laptop, on the server's own rows; and the one thing only the server does: making the order.

use std::collections::BTreeSet;

use chrono::{Duration, Utc};
use satchel_core::apply::{
    AccountWorld, JobWorld, QuoteWorld, Refusal, RemovalWorld, SitesWorld, account_terms, apply_quote, edit_account,
    edit_sites, import_sites, quote_id_of, record_job_event, remove_sites,
};
use satchel_core::ids::{AccountId, ClientId, OrderId, OrgId, PriceBookId, QuoteId, SiteId};
use satchel_core::jobs::Receipt;
use satchel_core::orders::{OrderNumber, agreement_rows, order_parts};
use satchel_core::people::Actor;
use satchel_core::quotes::life::convert;
use satchel_core::quotes::{Quote, QuoteContext, State, price};
use satchel_core::time::{Timestamp, local_date, parse_zone};
use satchel_core::wire::PushedMutation;
use satchel_core::wire::entities::{agreed_price_of, clause_texts, order_row, price_book_of, quote_of, quote_row};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::{Row, RowError};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::catalogue::{catalogue_rows, delegations};
use super::customer::customer_row;
use super::sites::{edit_world, sites_of, used_sites};
use super::tickets::ticket_rows;
use super::who;
use crate::portal::tell_customer;
use crate::rows::{load, load_by, put};

/// How far ahead of the server a laptop's corrected clock may be.
const CLOCK_TOLERANCE_MINUTES: i64 = 5;

/// What an intent did.
pub(super) struct Effect {
    /// Somebody else's change to other fields was kept too.
    pub merged: bool,
    /// What it brought about.
    pub detail: Value,
}

impl Effect {
    /// Done, nothing to say about it.
    fn plain() -> Self {
        Self { merged: false, detail: json!({}) }
    }
}

/// Why it did nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A rule.
    Refused(Refusal),
    /// The database.
    Database(sqlx::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<RowError> for Failure {
    fn from(error: RowError) -> Self {
        Self::Database(sqlx::Error::Decode(Box::new(error)))
    }
}

/// Applies an intent to the organisation's rows.
pub(super) async fn apply(
    conn: &mut PgConnection,
    org: OrgId,
    intent: &Intent,
    (actor, client): (&Actor, ClientId),
    (mutation, receipt): (&PushedMutation, &Receipt),
) -> Result<Effect, Failure> {
    let base = &mutation.base_versions;
    check_clock(intent)?;
    if let Some(rows) = catalogue_rows(conn, org, intent, actor).await? {
        put(conn, org, &rows).await?;
        return Ok(Effect::plain());
    }
    if let Some(rows) = ticket_rows(conn, org, intent, actor).await? {
        put(conn, org, &rows).await?;
        return Ok(Effect::plain());
    }
    if let Some(row) = customer_row(conn, intent, actor).await? {
        put(conn, org, &[row]).await?;
        if let Intent::QuoteMessage(message) = intent {
            tell_customer(conn, org, message).await?;
        }
        return Ok(Effect::plain());
    }
    match intent {
        Intent::AccountEdit(edit) => {
            let id = edit.account_id.unwrap_or(AccountId(Uuid::nil()));
            let account = load(conn, "accounts", id.0).await?;
            let seen = base.get(&id.0).copied();
            let merged = seen.is_some_and(|seen| account.as_ref().is_some_and(|row| row.version() > seen));
            let row = match edit_account(edit, &AccountWorld { account }, actor) {
                Ok(row) => row,
                Err(refusal) => return Err(who::of_account(conn, refusal, id).await?.into()),
            };
            put(conn, org, &[row]).await?;
            Ok(Effect { merged, detail: json!({}) })
        }
        Intent::SiteImport(import) => {
            let account = load(conn, "accounts", import.account_id.0).await?;
            let account_currency = account.map(|row| row.parse("currency")).transpose()?;
            let ids: Vec<Uuid> = import.sites.iter().map(|site| site.id.0).collect();
            let sites = sites_of(conn, &ids).await?;
            let rows = import_sites(import, &SitesWorld { account_currency, sites }, actor)?;
            put(conn, org, &rows).await?;
            Ok(Effect { merged: false, detail: json!({ "sites": import.sites.len() }) })
        }
        Intent::SiteEdit(edit) => {
            let rows = match edit_sites(edit, &edit_world(conn, edit).await?, actor) {
                Ok(rows) => rows,
                Err(refusal) => return Err(who::of_site(conn, refusal).await?.into()),
            };
            put(conn, org, &rows).await?;
            Ok(Effect { merged: false, detail: json!({ "sites": edit.sites.len() }) })
        }
        Intent::SiteRemove(remove) => {
            let ids: Vec<Uuid> = remove.site_ids.iter().map(|id| id.0).collect();
            let world = RemovalWorld {
                sites: sites_of(conn, &ids).await?,
                used: used_sites(conn, remove.account_id, &ids).await?,
            };
            let gone = remove_sites(remove, &world, actor)?;
            sqlx::query("DELETE FROM sites WHERE id = ANY($1)").bind(&gone).execute(conn).await?;
            Ok(Effect { merged: false, detail: json!({ "sites": gone.len() }) })
        }
        Intent::JobRecord(event) => {
            let job = load(conn, "jobs", event.job_id.0).await?;
            let taken = load(conn, "job_events", event.id.0).await?.is_some();
            put(conn, org, &record_job_event(event, JobWorld { job, taken }, Some(receipt), actor)?).await?;
            Ok(Effect::plain())
        }
        quote_intent => apply_to_quote(conn, org, quote_intent, (actor, client), mutation).await,
    }
}

async fn apply_to_quote(
    conn: &mut PgConnection,
    org: OrgId,
    intent: &Intent,
    (actor, client): (&Actor, ClientId),
    mutation: &PushedMutation,
) -> Result<Effect, Failure> {
    let world = world(conn, org, intent).await?;
    check_base(conn, &world, client, mutation).await?;
    let quotes = apply_quote(intent, &world, actor)?;
    Ok(Effect { merged: false, detail: settle(conn, org, quotes, &world).await? })
}

/// Writes quotes as a step left them, and what an acceptance brings about: the orders, the agreement, word for those outside.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    org: OrgId,
    mut quotes: Vec<Quote>,
    world: &QuoteWorld,
) -> Result<Value, Failure> {
    let mut detail = json!({});
    let mut accepted = None;
    for (place, quote) in quotes.iter_mut().enumerate() {
        if matches!(quote.state, State::Accepted { .. }) {
            let (number, orders) = make_orders(conn, org, quote, world).await?;
            detail = json!({ "order_number": number, "orders": orders.len() });
            accepted = Some((place, orders));
        }
    }
    let rows = quotes
        .iter()
        .map(|quote| quote_row(quote).map_err(|e| Refusal::with("quote.not_priceable", json!({ "reason": e.code() }))))
        .collect::<Result<Vec<_>, _>>()?;
    put(conn, org, &rows).await?;
    if let Some((place, orders)) = accepted {
        let quote = &quotes[place];
        put_orders(conn, org, quote, &orders).await?;
        let present = load_by(conn, "sla_agreements", "account_id", quote.account_id.0).await?;
        let day = local_date(Utc::now(), world.context.zone);
        put(conn, org, &agreement_rows(Uuid::now_v7(), quote, &present, day)?).await?;
    }
    Ok(detail)
}

/// Device clocks are evidence, not truth: what claims to come from the future is refused.
fn check_clock(intent: &Intent) -> Result<(), Refusal> {
    let at: Timestamp = match intent {
        Intent::QuoteCreate(args) => args.at,
        Intent::QuoteEdit(args) => args.at,
        Intent::QuoteAccept(args) => args.acceptance.at,
        Intent::PricePropose(args) => args.at,
        Intent::PriceDecide(args) => args.at,
        Intent::PriceEnd(args) => args.at,
        Intent::ApprovalDelegate(args) => args.at,
        Intent::ApprovalEndDelegation(args) => args.at,
        Intent::ClausePublish(args) => args.at,
        Intent::ClauseWithdraw(args) => args.at,
        Intent::BookPublish(args) => args.at,
        Intent::BookWithdraw(args) => args.at,
        Intent::BrandingEdit(args) => args.at,
        Intent::MapTilesEdit(args) => args.at,
        Intent::QuoteRevise(args) => args.at,
        Intent::MailSend(args) => args.at,
        Intent::QuoteMessage(args) => args.at,
        Intent::LinkEnd(args) => args.at,
        Intent::TicketRaise(args) => args.at,
        Intent::TicketUpdate(args) => args.at,
        Intent::QuoteRequestApproval(step)
        | Intent::QuoteApproveDiscount(step)
        | Intent::QuoteRejectDiscount(step)
        | Intent::QuoteSend(step)
        | Intent::QuoteReject(step)
        | Intent::QuoteLose(step) => step.at,
        Intent::SiteImport(import) => match import.at {
            Some(at) => at,
            None => return Ok(()),
        },
        Intent::SiteEdit(edit) => match edit.at {
            Some(at) => at,
            None => return Ok(()),
        },
        Intent::AccountEdit(_) | Intent::SiteRemove(_) | Intent::AttachmentAdd(_) | Intent::JobRecord(_) => {
            return Ok(());
        }
    };
    if at > Utc::now() + Duration::minutes(CLOCK_TOLERANCE_MINUTES) {
        return Err(Refusal::rule("clock.in_the_future"));
    }
    Ok(())
}

/// Money and status need the version they were decided on, unless only this laptop's own waiting changes came between.
async fn check_base(
    conn: &mut PgConnection,
    world: &QuoteWorld,
    client: ClientId,
    mutation: &PushedMutation,
) -> Result<(), Failure> {
    let Some(quote) = &world.quote else { return Ok(()) };
    let Some(seen) = mutation.base_versions.get(&quote.id.0).copied() else { return Ok(()) };
    let Some(row) = load(conn, "quotes", quote.id.0).await? else { return Ok(()) };
    if row.version() <= seen {
        return Ok(());
    }
    let seen = i64::try_from(seen).unwrap_or(i64::MAX);
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sync_mutation WHERE version > $1 AND status IN ('applied', 'merged') \
         AND intent -> 'args' ->> 'quote_id' = $2 AND client_id <> $3 AND mutation_id <> ALL($4)",
    )
    .bind(seen)
    .bind(quote.id.to_string())
    .bind(client.0)
    // What the intent stands on is its own, also when this laptop had another name then.
    .bind(mutation.depends_on.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_one(conn)
    .await?;
    if others > 0 {
        return Err(Refusal::conflict("quote.changed_elsewhere", json!({})).into());
    }
    Ok(())
}

/// The orders of an accepted quote, one or one for each site. A second set is impossible: the numbers, the quote with the
/// site, and the mutation are unique.
async fn make_orders(
    conn: &mut PgConnection,
    org: OrgId,
    quote: &mut Quote,
    world: &QuoteWorld,
) -> Result<(String, Vec<Row>), Failure> {
    let now = Timestamp::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap_or_else(Utc::now);
    let day = local_date(now, world.context.zone);
    let priced = price(quote).map_err(|e| Refusal::with("quote.not_priceable", json!({ "reason": e.code() })))?;
    let parts = order_parts(quote, &priced).map_err(|_| Refusal::rule("quote.too_large"))?;
    let count = u32::try_from(parts.len()).map_err(|_| Refusal::rule("quote.too_large"))?;
    let last: i64 = sqlx::query_scalar(
        "INSERT INTO order_counters (org_id, day, last_number) VALUES ($1, $2, \
         $3 + (SELECT count(*) FROM orders WHERE number LIKE 'BUS-' || to_char($2::date, 'YYYYMMDD') || '-%')) \
         ON CONFLICT (org_id, day) DO UPDATE SET last_number = order_counters.last_number + $3 RETURNING last_number",
    )
    .bind(org.0)
    .bind(day)
    .bind(i64::from(count))
    .fetch_one(&mut *conn)
    .await?;
    let mut named = Vec::with_capacity(parts.len());
    for sequence in last - i64::from(count) + 1..=last {
        let number = OrderNumber::assign(now, world.context.zone, sequence);
        let number = number.map_err(|_| Refusal::rule("order.bad_sequence"))?.to_string();
        named.push((OrderId(Uuid::now_v7()), number));
    }
    let first = named[0].clone();
    *quote = convert(quote.clone(), first.clone(), count, now).map_err(|e| Refusal::rule(e.code()))?;
    let made = parts.iter().zip(&named);
    let rows = made.map(|(part, (id, number))| order_row(quote, part, (*id, number), now)).collect();
    Ok((first.1, rows))
}

/// Writes the orders, the agreement they bring about, and word of each for those outside.
async fn put_orders(conn: &mut PgConnection, org: OrgId, quote: &Quote, orders: &[Row]) -> Result<(), Failure> {
    put(conn, org, orders).await?;
    for order in orders {
        sqlx::query("INSERT INTO outgoing (org_id, id, event, payload) VALUES ($1, $2, 'order.created', $3)")
            .bind(org.0)
            .bind(order.id())
            .bind(json!({ "order_id": order.id(), "number": order.get("number"), "quote_number": quote.number }))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

async fn world(conn: &mut PgConnection, org: OrgId, intent: &Intent) -> Result<QuoteWorld, Failure> {
    if let Intent::QuoteCreate(args) = intent {
        let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM quotes WHERE number = $1 OR id = $2")
            .bind(&args.number)
            .bind(args.quote_id.0)
            .fetch_one(&mut *conn)
            .await?;
        let context = context(conn, org, args.account_id, args.price_book_id).await?;
        return Ok(QuoteWorld { quote: None, siblings: Vec::new(), taken: taken > 0, context });
    }
    let id = quote_id_of(intent).ok_or_else(|| Refusal::rule("mutation.not_a_quote"))?;
    world_of(conn, org, id).await
}

/// Everything around a quote version.
pub(crate) async fn world_of(conn: &mut PgConnection, org: OrgId, id: QuoteId) -> Result<QuoteWorld, Failure> {
    let row = load(conn, "quotes", id.0).await?.ok_or_else(|| Refusal::rule("quote.unknown"))?;
    let quote = quote_of(&row)?;
    let family = load_by(conn, "quotes", "family_id", quote.family_id.0).await?;
    let siblings = family.iter().filter(|row| row.id() != id.0).map(quote_of).collect::<Result<Vec<_>, _>>()?;
    let context = context(conn, org, quote.account_id, quote.price_book_id).await?;
    Ok(QuoteWorld { quote: Some(quote), siblings, taken: false, context })
}

async fn context(
    conn: &mut PgConnection,
    org: OrgId,
    account_id: AccountId,
    book_id: PriceBookId,
) -> Result<QuoteContext, Failure> {
    let organisation =
        load(conn, "organisations", org.0).await?.ok_or_else(|| Refusal::rule("organisation.unknown"))?;
    let account = load(conn, "accounts", account_id.0).await?.ok_or_else(|| Refusal::rule("account.unknown"))?;
    let book = load(conn, "price_books", book_id.0).await?.ok_or_else(|| Refusal::rule("quote.unknown_price_book"))?;
    let items = load_by(conn, "price_items", "price_book_id", book_id.0).await?;
    let agreed = load_by(conn, "agreed_prices", "account_id", account_id.0).await?;
    let sites: Vec<(Uuid, String, String)> =
        sqlx::query_as("SELECT id, state_code, service_status FROM sites WHERE account_id = $1")
            .bind(account_id.0)
            .fetch_all(&mut *conn)
            .await?;
    let zone = parse_zone(organisation.text("zone")?).ok_or_else(|| Refusal::rule("organisation.bad_zone"))?;
    let active: BTreeSet<SiteId> =
        sites.iter().filter(|(_, _, status)| status == "active").map(|(id, _, _)| SiteId(*id)).collect();
    Ok(QuoteContext {
        settings: organisation.parse("settings")?,
        zone,
        book: price_book_of(&book, &items)?,
        agreed: agreed.iter().map(agreed_price_of).collect::<Result<_, _>>()?,
        account_terms: account_terms(account.text("payment_terms")?)?,
        account_country: account.text("country")?.to_owned(),
        account_segment: account.text("segment")?.to_owned(),
        consumer: account.text("customer_type")? == "consumer",
        delegations: delegations(conn, org).await?,
        clauses: clause_texts(&load_by(conn, "clauses", "scope_id", org.0).await?)?,
        site_states: sites.into_iter().map(|(id, state, _)| (SiteId(id), state)).collect(),
        active_sites: active,
    })
}
