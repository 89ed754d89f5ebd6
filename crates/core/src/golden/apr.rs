//! APR cases.

use serde_json::{Value, json};

use super::read::{Input, bad};
use super::{Output, Refused};
use crate::approvals::{ApprovalInput, ApprovalPolicy, larger, required_approval};
use crate::money::Exact;
use crate::orders::OrderNumber;
use crate::quotes::lifecycle::{History, Move, check_accept, status_at};
use crate::quotes::validity::{expires_at, valid_until};
use crate::quotes::{QuoteNumber, QuoteStatus};
use crate::time::{Timestamp, format_instant, parse_instant};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "level" => level(input),
        "accept" => accept(input),
        "status_at" => status(input),
        "valid_until" => validity(input),
        "lifecycle" => lifecycle(input),
        "quote_number" => quote_number(input),
        "parse_quote_number" => parse_quote_number(input),
        "order_number" => order_number(input),
        _ => return None,
    })
}

fn level(input: Input<'_>) -> Output {
    let policy: ApprovalPolicy = input.parse("policy")?;
    let currency = input.currency()?;
    let one = Exact::from(1);
    let mut basis = (input.dec("quote_discretionary_pct")?, one.clone());
    for pct in input.list("line_discretionary_pcts")? {
        let pct = pct.0.as_str().and_then(|t| Exact::parse(t).ok()).ok_or_else(|| bad("line_discretionary_pcts"))?;
        basis = larger(basis, (pct, one.clone()));
    }
    let basis_pct = basis.0.clone();
    let needed = required_approval(
        &policy,
        &ApprovalInput {
            discretionary: basis,
            margin_pct: input.dec_or_null("margin_pct")?,
            margin_floor_pct: input.dec_or_null("margin_floor_pct")?,
            cost_unknown: false,
            payment_terms: input.parse("payment_terms")?,
            account_payment_terms: input.parse("account_payment_terms")?,
            nonstandard_clause: input.flag("nonstandard_clause")?,
            contract_above_list: input.flag("contract_above_list")?,
            clamped_to_zero: input.flag("clamped_to_zero")?,
            tcv: input.money("tcv", currency)?,
            tcv_limit: input.money_or_null("tcv_limit", currency)?,
        },
    );
    let reasons: Vec<Value> =
        needed.reasons.iter().map(|r| json!({ "trigger": r.trigger, "level": r.level })).collect();
    Ok(json!({
        "basis_pct": basis_pct, "level": needed.level, "approvers": needed.approvers, "reasons": reasons,
    }))
}

fn accept(input: Input<'_>) -> Output {
    let (zone, last) = (input.zone()?, input.date("valid_until")?);
    let stored: QuoteStatus = input.parse("status")?;
    let mut results = Vec::new();
    for attempt in input.list("attempts")? {
        let at = attempt.0.as_str().and_then(parse_instant).ok_or_else(|| bad("attempts"))?;
        results.push(match check_accept(status_at(stored, Some(last), zone, at)) {
            Ok(()) => "accepted",
            Err(refused) => refused.code(),
        });
    }
    Ok(json!({ "expires_at": format_instant(expires_at(last, zone)), "results": results }))
}

fn status(input: Input<'_>) -> Output {
    let last = Some(input.date("valid_until")?);
    let status = status_at(input.parse("status")?, last, input.zone()?, input.instant("at")?);
    Ok(json!({ "status": status }))
}

fn validity(input: Input<'_>) -> Output {
    let zone = input.zone()?;
    let last = valid_until(input.instant("sent_at")?, zone, input.nat("validity_days")?);
    Ok(json!({ "valid_until": last.to_string(), "expires_at": format_instant(expires_at(last, zone)) }))
}

fn lifecycle(input: Input<'_>) -> Output {
    let mut history = History::new(input.zone()?, input.nat("validity_days")?);
    let mut results = Vec::new();
    let mut last_at: Option<Timestamp> = None;
    for event in input.list("events")? {
        let at = event.instant("at")?;
        if last_at.is_some_and(|last| at < last) {
            return Err(Refused("events_not_ordered".to_owned()));
        }
        last_at = Some(at);
        let version = event.get("version").as_u64().and_then(|v| usize::try_from(v).ok()).unwrap_or(0);
        let (step, done) = match event.text("op")? {
            "send" => (Move::Send(version), "ok"),
            "revise" => (Move::Revise, "ok"),
            "accept" => (Move::Accept(version), "accepted"),
            "reject" => (Move::Reject(version), "ok"),
            "lose" => (Move::Lose(version), "ok"),
            _ => return Err(bad("op")),
        };
        results.push(match history.apply(step, at) {
            Ok(()) => done,
            Err(refused) => refused.code(),
        });
    }
    let at = last_at.unwrap_or_default();
    let versions: Vec<Value> = history
        .versions_at(at)
        .iter()
        .enumerate()
        .map(|(index, v)| {
            json!({
                "version": index + 1, "status": v.status, "valid_until": v.valid_until.map(|day| day.to_string()),
            })
        })
        .collect();
    Ok(json!({ "results": results, "versions": versions }))
}

fn quote_number(input: Input<'_>) -> Output {
    let number =
        QuoteNumber::assign(input.int("slot")?, input.int("counter")?, input.instant("created_at")?, input.zone()?)?;
    Ok(json!({ "number": number.to_string(), "date": number.date().to_string() }))
}

fn parse_quote_number(input: Input<'_>) -> Output {
    let text = input.text("text")?;
    let number = match input.text("mode")? {
        "human" => QuoteNumber::parse_typed(text)?,
        _ => QuoteNumber::parse(text)?,
    };
    Ok(json!({
        "number": number.to_string(), "date": number.date().to_string(),
        "slot": number.slot(), "counter": number.counter(),
    }))
}

fn order_number(input: Input<'_>) -> Output {
    let number = OrderNumber::assign(input.instant("accepted_at")?, input.zone()?, input.int("sequence")?)?;
    Ok(json!({ "number": number.to_string() }))
}
