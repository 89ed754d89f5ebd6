//! Entities as rows and rows as entities, the same on both sides.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::rows::{Row, RowError};
use crate::accounts::AgreedPrice;
use crate::approvals::Delegation;
use crate::catalogue::{Item, PriceBook};
use crate::clauses::Clause;
use crate::ids::{
    AccountId, AgreedPriceId, ClauseId, DelegationId, ItemId, OrderId, PriceBookId, QuoteId, SiteId, UserId,
};
use crate::money::Currency;
use crate::orders::{OrderPart, contract_end};
use crate::people::Role;
use crate::pricing::PricingError;
use crate::quotes::life::plain_status;
use crate::quotes::{ClauseTexts, Priced, Quote, State, TaxRate, price};
use crate::sites::SiteDetails;
use crate::tax::RateRow;
use crate::time::{Timestamp, format_instant_ms};

/// A quote version with its totals as a row in its account's scope.
pub fn quote_row(quote: &Quote) -> Result<Row, PricingError> {
    Ok(quote_row_priced(quote, &price(quote)?))
}

/// The row of a quote version whose price is known already.
pub fn quote_row_priced(quote: &Quote, priced: &Priced) -> Row {
    let totals = &priced.priced;
    let json_of = |value: Result<Value, serde_json::Error>| value.unwrap_or(Value::Null);
    Row::new("quotes", quote.id.0, quote.account_id.0)
        .with("family_id", json!(quote.family_id))
        .with("number", quote.number.to_string())
        .with("version", quote.version)
        .with("account_id", json!(quote.account_id))
        .with("title", quote.title.clone())
        .with("currency", quote.currency.code())
        .with("price_book_id", json!(quote.price_book_id))
        .with("owner_id", json!(quote.owner_id))
        .with("status", json!(plain_status(quote)))
        .with("state", json_of(serde_json::to_value(&quote.state)))
        .with("content", json_of(serde_json::to_value(&quote.content)))
        .with("approval", json_of(serde_json::to_value(&quote.approval)))
        .with("pricing_hash", priced.hash.clone())
        .with("site_count", totals.n.saturating_sub(quote.content.existing_active_sites))
        .with("monthly", totals.monthly_net.to_plain())
        .with("one_off", totals.one_off_net.to_plain())
        .with("tcv", totals.tcv.to_plain())
        .with("valid_until", quote.sent().map(|sent| sent.valid_until.to_string()))
        .with("created_at", format_instant_ms(quote.created_at))
        .with("updated_at", format_instant_ms(quote.updated_at))
}

/// The quote version of a row.
pub fn quote_of(row: &Row) -> Result<Quote, RowError> {
    Ok(Quote {
        id: QuoteId(row.id()),
        family_id: QuoteId(row.uuid("family_id")?),
        number: row.parse("number")?,
        version: row.parse("version")?,
        account_id: AccountId(row.uuid("account_id")?),
        title: row.text("title")?.to_owned(),
        currency: row.parse("currency")?,
        price_book_id: PriceBookId(row.uuid("price_book_id")?),
        owner_id: UserId(row.uuid("owner_id")?),
        content: row.parse("content")?,
        state: row.parse("state")?,
        approval: row.parse("approval")?,
        created_at: row.parse("created_at")?,
        updated_at: row.parse("updated_at")?,
    })
}

/// An order's row of a converted quote, with the figures of its part.
pub fn order_row(quote: &Quote, part: &OrderPart, (order_id, number): (OrderId, &str), at: Timestamp) -> Row {
    let form = quote.content.order.as_deref();
    let start = form.and_then(|form| form.start);
    let end = start.and_then(|start| contract_end(start, quote.content.term_months));
    // The number typed at the acceptance is the later word.
    let accepted = match &quote.state {
        State::Accepted { acceptance, .. } | State::Converted { acceptance, .. } => acceptance.po_number.clone(),
        _ => None,
    };
    let po_number = accepted.or_else(|| form.map(|form| form.po_number.trim().to_owned()));
    Row::new("orders", order_id.0, quote.account_id.0)
        .with("number", number)
        .with("quote_id", json!(quote.id))
        .with("quote_number", quote.number.to_string())
        .with("account_id", json!(quote.account_id))
        .with("status", "received")
        .with("site_count", part.site_count)
        .with("currency", quote.currency.code())
        .with("monthly", part.monthly.to_plain())
        .with("one_off", part.one_off.to_plain())
        .with("tcv", part.tcv.to_plain())
        .with("term_months", quote.content.term_months)
        .with("accepted_at", format_instant_ms(at))
        .with("contract_from", start.map(|day| day.to_string()))
        .with("contract_to", end.map(|day| day.to_string()))
        .with("po_number", po_number.unwrap_or_default())
        .with("form", serde_json::to_value(&quote.content.order).unwrap_or(Value::Null))
        .with("site_id", json!(part.site_id))
}

/// A price book version from its row and its items' rows.
pub fn price_book_of(book: &Row, items: &[Row]) -> Result<PriceBook, RowError> {
    let items =
        items.iter().map(|row| item_of(row).map(|item| (item.id, item))).collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(PriceBook {
        id: PriceBookId(book.id()),
        name: book.text("name")?.to_owned(),
        version: book.parse("version")?,
        currency: book.parse("currency")?,
        status: book.parse("status")?,
        valid_from: book.parse("valid_from")?,
        items,
    })
}

fn item_of(row: &Row) -> Result<Item, RowError> {
    Ok(Item {
        id: ItemId(row.id()),
        code: row.text("code")?.to_owned(),
        name: row.text("name")?.to_owned(),
        family: row.text("family")?.to_owned(),
        charge_type: row.parse("charge_type")?,
        unit_dp: row.parse("unit_dp")?,
        list_price: row.parse("list_price")?,
        cost: row.parse("cost")?,
        volume_eligible: row.flag("volume_eligible")?,
        term_eligible: row.flag("term_eligible")?,
        tax_code: row.text("tax_code")?.to_owned(),
        pos_rule: row.text("pos_rule")?.to_owned(),
        installation_item_id: row
            .text_or_null("installation_item_id")
            .map(|_| row.uuid("installation_item_id").map(ItemId))
            .transpose()?,
        includes: row.parse("includes")?,
    })
}

/// An agreed price of a row.
pub fn agreed_price_of(row: &Row) -> Result<AgreedPrice, RowError> {
    Ok(AgreedPrice {
        id: AgreedPriceId(row.id()),
        terms: row.parse("terms")?,
        valid_from: row.parse("valid_from")?,
        valid_to: row.parse("valid_to")?,
        status: row.parse("status")?,
        proposed_by: row.text_or_null("proposed_by").map(|_| row.uuid("proposed_by").map(UserId)).transpose()?,
    })
}

/// A delegation of a row; `role` is that of whose right it is, now.
pub fn delegation_of(row: &Row, role: Role) -> Result<Delegation, RowError> {
    Ok(Delegation {
        id: DelegationId(row.id()),
        from_user: UserId(row.uuid("from_user")?),
        role,
        to_user: UserId(row.uuid("to_user")?),
        valid_from: row.parse("valid_from")?,
        valid_to: row.parse("valid_to")?,
        ended_at: row.parse("ended_at")?,
    })
}

/// A clause version of a row.
pub fn clause_of(row: &Row) -> Result<Clause, RowError> {
    Ok(Clause {
        id: ClauseId(row.id()),
        family_id: ClauseId(row.uuid("family_id")?),
        version: row.parse("version")?,
        topic: row.text("topic")?.to_owned(),
        title: row.text("title")?.to_owned(),
        body: row.text("body")?.to_owned(),
        status: row.parse("status")?,
        by_default: row.flag("by_default")?,
    })
}

/// The library as quotes read it: every version's words.
pub fn clause_texts(rows: &[Row]) -> Result<ClauseTexts, RowError> {
    rows.iter().map(|row| clause_of(row).map(|clause| (clause.id, (clause.title, clause.body)))).collect()
}

/// A tax rate of a row.
pub fn tax_rate_of(row: &Row) -> Result<TaxRate, RowError> {
    Ok(TaxRate {
        label: row.text("label")?.to_owned(),
        row: RateRow {
            tax_code: row.text("tax_code")?.to_owned(),
            rate_pct: row.parse("rate_pct")?,
            from: row.parse("valid_from")?,
            to: row.parse("valid_to")?,
            withdrawn: row.flag("withdrawn")?,
        },
    })
}

/// The details a person may type of a site's row.
pub fn site_details_of(row: &Row) -> Result<SiteDetails, RowError> {
    let text = |column: &str| row.text(column).map(str::to_owned);
    Ok(SiteDetails {
        name: text("name")?,
        code: text("code")?,
        site_type: text("site_type")?,
        address: text("address")?,
        city: text("city")?,
        province: text("province")?,
        postal_code: text("postal_code")?,
        country: text("country")?,
        latitude: text("latitude")?,
        longitude: text("longitude")?,
        contact_name: text("contact_name")?,
        contact_phone: text("contact_phone")?,
        contact_email: text("contact_email")?,
        package: text("package")?,
        notes: text("notes")?,
    })
}

/// A new site's row: no service yet.
pub fn new_site_row(id: SiteId, account_id: AccountId, currency: Currency) -> Row {
    Row::new("sites", id.0, account_id.0)
        .with("account_id", json!(account_id))
        .with("currency", currency.code())
        .with("state_code", "")
        .with("installation_status", "pending")
        .with("service_status", "none")
        .with("billing", "centralized")
        .with("monitored", false)
}

/// Writes the details a person typed into a site's row, with the state code they imply.
pub fn put_site_details(row: &mut Row, details: &SiteDetails) {
    for (column, text) in [
        ("name", details.name.trim()),
        ("code", &details.code),
        ("address", &details.address),
        ("city", &details.city),
        ("province", &details.province),
        ("postal_code", &details.postal_code),
        ("country", &details.country),
        ("latitude", &details.latitude),
        ("longitude", &details.longitude),
        ("contact_name", &details.contact_name),
        ("contact_phone", &details.contact_phone),
        ("contact_email", &details.contact_email),
        ("package", &details.package),
        ("notes", &details.notes),
    ] {
        row.set(column, text);
    }
    row.set("site_type", if details.site_type.is_empty() { "branch" } else { details.site_type.as_str() });
    let code = crate::places::state_code(&details.country, &details.province).unwrap_or_default();
    row.set("state_code", code);
}
