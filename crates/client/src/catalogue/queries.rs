//! Reading price books.

use satchel_core::money::{Currency, Exact, Money};

use super::view::{PackageView, PriceBookView};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::words;

type ItemRow = (String, String, String, String, String, i64, String, Option<String>);

/// All versions, the newest first.
pub async fn list(engine: &Engine, _: Nothing) -> Result<Vec<PriceBookView>, CommandError> {
    let open = engine.workspace().await?;
    let books: Vec<(String, String, i64, String, String, String)> = sqlx::query_as(
        "SELECT id, name, version, currency, status, valid_from FROM price_books ORDER BY status, valid_from DESC, currency DESC",
    )
    .fetch_all(open.store.read())
    .await?;
    let mut views = Vec::new();
    for (id, name, version, currency, status, from) in books {
        let items: Vec<ItemRow> = sqlx::query_as(
            "SELECT id, code, name, family, charge_type, unit_dp, list_price, installation_item_id FROM price_items \
             WHERE price_book_id = ?1 ORDER BY position",
        )
        .bind(&id)
        .fetch_all(open.store.read())
        .await?;
        views.push(PriceBookView {
            items: items.into_iter().map(|row| item(&open, &currency, row)).collect::<Result<_, _>>()?,
            id,
            name,
            version: u32::try_from(version).unwrap_or(0),
            currency,
            status,
            valid_text: from.parse().map_or_else(|_| from.clone(), |day| format!("from {}", words::date(day))),
        });
    }
    Ok(views)
}

fn item(open: &Open, currency: &str, row: ItemRow) -> Result<PackageView, CommandError> {
    let (id, code, name, family, charge_type, unit_dp, list_price, installation_item_id) = row;
    let price = Exact::parse(&list_price).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let charge_type = serde_json::from_value(serde_json::Value::String(charge_type))
        .map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let list_price_text = match (unit_dp, Currency::parse(currency)) {
        (2, Some(currency)) => Money::round(&price, currency).map_or(list_price, |money| open.plain(money)),
        _ => price.to_fixed(u32::try_from(unit_dp).unwrap_or(2)),
    };
    Ok(PackageView { id, code, name, family, charge_type, list_price_text, installation_item_id })
}
