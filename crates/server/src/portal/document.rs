//! The document of a quote from the server's own rows: the same texts as on the laptop, by the same rule.

use std::collections::HashMap;

use satchel_core::ids::QuoteId;
use satchel_core::quotes::{Quote, TaxRate, price};
use satchel_core::steps::quote_world;
use satchel_core::time::Timestamp;
use satchel_core::wire::entities::tax_rate_of;
use satchel_documents::quote_document::{Customer, Place, QuoteFacts, Taxes, compose};
use satchel_documents::quote_pdf::{Printed, QuoteDocument, render_quote};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::rows::{load, load_texts};
use crate::sync::apply::Failure;
use crate::sync::reader::Tenant;
use satchel_core::apply::{QuoteWorld, Refusal};

/// A quote version with what its page shows.
pub(crate) struct Shown {
    /// The version and what is around it.
    pub world: QuoteWorld,
    /// The version.
    pub quote: Quote,
    /// Its pricing hash.
    pub pricing_hash: String,
    /// What is printed.
    pub document: QuoteDocument,
}

/// Reads a quote version as it is printed at `now`.
pub(crate) async fn shown(conn: &mut PgConnection, id: QuoteId, now: Timestamp) -> Result<Shown, Failure> {
    let world = quote_world(&mut Tenant::of(conn), id).await?;
    let quote = world.quote.clone().ok_or_else(|| Refusal::rule("quote.unknown"))?;
    let priced = price(&quote).map_err(Refusal::from)?;
    let account = load(conn, "accounts", quote.account_id.0).await?.ok_or_else(|| Refusal::rule("account.unknown"))?;
    let text = |column: &str| account.text(column).map(str::to_owned);
    let customer = Customer {
        name: text("name")?,
        registration_number: text("registration_number")?,
        tax_number: text("tax_number")?,
        city: text("city")?,
        province: text("province")?,
    };
    let rates = load_texts(conn, "tax_rates", "country", account.text("country")?).await?;
    let rates: Vec<TaxRate> = rates.iter().map(tax_rate_of).collect::<Result<_, _>>()?;
    let taxes = Taxes::estimate(&quote, &priced, &world.context, &rates, text("state_code")?);
    let places = places(conn, quote.account_id.0).await?;
    let document = compose(&QuoteFacts {
        quote: &quote,
        priced: &priced,
        context: &world.context,
        customer: &customer,
        places: &places,
        taxes: &taxes,
        now,
    });
    Ok(Shown { quote, pricing_hash: priced.hash, document, world })
}

async fn places(conn: &mut PgConnection, account: Uuid) -> Result<HashMap<String, Place>, sqlx::Error> {
    let rows: Vec<(String, String, String, String, String)> =
        sqlx::query_as("SELECT id::text, name, city, province, postal_code FROM sites WHERE account_id = $1")
            .bind(account)
            .fetch_all(conn)
            .await?;
    let place = |(id, site, city, province, postal_code)| (id, Place { site, city, province, postal_code });
    Ok(rows.into_iter().map(place).collect())
}

/// Prints a document away from the threads that answer requests.
pub async fn print(document: QuoteDocument) -> anyhow::Result<Printed> {
    Ok(tokio::task::spawn_blocking(move || render_quote(&document)).await??)
}

/// What the file of a quote is called.
pub fn file_name(document: &QuoteDocument) -> String {
    let accepted = if document.evidence.is_some() { " accepted" } else { "" };
    format!("{}-v{}{accepted}.pdf", document.number, document.version)
}
