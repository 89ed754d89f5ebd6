//! WFL cases.

use serde_json::{Value, json};

use super::Output;
use super::read::Input;
use crate::canonical_json::{canonical, sha256_hex};
use crate::money::{Currency, Money};
use crate::pricing::{
    Charge, DealLine, LinePrice, LineStatus, PricedQuote, PricingInput, PricingLine, StepKind, Terms, VolumeTable,
    allocate_deal_target, charge_total, contract_value, price_line, price_quote,
};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let case = Input(input);
    Some(match kind {
        "line" => line(case),
        "quote" => quote(case, true),
        "quote_totals" => quote(case, false),
        "deal_target" => deal_target(case),
        "tcv" => tcv(case),
        "pricing_hash" => pricing_hash(case),
        _ => return None,
    })
}

fn line(input: Input<'_>) -> Output {
    let mut raw = input.get("line").clone();
    if let Some(object) = raw.as_object_mut() {
        object.insert("id".to_owned(), json!("line"));
        object.insert("site".to_owned(), json!("site"));
        object.insert("status".to_owned(), json!(LineStatus::Selected));
    }
    let line: PricingLine = serde_json::from_value(raw)?;
    let table: VolumeTable = input.parse("volume_table")?;
    let term_table: Vec<_> = input.parse("term_table")?;
    let terms = Terms {
        currency: input.currency()?,
        policy: input.parse("policy")?,
        n: input.nat("n")?,
        volume_table: &table,
        term_months: input.nat("term_months")?,
        term_table: &term_table,
    };
    Ok(line_json(&price_line(&line, terms)?, line.unit_dp))
}

fn line_json(price: &LinePrice, unit_dp: u32) -> Value {
    let steps: Vec<Value> = price
        .steps
        .iter()
        .map(|step| {
            let pct = if step.kind == StepKind::Contract { None } else { step.pct.as_ref() };
            json!({ "step": step.kind, "pct": pct, "unit": step.unit.to_fixed(6), "line_effect": step.line_effect })
        })
        .collect();
    json!({
        "net_unit": price.net_unit.to_fixed(unit_dp),
        "line_list": price.line_list,
        "line_net": price.line_net,
        "discount": price.discount,
        "effective_pct": price.effective_pct.as_ref().map(|pct| pct.to_fixed(4)),
        "discretionary_pct": price.discretionary_pct().to_fixed(4),
        "steps": steps,
        "flags": price.flags,
    })
}

fn quote(input: Input<'_>, explained: bool) -> Output {
    let pricing: PricingInput = serde_json::from_value(input.0.clone())?;
    let priced = price_quote(&pricing)?;
    let unit_dp = |id: &str| pricing.lines.iter().find(|line| line.id == id).map_or(2, |line| line.unit_dp);
    let lines: Vec<Value> = priced
        .lines
        .iter()
        .map(|line| {
            let dp = unit_dp(&line.id);
            if !explained {
                return json!({
                    "id": line.id, "net_unit": line.price.net_unit.to_fixed(dp), "line_net": line.price.line_net,
                });
            }
            let mut value = line_json(&line.price, dp);
            value["id"] = json!(line.id);
            value
        })
        .collect();
    Ok(quote_json(&priced, lines))
}

fn quote_json(priced: &PricedQuote, lines: Vec<Value>) -> Value {
    json!({
        "n": priced.n,
        "volume_pct": priced.volume_pct,
        "term_pct": priced.term_pct,
        "lines": lines,
        "monthly_list": priced.monthly_list,
        "monthly_net": priced.monthly_net,
        "one_off_list": priced.one_off_list,
        "one_off_net": priced.one_off_net,
        "usage_estimate_net": priced.usage_estimate_net,
        "tcv": priced.tcv,
        "acv": priced.acv,
        "total_discount": priced.total_discount,
        "effective_pct": priced.effective_pct.as_ref().map(|pct| pct.to_fixed(4)),
        "worst_line_discretionary_pct": priced.worst_line_discretionary_pct.to_fixed(4),
        "quote_discretionary_pct": priced.quote_discretionary_pct.to_fixed(4),
    })
}

fn deal_target(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let mut lines = Vec::new();
    for line in input.list("lines")? {
        lines.push(DealLine {
            id: line.text("id")?.to_owned(),
            unit_dp: line.nat("unit_dp")?,
            qty: line.dec("qty")?,
            line_net: line.money("line_net", currency)?,
        });
    }
    let outcome = allocate_deal_target(input.money("target", currency)?, &lines)?;
    let rows: Vec<Value> = outcome
        .lines
        .iter()
        .zip(&lines)
        .map(|(line, source)| {
            json!({
                "id": line.id,
                "allocated": line.allocated,
                "target_unit": line.target_unit.to_fixed(source.unit_dp),
                "line_net": line.line_net,
            })
        })
        .collect();
    Ok(json!({ "lines": rows, "reached_total": outcome.reached_total, "difference": outcome.difference }))
}

fn tcv(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let monthly = sum_lines(input, "recurring", currency)?;
    let one_off = sum_lines(input, "one_off", currency)?;
    let value = contract_value(monthly, one_off, input.nat("term_months")?)?;
    Ok(json!({ "monthly": monthly, "one_off": one_off, "tcv": value.tcv, "acv": value.acv }))
}

fn sum_lines(input: Input<'_>, key: &str, currency: Currency) -> Result<Money, super::Refused> {
    let charges = input
        .list(key)?
        .map(|line| Ok(Charge { net_unit: line.dec("net_unit")?, qty: line.dec("qty")? }))
        .collect::<Result<Vec<_>, super::Refused>>()?;
    Ok(charge_total(&charges, currency)?)
}

fn pricing_hash(input: Input<'_>) -> Output {
    let bytes = canonical(input.get("document"))?;
    Ok(json!({ "canonical_bytes": bytes.len(), "sha256": sha256_hex(&bytes) }))
}
