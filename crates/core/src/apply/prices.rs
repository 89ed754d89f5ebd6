//! Prices agreed with an account: asked for by one person, decided by another. Invariant: what was decided is never changed
//! but for its last day, and no two that count speak about the same thing on a same day.

use std::collections::BTreeMap;

use serde_json::json;

use super::Refusal;
use crate::accounts::{AgreedPrice, AgreedStatus, DecidePrice, EndPrice, MAX_REASON, ProposePrice};
use crate::ids::PriceBookId;
use crate::people::Actor;
use crate::time::format_instant_ms;
use crate::wire::entities::agreed_price_of;
use crate::wire::rows::Row;

/// What a step about agreed prices reads.
#[derive(Debug, Clone, Default)]
pub struct PricesWorld {
    /// The account exists.
    pub account: bool,
    /// Another row has the id of the proposal.
    pub taken: bool,
    /// Everything agreed with the account.
    pub rows: Vec<Row>,
    /// Decimals of the unit price by item code, in the account's currency.
    pub decimals: BTreeMap<String, u32>,
    /// Price book versions in the account's currency.
    pub books: Vec<PriceBookId>,
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::with("price.malformed", json!({ "reason": error.to_string() }))
}

fn refuse_overlap(price: &AgreedPrice, others: &[AgreedPrice]) -> Result<(), Refusal> {
    let Some(other) = others.iter().find(|other| other.id != price.id && other.overlaps(price)) else { return Ok(()) };
    let day = |day: chrono::NaiveDate| day.format("%-d %b %Y").to_string();
    let period = match other.valid_to {
        Some(last) => format!("from {} to {}", day(other.valid_from), day(last)),
        None => format!("from {} on", day(other.valid_from)),
    };
    let what = match other.terms.subject() {
        ("contract", code) => code.to_owned(),
        (kind, _) => kind.to_owned(),
    };
    Err(Refusal::with("price.overlaps", json!({ "what": what, "period": period, "status": other.status })))
}

fn all(world: &PricesWorld) -> Result<Vec<AgreedPrice>, Refusal> {
    world.rows.iter().map(agreed_price_of).collect::<Result<_, _>>().map_err(malformed)
}

fn too_long(text: &str) -> Result<(), Refusal> {
    if text.chars().count() > MAX_REASON {
        Err(Refusal::with("price.too_long", json!({ "max": MAX_REASON })))
    } else {
        Ok(())
    }
}

/// The row of a proposal.
pub fn propose_price(args: &ProposePrice, world: &PricesWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_quote() {
        return Err(Refusal::rule("price.not_allowed"));
    }
    if !world.account {
        return Err(Refusal::rule("account.unknown"));
    }
    if world.taken {
        return Err(Refusal::rule("price.exists"));
    }
    let reason = args.reason.trim();
    if reason.is_empty() {
        return Err(Refusal::rule("price.reason_missing"));
    }
    too_long(reason)?;
    let period = (args.valid_from, args.valid_to);
    args.terms.check(period, &world.decimals, &world.books).map_err(|error| Refusal::rule(error.code()))?;
    let price = AgreedPrice {
        id: args.id,
        terms: args.terms.clone(),
        valid_from: args.valid_from,
        valid_to: args.valid_to,
        status: AgreedStatus::Proposed,
        proposed_by: Some(by.id),
    };
    refuse_overlap(&price, &all(world)?)?;
    Ok(Row::new("agreed_prices", args.id.0, args.account_id.0)
        .with("account_id", json!(args.account_id))
        .with("terms", serde_json::to_value(&args.terms).map_err(malformed)?)
        .with("valid_from", args.valid_from.to_string())
        .with("valid_to", args.valid_to.map(|day| day.to_string()))
        .with("status", "proposed")
        .with("reason", reason)
        .with("proposed_by", json!(by.id))
        .with("proposed_at", format_instant_ms(args.at))
        .with("decided_by", json!(null))
        .with("decided_at", json!(null))
        .with("decision_note", ""))
}

fn known(world: &PricesWorld, id: crate::ids::AgreedPriceId) -> Result<(&Row, AgreedPrice), Refusal> {
    let row = world.rows.iter().find(|row| row.id() == id.0).ok_or_else(|| Refusal::rule("price.unknown"))?;
    Ok((row, agreed_price_of(row).map_err(malformed)?))
}

/// The row after a yes or no.
pub fn decide_price(args: &DecidePrice, world: &PricesWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_agree_prices() {
        return Err(Refusal::rule("price.may_not_decide"));
    }
    let (row, price) = known(world, args.id)?;
    if price.status != AgreedStatus::Proposed {
        return Err(Refusal::conflict("price.already_decided", json!({ "status": price.status })));
    }
    if price.proposed_by == Some(by.id) {
        return Err(Refusal::rule("price.own_proposal"));
    }
    too_long(&args.note)?;
    let note = args.note.trim();
    if !args.approve && note.is_empty() {
        return Err(Refusal::rule("price.reason_missing"));
    }
    if args.approve {
        price
            .terms
            .check((price.valid_from, price.valid_to), &world.decimals, &world.books)
            .map_err(|error| Refusal::rule(error.code()))?;
        refuse_overlap(&price, &all(world)?)?;
    }
    let mut row = row.clone();
    row.set("status", if args.approve { "approved" } else { "refused" });
    row.set("decided_by", json!(by.id));
    row.set("decided_at", format_instant_ms(args.at));
    row.set("decision_note", note);
    Ok(row)
}

/// The row with an earlier last day.
pub fn end_price(args: &EndPrice, world: &PricesWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_agree_prices() {
        return Err(Refusal::rule("price.may_not_decide"));
    }
    let (row, price) = known(world, args.id)?;
    if price.status != AgreedStatus::Approved {
        return Err(Refusal::rule("price.not_in_force"));
    }
    if args.last_day < price.valid_from || price.valid_to.is_some_and(|last| args.last_day > last) {
        return Err(Refusal::rule("price.bad_last_day"));
    }
    let mut row = row.clone();
    row.set("valid_to", args.last_day.to_string());
    Ok(row)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::accounts::AgreedTerms;
    use crate::ids::{AccountId, AgreedPriceId, UserId};
    use crate::money::Exact;
    use crate::people::Role;

    fn actor(n: u128, role: Role) -> Actor {
        Actor { id: UserId(Uuid::from_u128(n)), role }
    }

    fn proposal(n: u128, from: &str, to: Option<&str>, price: &str) -> ProposePrice {
        ProposePrice {
            id: AgreedPriceId(Uuid::from_u128(n)),
            account_id: AccountId(Uuid::from_u128(9)),
            terms: AgreedTerms::Contract {
                item_code: "FIB-050".to_owned(),
                price: Exact::parse(price).expect("price"),
                stacks: false,
            },
            valid_from: from.parse().expect("date"),
            valid_to: to.map(|day| day.parse().expect("date")),
            reason: "Framework agreement".to_owned(),
            at: "2025-11-21T08:00:00Z".parse().expect("instant"),
        }
    }

    fn world(rows: Vec<Row>) -> PricesWorld {
        let decimals = BTreeMap::from([("FIB-050".to_owned(), 2)]);
        PricesWorld { account: true, taken: false, rows, decimals, books: Vec::new() }
    }

    fn decide(n: u128, approve: bool, note: &str) -> DecidePrice {
        DecidePrice {
            id: AgreedPriceId(Uuid::from_u128(n)),
            account_id: AccountId(Uuid::from_u128(9)),
            approve,
            note: note.to_owned(),
            at: "2025-11-21T09:00:00Z".parse().expect("instant"),
        }
    }

    #[test]
    fn a_proposal_prices_nothing_until_somebody_else_who_may_says_yes() {
        let day = "2025-12-01".parse().expect("date");
        let seller = actor(1, Role::Seller);
        let row = propose_price(&proposal(1, "2025-11-21", None, "849.00"), &world(vec![]), &seller).expect("proposed");
        assert!(!agreed_price_of(&row).expect("row").in_force(day));
        let at = world(vec![row]);
        assert_eq!(
            decide_price(&decide(1, true, ""), &at, &seller).map_err(|r| r.code),
            Err("price.may_not_decide".to_owned())
        );
        let no = decide_price(&decide(1, false, " "), &at, &actor(2, Role::SalesManager)).map_err(|r| r.code);
        assert_eq!(no, Err("price.reason_missing".to_owned()));
        let yes = decide_price(&decide(1, true, ""), &at, &actor(2, Role::SalesManager)).expect("approved");
        assert!(agreed_price_of(&yes).expect("row").in_force(day));
        let again =
            decide_price(&decide(1, true, ""), &world(vec![yes]), &actor(3, Role::Director)).map_err(|r| r.conflict);
        assert_eq!(again, Err(true));
    }

    #[test]
    fn nobody_approves_their_own() {
        let manager = actor(2, Role::SalesManager);
        let row =
            propose_price(&proposal(1, "2025-11-21", None, "849.00"), &world(vec![]), &manager).expect("proposed");
        let own = decide_price(&decide(1, true, ""), &world(vec![row]), &manager).map_err(|r| r.code);
        assert_eq!(own, Err("price.own_proposal".to_owned()));
    }

    #[test]
    fn the_same_item_has_one_agreed_price_a_day() {
        let seller = actor(1, Role::Seller);
        let first = propose_price(&proposal(1, "2025-01-01", Some("2025-12-31"), "849.00"), &world(vec![]), &seller);
        let at = world(vec![first.expect("proposed")]);
        let code = |p: &ProposePrice| propose_price(p, &at, &seller).map_err(|r| r.code);
        assert_eq!(code(&proposal(2, "2025-12-31", None, "799.00")), Err("price.overlaps".to_owned()));
        assert!(code(&proposal(2, "2026-01-01", None, "799.00")).is_ok());
        assert_eq!(code(&proposal(2, "2026-01-01", None, "799.005")), Err("price.bad_price".to_owned()));
        assert_eq!(code(&proposal(2, "2026-02-01", Some("2026-01-31"), "1")), Err("price.bad_period".to_owned()));
    }

    #[test]
    fn an_agreement_ends_earlier_never_later() {
        let manager = actor(2, Role::SalesManager);
        let seller = actor(1, Role::Seller);
        let row = propose_price(&proposal(1, "2025-01-01", Some("2025-12-31"), "849.00"), &world(vec![]), &seller);
        let at =
            world(vec![decide_price(&decide(1, true, ""), &world(vec![row.expect("row")]), &manager).expect("yes")]);
        let end = |day: &str| {
            let args = EndPrice {
                id: AgreedPriceId(Uuid::from_u128(1)),
                account_id: AccountId(Uuid::from_u128(9)),
                last_day: day.parse().expect("date"),
                at: "2025-11-21T09:00:00Z".parse().expect("instant"),
            };
            end_price(&args, &at, &manager).map_err(|r| r.code)
        };
        assert!(end("2025-11-30").is_ok());
        assert_eq!(end("2026-01-01"), Err("price.bad_last_day".to_owned()));
        assert_eq!(end("2024-12-31"), Err("price.bad_last_day".to_owned()));
    }
}
