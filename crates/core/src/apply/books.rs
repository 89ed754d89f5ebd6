//! Publishing and withdrawing price books: new rows for a new version, one status for an old one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use super::Refusal;
use crate::catalogue::{BookStatus, PublishBook, WithdrawBook};
use crate::ids::{OrgId, PriceBookId};
use crate::people::Actor;
use crate::wire::rows::Row;

/// What a step about price books reads.
#[derive(Debug, Clone)]
pub struct BookWorld {
    /// The organisation: the books' scope.
    pub org_id: OrgId,
    /// The new version's id, or one of its items', is taken.
    pub taken: bool,
    /// All versions of the currency (publish), or of the named version's currency (withdraw).
    pub versions: Vec<Row>,
    /// Tax codes the organisation has rates for.
    pub tax_codes: BTreeSet<String>,
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::with("book.malformed", json!({ "reason": error.to_string() }))
}

/// The rows of a new version.
pub fn publish_book(args: &PublishBook, world: &BookWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("book.not_allowed"));
    }
    if world.taken {
        return Err(Refusal::rule("book.exists"));
    }
    let mut newest: Option<(u32, Uuid)> = None;
    for row in &world.versions {
        let version: u32 = row.parse("version").map_err(malformed)?;
        newest = newest.max(Some((version, row.id())));
    }
    if newest.map(|(_, id)| PriceBookId(id)) != args.previous_id {
        return Err(Refusal::conflict("book.not_newest", json!({ "version": newest.map(|(version, _)| version) })));
    }
    if let Some(problem) = args.problems(&world.tax_codes).into_iter().next() {
        let item = problem.item.map(|place| args.items[place].code.clone());
        return Err(Refusal::with(problem.code, json!({ "field": problem.field, "item": item })));
    }
    let scope = world.org_id.0;
    let mut rows = vec![
        Row::new("price_books", args.id.0, scope)
            .with("name", args.name.trim())
            .with("version", newest.map_or(0, |(version, _)| version) + 1)
            .with("currency", args.currency.code())
            .with("status", "published")
            .with("valid_from", args.valid_from.to_string()),
    ];
    let ids: BTreeMap<&str, Uuid> = args.items.iter().map(|item| (item.code.as_str(), item.id.0)).collect();
    for (place, item) in args.items.iter().enumerate() {
        let installation = item.installation_code.as_deref().and_then(|code| ids.get(code));
        rows.push(
            Row::new("price_items", item.id.0, scope)
                .with("price_book_id", json!(args.id))
                .with("position", place)
                .with("code", item.code.clone())
                .with("name", item.name.trim())
                .with("family", item.family.trim())
                .with("charge_type", json!(item.charge_type))
                .with("unit_dp", item.unit_dp)
                .with("list_price", item.list_price.to_fixed(item.unit_dp))
                .with("cost", item.cost.as_ref().map(ToString::to_string))
                .with("volume_eligible", item.volume_eligible)
                .with("term_eligible", item.term_eligible)
                .with("tax_code", item.tax_code.clone())
                .with("pos_rule", item.pos_rule.clone())
                .with("installation_item_id", json!(installation))
                .with("includes", item.includes.iter().map(|name| name.trim()).collect::<Vec<_>>()),
        );
    }
    Ok(rows)
}

/// The version as withdrawn. The last one in use of a currency stays: without it nobody could quote.
pub fn withdraw_book(args: &WithdrawBook, world: &BookWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("book.not_allowed"));
    }
    let status = |row: &Row| row.parse::<BookStatus>("status").map_err(malformed);
    let mut row = None;
    let mut others = 0;
    for version in &world.versions {
        if version.id() == args.id.0 {
            row = Some(version.clone());
        } else if status(version)? == BookStatus::Published {
            others += 1;
        }
    }
    let mut row = row.ok_or_else(|| Refusal::rule("book.unknown"))?;
    if status(&row)? == BookStatus::Withdrawn {
        return Err(Refusal::conflict("book.withdrawn", json!({})));
    }
    if others == 0 {
        return Err(Refusal::rule("book.last_in_use"));
    }
    row.set("status", "withdrawn");
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::BookItem;
    use crate::ids::{ItemId, UserId};
    use crate::money::{Currency, Exact};
    use crate::people::Role;
    use crate::pricing::ChargeType;

    fn item(n: u128, code: &str, charge_type: ChargeType, price: &str) -> BookItem {
        BookItem {
            id: ItemId(Uuid::from_u128(n)),
            code: code.to_owned(),
            name: code.to_owned(),
            family: "fibre".to_owned(),
            charge_type,
            unit_dp: 2,
            list_price: Exact::parse(price).expect("price"),
            cost: None,
            volume_eligible: false,
            term_eligible: false,
            tax_code: "ZA-STD".to_owned(),
            pos_rule: "installation".to_owned(),
            installation_code: None,
            includes: Vec::new(),
        }
    }

    fn args(id: u128, previous: Option<u128>, items: Vec<BookItem>) -> PublishBook {
        PublishBook {
            id: PriceBookId(Uuid::from_u128(id)),
            previous_id: previous.map(|id| PriceBookId(Uuid::from_u128(id))),
            name: "ZAR 2026-01".to_owned(),
            currency: Currency::Zar,
            valid_from: "2026-01-01".parse().expect("date"),
            items,
            at: "2025-11-21T08:00:00Z".parse().expect("instant"),
        }
    }

    fn world(versions: Vec<Row>) -> BookWorld {
        let tax_codes = BTreeSet::from(["ZA-STD".to_owned()]);
        BookWorld { org_id: OrgId(Uuid::from_u128(7)), taken: false, versions, tax_codes }
    }

    fn director() -> Actor {
        Actor { id: UserId(Uuid::from_u128(1)), role: Role::Director }
    }

    #[test]
    fn the_next_version_stands_on_the_newest_and_names_its_installation() {
        let mut fibre = item(2, "FIB-050", ChargeType::Recurring, "999.00");
        fibre.installation_code = Some("INS".to_owned());
        let items = vec![fibre, item(3, "INS", ChargeType::OneOff, "1500.00")];
        let first = publish_book(&args(10, None, items.clone()), &world(vec![]), &director()).expect("published");
        assert_eq!((first.len(), first[0].int("version")), (3, Ok(1)));
        assert_eq!(first[1].uuid("installation_item_id"), Ok(Uuid::from_u128(3)));
        let versions = vec![first[0].clone()];
        let stale = publish_book(&args(11, None, items.clone()), &world(versions.clone()), &director());
        assert_eq!(stale.map_err(|r| r.conflict), Err(true));
        let second = publish_book(&args(11, Some(10), items), &world(versions), &director()).expect("published");
        assert_eq!(second[0].int("version"), Ok(2));
    }

    #[test]
    fn what_makes_no_sense_is_named_by_its_item() {
        let code = |items: Vec<BookItem>| {
            publish_book(&args(10, None, items), &world(vec![]), &director())
                .map_err(|r| r.code)
                .err()
                .unwrap_or_default()
        };
        assert_eq!(code(vec![]), "book.bad_item_count");
        let one = || item(2, "A", ChargeType::Recurring, "1.00");
        assert_eq!(code(vec![one(), one()]), "book.code_twice");
        assert_eq!(code(vec![item(2, "A", ChargeType::Recurring, "1.005")]), "book.bad_price");
        assert_eq!(
            code(vec![BookItem { installation_code: Some("X".to_owned()), ..one() }]),
            "book.unknown_installation"
        );
        assert_eq!(code(vec![BookItem { tax_code: "NO".to_owned(), ..one() }]), "book.unknown_tax_code");
    }

    #[test]
    fn the_last_version_in_use_stays() {
        let items = vec![item(2, "A", ChargeType::Recurring, "1.00")];
        let first = publish_book(&args(10, None, items.clone()), &world(vec![]), &director()).expect("published");
        let withdraw = WithdrawBook { id: PriceBookId(Uuid::from_u128(10)), at: args(1, None, vec![]).at };
        let alone = withdraw_book(&withdraw, &world(vec![first[0].clone()]), &director()).map_err(|r| r.code);
        assert_eq!(alone, Err("book.last_in_use".to_owned()));
        let second =
            publish_book(&args(11, Some(10), items), &world(vec![first[0].clone()]), &director()).expect("second");
        let both = world(vec![first[0].clone(), second[0].clone()]);
        assert_eq!(withdraw_book(&withdraw, &both, &director()).expect("withdrawn").text("status"), Ok("withdrawn"));
    }
}
