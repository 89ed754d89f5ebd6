//! The same pure steps as on the laptop, on the server's own rows; and the one thing only the server does: making the order.

use chrono::Utc;
use satchel_core::apply::{QuoteWorld, Refusal};
use satchel_core::ids::{ClientId, OrderId, OrgId};
use satchel_core::jobs::Receipt;
use satchel_core::orders::{OrderNumber, agreement_rows, order_parts};
use satchel_core::people::Actor;
use satchel_core::quotes::life::convert;
use satchel_core::quotes::{Quote, QuoteNumber, State, price};
use satchel_core::steps::{Changes, Made, Moment, SLACK, believable, check_clock, claimed_at, decide, made_at};
use satchel_core::time::{Timestamp, format_instant_ms, local_date};
use satchel_core::wire::PushedMutation;
use satchel_core::wire::entities::{order_row, quote_row};
use satchel_core::wire::mutation::{CreateQuote, Intent};
use satchel_core::wire::rows::{Row, RowError};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::reader::Tenant;
use super::who;
use crate::portal::tell_customer;
use crate::rows::{load_by, put, remove};

/// What an intent did.
pub(super) struct Effect {
    /// Somebody else's change to other fields was kept too.
    pub merged: bool,
    /// What it brought about.
    pub detail: Value,
    /// What it leaves in the history of its record; not written yet.
    pub history: Option<Row>,
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

/// A pushed intent.
#[derive(Clone, Copy)]
pub(super) struct Pushed<'a> {
    /// What is meant, as its person may mean it.
    pub intent: &'a Intent,
    /// Who means it.
    pub actor: &'a Actor,
    /// Their device.
    pub client: ClientId,
    /// What carries it.
    pub mutation: &'a PushedMutation,
    /// When it came.
    pub receipt: &'a Receipt,
    /// Before which the device cannot have done anything that it still has to tell.
    pub last_contact: Timestamp,
}

/// What the intent changes: the same step as on the laptop, on the server's own rows. Nothing is written, so that a refusal leaves
/// nothing to be taken back.
pub(super) async fn judge(conn: &mut PgConnection, pushed: Pushed<'_>) -> Result<Changes, Failure> {
    let Pushed { intent, mutation, receipt, last_contact, .. } = pushed;
    check_clock(intent, receipt.received_at)?;
    let Some(claimed) = claimed_at(intent) else { return judge_as(conn, pushed, intent).await };
    if let Intent::QuoteCreate(create) = intent {
        own_number(conn, pushed.client, create).await?;
    }
    let made = Made { boot_id: &mutation.boot_id, mono_ms: mutation.mono_ms };
    let at = believable(claimed, made, receipt, last_contact);
    let judged = judge_at(conn, pushed, (claimed, at)).await?;
    // Nor before what it is about was as it is.
    let before = judged.around.as_ref().and_then(|world| world.quote.as_ref()).map(|quote| quote.updated_at);
    match before.map(|before| before.min(receipt.received_at)).filter(|before| *before > at) {
        Some(before) => judge_at(conn, pushed, (claimed, before)).await,
        None => Ok(judged),
    }
}

/// A quote's number is one of the slots of its device, of the day it is said to be made: nobody uses up a colleague's.
async fn own_number(conn: &mut PgConnection, client: ClientId, create: &CreateQuote) -> Result<(), Failure> {
    // What is no number is refused by the rule.
    let Ok(number) = QuoteNumber::parse(&create.number) else { return Ok(()) };
    let slots: Vec<Option<i32>> = sqlx::query_scalar(
        "SELECT device_slot FROM sync_client WHERE device_key_hash = (SELECT device_key_hash FROM sync_client WHERE id = $1)",
    )
    .bind(client.0)
    .fetch_all(conn)
    .await?;
    // An earlier slot of the device may have been given away since.
    let its_own = slots.iter().any(|slot| slot.is_none_or(|slot| slot == i32::from(number.slot())));
    let days = (number.date() - create.at.date_naive()).num_days().abs();
    if its_own && days <= 1 { Ok(()) } else { Err(Refusal::rule("quote.number_not_yours").into()) }
}

/// Judges an intent as made when it can have been made. Where that is not what it claims, a refusal is for a person to decide
/// about: a right may have been there when they believe they used it.
async fn judge_at(
    conn: &mut PgConnection,
    pushed: Pushed<'_>,
    (claimed, at): (Timestamp, Timestamp),
) -> Result<Changes, Failure> {
    if claimed == at {
        return judge_as(conn, pushed, pushed.intent).await;
    }
    match judge_as(conn, pushed, &made_at(pushed.intent.clone(), at)).await {
        Err(Failure::Refused(refusal)) if !refusal.conflict && (claimed - at).abs() > SLACK => {
            let times = json!({
                "claimed": format_instant_ms(claimed), "believed": format_instant_ms(at), "reason": refusal.code,
            });
            Err(Refusal::conflict("clock.not_believed", times).into())
        }
        judged => judged,
    }
}

async fn judge_as(conn: &mut PgConnection, pushed: Pushed<'_>, intent: &Intent) -> Result<Changes, Failure> {
    let Pushed { actor, client, mutation, receipt, .. } = pushed;
    let moment = Moment { actor, receipt: Some(receipt), bases: Some(&mutation.base_versions) };
    match decide(&mut Tenant::for_device(conn, client, &mutation.depends_on), intent, &moment).await {
        Err(Failure::Refused(refusal)) => Err(who::stands_in_the_way(conn, intent, refusal).await?.into()),
        decided => decided,
    }
}

/// Writes what was judged, and what only the server does with it: numbers, orders, word to the customer.
pub(super) async fn perform(
    conn: &mut PgConnection,
    org: OrgId,
    Pushed { intent, mutation, .. }: Pushed<'_>,
    mut changes: Changes,
) -> Result<Effect, Failure> {
    let history = changes.history.take();
    if let Some(around) = changes.around.take() {
        return Ok(Effect { merged: false, detail: settle(conn, org, changes.quotes, &around).await?, history });
    }
    if matches!(intent, Intent::TicketRaise(_)) {
        number_tickets(conn, org, &mut changes.rows).await?;
    }
    put(conn, org, &changes.rows).await?;
    remove(conn, &changes.removed).await?;
    if let Intent::QuoteMessage(message) = intent {
        tell_customer(conn, org, message).await?;
    }
    Ok(Effect { merged: merged(intent, &changes.rows, mutation), detail: detail(intent, &changes), history })
}

/// An account's edit that somebody else's change to other fields came before: both stand.
fn merged(intent: &Intent, rows: &[Row], mutation: &PushedMutation) -> bool {
    let seen = |row: &Row| mutation.base_versions.get(&row.id()).is_some_and(|seen| row.version() > *seen);
    matches!(intent, Intent::AccountEdit(_)) && rows.iter().any(seen)
}

/// What a laptop is told of what was done.
fn detail(intent: &Intent, changes: &Changes) -> Value {
    match intent {
        Intent::SiteImport(import) => json!({ "sites": import.sites.len() }),
        Intent::SiteEdit(edit) => json!({ "sites": edit.sites.len() }),
        Intent::SiteRemove(_) => json!({ "sites": changes.removed.len() }),
        _ => json!({}),
    }
}

/// Gives new tickets their numbers, once. The counter begins after what is there: a demo organisation brings tickets of its own.
async fn number_tickets(conn: &mut PgConnection, org: OrgId, rows: &mut [Row]) -> Result<(), sqlx::Error> {
    for ticket in rows.iter_mut().filter(|row| row.table().name == "tickets") {
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO ticket_counters (org_id, last_number) VALUES ($1, 1 + (SELECT count(*) FROM tickets)) \
             ON CONFLICT (org_id) DO UPDATE SET last_number = ticket_counters.last_number + 1 RETURNING last_number",
        )
        .bind(org.0)
        .fetch_one(&mut *conn)
        .await?;
        ticket.set("number", format!("TKT-{number:06}"));
    }
    Ok(())
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
    let rows = quotes.iter().map(|quote| quote_row(quote).map_err(Refusal::from)).collect::<Result<Vec<_>, _>>()?;
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
    let priced = price(quote).map_err(Refusal::from)?;
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
