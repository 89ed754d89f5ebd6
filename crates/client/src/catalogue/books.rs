//! Writing a price book's next version, seeing what it would change, publishing it. The draft stays on this laptop until it is
//! published; publishing goes through the one write door.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::catalogue::{BookItem, PriceBook, PublishBook, WithdrawBook};
use satchel_core::ids::{ItemId, PriceBookId};
use satchel_core::money::{Exact, Money, parse_typed_money, parse_typed_number};
use satchel_core::pricing::ChargeType;
use satchel_core::quotes::{Quote, price};
use satchel_core::wire::entities::{price_book_of, quote_of};
use satchel_core::wire::mutation::Intent;

use super::view::{
    BookDraft, BookDraftArgs, BookDraftView, BookEdit, BookImpact, BookImpactRow, BookItemText, BookProblemView,
    PriceBookView,
};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::store::{load_row, load_rows};
use crate::sync::{Subject, SubjectKind, mutate};

/// Most rows of an impact that are shown.
const SHOWN: usize = 200;

struct Base {
    id: PriceBookId,
    book: PriceBook,
    draft: BookDraft,
}

async fn base(open: &Open, id: &str) -> Result<Base, CommandError> {
    let id = PriceBookId::parse(id).map_err(|e| CommandError::new("book.unknown", e.to_string()))?;
    let mut conn = open.store.read().acquire().await?;
    let row = load_row(&mut conn, crate::sync_spec("price_books")?, id.0).await?;
    let row = row.ok_or_else(|| CommandError::new("book.unknown", id.to_string()))?;
    let items = load_rows(&mut conn, crate::sync_spec("price_items")?, "price_book_id", &id.to_string()).await?;
    let book = price_book_of(&row, &items)?;
    let mut places: Vec<(i64, ItemId)> = Vec::new();
    for row in &items {
        places.push((row.int("position")?, ItemId(row.id())));
    }
    places.sort_unstable();
    let text = |id: &ItemId| {
        let item = &book.items[id];
        let installation = item.installation_item_id.and_then(|id| book.items.get(&id));
        BookItemText {
            code: item.code.clone(),
            name: item.name.clone(),
            family: item.family.clone(),
            charge_type: item.charge_type,
            unit_dp: item.unit_dp,
            list_price: item.list_price.to_fixed(item.unit_dp),
            cost: item.cost.as_ref().map(|cost| cost.to_fixed(cost.decimals().max(2))).unwrap_or_default(),
            volume_eligible: item.volume_eligible,
            term_eligible: item.term_eligible,
            tax_code: item.tax_code.clone(),
            pos_rule: item.pos_rule.clone(),
            installation_code: installation.map(|item| item.code.clone()).unwrap_or_default(),
            includes: item.includes.join("; "),
        }
    };
    let today = open.today();
    let draft = BookDraft {
        name: format!("{} {}", book.currency.code(), today.format("%Y-%m")),
        valid_from: today.to_string(),
        items: places.iter().map(|(_, id)| text(id)).collect(),
    };
    Ok(Base { id, book, draft })
}

async fn kept(open: &Open, base: &Base) -> Result<Option<BookDraft>, CommandError> {
    let text: Option<String> = sqlx::query_scalar("SELECT content FROM book_drafts WHERE base_id = ?1")
        .bind(base.id.to_string())
        .fetch_optional(open.store.read())
        .await?;
    text.map(|text| serde_json::from_str(&text).map_err(|e| CommandError::new("store.damaged", e.to_string())))
        .transpose()
}

async fn keep(open: &Open, base: &Base, draft: Option<&BookDraft>) -> Result<(), CommandError> {
    let mut tx = open.store.begin().await?;
    match draft {
        Some(draft) => {
            let text = serde_json::to_string(draft).map_err(|e| CommandError::new("store.failed", e.to_string()))?;
            sqlx::query(
                "INSERT INTO book_drafts (base_id, content) VALUES (?1, ?2) \
                 ON CONFLICT (base_id) DO UPDATE SET content = excluded.content",
            )
            .bind(base.id.to_string())
            .bind(text)
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query("DELETE FROM book_drafts WHERE base_id = ?1")
                .bind(base.id.to_string())
                .execute(tx.conn())
                .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The next version, after what is done to it. What was typed is kept on this laptop at once.
pub async fn draft(engine: &Engine, args: BookDraftArgs) -> Result<BookDraftView, CommandError> {
    let open = engine.workspace().await?;
    let base = base(&open, &args.price_book_id).await?;
    let mut draft = kept(&open, &base).await?;
    let mut unused = Vec::new();
    if let Some(edit) = args.edit {
        if !open.actor().await.role.may_publish() {
            return Err(CommandError::new("book.not_allowed", "this role publishes nothing"));
        }
        let mut next = draft.take().unwrap_or_else(|| base.draft.clone());
        match edit {
            BookEdit::Set { draft } => next = draft,
            BookEdit::Raise { charge_type, pct } => raise(&mut next, charge_type, &pct)?,
            BookEdit::Paste { text } => unused = paste(&mut next, &text, &base)?,
            BookEdit::Discard => next = base.draft.clone(),
        }
        draft = (next != base.draft).then_some(next);
        keep(&open, &base, draft.as_ref()).await?;
    }
    view(engine, &open, &base, draft, unused).await
}

fn raise(draft: &mut BookDraft, charge_type: ChargeType, pct: &str) -> Result<(), CommandError> {
    let bad = || CommandError::new("book.bad_pct", pct).at("pct");
    let pct = parse_typed_number(pct.trim().trim_end_matches('%')).map_err(|_| bad())?;
    let factor = Exact::from(100).add(&pct);
    if factor.is_negative() || pct > Exact::from(1_000) {
        return Err(bad());
    }
    for item in draft.items.iter_mut().filter(|item| item.charge_type == charge_type) {
        // What is no number yet stays as it is, and is said.
        let Ok(price) = Exact::parse(&item.list_price) else { continue };
        if let Some(raised) = Exact::round_ratio(&price.mul(&factor), &Exact::from(100), item.unit_dp) {
            item.list_price = raised.to_fixed(item.unit_dp);
        }
    }
    Ok(())
}

/// Sets prices from rows of code and price; returns the rows that could not be used.
fn paste(draft: &mut BookDraft, text: &str, base: &Base) -> Result<Vec<String>, CommandError> {
    if text.len() > 1_000_000 {
        return Err(CommandError::new("book.paste_too_long", "more than a megabyte"));
    }
    let mut unused = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split(['\t', ';']).map(str::trim).collect();
        let item =
            draft.items.iter_mut().find(|item| cells.first().is_some_and(|code| item.code.eq_ignore_ascii_case(code)));
        let price = cells.last().filter(|_| cells.len() > 1).and_then(|cell| plain(cell, base));
        match (item, price) {
            (Some(item), Some(price)) => item.list_price = price.to_fixed(price.decimals().max(item.unit_dp)),
            _ => unused.push(line.chars().take(80).collect()),
        }
    }
    Ok(unused)
}

/// A price as people type it; usage items have more decimals than money.
fn plain(text: &str, base: &Base) -> Option<Exact> {
    match parse_typed_money(text, base.book.currency) {
        Ok(money) => Some(Exact::from_money(money)),
        Err(_) => parse_typed_number(text).ok(),
    }
}

/// The intent the draft comes to; a price that is no number is a negative one, so that its rule refuses it by name.
fn intent_of(base: &Base, draft: &BookDraft, open: &Open) -> PublishBook {
    let no_number = || Exact::from(-1);
    PublishBook {
        id: PriceBookId(uuid::Uuid::now_v7()),
        previous_id: Some(base.id),
        name: draft.name.clone(),
        currency: base.book.currency,
        valid_from: draft.valid_from.trim().parse().unwrap_or_else(|_| open.today()),
        items: draft
            .items
            .iter()
            .map(|item| BookItem {
                id: ItemId(uuid::Uuid::now_v7()),
                code: item.code.trim().to_owned(),
                name: item.name.clone(),
                family: item.family.clone(),
                charge_type: item.charge_type,
                unit_dp: item.unit_dp,
                list_price: plain(&item.list_price, base).unwrap_or_else(no_number),
                cost: match item.cost.trim() {
                    "" => None,
                    text => Some(plain(text, base).unwrap_or_else(no_number)),
                },
                volume_eligible: item.volume_eligible,
                term_eligible: item.term_eligible,
                tax_code: item.tax_code.clone(),
                pos_rule: item.pos_rule.clone(),
                installation_code: Some(item.installation_code.trim().to_owned()).filter(|code| !code.is_empty()),
                includes: item
                    .includes
                    .split(';')
                    .map(str::trim)
                    .filter(|n| !n.is_empty())
                    .map(str::to_owned)
                    .collect(),
            })
            .collect(),
        at: open.now(),
    }
}

async fn view(
    engine: &Engine,
    open: &Open,
    base: &Base,
    draft: Option<BookDraft>,
    unused_rows: Vec<String>,
) -> Result<BookDraftView, CommandError> {
    let tax_codes: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT tax_code FROM tax_rates").fetch_all(open.store.read()).await?;
    let tax_codes: BTreeSet<String> = tax_codes.into_iter().collect();
    let shown = super::queries::list(engine, Nothing {}).await?;
    let id = base.id.to_string();
    let book = shown.into_iter().find(|book| book.id == id);
    let book = book.ok_or_else(|| CommandError::new("book.unknown", id))?;
    let kept = draft.is_some();
    let draft = draft.unwrap_or_else(|| base.draft.clone());
    let before: BTreeMap<&str, &BookItemText> =
        base.draft.items.iter().map(|item| (item.code.as_str(), item)).collect();
    let after: BTreeSet<&str> = draft.items.iter().map(|item| item.code.as_str()).collect();
    let was = draft.items.iter().filter_map(|item| match before.get(item.code.as_str()) {
        None => Some((item.code.clone(), String::new())),
        Some(old) if plain(&old.list_price, base) != plain(&item.list_price, base) => {
            Some((item.code.clone(), old.list_price.clone()))
        }
        Some(_) => None,
    });
    let mut problems: Vec<BookProblemView> = intent_of(base, &draft, open)
        .problems(&tax_codes)
        .into_iter()
        .map(|problem| BookProblemView {
            item: problem.item.and_then(|place| u32::try_from(place).ok()),
            field: problem.field.to_owned(),
            code: problem.code.to_owned(),
        })
        .collect();
    if draft.valid_from.trim().parse::<chrono::NaiveDate>().is_err() {
        let (field, code) = ("valid_from".to_owned(), "price.bad_date".to_owned());
        problems.push(BookProblemView { item: None, field, code });
    }
    Ok(BookDraftView {
        base: book,
        was: was.collect(),
        gone: base
            .draft
            .items
            .iter()
            .filter(|item| !after.contains(item.code.as_str()))
            .map(|i| i.name.clone())
            .collect(),
        problems,
        unused_rows,
        kept,
        may_publish: open.actor().await.role.may_publish(),
        draft,
    })
}

/// What open quotes on the base would cost on the next version.
pub async fn impact(engine: &Engine, args: ById) -> Result<BookImpact, CommandError> {
    let open = engine.workspace().await?;
    let base = base(&open, &args.id).await?;
    let draft = kept(&open, &base).await?.unwrap_or_else(|| base.draft.clone());
    let prices: BTreeMap<String, Exact> = draft
        .items
        .iter()
        .filter_map(|item| Some((item.code.trim().to_owned(), plain(&item.list_price, &base)?)))
        .collect();
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows(&mut conn, crate::sync_spec("quotes")?, "price_book_id", &base.id.to_string()).await?;
    let names: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM accounts").fetch_all(&mut *conn).await?;
    drop(conn);
    let names: BTreeMap<String, String> = names.into_iter().collect();
    let mut quotes = Vec::new();
    for row in rows {
        let status = row.text("status")?;
        if matches!(status, "draft" | "sent") {
            quotes.push((status.to_owned(), quote_of(&row)?));
        }
    }
    let currency = base.book.currency;
    let figures = tokio::task::spawn_blocking(move || {
        quotes
            .into_iter()
            .filter_map(|(status, quote)| Some((status, reprice(&quote, &prices)?, quote)))
            .collect::<Vec<_>>()
    })
    .await
    .map_err(|e| CommandError::new("book.failed", e.to_string()))?;
    let (mut now, mut then, mut unchanged) = (0_i64, 0_i64, 0_u32);
    let mut changed = Vec::new();
    for (status, figure, quote) in figures {
        now = now.saturating_add(figure.now);
        then = then.saturating_add(figure.then);
        if figure.now == figure.then && figure.tcv_same && figure.missing == 0 {
            unchanged += 1;
        } else {
            changed.push((status, figure, quote));
        }
    }
    changed.sort_by_key(|(_, figure, quote)| (std::cmp::Reverse((figure.then - figure.now).abs()), quote.id));
    let signed = |minor: i64| {
        let text = open.plain(Money::new(minor, currency));
        if minor > 0 { format!("+{text}") } else { text }
    };
    let row = |(status, figure, quote): &(String, Figure, Quote)| BookImpactRow {
        quote_id: quote.id.to_string(),
        number: format!("{} v{}", quote.number, quote.version),
        account: names.get(&quote.account_id.to_string()).cloned().unwrap_or_default(),
        status: status.clone(),
        now_text: open.plain(Money::new(figure.now, currency)),
        then_text: open.plain(Money::new(figure.then, currency)),
        difference_text: signed(figure.then - figure.now),
        missing: figure.missing,
    };
    Ok(BookImpact {
        rows: changed.iter().take(SHOWN).map(row).collect(),
        changed: u32::try_from(changed.len()).unwrap_or(u32::MAX),
        unchanged,
        now_text: open.plain(Money::new(now, currency)),
        then_text: open.plain(Money::new(then, currency)),
        difference_text: signed(then - now),
    })
}

struct Figure {
    now: i64,
    then: i64,
    tcv_same: bool,
    missing: u32,
}

/// A quote as it is and as it would be with these list prices; what they do not have keeps its own.
fn reprice(quote: &Quote, prices: &BTreeMap<String, Exact>) -> Option<Figure> {
    let before = price(quote).ok()?;
    let mut next = quote.clone();
    let mut missing = BTreeSet::new();
    for line in &mut next.content.lines {
        match prices.get(&line.code) {
            Some(list) => line.list_price = list.clone(),
            None => {
                missing.insert(line.code.clone());
            }
        }
    }
    let after = price(&next).ok()?;
    Some(Figure {
        now: before.priced.monthly_net.minor(),
        then: after.priced.monthly_net.minor(),
        tcv_same: before.priced.tcv == after.priced.tcv,
        missing: u32::try_from(missing.len()).unwrap_or(u32::MAX),
    })
}

/// Publishes the next version.
pub async fn publish(engine: &Engine, args: ById) -> Result<Vec<PriceBookView>, CommandError> {
    let open = engine.workspace().await?;
    let base = base(&open, &args.id).await?;
    let Some(draft) = kept(&open, &base).await? else {
        return Err(CommandError::new("book.nothing_changed", "the next version is as the one in use"));
    };
    if draft.valid_from.trim().parse::<chrono::NaiveDate>().is_err() {
        return Err(CommandError::new("price.bad_date", draft.valid_from).at("valid_from"));
    }
    let intent = intent_of(&base, &draft, &open);
    let subject = Subject { text: draft.name.trim().to_owned(), kind: SubjectKind::PriceBook, id: intent.id.0 };
    mutate(engine, &open, Intent::BookPublish(intent), subject).await?;
    keep(&open, &base, None).await?;
    super::queries::list(engine, Nothing {}).await
}

/// Takes a version out of use; quotes pinned to it can no longer be sent.
pub async fn withdraw(engine: &Engine, args: ById) -> Result<Vec<PriceBookView>, CommandError> {
    let open = engine.workspace().await?;
    let base = base(&open, &args.id).await?;
    let subject = Subject { text: base.book.name.clone(), kind: SubjectKind::PriceBook, id: base.id.0 };
    let intent = Intent::BookWithdraw(WithdrawBook { id: base.id, at: open.now() });
    mutate(engine, &open, intent, subject).await?;
    super::queries::list(engine, Nothing {}).await
}
