//! What a person does with quotes. Each command states an intent and lets the one write door apply it.

use std::sync::Arc;

use satchel_core::history;
use satchel_core::ids::{AccountId, ItemId, LineId, PriceBookId, QuoteId as Id, SiteId};
use satchel_core::money::{Exact, parse_typed_number};
use satchel_core::pricing::{LineStatus, Manual};
use satchel_core::quotes::{Edit, NewLine, PaymentTerms, QuoteNumber, QuoteNumberError, lines_of, locked_book};
use satchel_core::time::{ClockBehind, Timestamp, clock_behind};
use satchel_core::wire::entities::{agreed_price_of, quote_row_priced};
use satchel_core::wire::mutation::{
    CreateQuote as CreateArgs, DiscardQuote, EditQuote as EditArgs, Intent, QuoteStep, ReviseQuote,
};

use super::queries::{Loaded, keep, load, parse_id, priced};
use super::view::{CreateQuote, EditQuote, QuoteDiscarded, QuoteEditArgs, QuoteId, QuoteNote, QuoteView};
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::{built_after, load_rows};
use crate::sync::{Ready, Subject, SubjectKind, mutate, mutate_ready};

/// Makes a quote with its final number.
pub async fn create(engine: &Engine, args: CreateQuote) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    clock_may_be_right(&open).await?;
    let account_id =
        AccountId::parse(&args.account_id).map_err(|e| CommandError::new("account.unknown", e.to_string()))?;
    let price_book_id = match &args.price_book_id {
        Some(id) => PriceBookId::parse(id).map_err(|e| CommandError::new("quote.unknown_price_book", e.to_string()))?,
        None => current_book(&open, &args.account_id).await?,
    };
    let quote_id = Id(uuid::Uuid::now_v7());
    let number = next_number(&open).await?;
    let intent = Intent::QuoteCreate(CreateArgs {
        quote_id,
        number: number.to_string(),
        account_id,
        title: args.title,
        price_book_id,
        at: open.now(),
    });
    let subject = Subject { text: number.to_string(), kind: SubjectKind::Quote, id: quote_id.0 };
    mutate(engine, &open, intent, subject).await?;
    page(&open, quote_id).await
}

/// A quote gets its date and its number by the laptop's clock: one that lies behind what it must have seen is said before.
async fn clock_may_be_right(open: &Open) -> Result<(), CommandError> {
    let now = open.now();
    let last_sync = open.sync.read().await.last_sync;
    let (code, seen) = match clock_behind(now, last_sync, built_after()) {
        None => return Ok(()),
        Some(ClockBehind::LastSync(seen)) => ("clock.behind_last_sync", seen),
        Some(ClockBehind::Build(seen)) => ("clock.behind_build", seen),
    };
    let shown = |instant: Timestamp| instant.with_timezone(&open.zone).format("%d %b %Y %H:%M").to_string();
    let behind = CommandError::new(code, format!("the clock shows {now}, but {seen} has been"));
    Err(behind.with("now", shown(now)).with("seen", shown(seen)))
}

/// The price book version that new quotes of an account are made on: the locked one, or the latest that is valid.
pub(crate) async fn current_book(open: &Open, account_id: &str) -> Result<PriceBookId, CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let agreed = load_rows(&mut conn, crate::sync_spec("agreed_prices")?, "account_id", account_id).await?;
    let agreed = agreed.iter().map(agreed_price_of).collect::<Result<Vec<_>, _>>()?;
    if let Some(locked) = locked_book(&agreed, open.today()) {
        return Ok(locked);
    }
    let id: Option<String> = sqlx::query_scalar(
        "SELECT b.id FROM price_books b JOIN accounts a ON a.currency = b.currency \
         WHERE a.id = ?1 AND b.status = 'published' AND b.valid_from <= ?2 ORDER BY b.valid_from DESC, b.version DESC LIMIT 1",
    )
    .bind(account_id)
    .bind(open.today().to_string())
    .fetch_optional(&mut *conn)
    .await?;
    id.and_then(|id| PriceBookId::parse(&id).ok())
        .ok_or_else(|| CommandError::new("quote.no_price_book", "no published price book in the account's currency"))
}

/// Takes the device's next number of the day; a number once taken is never used again.
pub(crate) async fn next_number(open: &Open) -> Result<QuoteNumber, CommandError> {
    let mut tx = open.store.begin().await?;
    let slot: i64 = tx.meta("device_slot").await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let day = open.today().to_string();
    let counter: i64 = sqlx::query_scalar(
        "INSERT INTO quote_counters (day, next) VALUES (?1, 1) ON CONFLICT (day) DO UPDATE SET next = next + 1 RETURNING next - 1",
    )
    .bind(&day)
    .fetch_one(tx.conn())
    .await?;
    let refused = |error: QuoteNumberError| CommandError::new(error.refusal(), error.to_string());
    let number = QuoteNumber::assign(slot, counter, open.now(), open.zone).map_err(refused)?;
    tx.commit().await?;
    Ok(number)
}

async fn page(open: &Open, id: Id) -> Result<QuoteView, CommandError> {
    let loaded = load(open, id).await?;
    super::page::view(open, &loaded).await
}

fn bad_id(error: uuid::Error) -> CommandError {
    CommandError::new("command.bad_arguments", error.to_string())
}

fn line_ids(ids: &[String]) -> Result<Vec<LineId>, CommandError> {
    ids.iter().map(|id| LineId::parse(id).map_err(bad_id)).collect()
}

/// A quantity as people type it.
pub(super) fn quantity(text: &str) -> Result<Exact, CommandError> {
    parse_typed_number(text).map_err(|e| CommandError::new("quote.bad_quantity", e.to_string()).at("qty"))
}

/// Edits a draft and prices it again.
pub async fn edit(engine: &Engine, args: EditQuote) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(&args.quote_id)?;
    let loaded = load(&open, id).await?;
    let mut edits = Vec::with_capacity(args.edits.len());
    for edit in args.edits {
        match edit {
            QuoteEditArgs::DuplicateLines { line_ids: ids } => edits.extend(duplicated(&loaded, &line_ids(&ids)?)),
            edit => edits.push(resolve(edit, &loaded)?),
        }
    }
    edit_with(engine, &open, loaded, edits).await
}

/// Applies resolved edits; the hash they lead to travels with them.
pub(crate) async fn edit_with(
    engine: &Engine,
    open: &Open,
    loaded: Arc<Loaded>,
    edits: Vec<Edit>,
) -> Result<QuoteView, CommandError> {
    let at = open.now();
    let actor = open.actor().await;
    let (quote, context) = (loaded.quote.clone(), loaded.context.clone());
    let (id, number) = (quote.id, quote.number.to_string());
    let quote = satchel_core::quotes::edit(quote, &edits, &context, &actor, at)
        .map_err(|error| CommandError::new(error.code(), error.to_string()))?;
    let priced = priced(&quote)?;
    let intent = Intent::QuoteEdit(EditArgs { quote_id: id, edits, at, pricing_hash: priced.hash.clone() });
    let left = history::entry(&intent, &[], std::slice::from_ref(&quote), Some(&loaded.quote), &actor);
    let rows = [quote_row_priced(&quote, &priced)].into_iter().chain(left).collect();
    let ready = Ready { moment: loaded.moment, rows };
    mutate_ready(engine, open, intent, Subject { text: number, kind: SubjectKind::Quote, id: id.0 }, ready).await?;
    // The write came to the same price, or it would have been refused: what was computed here is what stands there.
    let moment = open.store.moment();
    let written = Loaded { moment, quote, priced, context, siblings: loaded.siblings };
    if moment == loaded.moment.next() {
        return super::page::view(open, &keep(open, written)).await;
    }
    // Somebody else wrote meanwhile: what is around it may be another.
    super::page::view(open, &written).await
}

fn resolve(edit: QuoteEditArgs, loaded: &Loaded) -> Result<Edit, CommandError> {
    let item = |id: &str| ItemId::parse(id).map_err(bad_id);
    Ok(match edit {
        QuoteEditArgs::SetTitle { title } => Edit::SetTitle { title },
        QuoteEditArgs::SetTerm { term_months } => Edit::SetTerm { term_months },
        QuoteEditArgs::SetPaymentTerms { payment_terms } => Edit::SetPaymentTerms {
            payment_terms: PaymentTerms::parse(&payment_terms)
                .ok_or_else(|| CommandError::new("quote.bad_payment_terms", payment_terms).at("payment_terms"))?,
        },
        QuoteEditArgs::AddSites { site_ids, item_id } => {
            let sites = site_ids.iter().map(|id| SiteId::parse(id).map_err(bad_id)).collect::<Result<Vec<_>, _>>()?;
            Edit::AddLines { lines: lines_for(loaded, &sites, item(&item_id)?) }
        }
        QuoteEditArgs::AddLine { site_id, item_id, qty } => Edit::AddLines {
            lines: vec![NewLine {
                id: LineId(uuid::Uuid::now_v7()),
                site_id: SiteId::parse(&site_id).map_err(bad_id)?,
                item_id: item(&item_id)?,
                qty: quantity(&qty)?,
            }],
        },
        QuoteEditArgs::SetItem { line_ids: ids, item_id } => {
            Edit::SetItem { line_ids: line_ids(&ids)?, item_id: item(&item_id)? }
        }
        QuoteEditArgs::SetQty { line_ids: ids, qty } => {
            Edit::SetQty { line_ids: line_ids(&ids)?, qty: quantity(&qty)? }
        }
        QuoteEditArgs::SetManual { line_ids: ids, manual } => Edit::SetManual { line_ids: line_ids(&ids)?, manual },
        QuoteEditArgs::SetStatus { line_ids: ids, status } => Edit::SetStatus { line_ids: line_ids(&ids)?, status },
        QuoteEditArgs::SetOrderSplit { per_site } => Edit::SetOrderSplit { per_site },
        QuoteEditArgs::RemoveLines { line_ids: ids } => Edit::RemoveLines { line_ids: line_ids(&ids)? },
        QuoteEditArgs::DuplicateLines { .. } => {
            return Err(CommandError::new("command.bad_arguments", "several edits, not one"));
        }
    })
}

/// The same lines once more, with their discounts and whether they are optional.
fn duplicated(loaded: &Loaded, ids: &[LineId]) -> Vec<Edit> {
    let wanted: std::collections::BTreeSet<&LineId> = ids.iter().collect();
    let mut edits = vec![Edit::AddLines { lines: Vec::new() }];
    let mut added = Vec::new();
    for line in loaded.quote.content.lines.iter().filter(|line| wanted.contains(&line.id)) {
        let id = LineId(uuid::Uuid::now_v7());
        added.push(NewLine { id, site_id: line.site_id, item_id: line.item_id, qty: line.qty.clone() });
        if line.manual != Manual::None {
            edits.push(Edit::SetManual { line_ids: vec![id], manual: line.manual.clone() });
        }
        if line.status != LineStatus::Selected {
            edits.push(Edit::SetStatus { line_ids: vec![id], status: line.status });
        }
    }
    edits[0] = Edit::AddLines { lines: added };
    edits
}

/// The item at each site, with its installation where it names one.
pub(crate) fn lines_for(loaded: &Loaded, sites: &[SiteId], item_id: ItemId) -> Vec<NewLine> {
    lines_of(&loaded.context.book, sites.iter().map(|site| (*site, true)), item_id, new_line)
}

/// Id of a line made here.
pub(crate) fn new_line() -> LineId {
    LineId(uuid::Uuid::now_v7())
}

async fn step(
    engine: &Engine,
    quote_id: &str,
    note: String,
    wrap: fn(QuoteStep) -> Intent,
) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(quote_id)?;
    let loaded = load(&open, id).await?;
    let intent = wrap(QuoteStep { quote_id: id, pricing_hash: loaded.priced.hash.clone(), note, at: open.now() });
    let subject = Subject { text: loaded.quote.number.to_string(), kind: SubjectKind::Quote, id: id.0 };
    mutate(engine, &open, intent, subject).await?;
    page(&open, id).await
}

/// Asks for the approval the discount needs.
pub async fn request_approval(engine: &Engine, args: QuoteNote) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, args.note, Intent::QuoteRequestApproval).await
}

/// Approves the discount of exactly this pricing.
pub async fn approve(engine: &Engine, args: QuoteNote) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, args.note, Intent::QuoteApproveDiscount).await
}

/// Refuses the discount with a reason.
pub async fn reject_approval(engine: &Engine, args: QuoteNote) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, args.note, Intent::QuoteRejectDiscount).await
}

/// Sends the quote.
pub async fn send(engine: &Engine, args: QuoteId) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, String::new(), Intent::QuoteSend).await
}

/// Records the customer's refusal.
pub async fn reject(engine: &Engine, args: QuoteNote) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, args.note, Intent::QuoteReject).await
}

/// Gives the quote up.
pub async fn lose(engine: &Engine, args: QuoteNote) -> Result<QuoteView, CommandError> {
    step(engine, &args.quote_id, args.note, Intent::QuoteLose).await
}

/// Discards a draft that was never sent.
pub async fn discard(engine: &Engine, args: QuoteId) -> Result<QuoteDiscarded, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(&args.quote_id)?;
    let quote = load(&open, id).await?.quote.clone();
    let intent = Intent::QuoteDiscard(DiscardQuote { quote_id: id, at: open.now() });
    let number = quote.number.to_string();
    mutate(engine, &open, intent, Subject { text: number.clone(), kind: SubjectKind::Quote, id: id.0 }).await?;
    Ok(QuoteDiscarded { number, account_id: quote.account_id.to_string() })
}

/// Makes the next version from a sent one.
pub async fn revise(engine: &Engine, args: QuoteId) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let id = parse_id(&args.quote_id)?;
    let loaded = load(&open, id).await?;
    let next_id = Id(uuid::Uuid::now_v7());
    let intent = Intent::QuoteRevise(ReviseQuote { quote_id: id, next_id, at: open.now() });
    let subject = Subject { text: loaded.quote.number.to_string(), kind: SubjectKind::Quote, id: id.0 };
    mutate(engine, &open, intent, subject).await?;
    page(&open, next_id).await
}
