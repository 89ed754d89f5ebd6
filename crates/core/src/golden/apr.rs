//! APR cases.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::read::{Input, bad};
use super::{Output, Refused};
use crate::approvals::{ApprovalInput, ApprovalPolicy, larger, required_approval};
use crate::money::Exact;
use crate::orders::OrderNumber;
use crate::quotes::moves::{Move, MoveRefused, Siblings, check};
use crate::quotes::status::status_at;
use crate::quotes::validity::{expires_at, valid_until};
use crate::quotes::{QuoteNumber, QuoteStatus};
use crate::time::{Timestamp, Zone, format_instant, parse_instant};

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
        results.push(match check(Move::Accept, status_at(stored, Some(last), zone, at), Siblings::default()) {
            Ok(()) => "accepted".to_owned(),
            Err(reason) => refused(reason),
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

/// The cases' word for a refusal: `refused_` and what the product's code says after its dot.
fn refused(reason: MoveRefused) -> String {
    format!("refused_{}", reason.code().trim_start_matches("quote."))
}

/// The versions of one number as the cases tell of them: state and last day.
struct Number {
    zone: Zone,
    validity_days: u32,
    versions: Vec<(QuoteStatus, Option<NaiveDate>)>,
}

impl Number {
    fn at(&self, at: Timestamp) -> Vec<QuoteStatus> {
        self.versions.iter().map(|(status, last)| status_at(*status, *last, self.zone, at)).collect()
    }

    /// Makes a move of the product's table, with what sending does to the other versions. A revision is of the latest version.
    fn make(&mut self, step: Move, version: Option<usize>, at: Timestamp) -> Result<(), String> {
        let place = if step == Move::Revise { self.versions.len() } else { version.unwrap_or(0) };
        let now = self.at(at);
        let (index, status) = place
            .checked_sub(1)
            .and_then(|index| Some((index, *now.get(index)?)))
            .ok_or_else(|| "refused_no_version".to_owned())?;
        let others: Siblings = now.iter().enumerate().filter(|(n, _)| *n != index).map(|(_, status)| *status).collect();
        check(step, status, others).map_err(refused)?;
        match step {
            Move::Send => {
                let sent = |(status, _): &&mut (QuoteStatus, _)| *status == QuoteStatus::Sent;
                self.versions.iter_mut().filter(sent).for_each(|older| older.0 = QuoteStatus::Superseded);
                let last = valid_until(at, self.zone, self.validity_days);
                self.versions[index] = (QuoteStatus::Sent, Some(last));
            }
            Move::Revise => self.versions.push((QuoteStatus::Draft, None)),
            Move::Accept => self.versions[index].0 = QuoteStatus::Accepted,
            Move::Reject => self.versions[index].0 = QuoteStatus::Rejected,
            Move::Lose => self.versions[index].0 = QuoteStatus::Lost,
            Move::Edit | Move::Discard => {}
        }
        Ok(())
    }
}

fn lifecycle(input: Input<'_>) -> Output {
    let versions = vec![(QuoteStatus::Draft, None)];
    let mut number = Number { zone: input.zone()?, validity_days: input.nat("validity_days")?, versions };
    let mut results = Vec::new();
    let mut last_at: Option<Timestamp> = None;
    for event in input.list("events")? {
        let at = event.instant("at")?;
        if last_at.is_some_and(|last| at < last) {
            return Err(Refused("events_not_ordered".to_owned()));
        }
        last_at = Some(at);
        let version = event.get("version").as_u64().and_then(|v| usize::try_from(v).ok());
        let (step, done) = match event.text("op")? {
            "send" => (Move::Send, "ok"),
            "revise" => (Move::Revise, "ok"),
            "accept" => (Move::Accept, "accepted"),
            "reject" => (Move::Reject, "ok"),
            "lose" => (Move::Lose, "ok"),
            _ => return Err(bad("op")),
        };
        results.push(number.make(step, version, at).map_or_else(|reason| reason, |()| done.to_owned()));
    }
    let now = number.at(last_at.unwrap_or_default());
    let versions: Vec<Value> = std::iter::zip(1.., std::iter::zip(now, &number.versions))
        .map(|(version, (status, (_, last)))| {
            json!({ "version": version, "status": status, "valid_until": last.map(|day| day.to_string()) })
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
