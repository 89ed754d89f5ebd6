//! KPI cases: conversion and win rate; the other figures belong to later capabilities and count as failed.

use serde_json::{Value, json};

use super::Output;
use super::read::Input;
use crate::kpi::{Month, SentVersion, conversions, win_rate};
use crate::money::Exact;

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "conversion" => conversion_case(input),
        "win_rate" => win_rate_case(input),
        _ => return None,
    })
}

fn pct(value: Option<Exact>) -> Value {
    value.map_or(Value::Null, |pct| json!(pct.to_fixed(1)))
}

fn conversion_case(input: Input<'_>) -> Output {
    let mut versions = Vec::new();
    for version in input.list("versions")? {
        versions.push(SentVersion {
            number: version.text("number")?.to_owned(),
            sent_on: version.date("sent_on")?,
            became_order: version.flag("became_order")?,
        });
    }
    let month = input.text("cohort_month")?;
    let cohort = Month::parse(month).and_then(|month| conversions(&versions).remove(&month)).unwrap_or_default();
    Ok(json!({ "sent": cohort.sent, "orders": cohort.orders, "conversion_pct": pct(cohort.pct()) }))
}

fn win_rate_case(input: Input<'_>) -> Output {
    Ok(json!({ "win_rate_pct": pct(win_rate(input.nat("won")?, input.nat("lost")?)) }))
}
