//! Reading orders.

use sqlx::FromRow;

use super::view::OrderRow;
use crate::api::CommandError;
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{ListRequest, Window};
use crate::engine::Engine;
use crate::lists::Asked;
use crate::words;

const LIST: ListSpec = ListSpec {
    key: "o.id",
    select: "SELECT o.id, o.number, o.account_id, a.name AS account, o.quote_id, o.quote_number, o.status, o.site_count, \
        o.monthly, o.one_off, o.tcv, o.currency, o.term_months, o.accepted_at, \
        o.contract_from, o.contract_to, o.po_number, s.name AS site",
    from: "FROM orders o JOIN accounts a ON a.id = o.account_id LEFT JOIN sites s ON s.id = o.site_id",
    find: None,
    fields: &[
        Field::text("number", "o.number"),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("site", "s.name").joined(),
        Field::text("quote_number", "o.quote_number"),
        Field::text("po_number", "o.po_number"),
        Field::word("status", "o.status"),
        Field::word("currency", "o.currency"),
        Field::count("sites", "o.site_count"),
        Field::number("term_months", "o.term_months").grouped(),
        Field::money("monthly", "o.monthly"),
        Field::money("one_off", "o.one_off"),
        Field::money("tcv", "o.tcv"),
        Field::instant("accepted", "o.accepted_at"),
        Field::day("contract_from", "o.contract_from"),
        Field::day("contract_to", "o.contract_to"),
    ],
    currency: Some("o.currency"),
    filters: &[("status", "o.status = ?"), ("account_id", "o.account_id = ?"), ("quote_id", "o.quote_id = ?")],
    sorts: &[("number", "o.number"), ("account", "a.name COLLATE NOCASE"), ("accepted", "o.accepted_at")],
    default_order: "o.accepted_at DESC, o.id",
    search: "(o.number || ' ' || o.quote_number || ' ' || o.po_number || ' ' || a.name || ' ' || coalesce(s.name, ''))",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    number: String,
    account_id: String,
    account: String,
    quote_id: String,
    quote_number: String,
    status: String,
    site_count: i64,
    monthly: i64,
    one_off: i64,
    tcv: i64,
    currency: String,
    term_months: i64,
    accepted_at: String,
    contract_from: Option<String>,
    contract_to: Option<String>,
    po_number: String,
    site: Option<String>,
}

/// First to last day, in words; none before both are known.
fn contract(from: Option<&str>, to: Option<&str>) -> Option<String> {
    let day = |text: &str| text.parse().ok().map(words::date);
    Some(format!("{} to {}", day(from?)?, day(to?)?))
}

/// The list as it is asked for.
pub(crate) fn asked(request: ListRequest) -> Asked {
    Asked { spec: &LIST, request, fixed: Conditions::default() }
}

/// Orders.
pub async fn list(engine: &Engine, request: ListRequest) -> Result<Window<OrderRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(request);
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    let as_of = open.cache_as_of().await;
    Ok(rows.map(|row| OrderRow {
        monthly_text: open.money(row.monthly, &row.currency),
        one_off_text: open.money(row.one_off, &row.currency),
        tcv_text: open.money(row.tcv, &row.currency),
        accepted_text: open.moment(&row.accepted_at),
        contract_text: contract(row.contract_from.as_deref(), row.contract_to.as_deref()),
        po_number: row.po_number,
        site: row.site,
        id: row.id,
        number: row.number,
        account_id: row.account_id,
        account: row.account,
        quote_id: row.quote_id,
        quote_number: row.quote_number,
        status: row.status,
        sites: u32::try_from(row.site_count).unwrap_or(0),
        term_months: u32::try_from(row.term_months).unwrap_or(0),
        as_of: as_of.clone(),
    }))
}
