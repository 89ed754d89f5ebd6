//! Reading quotes.

use std::collections::HashMap;
use std::sync::Arc;

use satchel_core::apply::siblings;
use satchel_core::approvals::Level;
use satchel_core::ids::{LineId, QuoteId as Id};
use satchel_core::money::{Exact, Money};
use satchel_core::pricing::{LinePrice, Manual, StepKind};
use satchel_core::quotes::{
    ApprovalState, Line, Priced, Quote, QuoteContext, QuoteStatus, Siblings, approval_state, needed_approval, price,
};
use satchel_core::steps::quote_world;
use satchel_documents::quote_document::{self, Place, lines_priced};
use sqlx::FromRow;

use super::view::{
    ExplanationStep, LineExplanation, ListQuoteLines, QuoteId, QuoteLineId, QuoteLineRow, QuoteRow, QuoteView,
};
use crate::api::CommandError;
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{ListRequest, Window};
use crate::engine::{Engine, Open};
use crate::lists::Asked;
use crate::store::Moment;
use crate::sync::Cache;
use crate::words;

const LIST: ListSpec = ListSpec {
    key: "q.id",
    select: "SELECT q.id, q.number, q.version, q.title, q.account_id, a.name AS account, q.status, q.site_count, q.monthly, \
        q.tcv, q.currency, q.valid_until, q.updated_at, coalesce(u.name, '') AS owner, q.approval_word, \
        (SELECT min(o.number) FROM orders o WHERE o.quote_id = q.id) AS order_number, \
        (SELECT count(*) FROM pending p WHERE p.subject_id = q.id) AS waiting",
    from: "FROM (SELECT q.*, CASE WHEN json_extract(q.approval, '$.rejected') IS NOT NULL THEN 'rejected' \
        WHEN json_array_length(q.approval, '$.grants') > 0 THEN 'given' \
        WHEN json_extract(q.approval, '$.requested') IS NOT NULL THEN 'requested' ELSE 'none' END AS approval_word FROM quotes q) q \
        JOIN accounts a ON a.id = q.account_id LEFT JOIN users u ON u.id = q.owner_id",
    find: None,
    fields: &[
        Field::text("number", "q.number"),
        Field::text("title", "q.title"),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("owner", "u.name").joined().grouped(),
        Field::word("status", "q.status"),
        Field::word("approval", "q.approval_word"),
        Field::word("currency", "q.currency"),
        Field::count("sites", "q.site_count"),
        Field::money("monthly", "q.monthly"),
        Field::money("one_off", "q.one_off"),
        Field::money("tcv", "q.tcv"),
        Field::day("valid_until", "q.valid_until"),
        Field::instant("created", "q.created_at"),
        Field::instant("updated", "q.updated_at"),
    ],
    currency: Some("q.currency"),
    filters: &[
        ("status", "q.status = ?"),
        ("account_id", "q.account_id = ?"),
        ("owner_id", "q.owner_id = ?"),
        ("approval", "(q.approval_word = ? AND q.status = 'draft')"),
        (
            "expiring",
            // Two days as `first/last`: the organisation's, never the device's.
            "(q.status = 'sent' AND (SELECT q.valid_until BETWEEN substr(v, 1, 10) AND substr(v, 12) FROM (SELECT ? AS v)))",
        ),
    ],
    sorts: &[
        ("number", "q.number"),
        ("account", "a.name COLLATE NOCASE"),
        ("updated", "q.updated_at"),
        ("valid_until", "q.valid_until"),
    ],
    default_order: "q.updated_at DESC, q.id",
    search: "(q.number || ' ' || q.title || ' ' || a.name)",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    number: String,
    version: i64,
    title: String,
    account_id: String,
    account: String,
    status: String,
    site_count: i64,
    monthly: i64,
    tcv: i64,
    currency: String,
    valid_until: Option<String>,
    updated_at: String,
    owner: String,
    approval_word: String,
    order_number: Option<String>,
    waiting: bool,
}

/// Quotes.
pub async fn list(engine: &Engine, request: ListRequest) -> Result<Window<QuoteRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(&open, request)?;
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    rows.try_map(|row| row.view(&open))
}

/// The list as it is asked for: what expires in some days is said in days.
pub(crate) fn asked(open: &Open, mut request: ListRequest) -> Result<Asked, CommandError> {
    for filter in request.filters.iter_mut().filter(|filter| filter.field == "expiring") {
        let days = filter.value.trim_end_matches('d').parse().ok().filter(|days| *days <= 366);
        let days = days.ok_or_else(|| CommandError::new("list.unknown_filter", "expiring").at("filters"))?;
        filter.value = format!("{}/{}", open.today(), open.today() + chrono::Days::new(days));
    }
    Ok(Asked { spec: &LIST, request, fixed: Conditions::default() })
}

/// A stored status; one that is not known is said, never taken for another.
pub(super) fn status_of(text: String) -> Result<QuoteStatus, CommandError> {
    let damaged = |_| CommandError::new("store.damaged", format!("a quote's status {text:?}"));
    serde_json::from_value(serde_json::Value::String(text.clone())).map_err(damaged)
}

impl Listed {
    fn view(self, open: &Open) -> Result<QuoteRow, CommandError> {
        let stored = status_of(self.status)?;
        let last: Option<chrono::NaiveDate> = self.valid_until.as_deref().and_then(|text| text.parse().ok());
        Ok(QuoteRow {
            status: satchel_core::quotes::status::status_at(stored, last, open.zone, open.now()),
            monthly_text: open.money(self.monthly, &self.currency),
            tcv_text: open.money(self.tcv, &self.currency),
            valid_until_text: last.map(words::date),
            updated_text: open.moment(&self.updated_at),
            approval: if self.approval_word == "none" { "not_needed".to_owned() } else { self.approval_word },
            id: self.id,
            number: self.number,
            version: u32::try_from(self.version).unwrap_or(1),
            title: self.title,
            account_id: self.account_id,
            account: self.account,
            sites: u32::try_from(self.site_count).unwrap_or(0),
            currency: self.currency,
            owner: self.owner,
            waiting: self.waiting,
            order_number: self.order_number,
        })
    }
}

/// The list's row of one quote.
pub(super) async fn row(open: &Open, id: Id) -> Result<QuoteRow, CommandError> {
    let mut fixed = Conditions::default();
    fixed.and("q.id = ?", &id.to_string());
    let request = ListRequest { limit: 1, ..ListRequest::default() };
    let rows: Window<Listed> = window(open, &LIST, &request, fixed).await?;
    let row = rows.rows.into_iter().next().ok_or_else(|| CommandError::new("quote.unknown", id.to_string()))?;
    row.view(open)
}

/// A quote with its price and what is around it.
pub(crate) struct Loaded {
    /// The store's moment when it was read.
    pub moment: Moment,
    pub quote: Quote,
    pub priced: Priced,
    pub context: QuoteContext,
    /// The other versions of its number.
    pub siblings: Siblings,
}

pub(crate) fn parse_id(text: &str) -> Result<Id, CommandError> {
    Id::parse(text).map_err(|e| CommandError::new("quote.unknown", e.to_string()))
}

/// Reads a quote with what is around it, or takes the one just read when nothing was written since: a large quote is asked
/// for by several queries of one screen.
pub(crate) async fn load(open: &Open, id: Id) -> Result<Arc<Loaded>, CommandError> {
    let moment = open.store.moment();
    let kept = open.quote.lock().ok().and_then(|kept| kept.clone());
    if let Some(kept) = kept.filter(|kept| open.store.stands(kept.moment) && kept.quote.id == id) {
        return Ok(kept);
    }
    let mut conn = open.store.read().acquire().await?;
    let world = quote_world(&mut Cache(&mut conn), id).await?;
    let siblings = siblings(&world);
    let quote = world.quote.ok_or_else(|| CommandError::new("quote.unknown", id.to_string()))?;
    let priced = priced(&quote)?;
    Ok(keep(open, Loaded { moment, quote, priced, context: world.context, siblings }))
}

/// Keeps a quote as read or just written.
pub(super) fn keep(open: &Open, loaded: Loaded) -> Arc<Loaded> {
    let loaded = Arc::new(loaded);
    if let Ok(mut kept) = open.quote.lock() {
        *kept = Some(loaded.clone());
    }
    loaded
}

pub(super) fn priced(quote: &Quote) -> Result<Priced, CommandError> {
    price(quote)
        .map_err(|error| CommandError::new("quote.not_priceable", error.to_string()).with("reason", error.code()))
}

/// One quote without its lines.
pub async fn get(engine: &Engine, args: QuoteId) -> Result<QuoteView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    super::page::view(&open, &loaded).await
}

/// State of the approval in words.
pub(super) fn approval_word(loaded: &Loaded) -> (&'static str, satchel_core::approvals::RequiredApproval) {
    let needed = needed_approval(&loaded.quote, &loaded.priced, &loaded.context);
    let word = approval_state(&loaded.quote, &loaded.priced, &needed).as_str();
    debug_assert!((needed.level == Level::None) == (word == ApprovalState::NotNeeded.as_str()));
    (word, needed)
}

/// Where the account's sites are, by id.
pub(super) async fn places(open: &Open, account_id: &str) -> Result<HashMap<String, Place>, CommandError> {
    let text: String = sqlx::query_scalar(
        "SELECT json_group_array(json_array(id, name, city, province, postal_code)) FROM sites WHERE account_id = ?1",
    )
    .bind(account_id)
    .fetch_one(open.store.read())
    .await?;
    let rows: Vec<(String, String, String, String, String)> =
        serde_json::from_str(&text).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let place = |(id, site, city, province, postal_code)| (id, Place { site, city, province, postal_code });
    Ok(rows.into_iter().map(place).collect())
}

/// A window of the quote's lines.
pub async fn lines(engine: &Engine, args: ListQuoteLines) -> Result<Window<QuoteLineRow>, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let (quote, priced) = (&loaded.quote, &loaded.priced);
    let places = places(&open, &quote.account_id.to_string()).await?;
    let list = &args.list;
    let limit = if list.limit == 0 { 200 } else { list.limit.min(1_000) };
    if list.filters.is_empty() && list.sort.is_none() && list.text.as_deref().is_none_or(str::is_empty) {
        // As they stand: only the window's own are made.
        let total = u32::try_from(quote.content.lines.len()).unwrap_or(u32::MAX);
        let wanted = list.offset as usize..list.offset.saturating_add(limit) as usize;
        let rows = line_rows(&open, quote, priced, &places, &wanted);
        return Ok(Window { rows, offset: list.offset, total });
    }
    let mut rows = line_rows(&open, quote, priced, &places, &(0..usize::MAX));
    filter_lines(&mut rows, &args.list)?;
    let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let rows = rows.into_iter().skip(args.list.offset as usize).take(limit as usize).collect();
    Ok(Window { rows, offset: args.list.offset, total })
}

fn filter_lines(rows: &mut Vec<QuoteLineRow>, request: &ListRequest) -> Result<(), CommandError> {
    for filter in &request.filters {
        let wanted = filter.value.as_str();
        match filter.field.as_str() {
            "province" => rows.retain(|row| row.province == wanted),
            "item_id" => rows.retain(|row| row.item_id == wanted),
            "site_id" => rows.retain(|row| row.site_id == wanted),
            "status" => rows.retain(|row| word(&row.status) == wanted),
            "charge_type" => rows.retain(|row| word(&row.charge_type) == wanted),
            other => return Err(CommandError::new("list.unknown_filter", other).at("filters")),
        }
    }
    for typed in request.text.as_deref().unwrap_or_default().to_lowercase().split_whitespace() {
        rows.retain(|row| format!("{} {} {}", row.site, row.city, row.item).to_lowercase().contains(typed));
    }
    if let Some(sort) = &request.sort {
        match sort.column.as_str() {
            "position" => rows.sort_by_key(|row| row.position),
            "site" => rows.sort_by_key(|row| row.site.to_lowercase()),
            "city" => rows.sort_by_key(|row| row.city.to_lowercase()),
            "item" => rows.sort_by_key(|row| row.item.clone()),
            other => return Err(CommandError::new("list.unknown_sort", other).at("sort")),
        }
        if sort.descending {
            rows.reverse();
        }
    }
    Ok(())
}

fn word<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The grid's rows of the lines at these places, cancelled ones with a zero price.
fn line_rows(
    open: &Open,
    quote: &Quote,
    priced: &Priced,
    places: &HashMap<String, Place>,
    wanted: &std::ops::Range<usize>,
) -> Vec<QuoteLineRow> {
    lines_priced(quote, priced)
        .enumerate()
        .filter(|(index, _)| wanted.contains(index))
        .map(|(index, (line, price))| {
            let place = places.get(&line.site_id.to_string()).cloned().unwrap_or_default();
            line_row(open, quote, line, price, index, place)
        })
        .collect()
}

fn unit_text(open: &Open, value: &Exact, line: &Line, quote: &Quote) -> String {
    quote_document::unit_text(value, line, quote, open.settings.number_style)
}

fn manual_text(open: &Open, manual: &Manual, line: &Line, quote: &Quote) -> String {
    match manual {
        Manual::None => "–".to_owned(),
        Manual::Pct(pct) => format!("{pct} %"),
        Manual::Amount(off) => format!("−{}", unit_text(open, off, line, quote)),
        Manual::Target(price) => format!("= {}", unit_text(open, price, line, quote)),
    }
}

fn line_row(
    open: &Open,
    quote: &Quote,
    line: &Line,
    price: Option<&LinePrice>,
    index: usize,
    Place { site, city, province, postal_code }: Place,
) -> QuoteLineRow {
    let zero = Money::zero(quote.currency);
    QuoteLineRow {
        id: line.id.to_string(),
        position: u32::try_from(index + 1).unwrap_or(u32::MAX),
        site_id: line.site_id.to_string(),
        site,
        city,
        province,
        postal_code,
        item_id: line.item_id.to_string(),
        item: line.name.clone(),
        charge_type: line.charge_type,
        status: line.status,
        qty: line.qty.to_string(),
        list_text: unit_text(open, &line.list_price, line, quote),
        manual_text: manual_text(open, &line.manual, line, quote),
        manual: line.manual.clone(),
        net_unit_text: price.map_or_else(String::new, |p| unit_text(open, &p.net_unit, line, quote)),
        line_net_text: open.plain(price.map_or(zero, |p| p.line_net)),
        effective_pct: price.and_then(|p| p.effective_pct.as_ref()).map(|pct| pct.to_fixed(4)),
        flags: price.map_or_else(Vec::new, |p| p.flags.iter().map(|flag| flag.as_str().to_owned()).collect()),
    }
}

/// Why this price: the waterfall of one line, whose steps sum to the discount.
pub async fn explain(engine: &Engine, args: QuoteLineId) -> Result<LineExplanation, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let quote = &loaded.quote;
    let id = LineId::parse(&args.line_id).map_err(|e| CommandError::new("quote.unknown_line", e.to_string()))?;
    let unknown = || CommandError::new("quote.unknown_line", args.line_id.clone());
    let index = quote.content.lines.iter().position(|line| line.id == id).ok_or_else(unknown)?;
    let price = loaded.priced.priced.lines.iter().find(|line| line.id == args.line_id).ok_or_else(unknown)?;
    let price = &price.price;
    let line = &quote.content.lines[index];
    let places = places(&open, &quote.account_id.to_string()).await?;
    let place = places.get(&line.site_id.to_string()).cloned().unwrap_or_default();
    let mut running = price.line_list;
    let mut steps = Vec::new();
    for step in &price.steps {
        running = running.add(step.line_effect).unwrap_or(running);
        steps.push(ExplanationStep {
            step: step.kind,
            pct: step.pct.as_ref().filter(|_| step.kind != StepKind::Contract).map(ToString::to_string),
            unit_text: step.unit.to_fixed(6),
            effect_text: open.plain(step.line_effect),
            left_per_mille: per_mille(running, price.line_list),
            params: std::collections::BTreeMap::from([
                ("sites".to_owned(), loaded.priced.priced.n.to_string()),
                ("term_months".to_owned(), quote.content.term_months.to_string()),
            ]),
        });
    }
    let book = &loaded.context.book;
    Ok(LineExplanation {
        price_book: format!("{} v{}", book.name, book.version),
        list_text: open.plain(price.line_list),
        steps,
        net_text: open.plain(price.line_net),
        discount_text: open.plain(price.discount),
        effective_pct: price.effective_pct.as_ref().map(|pct| pct.to_fixed(4)),
        discretionary_pct: price.discretionary_pct().to_fixed(4),
        pricing_hash: loaded.priced.hash.clone(),
        policy: word(&quote.content.policy),
        line: line_row(&open, quote, line, Some(price), index, place),
    })
}

/// Share of the list amount, in thousandths, for a bar; 0 to 1000.
fn per_mille(part: Money, whole: Money) -> u32 {
    let (part, whole) = (i128::from(part.minor()), i128::from(whole.minor()));
    if whole <= 0 {
        return 0;
    }
    u32::try_from((part * 1000 / whole).clamp(0, 1000)).unwrap_or(0)
}
