//! MON cases.

use serde_json::{Value, json};

use super::read::{Input, bad};
use super::{Output, Refused};
use crate::money::{Exact, Money, instalments, split};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "round" => round(input),
        "round_ratio" => round_ratio(input),
        "split" => split_case(input),
        "instalments" => instalment_case(input),
        _ => return None,
    })
}

fn round(input: Input<'_>) -> Output {
    let amount = Money::round(&input.dec("value")?, input.currency()?)?;
    Ok(json!({ "amount": amount }))
}

fn round_ratio(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let ratio = Exact::round_ratio(&input.dec("numerator")?, &input.dec("denominator")?, currency.minor_digits())
        .ok_or_else(|| Refused("zero_denominator".to_owned()))?;
    Ok(json!({ "amount": Money::round(&ratio, currency)? }))
}

fn split_case(input: Input<'_>) -> Output {
    let total = input.money("total", input.currency()?)?;
    let weights = input
        .list("weights")?
        .map(|weight| weight.0.as_str().and_then(|text| Exact::parse(text).ok()).ok_or_else(|| bad("weights")))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "parts": split(total, &weights)? }))
}

fn instalment_case(input: Input<'_>) -> Output {
    let total = input.money("total", input.currency()?)?;
    Ok(json!({ "parts": instalments(total, input.int("n")?)? }))
}
