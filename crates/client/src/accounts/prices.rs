//! Prices agreed with an account: asked for, decided, ended; every change through the one write door.

use chrono::NaiveDate;
use satchel_core::accounts::{
    AgreedPrice, AgreedStatus, AgreedTerms, DecidePrice as Decide, EndPrice as End, ProposePrice as Propose,
};
use satchel_core::ids::{AccountId, AgreedPriceId, PriceBookId};
use satchel_core::money::{Currency, Exact, Money, parse_typed_number};
use satchel_core::people::Actor;
use satchel_core::pricing::VolumeRow;
use satchel_core::wire::entities::agreed_price_of;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;

use super::view::{
    AgreedPriceView, AgreedTermsArgs, DecidePrice, EndPrice, PriceState, PriceToDecide, ProposePrice, VolumeRowText,
};
use crate::api::view::Allowed;
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::store::load_rows;
use crate::sync::{Subject, SubjectKind, mutate};
use crate::words;

/// Everything agreed with an account, what is in force first.
pub async fn list(engine: &Engine, args: ById) -> Result<Vec<AgreedPriceView>, CommandError> {
    let open = engine.workspace().await?;
    of_account(&open, &args.id).await
}

pub(super) async fn of_account(open: &Open, account_id: &str) -> Result<Vec<AgreedPriceView>, CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows(&mut conn, crate::sync_spec("agreed_prices")?, "account_id", account_id).await?;
    let names: Vec<(String, String)> =
        sqlx::query_as("SELECT code, max(name) FROM price_items GROUP BY code").fetch_all(&mut *conn).await?;
    let people: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM users").fetch_all(&mut *conn).await?;
    let books: Vec<(String, String, u32)> =
        sqlx::query_as("SELECT id, name, version FROM price_books").fetch_all(&mut *conn).await?;
    let currency: Option<String> = sqlx::query_scalar("SELECT currency FROM accounts WHERE id = ?1")
        .bind(account_id)
        .fetch_optional(&mut *conn)
        .await?;
    drop(conn);
    let currency = currency.as_deref().and_then(Currency::parse).unwrap_or(open.settings.currency);
    let around = Around { open, names, people, books, currency, actor: open.actor().await };
    let mut views = rows.iter().map(|row| around.view(row)).collect::<Result<Vec<_>, _>>()?;
    let order = |view: &AgreedPriceView| match view.state {
        PriceState::Proposed => 0,
        PriceState::InForce => 1,
        PriceState::Later => 2,
        PriceState::Ended | PriceState::Refused => 3,
    };
    views.sort_by(|a, b| {
        order(a).cmp(&order(b)).then_with(|| b.valid_from.cmp(&a.valid_from)).then_with(|| a.id.cmp(&b.id))
    });
    Ok(views)
}

/// Prices asked for that the person at work may decide about, of at most twelve accounts.
pub(crate) async fn to_decide(open: &Open) -> Result<Vec<PriceToDecide>, CommandError> {
    if !open.actor().await.role.may_agree_prices() {
        return Ok(Vec::new());
    }
    let accounts: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT a.id, a.name FROM agreed_prices p JOIN accounts a ON a.id = p.account_id \
         WHERE p.status = 'proposed' ORDER BY a.name LIMIT 12",
    )
    .fetch_all(open.store.read())
    .await?;
    let mut found = Vec::new();
    for (account_id, account) in accounts {
        let may = |price: &AgreedPriceView| price.allowed.iter().any(|a| a.action == "decide" && a.allowed);
        let prices = of_account(open, &account_id).await?.into_iter().filter(may);
        found.extend(prices.map(|price| PriceToDecide {
            account_id: account_id.clone(),
            account: account.clone(),
            price,
        }));
    }
    Ok(found)
}

struct Around<'a> {
    open: &'a Open,
    names: Vec<(String, String)>,
    people: Vec<(String, String)>,
    books: Vec<(String, String, u32)>,
    currency: Currency,
    actor: Actor,
}

impl Around<'_> {
    fn person(&self, row: &Row, column: &str) -> Option<String> {
        let id = row.text_or_null(column)?;
        self.people.iter().find(|(person, _)| person == id).map(|(_, name)| name.clone())
    }

    fn terms(&self, terms: &AgreedTerms) -> (&'static str, String, String) {
        match terms {
            AgreedTerms::Contract { item_code, price, stacks } => {
                let name = self.names.iter().find(|(code, _)| code == item_code).map(|(_, name)| name.clone());
                let amount = match Money::round(price, self.currency) {
                    Ok(money) if price.decimals() <= 2 => self.open.with_symbol(money),
                    _ => price.to_string(),
                };
                let more = if *stacks { ", volume and term discounts on top" } else { ", final" };
                ("contract", name.unwrap_or_else(|| item_code.clone()), format!("{amount}{more}"))
            }
            AgreedTerms::Volume { rows } => {
                let bound = |max: Option<u32>| max.map_or_else(|| "+".to_owned(), |max| format!("–{max}"));
                let rows: Vec<String> =
                    rows.iter().map(|row| format!("{}{}: {} %", row.min, bound(row.max), row.pct)).collect();
                ("volume", "Volume table".to_owned(), rows.join(", "))
            }
            AgreedTerms::Lock { price_book_id } => {
                let id = price_book_id.to_string();
                let book = self.books.iter().find(|(book, _, _)| *book == id);
                let book = book.map_or(id.clone(), |(_, name, version)| format!("{name} v{version}"));
                ("lock", "Price lock".to_owned(), format!("New quotes stay on {book}"))
            }
        }
    }

    fn view(&self, row: &Row) -> Result<AgreedPriceView, CommandError> {
        let price = agreed_price_of(row)?;
        let (kind, what, terms_text) = self.terms(&price.terms);
        let until = price.valid_to.map_or_else(|| "open".to_owned(), words::date);
        let by = |who: Option<String>, at: Option<&str>| {
            let when = at.map(|at| self.open.moment(at));
            [who, when].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        Ok(AgreedPriceView {
            id: price.id.to_string(),
            kind: kind.to_owned(),
            what,
            terms_text,
            valid_text: format!("{} to {until}", words::date(price.valid_from)),
            valid_from: price.valid_from.to_string(),
            state: state(&price, self.open.today()).to_owned(),
            reason: row.text("reason")?.to_owned(),
            proposed_text: by(self.person(row, "proposed_by"), row.text_or_null("proposed_at")),
            decided_text: by(self.person(row, "decided_by"), row.text_or_null("decided_at")),
            decision_note: row.text("decision_note")?.to_owned(),
            allowed: allowed(&price, &self.actor),
        })
    }
}

fn state(price: &AgreedPrice, today: NaiveDate) -> PriceState {
    match price.status {
        AgreedStatus::Proposed => PriceState::Proposed,
        AgreedStatus::Refused => PriceState::Refused,
        AgreedStatus::Approved if price.in_force(today) => PriceState::InForce,
        AgreedStatus::Approved if price.valid_from > today => PriceState::Later,
        AgreedStatus::Approved => PriceState::Ended,
    }
}

fn allowed(price: &AgreedPrice, actor: &Actor) -> Vec<Allowed> {
    let decide = match price.status {
        _ if !actor.role.may_agree_prices() => Some("price.may_not_decide"),
        AgreedStatus::Proposed if price.proposed_by == Some(actor.id) => Some("price.own_proposal"),
        AgreedStatus::Proposed => None,
        AgreedStatus::Approved | AgreedStatus::Refused => Some("price.already_decided"),
    };
    let end = match price.status {
        _ if !actor.role.may_agree_prices() => Some("price.may_not_decide"),
        AgreedStatus::Approved => None,
        AgreedStatus::Proposed | AgreedStatus::Refused => Some("price.not_in_force"),
    };
    let word = |action: &str, code: Option<&str>| Allowed {
        action: action.to_owned(),
        allowed: code.is_none(),
        reason_code: code.map(str::to_owned),
        reason_params: std::collections::BTreeMap::new(),
    };
    vec![word("decide", decide), word("end", end)]
}

fn day(text: &str, field: &str) -> Result<NaiveDate, CommandError> {
    text.trim().parse().map_err(|_| CommandError::new("price.bad_date", text).at(field))
}

fn exact(text: &str, code: &str, field: &str) -> Result<Exact, CommandError> {
    parse_typed_number(text.trim().trim_end_matches('%')).map_err(|e| CommandError::new(code, e.to_string()).at(field))
}

fn volume_row(row: &VolumeRowText) -> Result<VolumeRow, CommandError> {
    let count =
        |text: &str| text.trim().parse::<u32>().map_err(|_| CommandError::new("price.bad_row", text).at("rows"));
    Ok(VolumeRow {
        min: count(&row.min)?,
        max: if row.max.trim().is_empty() { None } else { Some(count(&row.max)?) },
        pct: exact(&row.pct, "price.bad_row", "rows")?,
    })
}

async fn terms(open: &Open, account_id: AccountId, args: &AgreedTermsArgs) -> Result<AgreedTerms, CommandError> {
    Ok(match args {
        AgreedTermsArgs::Contract { item_code, price, stacks } => {
            let price = match satchel_core::money::parse_typed_money(price, currency_of(open, account_id).await?) {
                Ok(money) => Exact::from_money(money),
                // Usage items have more decimals than money.
                Err(_) => exact(price, "price.bad_price", "price")?,
            };
            AgreedTerms::Contract { item_code: item_code.clone(), price, stacks: *stacks }
        }
        AgreedTermsArgs::Volume { rows } => {
            AgreedTerms::Volume { rows: rows.iter().map(volume_row).collect::<Result<_, _>>()? }
        }
        AgreedTermsArgs::Lock { price_book_id } => AgreedTerms::Lock {
            price_book_id: PriceBookId::parse(price_book_id)
                .map_err(|e| CommandError::new("price.unknown_book", e.to_string()).at("price_book_id"))?,
        },
    })
}

async fn currency_of(open: &Open, account_id: AccountId) -> Result<Currency, CommandError> {
    let code: Option<String> = sqlx::query_scalar("SELECT currency FROM accounts WHERE id = ?1")
        .bind(account_id.to_string())
        .fetch_optional(open.store.read())
        .await?;
    Ok(code.as_deref().and_then(Currency::parse).unwrap_or(open.settings.currency))
}

async fn subject(open: &Open, account_id: AccountId) -> Result<Subject, CommandError> {
    let name: Option<String> = sqlx::query_scalar("SELECT name FROM accounts WHERE id = ?1")
        .bind(account_id.to_string())
        .fetch_optional(open.store.read())
        .await?;
    let text = name.ok_or_else(|| CommandError::new("account.unknown", account_id.to_string()))?;
    Ok(Subject { text, kind: SubjectKind::Account, id: account_id.0 })
}

fn account(text: &str) -> Result<AccountId, CommandError> {
    AccountId::parse(text).map_err(|e| CommandError::new("account.unknown", e.to_string()))
}

fn price_id(text: &str) -> Result<AgreedPriceId, CommandError> {
    AgreedPriceId::parse(text).map_err(|e| CommandError::new("price.unknown", e.to_string()))
}

/// Asks for a price. It prices nothing before somebody who may has said yes.
pub async fn propose(engine: &Engine, args: ProposePrice) -> Result<Vec<AgreedPriceView>, CommandError> {
    let open = engine.workspace().await?;
    let account_id = account(&args.account_id)?;
    let valid_to = match args.valid_to.trim() {
        "" => None,
        text => Some(day(text, "valid_to")?),
    };
    let intent = Intent::PricePropose(Propose {
        id: AgreedPriceId(uuid::Uuid::now_v7()),
        account_id,
        terms: terms(&open, account_id, &args.terms).await?,
        valid_from: day(&args.valid_from, "valid_from")?,
        valid_to,
        reason: args.reason,
        at: open.now(),
    });
    mutate(engine, &open, intent, subject(&open, account_id).await?).await?;
    of_account(&open, &args.account_id).await
}

/// Says yes or no to a price that was asked for.
pub async fn decide(engine: &Engine, args: DecidePrice) -> Result<Vec<AgreedPriceView>, CommandError> {
    let open = engine.workspace().await?;
    let account_id = account(&args.account_id)?;
    let intent = Intent::PriceDecide(Decide {
        id: price_id(&args.id)?,
        account_id,
        approve: args.approve,
        note: args.note,
        at: open.now(),
    });
    mutate(engine, &open, intent, subject(&open, account_id).await?).await?;
    of_account(&open, &args.account_id).await
}

/// Ends an agreed price on a day.
pub async fn end(engine: &Engine, args: EndPrice) -> Result<Vec<AgreedPriceView>, CommandError> {
    let open = engine.workspace().await?;
    let account_id = account(&args.account_id)?;
    let last_day = day(&args.last_day, "last_day")?;
    let intent = Intent::PriceEnd(End { id: price_id(&args.id)?, account_id, last_day, at: open.now() });
    mutate(engine, &open, intent, subject(&open, account_id).await?).await?;
    of_account(&open, &args.account_id).await
}
