//! A local write: the rule, the changed rows, their before-images and the outbox entry in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::apply::{
    AccountWorld, JobWorld, QuoteWorld, Refusal, RemovalWorld, SitesWorld, account_terms, apply_quote, edit_account,
    edit_sites, import_sites, quote_id_of, record_job_event, remove_sites,
};
use satchel_core::canonical_json::{canonical, sha256_hex};
use satchel_core::ids::{AccountId, ClauseId, PriceBookId, QuoteId, SiteId};
use satchel_core::people::Actor;
use satchel_core::quotes::{Quote, QuoteContext};
use satchel_core::time::{Zone, format_instant_ms};
use satchel_core::wire::entities::{agreed_price_of, price_book_of, quote_of, quote_row};
use satchel_core::wire::mutation::{Intent, has_nul};
use satchel_core::wire::rows::{Row, RowError};
use satchel_core::wire::tables::{TableSpec, table};
use serde_json::Value;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::catalogue::{catalogue_rows, delegations};
use super::customer::customer_row;
use super::sites::{edit_world, sites_of, used_sites};
use super::tickets::ticket_rows;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::{Moment, StoreError, WriteTx, load_row, load_rows, version_of};
use crate::workspace::organisation::settings;

/// Largest intent, bytes of canonical JSON: well below what a server reads after unpacking.
const MAX_INTENT_BYTES: usize = 128 * 1024 * 1024;

/// What a change is about, for the Sync Centre.
#[derive(Debug, Clone)]
pub struct Subject {
    /// In words: a quote's number, an account's name.
    pub text: String,
    /// `quote`, `account`.
    pub kind: &'static str,
    /// Row id.
    pub id: Uuid,
}

impl From<RowError> for CommandError {
    fn from(error: RowError) -> Self {
        CommandError::new("store.damaged", error.to_string())
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let mut error = CommandError::new(refusal.code.clone(), refusal.detail.to_string());
        if let Value::Object(detail) = &refusal.detail {
            for (key, value) in detail {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                error.params.insert(key.clone(), text);
            }
        }
        error
    }
}

pub(crate) fn spec(name: &str) -> Result<&'static TableSpec, StoreError> {
    table(name).ok_or_else(|| StoreError::Other(format!("no synced table {name}")))
}

/// The row an intent comes to, worked out by its rule from what was read at a moment: it holds while the store stands there.
pub struct Ready {
    /// When its world was read.
    pub moment: Moment,
    /// The row.
    pub row: Row,
}

/// Applies an intent here and now and puts it into the outbox; returns when it is durable.
pub async fn mutate(engine: &Engine, open: &Open, intent: Intent, subject: Subject) -> Result<(), CommandError> {
    mutate_with(engine, open, intent, subject, None).await
}

/// Applies several intents in this order as one step: all of them stand, or none does.
pub async fn mutate_all(engine: &Engine, open: &Open, steps: Vec<(Intent, Subject)>) -> Result<(), CommandError> {
    let actor = open.actor().await;
    let mut tx = open.store.begin().await?;
    for (intent, subject) in &steps {
        let touched = apply(&mut tx, intent, &actor, open.zone).await?;
        if !open.demo {
            append(&mut tx, open, intent, subject, &actor, &touched).await?;
        }
    }
    tx.commit().await?;
    engine.sync_wanted.notify_one();
    Ok(())
}

/// The same for an intent whose row was just worked out: its world is not read again when nobody wrote meanwhile.
pub async fn mutate_ready(
    engine: &Engine,
    open: &Open,
    intent: Intent,
    subject: Subject,
    ready: Ready,
) -> Result<(), CommandError> {
    mutate_with(engine, open, intent, subject, Some(ready)).await
}

async fn mutate_with(
    engine: &Engine,
    open: &Open,
    intent: Intent,
    subject: Subject,
    ready: Option<Ready>,
) -> Result<(), CommandError> {
    let actor = open.actor().await;
    let mut tx = open.store.begin().await?;
    // The write lock is held: what stands now stands until this commit.
    let touched = match ready.filter(|ready| open.store.stands(ready.moment)) {
        Some(ready) => put(&mut tx, vec![ready.row], false).await?,
        None => apply(&mut tx, &intent, &actor, open.zone).await?,
    };
    if !open.demo {
        append(&mut tx, open, &intent, &subject, &actor, &touched).await?;
    }
    tx.commit().await?;
    engine.sync_wanted.notify_one();
    Ok(())
}

/// Applies an intent to the cache inside a write; returns the rows it touched with the versions they stand on. Also used to run pending intents again after a pull.
pub(super) async fn apply(
    tx: &mut WriteTx,
    intent: &Intent,
    actor: &Actor,
    zone: Zone,
) -> Result<Vec<(Uuid, u64)>, CommandError> {
    if let Some(rows) = catalogue_rows(tx.conn(), intent, actor).await? {
        return put(tx, rows, false).await;
    }
    if let Some(rows) = ticket_rows(tx.conn(), intent, actor).await? {
        return put(tx, rows, false).await;
    }
    if let Some(row) = customer_row(tx.conn(), intent, actor).await? {
        return put(tx, vec![row], false).await;
    }
    let rows = match intent {
        Intent::AccountEdit(edit) => {
            let id = edit.account_id.unwrap_or(AccountId(Uuid::nil()));
            let world = AccountWorld { account: load_row(tx.conn(), spec("accounts")?, id.0).await? };
            vec![edit_account(edit, &world, actor)?]
        }
        Intent::SiteImport(import) => {
            let account = load_row(tx.conn(), spec("accounts")?, import.account_id.0).await?;
            let known = import.sites.iter().filter(|site| !site.new).map(|site| site.id.to_string());
            let sites = sites_of(tx.conn(), &known.collect::<Vec<_>>()).await?;
            let account_currency = account.map(|row| row.parse("currency")).transpose()?;
            import_sites(import, &SitesWorld { account_currency, sites }, actor)?
        }
        Intent::SiteEdit(edit) => edit_sites(edit, &edit_world(tx.conn(), edit).await?, actor)?,
        Intent::SiteRemove(remove) => {
            let ids = remove.site_ids.iter().map(ToString::to_string).collect::<Vec<_>>();
            let sites = sites_of(tx.conn(), &ids).await?;
            let used = used_sites(tx.conn(), remove.account_id, &ids).await?;
            let gone = remove_sites(remove, &RemovalWorld { sites, used }, actor)?;
            tx.remove(spec("sites")?, &gone).await?;
            return Ok(Vec::new());
        }
        Intent::JobRecord(event) => {
            let job = load_row(tx.conn(), spec("jobs")?, event.job_id.0).await?;
            let taken = load_row(tx.conn(), spec("job_events")?, event.id.0).await?.is_some();
            record_job_event(event, JobWorld { job, taken }, None, actor)?
        }
        quote_intent => {
            let world = world_for(tx.conn(), quote_intent, zone).await?;
            let quotes = apply_quote(quote_intent, &world, actor)?;
            quotes.iter().map(to_row).collect::<Result<_, _>>()?
        }
    };
    // An import brings its rows with the versions they stand on.
    put(tx, rows, matches!(intent, Intent::SiteImport(_))).await
}

/// Writes the rows of an intent; returns them with the versions they stand on.
async fn put(tx: &mut WriteTx, rows: Vec<Row>, imported: bool) -> Result<Vec<(Uuid, u64)>, CommandError> {
    let mut touched = Vec::with_capacity(rows.len());
    let mut stored = Vec::with_capacity(rows.len());
    for row in rows {
        // The version stays the one last confirmed: it is the base of the next intent.
        let version = if imported { row.version() } else { version_of(tx.conn(), row.table(), row.id()).await? };
        touched.push((row.id(), version));
        stored.push(row.at_version(version));
    }
    tx.put_all(stored).await?;
    Ok(touched)
}

fn to_row(quote: &Quote) -> Result<Row, CommandError> {
    quote_row(quote)
        .map_err(|error| CommandError::new("quote.not_priceable", error.code()).with("reason", error.code()))
}

async fn world_for(conn: &mut SqliteConnection, intent: &Intent, zone: Zone) -> Result<QuoteWorld, CommandError> {
    match intent {
        Intent::QuoteCreate(args) => {
            let context = context(conn, args.account_id, args.price_book_id, zone).await?;
            let taken: i64 = sqlx::query_scalar("SELECT count(*) FROM quotes WHERE number = ?1 OR id = ?2")
                .bind(&args.number)
                .bind(args.quote_id.to_string())
                .fetch_one(conn)
                .await?;
            Ok(QuoteWorld { quote: None, siblings: Vec::new(), taken: taken > 0, context })
        }
        other => {
            let id = quote_id_of(other).ok_or_else(|| CommandError::new("mutation.not_a_quote", "no quote id"))?;
            world_of(conn, id, zone).await
        }
    }
}

/// Everything around a quote version, from the cache.
pub async fn world_of(conn: &mut SqliteConnection, id: QuoteId, zone: Zone) -> Result<QuoteWorld, CommandError> {
    let row = load_row(conn, spec("quotes")?, id.0).await?;
    let row = row.ok_or_else(|| CommandError::new("quote.unknown", id.to_string()))?;
    let quote = quote_of(&row)?;
    let family = quote.family_id.to_string();
    let versions: i64 = sqlx::query_scalar("SELECT count(*) FROM quotes WHERE family_id = ?1")
        .bind(&family)
        .fetch_one(&mut *conn)
        .await?;
    // Most quotes have one version: it is not read twice.
    let family = if versions > 1 { load_rows(conn, spec("quotes")?, "family_id", &family).await? } else { Vec::new() };
    let siblings = family.iter().filter(|row| row.id() != id.0).map(quote_of).collect::<Result<Vec<_>, _>>()?;
    let context = context(conn, quote.account_id, quote.price_book_id, zone).await?;
    Ok(QuoteWorld { quote: Some(quote), siblings, taken: false, context })
}

/// What a quote of an account on a price book version is judged with.
pub async fn context(
    conn: &mut SqliteConnection,
    account_id: AccountId,
    book_id: PriceBookId,
    zone: Zone,
) -> Result<QuoteContext, CommandError> {
    let settings = settings(&mut *conn).await?;
    let book = load_row(conn, spec("price_books")?, book_id.0).await?;
    let book = book.ok_or_else(|| CommandError::new("quote.unknown_price_book", book_id.to_string()))?;
    let items = load_rows(conn, spec("price_items")?, "price_book_id", &book_id.to_string()).await?;
    let agreed = load_rows(conn, spec("agreed_prices")?, "account_id", &account_id.to_string()).await?;
    let account: Option<(String, String, String, bool)> = sqlx::query_as(
        "SELECT payment_terms, country, segment, customer_type = 'consumer' FROM accounts WHERE id = ?1",
    )
    .bind(account_id.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    let (terms, account_country, account_segment, consumer) =
        account.ok_or_else(|| CommandError::new("account.unknown", account_id.to_string()))?;
    let clauses: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, title, body FROM clauses").fetch_all(&mut *conn).await?;
    let clauses =
        clauses.into_iter().filter_map(|(id, title, body)| Some((ClauseId::parse(&id).ok()?, (title, body)))).collect();
    let delegations = delegations(conn).await?;
    // One string for all sites: row by row costs more than everything else here.
    let sites: String = sqlx::query_scalar(
        "SELECT json_group_array(json_array(id, state_code, service_status)) FROM sites WHERE account_id = ?1",
    )
    .bind(account_id.to_string())
    .fetch_one(conn)
    .await?;
    let sites: Vec<(SiteId, String, String)> =
        serde_json::from_str(&sites).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let active: BTreeSet<SiteId> = sites.iter().filter(|(_, _, s)| s == "active").map(|(id, _, _)| *id).collect();
    Ok(QuoteContext {
        settings,
        zone,
        book: price_book_of(&book, &items)?,
        agreed: agreed.iter().map(agreed_price_of).collect::<Result<_, _>>()?,
        account_country,
        account_segment,
        consumer,
        delegations,
        clauses,
        account_terms: account_terms(&terms)?,
        site_states: sites.into_iter().map(|(id, state, _)| (id, state)).collect(),
        active_sites: active,
    })
}

async fn append(
    tx: &mut WriteTx,
    open: &Open,
    intent: &Intent,
    subject: &Subject,
    actor: &Actor,
    touched: &[(Uuid, u64)],
) -> Result<(), CommandError> {
    let body = serde_json::to_value(intent).map_err(|e| CommandError::new("mutation.failed", e.to_string()))?;
    let bytes = canonical(&body).map_err(|e| CommandError::new("mutation.failed", e.to_string()))?;
    if bytes.len() > MAX_INTENT_BYTES {
        return Err(CommandError::new("change.too_large", format!("{} bytes", bytes.len())));
    }
    if has_nul(&body) {
        return Err(CommandError::new("change.nul", "a text holds U+0000"));
    }
    let next: i64 = tx.meta("next_seq").await?.and_then(|text| text.parse().ok()).unwrap_or(1);
    tx.set_meta("next_seq", &(next + 1).to_string()).await?;
    // Descriptive edits merge per field and new sites stand alone: only quotes need all that came before, and what is mailed
    // of them: a copy of what the server then refuses goes to nobody.
    let depends: Vec<String> = if subject.kind == "quote" || matches!(intent, Intent::MailSend(_)) {
        sqlx::query_scalar("SELECT mutation_id FROM pending WHERE subject_id = ?1 ORDER BY seq")
            .bind(subject.id.to_string())
            .fetch_all(tx.conn())
            .await?
    } else {
        Vec::new()
    };
    let base: BTreeMap<Uuid, u64> =
        if subject.kind == "quote" { touched.iter().copied().collect() } else { BTreeMap::new() };
    let clock = open.clock.read();
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    sqlx::query(
        "INSERT INTO pending (seq, mutation_id, user_id, name, subject, subject_kind, subject_id, intent, base_versions, \
         depends_on, device_time, mono_ms, boot_id, body_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )
    .bind(next)
    .bind(Uuid::now_v7().to_string())
    .bind(actor.id.to_string())
    .bind(name)
    .bind(&subject.text)
    .bind(subject.kind)
    .bind(subject.id.to_string())
    .bind(body.to_string())
    .bind(serde_json::to_string(&base).unwrap_or_default())
    .bind(serde_json::to_string(&depends).unwrap_or_default())
    .bind(format_instant_ms(clock.device_time))
    .bind(i64::try_from(clock.mono_ms).unwrap_or(i64::MAX))
    .bind(clock.boot_id)
    .bind(sha256_hex(&bytes))
    .execute(tx.conn())
    .await?;
    tx.touch("pending");
    Ok(())
}
