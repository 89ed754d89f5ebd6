//! Requests for a quote from outside. A request is taken once, in one transaction with the prospect, the sites and the draft it
//! becomes; a list with wrong rows is shown with them and not taken before its sender has decided.

use std::time::Duration;

use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use satchel_core::apply::{Refusal, RequestWorld, RequestedSites, currency_of, take_request};
use satchel_core::catalogue::PriceBook;
use satchel_core::ids::{OrgId, UserId};
use satchel_core::money::Currency;
use satchel_core::organisations::OrgSettings;
use satchel_core::people::{Actor, Role};
use satchel_core::places;
use satchel_core::portal::QuoteRequest;
use satchel_core::pricing::ChargeType;
use satchel_core::quotes::QuoteNumber;
use satchel_core::time::{Timestamp, Zone, local_date, parse_zone};
use satchel_core::wire::entities::{clause_texts, price_book_of};
use satchel_core::wire::rows::Row;
use satchel_documents::site_list::{Choices, Format, template};
use sha2::Sha256;
use sqlx::PgConnection;
use uuid::Uuid;

use super::outside::From;
use super::pages::{self, Brand};
use super::request_list::looked_at;
use super::request_page::{self, FormPage, ListState};
use crate::app::App;
use crate::notices::{Notice, address_of, queue};
use crate::rows::{load, load_by, put};
use crate::sync::apply::Failure;
use crate::tenant::{read_tx, tenant_tx};

/// Most bytes of a handed-in list.
pub const LIST_BYTES: usize = 5 * 1024 * 1024;
/// Requests of one organisation in a day: beyond them the form says to call.
const PER_DAY: i64 = 200;
/// Bytes of all lists that an organisation keeps for forms not sent yet.
const MAX_KEPT: i64 = 200 * 1024 * 1024;
/// A form that comes back sooner was not filled in by a person.
const SOONEST: Duration = Duration::from_secs(2);
/// A form that comes back later is asked for again.
const LATEST: Duration = Duration::from_secs(24 * 3_600);
/// The slot of quote numbers that no device gets (RULES APR 6).
const SERVER_SLOT: i64 = 1_023;
/// Countries that are served.
pub fn countries() -> Vec<&'static str> {
    places::countries().into_iter().map(|country| country.code).collect()
}

/// A form of an organisation.
struct Desk {
    org: OrgId,
    owner: Actor,
    settings: OrgSettings,
    zone: Zone,
    brand: Brand,
}

/// What came with a form.
#[derive(Default)]
struct Sent {
    request: QuoteRequest,
    /// Id of the request, made with the page.
    id: String,
    /// When the page was made, seconds.
    made_at: String,
    /// What proves both.
    seal: String,
    /// A field no person sees.
    website: String,
    /// Rows that are wrong stay out.
    leave_out: bool,
    /// Without the list that was handed in before.
    no_list: bool,
    file_name: String,
    bytes: Vec<u8>,
}

fn unknown() -> Response {
    let text = "There is no form here. Please look at the address again.";
    pages::plain(StatusCode::NOT_FOUND, &Brand::default(), "Not known", &[text])
}

fn broken(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "the request form could not answer");
    let text = "Nothing was sent. Please go back and try again in a minute; what you typed stands there.";
    pages::plain(StatusCode::SERVICE_UNAVAILABLE, &Brand::default(), "Not possible right now", &[text])
}

fn too_many(brand: &Brand) -> Response {
    let texts = ["Nothing was sent. Please try again later, or call or mail; the address stands below."];
    pages::plain(StatusCode::TOO_MANY_REQUESTS, brand, "Too many requests", &texts)
}

async fn desk(app: &App, name: &str) -> Result<Option<Desk>, Failure> {
    let found: Option<(Uuid, Uuid)> = sqlx::query_as("SELECT org_id, owner_id FROM find_request_form($1)")
        .bind(name)
        .fetch_optional(&app.pool)
        .await?;
    let Some((org, owner)) = found else { return Ok(None) };
    let org = OrgId(org);
    let mut tx = read_tx(&app.pool, org).await?;
    let role: Option<String> = sqlx::query_scalar("SELECT role FROM users WHERE id = $1 AND active")
        .bind(owner)
        .fetch_optional(&mut *tx)
        .await?;
    // Nobody there to get it: no form, rather than one that loses what is typed into it.
    let Some(role) = role.as_deref().and_then(Role::parse).filter(|role| role.may_quote()) else { return Ok(None) };
    let row = load(&mut tx, "organisations", org.0).await?.ok_or_else(|| Refusal::rule("organisation.unknown"))?;
    let settings: OrgSettings = row.parse("settings")?;
    let zone = parse_zone(row.text("zone")?).ok_or_else(|| Refusal::rule("organisation.bad_zone"))?;
    let brand = Brand::of_settings(&settings.branding);
    Ok(Some(Desk { org, owner: Actor { id: UserId(owner), role }, settings, zone, brand }))
}

/// The country that most of an organisation's customers are in.
fn home(settings: &OrgSettings) -> &'static str {
    if settings.currency == Currency::Inr { "IN" } else { "ZA" }
}

/// What proves that a form was ours: made with the page, worth a day.
fn seal(app: &App, org: OrgId, id: &str, made_at: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&app.signing_key) else { return String::new() };
    mac.update(b"satchel request form 1");
    mac.update(org.0.as_bytes());
    mac.update(id.as_bytes());
    mac.update(b" ");
    mac.update(made_at.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// `GET /r/{name}`
pub async fn form(State(app): State<App>, from: From, Path(name): Path<String>) -> Response {
    if !app.limits.page(from.0) {
        return too_many(&Brand::default());
    }
    match desk(&app, &name).await {
        Ok(Some(desk)) => show(&app, &name, &desk, StatusCode::OK, Sent::default(), ListState::default(), None),
        Ok(None) => unknown(),
        Err(error) => broken(&error),
    }
}

fn show(
    app: &App,
    name: &str,
    desk: &Desk,
    status: StatusCode,
    sent: Sent,
    list: ListState,
    problem: Option<(&'static str, &'static str)>,
) -> Response {
    // The same request until it is taken: a new form only for a new one.
    let (id, made_at, seal) = if sent.seal.is_empty() {
        let (id, made_at) = (Uuid::now_v7().to_string(), Utc::now().timestamp().to_string());
        let seal = seal(app, desk.org, &id, &made_at);
        (id, made_at, seal)
    } else {
        (sent.id, sent.made_at, sent.seal)
    };
    let page = FormPage {
        base: format!("/r/{name}"),
        brand: &desk.brand,
        typed: sent.request,
        home: home(&desk.settings),
        hidden: [("id", id), ("made_at", made_at), ("seal", seal)],
        list,
        problem,
    };
    pages::answer(status, request_page::form(&page))
}

/// `GET /r/{name}/template.csv`: a list to fill in, with the columns that are known.
pub async fn template_csv(State(app): State<App>, from: From, Path(name): Path<String>) -> Response {
    if !app.limits.page(from.0) {
        return too_many(&Brand::default());
    }
    let made = async {
        let Some(desk) = desk(&app, &name).await? else { return Ok(None) };
        let mut tx = read_tx(&app.pool, desk.org).await?;
        let country = places::country(home(&desk.settings));
        let book = book(&mut tx, &desk, desk.settings.currency).await?;
        let choices = Choices {
            packages: packages(book.as_ref()),
            provinces: country.iter().flat_map(|c| c.provinces).map(|province| province.name.to_owned()).collect(),
            postal_digits: country.map_or(0, |country| country.postal_digits),
        };
        Ok::<_, Failure>(template(&choices, Format::Csv).ok())
    };
    match made.await {
        Ok(Some(bytes)) => {
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"sites.csv\""),
            ];
            (headers, bytes).into_response()
        }
        Ok(None) => unknown(),
        Err(error) => broken(&error),
    }
}

/// `GET /r/{name}/thanks`
pub async fn thanks(State(app): State<App>, from: From, Path(name): Path<String>) -> Response {
    if !app.limits.page(from.0) {
        return too_many(&Brand::default());
    }
    match desk(&app, &name).await {
        Ok(Some(desk)) => {
            let texts = ["Your request is here. Somebody will answer you as you asked: by mail or by phone."];
            pages::plain(StatusCode::OK, &desk.brand, "Thank you", &texts)
        }
        Ok(None) => unknown(),
        Err(error) => broken(&error),
    }
}

/// `POST /r/{name}`
pub async fn send(State(app): State<App>, from: From, Path(name): Path<String>, multipart: Multipart) -> Response {
    if !app.limits.page(from.0) {
        return too_many(&Brand::default());
    }
    let desk = match desk(&app, &name).await {
        Ok(Some(desk)) => desk,
        Ok(None) => return unknown(),
        Err(error) => return broken(&error),
    };
    let sent = match read_form(multipart).await {
        Ok(sent) => sent,
        Err(text) => return pages::plain(StatusCode::BAD_REQUEST, &desk.brand, "This could not be read", &[&text]),
    };
    let thanks = || Redirect::to(&format!("/r/{name}/thanks")).into_response();
    // Filled in by a program: it is told what it wants to hear, and nothing is kept.
    if !sent.website.is_empty() {
        tracing::info!(org = %desk.org, "a request filled in by a program was dropped");
        return thanks();
    }
    if let Err(code) = genuine(&app, &desk, &sent) {
        let sent = Sent { seal: String::new(), ..sent };
        return show(
            &app,
            &name,
            &desk,
            StatusCode::UNPROCESSABLE_ENTITY,
            sent,
            ListState::default(),
            Some(("form", code)),
        );
    }
    match consider(&app, &desk, sent, from).await {
        Ok(Considered::Taken) => thanks(),
        Ok(Considered::TooMany) => too_many(&desk.brand),
        Ok(Considered::Not { sent, list, problem }) => {
            show(&app, &name, &desk, StatusCode::UNPROCESSABLE_ENTITY, *sent, list, problem)
        }
        Err(error) => broken(&error),
    }
}

/// Whether the form is one of ours, and was filled in at a person's pace.
fn genuine(app: &App, desk: &Desk, sent: &Sent) -> Result<(), &'static str> {
    if Uuid::parse_str(&sent.id).is_err() || sent.seal != seal(app, desk.org, &sent.id, &sent.made_at) {
        return Err("again");
    }
    let made = sent.made_at.parse::<i64>().ok().and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default();
    let age = (Utc::now() - made).to_std().unwrap_or_default();
    if age > LATEST {
        Err("again")
    } else if age < SOONEST {
        Err("too_fast")
    } else {
        Ok(())
    }
}

async fn read_form(mut multipart: Multipart) -> Result<Sent, String> {
    let mut sent = Sent::default();
    let unreadable = |_| "The form did not arrive whole, or the list is larger than 5 MB. Nothing was sent.".to_owned();
    while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "list" {
            let file_name = field.file_name().unwrap_or_default().chars().take(120).collect();
            let bytes = field.bytes().await.map_err(unreadable)?;
            if !bytes.is_empty() {
                (sent.file_name, sent.bytes) = (file_name, bytes.to_vec());
            }
            continue;
        }
        let text = field.text().await.map_err(unreadable)?;
        let request = &mut sent.request;
        match name.as_str() {
            "company" => request.company = text,
            "contact" => request.contact = text,
            "email" => request.email = text,
            "phone" => request.phone = text,
            "preferred" => request.preferred = text,
            "country" => request.country = text,
            "site_count" => request.site_count = text,
            "bandwidth" => request.bandwidth = text,
            "features" => request.features = text,
            "budget" => request.budget = text,
            "message" => request.message = text,
            "id" => sent.id = text,
            "made_at" => sent.made_at = text,
            "seal" => sent.seal = text,
            "website" => sent.website = text,
            "leave_out" => sent.leave_out = text == "yes",
            "no_list" => sent.no_list = text == "yes",
            _ => {}
        }
    }
    Ok(sent)
}

enum Considered {
    Taken,
    TooMany,
    Not { sent: Box<Sent>, list: ListState, problem: Option<(&'static str, &'static str)> },
}

async fn consider(app: &App, desk: &Desk, mut sent: Sent, from: From) -> Result<Considered, Failure> {
    let id = Uuid::parse_str(&sent.id).unwrap_or_default();
    let not = |sent: Sent, list, problem| Ok(Considered::Not { sent: Box::new(sent), list, problem });
    let mut tx = read_tx(&app.pool, desk.org).await?;
    if load(&mut tx, "quote_requests", id).await?.is_some() {
        return Ok(Considered::Taken);
    }
    let today: i64 =
        sqlx::query_scalar("SELECT count(*) FROM quote_requests WHERE received_at > now() - interval '1 day'")
            .fetch_one(&mut *tx)
            .await?;
    if today >= PER_DAY {
        return Ok(Considered::TooMany);
    }
    let handed_in = !sent.bytes.is_empty() && !sent.no_list;
    let problem = sent.request.problem(&countries()).map(|problem| (problem.field, problem.code));
    if sent.no_list {
        (sent.file_name, sent.bytes) = (String::new(), Vec::new());
    } else if sent.bytes.is_empty() {
        // The one that was handed in with this form before.
        let kept: Option<(String, Vec<u8>)> =
            sqlx::query_as("SELECT file_name, bytes FROM request_lists WHERE id = $1")
                .bind(id)
                .fetch_optional(&mut *tx)
                .await?;
        (sent.file_name, sent.bytes) = kept.unwrap_or_default();
    }
    let book = book(&mut tx, desk, currency_of(&sent.request.country, &desk.settings)).await?;
    drop(tx);
    let mut requested = RequestedSites::default();
    let mut state = ListState::default();
    if !sent.bytes.is_empty() {
        if handed_in && !app.limits.list(from.0) {
            return Ok(Considered::TooMany);
        }
        state.file_name.clone_from(&sent.file_name);
        match looked_at(&sent.bytes, &sent.request.country, packages(book.as_ref())).await {
            Ok((list, bad)) => {
                // What is no list is not kept.
                if handed_in && !keep(app, desk.org, id, &sent).await? {
                    return Ok(Considered::TooMany);
                }
                state.rows = u32::try_from(list.len()).unwrap_or(u32::MAX) + bad.len + bad.twice;
                state.twice = bad.twice;
                state.bad_rows = bad.len;
                state.bad = bad.shown;
                requested = RequestedSites { file_name: sent.file_name.clone(), sites: list, left_out: bad.len };
            }
            Err(error) => {
                state.unreadable = error;
                return not(sent, state, problem);
            }
        }
    }
    if problem.is_some() || (state.bad_rows > 0 && !sent.leave_out) {
        return not(sent, state, problem);
    }
    if !app.limits.request(from.0) {
        return Ok(Considered::TooMany);
    }
    take(app, desk, (id, &sent.request), &requested, book).await?;
    Ok(Considered::Taken)
}

/// Keeps a list while its sender looks at what is wrong with it; `false` where too much is kept already.
async fn keep(app: &App, org: OrgId, id: Uuid, sent: &Sent) -> Result<bool, sqlx::Error> {
    let mut tx = crate::tenant::org_tx(&app.pool, org).await?;
    sqlx::query("DELETE FROM request_lists WHERE created_at < now() - interval '1 day'").execute(&mut *tx).await?;
    let kept: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(length(bytes)), 0)::bigint FROM request_lists WHERE org_id = $1 AND id <> $2",
    )
    .bind(org.0)
    .bind(id)
    .fetch_one(&mut *tx)
    .await?;
    if kept + i64::try_from(sent.bytes.len()).unwrap_or(i64::MAX) > MAX_KEPT {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO request_lists (org_id, id, file_name, bytes) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (org_id, id) DO UPDATE SET file_name = excluded.file_name, bytes = excluded.bytes",
    )
    .bind(org.0)
    .bind(id)
    .bind(&sent.file_name)
    .bind(&sent.bytes)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

/// The price book in force for new quotes in a currency.
async fn book(conn: &mut PgConnection, desk: &Desk, currency: Currency) -> Result<Option<PriceBook>, Failure> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM price_books WHERE currency = $1 AND status = 'published' AND valid_from <= $2 \
         ORDER BY valid_from DESC, version DESC LIMIT 1",
    )
    .bind(currency.code())
    .bind(local_date(Utc::now(), desk.zone))
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = id else { return Ok(None) };
    let Some(row) = load(conn, "price_books", id).await? else { return Ok(None) };
    let items = load_by(conn, "price_items", "price_book_id", id).await?;
    Ok(Some(price_book_of(&row, &items)?))
}

fn packages(book: Option<&PriceBook>) -> Vec<String> {
    let recurring = book.into_iter().flat_map(|book| book.items.values());
    recurring.filter(|item| item.charge_type == ChargeType::Recurring).map(|item| item.name.clone()).collect()
}

/// Writes everything a request comes to, once, and tells who gets requests.
async fn take(
    app: &App,
    desk: &Desk,
    (id, request): (Uuid, &QuoteRequest),
    list: &RequestedSites,
    book: Option<PriceBook>,
) -> Result<(), Failure> {
    let org = desk.org;
    let mut tenant = tenant_tx(&app.pool, org).await?;
    let conn = &mut *tenant.tx;
    if load(conn, "quote_requests", id).await?.is_some() {
        return Ok(());
    }
    let at: Timestamp = DateTime::from_timestamp_millis(Utc::now().timestamp_millis()).unwrap_or_else(Utc::now);
    let number = next_number(conn, desk, at).await?;
    let world = RequestWorld {
        settings: desk.settings.clone(),
        zone: desk.zone,
        book,
        clauses: clause_texts(&load_by(conn, "clauses", "scope_id", org.0).await?)?,
        owner: desk.owner.clone(),
    };
    let rows = take_request((id, request), list, &world, (number, at), Uuid::now_v7)?;
    put(conn, org, &rows).await?;
    // Whoever gets it sees it, also where people see their own accounts only.
    let account = rows.first().map(Row::id).unwrap_or_default();
    sqlx::query("INSERT INTO scope_grants (org_id, user_id, scope_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(org.0)
        .bind(desk.owner.id.0)
        .bind(account)
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM request_lists WHERE id = $1").bind(id).execute(&mut *conn).await?;
    let notice = Notice {
        to: address_of(conn, desk.owner.id.0).await?,
        reply_to: request.email.trim().to_owned(),
        subject: format!("{} asks for a quote", request.company.trim()),
        body: told(request, list, number),
        ..Notice::default()
    };
    queue(conn, org, &format!("requested {id}"), notice).await?;
    tenant.tx.commit().await?;
    Ok(())
}

/// The next number of the server's own slot that no quote has.
async fn next_number(conn: &mut PgConnection, desk: &Desk, at: Timestamp) -> Result<QuoteNumber, Failure> {
    loop {
        let counter: i64 = sqlx::query_scalar(
            "INSERT INTO server_quote_counters (org_id, day, next) VALUES ($1, $2, 1) \
             ON CONFLICT (org_id, day) DO UPDATE SET next = server_quote_counters.next + 1 RETURNING next - 1",
        )
        .bind(desk.org.0)
        .bind(local_date(at, desk.zone))
        .fetch_one(&mut *conn)
        .await?;
        let number =
            QuoteNumber::assign(SERVER_SLOT, counter, at, desk.zone).map_err(|error| Refusal::rule(error.refusal()))?;
        // Quotes that came with the organisation have numbers of this slot too.
        let taken: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM quotes WHERE number = $1)")
            .bind(number.to_string())
            .fetch_one(&mut *conn)
            .await?;
        if !taken {
            return Ok(number);
        }
    }
}

fn told(request: &QuoteRequest, list: &RequestedSites, number: QuoteNumber) -> String {
    let sites = request.sites().map_or_else(String::new, |n| n.to_string());
    let listed = match list.sites.len() {
        0 => String::new(),
        n => format!("{n} sites in {}, {} rows left out", list.file_name, list.left_out),
    };
    let lines = [
        ("Company", request.company.trim()),
        ("From", request.contact.trim()),
        ("E-mail", request.email.trim()),
        ("Phone", request.phone.trim()),
        ("Answer by", &request.preferred),
        ("Sites", &sites),
        ("List", &listed),
        ("Bandwidth", request.bandwidth.trim()),
        ("Budget", request.budget.trim()),
        ("Wanted", request.features.trim()),
        ("Message", request.message.trim()),
    ];
    let lines: Vec<String> =
        lines.iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| format!("{label}: {text}")).collect();
    format!("A request came in on the portal. The draft is {number}.\n\n{}\n", lines.join("\n"))
}
