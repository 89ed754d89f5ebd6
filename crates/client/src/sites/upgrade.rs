//! Another package for many sites in service: a draft quote, since only what the customer accepts changes a price. Shown before
//! with what the sites pay now and what they would, by the product's own rules.

use std::sync::Arc;

use satchel_core::catalogue::PriceBook;
use satchel_core::ids::{AccountId, ItemId, QuoteId, SiteId};
use satchel_core::pricing::ChargeType;
use satchel_core::quotes::life::create;
use satchel_core::quotes::{Edit, NewQuote, QuoteNumber, edit, lines_of, price};
use satchel_core::steps::context;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bulk::{Selected, selected, sums};
use super::bulk_view::SiteSelection;
use crate::api::{CommandError, Nothing};
use crate::engine::Engine;
use crate::quotes::commands::{self, current_book, edit_with, new_line};
use crate::quotes::queries::{load, parse_id};
use crate::quotes::view::CreateQuote;
use crate::sync::Cache;

/// Another package for many sites of one account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UpgradeSites {
    /// Which sites.
    pub selection: SiteSelection,
    /// The package's code, e.g. `FIB-200`, of the price book in force for the account.
    pub item_code: String,
}

/// What another package would cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UpgradePreview {
    /// Sites.
    pub sites: u32,
    /// What they pay a month now, one text a currency.
    pub now_texts: Vec<String>,
    /// What they would pay a month, before tax, with the discounts that follow from the number of sites and the term.
    pub then_text: String,
    /// The difference, with its sign.
    pub difference_text: String,
    /// Once, before tax.
    pub once_text: String,
    /// Discount for the number of sites, percent.
    pub volume_pct: String,
}

/// A package that may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UpgradeChoice {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// List price a month, formatted.
    pub list_text: String,
}

/// Recurring items of the price book in force for the account of some sites.
pub async fn choices(engine: &Engine, args: SiteSelection) -> Result<Vec<UpgradeChoice>, CommandError> {
    let open = engine.workspace().await?;
    let sites = selected(&open, &args).await?;
    let account = one_account(&sites)?;
    let book = current_book(&open, &account.to_string()).await?;
    let books = crate::catalogue::queries::list(engine, Nothing {}).await?;
    let items = books.into_iter().filter(|one| one.id == book.to_string()).flat_map(|one| one.items);
    Ok(items
        .filter(|item| item.charge_type == ChargeType::Recurring)
        .map(|item| UpgradeChoice { code: item.code, name: item.name, list_text: item.list_price_text })
        .collect())
}

fn one_account(sites: &[Selected]) -> Result<AccountId, CommandError> {
    let first = sites.first().ok_or_else(|| CommandError::new("site.none_selected", "no sites"))?;
    if sites.iter().any(|site| site.account_id != first.account_id) {
        return Err(CommandError::new("site.several_accounts", "a quote is for one account"));
    }
    Ok(AccountId::parse(&first.account_id)?)
}

/// Each site, and whether it needs an installation: what is in service has one.
fn places(sites: &[Selected]) -> Result<Vec<(SiteId, bool)>, CommandError> {
    sites.iter().map(|site| Ok((SiteId::parse(&site.id)?, !site.in_service()))).collect()
}

fn item_of(book: &PriceBook, code: &str) -> Result<ItemId, CommandError> {
    let item = book.items.values().find(|item| item.code == code);
    item.map(|item| item.id).ok_or_else(|| CommandError::new("quote.unknown_item", code).with("name", code))
}

/// What another package would cost these sites; nothing is written.
pub async fn preview(engine: &Engine, args: UpgradeSites) -> Result<UpgradePreview, CommandError> {
    let open = engine.workspace().await?;
    let sites = selected(&open, &args.selection).await?;
    let account_id = one_account(&sites)?;
    let book = current_book(&open, &account_id.to_string()).await?;
    let mut conn = open.store.read().acquire().await?;
    let context = context(&mut Cache(&mut conn), account_id, book).await?;
    drop(conn);
    let (by, at) = (open.actor().await, open.now());
    let refused = |code: &str, detail: String| CommandError::new(code, detail);
    // Never written: any number will do.
    let number = QuoteNumber::assign(0, 1, at, open.zone).map_err(|e| refused(e.code(), e.to_string()))?;
    let (id, title, price_book_id) = (QuoteId(uuid::Uuid::now_v7()), "Upgrade".to_owned(), book);
    let draft = create(NewQuote { id, number, account_id, title, price_book_id }, &context, &by, at)
        .map_err(|e| refused(e.code(), e.to_string()))?;
    let lines = lines_of(&context.book, places(&sites)?, item_of(&context.book, &args.item_code)?, new_line);
    let draft =
        edit(draft, &[Edit::AddLines { lines }], &context, &by, at).map_err(|e| refused(e.code(), e.to_string()))?;
    let priced = price(&draft).map_err(|e| refused("quote.not_priceable", e.to_string()))?.priced;
    let now: i64 = sites.iter().filter_map(|site| site.monthly).sum();
    let difference = priced.monthly_net.minor() - now;
    let sign = if difference > 0 { "+" } else { "" };
    Ok(UpgradePreview {
        sites: u32::try_from(sites.len()).unwrap_or(u32::MAX),
        now_texts: sums(&open, &sites.iter().collect::<Vec<_>>()),
        then_text: open.with_symbol(priced.monthly_net),
        difference_text: format!("{sign}{}", open.money(difference, draft.currency.code())),
        once_text: open.with_symbol(priced.one_off_net),
        volume_pct: priced.volume_pct.to_string(),
    })
}

/// Makes the draft quote; returns its id.
pub async fn upgrade(engine: &Engine, args: UpgradeSites) -> Result<crate::api::ById, CommandError> {
    let open = engine.workspace().await?;
    let sites = selected(&open, &args.selection).await?;
    let account_id = one_account(&sites)?.to_string();
    let title = format!("{} × {}", args.item_code, sites.len());
    let made = commands::create(engine, CreateQuote { account_id, title, price_book_id: None }).await?;
    let target = load(&open, parse_id(&made.row.id)?).await?;
    let item = item_of(&target.context.book, &args.item_code)?;
    let lines = lines_of(&target.context.book, places(&sites)?, item, new_line);
    edit_with(engine, &open, Arc::clone(&target), vec![Edit::AddLines { lines }]).await?;
    Ok(crate::api::ById { id: made.row.id })
}
