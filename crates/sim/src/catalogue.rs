//! What people do with prices, price books and clauses.

use chrono::{DateTime, Utc};
use satchel_core::accounts::{AgreedTerms, DecidePrice, ProposePrice};
use satchel_core::approvals::{DelegateApproval, EndDelegation};
use satchel_core::catalogue::{BookItem, PublishBook, WithdrawBook};
use satchel_core::clauses::{PublishClause, WithdrawClause};
use satchel_core::ids::{AccountId, AgreedPriceId, ClauseId, DelegationId, ItemId, PriceBookId, UserId};
use satchel_core::money::Exact;
use satchel_core::wire::entities::price_book_of;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;
use uuid::Uuid;

use crate::disk::Disk;
use crate::people::pick;
use crate::random::Random;

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
