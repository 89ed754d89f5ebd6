//! Prices, price books and clauses in memory: their worlds, and what people do with them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use satchel_core::accounts::{AgreedTerms, DecidePrice, ProposePrice};
use satchel_core::apply::{
    BookWorld, ClauseWorld, DelegationWorld, PricesWorld, Refusal, decide_price, delegate_approval, edit_branding,
    edit_map_tiles, end_delegation, end_price, propose_price, publish_book, publish_clause, withdraw_book,
    withdraw_clause,
};
use satchel_core::approvals::{DelegateApproval, Delegation, EndDelegation};
use satchel_core::catalogue::{BookItem, PublishBook, WithdrawBook};
use satchel_core::clauses::{PublishClause, WithdrawClause};
use satchel_core::ids::{AccountId, AgreedPriceId, ClauseId, DelegationId, ItemId, OrgId, PriceBookId, UserId};
use satchel_core::money::Exact;
use satchel_core::people::{Actor, Role};
use satchel_core::wire::entities::{delegation_of, price_book_of};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use uuid::Uuid;

use crate::disk::Disk;
use crate::people::pick;
use crate::random::Random;
use crate::rows::{Rows, malformed};

impl Rows {
    /// The rows of an intent about prices, price books, clauses or documents; `None` when it is about something else.
    pub(crate) fn apply_catalogue(&self, intent: &Intent, by: &Actor) -> Result<Option<Vec<Row>>, Refusal> {
        Ok(Some(match intent {
            Intent::PricePropose(ask) => vec![propose_price(ask, &self.prices(ask.account_id, Some(ask.id.0))?, by)?],
            Intent::PriceDecide(answer) => vec![decide_price(answer, &self.prices(answer.account_id, None)?, by)?],
            Intent::PriceEnd(end) => vec![end_price(end, &self.prices(end.account_id, None)?, by)?],
            Intent::ClausePublish(args) => publish_clause(args, &self.clauses(args.previous_id, Some(args.id))?, by)?,
            Intent::ClauseWithdraw(args) => withdraw_clause(args, &self.clauses(Some(args.id), None)?, by)?,
            Intent::BookPublish(args) => {
                let item_taken = args.items.iter().any(|item| self.get("price_items", item.id.0).is_some());
                let taken = item_taken || self.get("price_books", args.id.0).is_some();
                publish_book(args, &self.books(args.currency.code(), taken)?, by)?
            }
            Intent::BookWithdraw(args) => {
                let row = self.get("price_books", args.id.0).ok_or_else(|| Refusal::rule("book.unknown"))?;
                let world = self.books(row.text("currency").map_err(malformed)?, false)?;
                vec![withdraw_book(args, &world, by)?]
            }
            Intent::ApprovalDelegate(args) => vec![delegate_approval(args, &self.delegation(args.id)?, by)?],
            Intent::ApprovalEndDelegation(args) => vec![end_delegation(args, &self.delegation(args.id)?, by)?],
            Intent::MapTilesEdit(args) => vec![edit_map_tiles(args, self.table("organisations").next(), by)?],
            Intent::BrandingEdit(args) => vec![edit_branding(args, self.table("organisations").next(), by)?],
            _ => return Ok(None),
        }))
    }

    fn people(&self) -> BTreeMap<UserId, Role> {
        let role = |row: &Row| row.text_or_null("role").and_then(Role::parse);
        self.table("users").filter_map(|row| Some((UserId(row.id()), role(row)?))).collect()
    }

    fn delegation(&self, id: DelegationId) -> Result<DelegationWorld, Refusal> {
        let row = self.get("approval_delegations", id.0).cloned();
        Ok(DelegationWorld { org_id: self.organisation()?, row, people: self.people() })
    }

    /// Every delegation of somebody who still has something to delegate.
    pub(crate) fn delegations(&self) -> Result<Vec<Delegation>, Refusal> {
        let people = self.people();
        let with_role = |row: &Row| Some(delegation_of(row, *people.get(&UserId(row.uuid("from_user").ok()?))?));
        self.table("approval_delegations").filter_map(with_role).collect::<Result<_, _>>().map_err(malformed)
    }

    fn organisation(&self) -> Result<OrgId, Refusal> {
        let row = self.table("organisations").next().ok_or_else(|| Refusal::rule("organisation.unknown"))?;
        Ok(OrgId(row.id()))
    }

    fn books(&self, currency: &str, taken: bool) -> Result<BookWorld, Refusal> {
        let code = |row: &Row| row.text("tax_code").map(str::to_owned);
        Ok(BookWorld {
            org_id: self.organisation()?,
            taken,
            versions: self.by("price_books", "currency", currency),
            tax_codes: self.table("tax_rates").map(code).collect::<Result<_, _>>().map_err(malformed)?,
        })
    }

    fn clauses(&self, named: Option<ClauseId>, new_id: Option<ClauseId>) -> Result<ClauseWorld, Refusal> {
        let clause = named.and_then(|id| self.get("clauses", id.0)).cloned();
        let family = clause.as_ref().map(|row| row.text("family_id")).transpose().map_err(malformed)?;
        Ok(ClauseWorld {
            org_id: self.organisation()?,
            taken: new_id.is_some_and(|id| self.get("clauses", id.0).is_some()),
            family: family.map(|family| self.by("clauses", "family_id", family)).unwrap_or_default(),
            clause,
        })
    }

    /// What is agreed with an account, and what may be.
    fn prices(&self, account: AccountId, new_id: Option<Uuid>) -> Result<PricesWorld, Refusal> {
        let row = self.get("accounts", account.0).ok_or_else(|| Refusal::rule("account.unknown"))?;
        let books = self.by("price_books", "currency", row.text("currency").map_err(malformed)?);
        let mut decimals = BTreeMap::new();
        for item in books.iter().flat_map(|book| self.by("price_items", "price_book_id", &book.id().to_string())) {
            let most = decimals.entry(item.text("code").map_err(malformed)?.to_owned()).or_insert(0);
            *most = u32::try_from(item.int("unit_dp").map_err(malformed)?).unwrap_or(0).max(*most);
        }
        Ok(PricesWorld {
            account: true,
            taken: new_id.is_some_and(|id| self.get("agreed_prices", id).is_some()),
            rows: self.by("agreed_prices", "account_id", &account.to_string()),
            decimals,
            books: books.iter().map(|book| PriceBookId(book.id())).collect(),
        })
    }
}

/// Something to do with prices, price books or clauses.
pub(crate) fn intent(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    match random.below(10) {
        0 | 1 => ask_for_price(disk, at, random),
        2 | 3 => decide(disk, at, random),
        4 => publish(disk, at, random),
        5 => withdraw(disk, at, random),
        6 => write_clause(disk, at, random),
        7 => delegate(disk, at, random),
        8 => end(disk, at, random),
        _ => withdraw_a_clause(disk, at, random),
    }
}

fn ask_for_price(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = pick(disk, "accounts", random, |_| true)?;
    let code = pick(disk, "price_items", random, |_| true)?.text("code").ok()?.to_owned();
    let terms = AgreedTerms::Contract { item_code: code, price: Exact::from(100), stacks: false };
    Some(Intent::PricePropose(ProposePrice {
        id: AgreedPriceId(random.uuid()),
        account_id: AccountId(account.id()),
        terms,
        valid_from: at.date_naive(),
        valid_to: None,
        reason: "simulated".to_owned(),
        at,
    }))
}

fn decide(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let asked = pick(disk, "agreed_prices", random, |row| row.text("status") == Ok("proposed"))?;
    Some(Intent::PriceDecide(DecidePrice {
        id: AgreedPriceId(asked.id()),
        account_id: AccountId(asked.scope_id()),
        approve: random.once_in(2),
        note: String::new(),
        at,
    }))
}

/// The currency's next version with three of the items of the newest one.
fn publish(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let row = disk.rows.table("price_books").max_by_key(|row| row.int("version").unwrap_or(0))?;
    let items = disk.rows.by("price_items", "price_book_id", &row.id().to_string());
    let book = price_book_of(row, &items).ok()?;
    let copy = |item: &satchel_core::catalogue::Item, id: Uuid| BookItem {
        id: ItemId(id),
        code: item.code.clone(),
        name: item.name.clone(),
        family: item.family.clone(),
        charge_type: item.charge_type,
        unit_dp: item.unit_dp,
        list_price: item.list_price.clone(),
        cost: item.cost.clone(),
        volume_eligible: item.volume_eligible,
        term_eligible: item.term_eligible,
        tax_code: item.tax_code.clone(),
        pos_rule: item.pos_rule.clone(),
        installation_code: None,
        includes: item.includes.clone(),
    };
    Some(Intent::BookPublish(PublishBook {
        id: PriceBookId(random.uuid()),
        previous_id: Some(book.id),
        name: format!("Simulated {}", random.below(1_000)),
        currency: book.currency,
        valid_from: at.date_naive(),
        items: book.items.values().take(3).map(|item| copy(item, random.uuid())).collect(),
        at,
    }))
}

fn withdraw(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let book = pick(disk, "price_books", random, |row| row.text("status") == Ok("published"))?;
    Some(Intent::BookWithdraw(WithdrawBook { id: PriceBookId(book.id()), at }))
}

/// A new clause, or the next version of one in use: two laptops at once write two versions of one.
fn write_clause(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let current = |row: &Row| row.text("status") == Ok("current");
    let previous = if random.once_in(3) { None } else { pick(disk, "clauses", random, current) };
    Some(Intent::ClausePublish(PublishClause {
        id: ClauseId(random.uuid()),
        previous_id: previous.map(|row| ClauseId(row.id())),
        topic: "Simulated".to_owned(),
        title: "Simulated".to_owned(),
        body: format!("typed {}", random.below(1_000)),
        by_default: false,
        at,
    }))
}

fn withdraw_a_clause(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let clause = pick(disk, "clauses", random, |row| row.text("status") == Ok("current"))?;
    Some(Intent::ClauseWithdraw(WithdrawClause { id: ClauseId(clause.id()), at }))
}

fn delegate(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let person = pick(disk, "users", random, |_| true)?;
    let today = at.date_naive();
    Some(Intent::ApprovalDelegate(DelegateApproval {
        id: DelegationId(random.uuid()),
        to_user: UserId(person.id()),
        valid_from: today,
        valid_to: today + chrono::Days::new(3),
        note: String::new(),
        at,
    }))
}

fn end(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let delegation = pick(disk, "approval_delegations", random, |row| row.text_or_null("ended_at").is_none())?;
    Some(Intent::ApprovalEndDelegation(EndDelegation { id: DelegationId(delegation.id()), at }))
}
