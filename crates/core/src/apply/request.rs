//! Taking a request from outside: a prospect, whom to talk to, their sites, and a draft quote, in the name of whoever gets
//! requests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use super::quotes::refuse_life;
use super::{Refusal, SitesWorld, import_sites};
use crate::catalogue::PriceBook;
use crate::ids::{AccountId, ContactId, ItemId, LineId, QuoteId, SiteId};
use crate::money::Currency;
use crate::organisations::OrgSettings;
use crate::people::Actor;
use crate::places::state_code;
use crate::portal::QuoteRequest;
use crate::pricing::ChargeType;
use crate::quotes::{
    ClauseTexts, MAX_TITLE, NewQuote, PaymentTerms, Quote, QuoteContext, QuoteNumber, edit, life, lines_of,
};
use crate::sites::{ImportSites, ImportedSite};
use crate::time::{Timestamp, Zone, format_instant_ms};
use crate::wire::entities::quote_row;
use crate::wire::rows::Row;

/// What taking a request reads.
#[derive(Debug, Clone)]
pub struct RequestWorld {
    /// Settings of the organisation.
    pub settings: OrgSettings,
    /// Its zone.
    pub zone: Zone,
    /// The price book in force in the currency of the request; without one there is no draft.
    pub book: Option<PriceBook>,
    /// The clause library.
    pub clauses: ClauseTexts,
    /// Who gets requests.
    pub owner: Actor,
}

/// A site list that came with a request.
#[derive(Debug, Clone, Default)]
pub struct RequestedSites {
    /// Name of the file; empty without one.
    pub file_name: String,
    /// Its sites.
    pub sites: Vec<ImportedSite>,
    /// Rows that were left out because something is wrong with them.
    pub left_out: u32,
}

/// The currency that customers of a country are quoted in.
pub fn currency_of(country: &str, settings: &OrgSettings) -> Currency {
    match country {
        "ZA" => Currency::Zar,
        "IN" => Currency::Inr,
        _ => settings.currency,
    }
}

/// The rows a request comes to. `id` is the request's: the same form sent twice is one request. `number` is the draft's.
pub fn take_request(
    (id, request): (Uuid, &QuoteRequest),
    list: &RequestedSites,
    world: &RequestWorld,
    (number, at): (QuoteNumber, Timestamp),
    mut new_id: impl FnMut() -> Uuid,
) -> Result<Vec<Row>, Refusal> {
    let account_id = AccountId(new_id());
    let currency = currency_of(&request.country, &world.settings);
    let mut rows = vec![account(account_id, request, list, currency, world)];
    rows.push(contact(ContactId(new_id()), account_id, request));
    let import = ImportSites { account_id, file_name: list.file_name.clone(), sites: list.sites.clone(), at: Some(at) };
    let none = SitesWorld { account_currency: Some(currency), sites: BTreeMap::new() };
    rows.extend(import_sites(&import, &none, &world.owner)?);
    let quote = match &world.book {
        Some(book) => Some(draft((account_id, request), list, book, world, (number, at), &mut new_id)?),
        None => None,
    };
    if let Some(quote) = &quote {
        rows.push(quote_row(quote)?);
    }
    let text = |text: &str| text.trim().to_owned();
    rows.push(
        Row::new("quote_requests", id, account_id.0)
            .with("account_id", account_id.to_string())
            .with("quote_id", json!(quote.map(|quote| quote.id.to_string())))
            .with("contact", text(&request.contact))
            .with("email", text(&request.email))
            .with("phone", text(&request.phone))
            .with("preferred", request.preferred.clone())
            .with("site_count", json!(request.sites()))
            .with("bandwidth", text(&request.bandwidth))
            .with("features", text(&request.features))
            .with("budget", text(&request.budget))
            .with("message", text(&request.message))
            .with("file_name", list.file_name.clone())
            .with("left_out", list.left_out)
            .with("received_at", format_instant_ms(at)),
    );
    Ok(rows)
}

/// More sites than an order of a small customer has: a large one.
fn segment(request: &QuoteRequest, list: &RequestedSites, settings: &OrgSettings) -> &'static str {
    let count = request.sites().unwrap_or(0).max(u32::try_from(list.sites.len()).unwrap_or(u32::MAX));
    if settings.sme_site_limit.is_some_and(|limit| count > limit) { "enterprise" } else { "sme" }
}

/// A prospect: what is not known yet stays empty, for the person who gets the request to fill in.
fn account(
    id: AccountId,
    request: &QuoteRequest,
    list: &RequestedSites,
    currency: Currency,
    world: &RequestWorld,
) -> Row {
    let letters: String = request.company.chars().filter(char::is_ascii_alphabetic).take(4).collect();
    let tail = id.to_string();
    let first = list.sites.first().map(|site| &site.details);
    let province = first.map(|site| site.province.clone()).unwrap_or_default();
    Row::new("accounts", id.0, id.0)
        .with("name", request.company.trim())
        .with("code", format!("{}-{}", letters.to_uppercase(), &tail[tail.len() - 6..].to_uppercase()))
        .with("segment", segment(request, list, &world.settings))
        .with("status", "prospect")
        .with("registration_number", "")
        .with("tax_number", "")
        .with("industry", "")
        .with("payment_terms", PaymentTerms::Net30.as_str())
        .with("currency", currency.code())
        .with("city", first.map(|site| site.city.clone()).unwrap_or_default())
        .with("state_code", state_code(&request.country, &province).unwrap_or_default())
        .with("province", province)
        .with("country", request.country.clone())
        .with("notes", "")
        .with("manager_id", json!(world.owner.id.to_string()))
        .with("customer_type", "business")
}

fn contact(id: ContactId, account: AccountId, request: &QuoteRequest) -> Row {
    Row::new("contacts", id.0, account.0)
        .with("account_id", account.to_string())
        .with("name", request.contact.trim())
        .with("role", "executive")
        .with("email", request.email.trim())
        .with("phone", request.phone.trim())
        .with("is_primary", true)
}

/// A draft with the sites whose rows name a package of the book.
fn draft(
    (account_id, request): (AccountId, &QuoteRequest),
    list: &RequestedSites,
    book: &PriceBook,
    world: &RequestWorld,
    (number, at): (QuoteNumber, Timestamp),
    new_id: &mut impl FnMut() -> Uuid,
) -> Result<Quote, Refusal> {
    let state = |site: &ImportedSite| state_code(&request.country, &site.details.province).unwrap_or_default();
    let context = QuoteContext {
        settings: world.settings.clone(),
        zone: world.zone,
        book: book.clone(),
        agreed: Vec::new(),
        account_terms: PaymentTerms::Net30,
        account_country: request.country.clone(),
        account_segment: segment(request, list, &world.settings).to_owned(),
        consumer: false,
        delegations: Vec::new(),
        clauses: world.clauses.clone(),
        site_states: list.sites.iter().map(|site| (site.id, state(site).to_owned())).collect(),
        active_sites: BTreeSet::new(),
    };
    let title: String = format!("Request of {}", request.company.trim()).chars().take(MAX_TITLE).collect();
    let new = NewQuote { id: QuoteId(new_id()), number, account_id, title, price_book_id: book.id };
    let quote = life::create(new, &context, &world.owner, at).map_err(|error| refuse_life(&error))?;
    let named = |package: &str| -> Option<ItemId> {
        let wanted = |item: &&crate::catalogue::Item| item.charge_type == ChargeType::Recurring && item.name == package;
        book.items.values().find(wanted).map(|item| item.id)
    };
    let sites: Vec<(SiteId, ItemId)> =
        list.sites.iter().filter_map(|site| Some((site.id, named(&site.details.package)?))).collect();
    let mut lines = Vec::new();
    for (site, item) in sites {
        lines.extend(lines_of(book, [(site, true)], item, || LineId(new_id())));
    }
    if lines.is_empty() {
        return Ok(quote);
    }
    edit(quote, &[crate::quotes::Edit::AddLines { lines }], &context, &world.owner, at)
        .map_err(|error| Refusal::rule(error.code()))
}
