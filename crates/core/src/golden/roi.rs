//! ROI cases.

use serde_json::{Value, json};

use super::Output;
use super::read::Input;
use crate::money::Exact;
use crate::roi::{BenefitInputs, Flow, Roi, benefits, constant, flows, sensitivity};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "constant" => constant_case(input),
        "flows" => flows_case(input),
        "benefits" => benefits_case(input),
        "sensitivity" => sensitivity_case(input),
        _ => return None,
    })
}

fn one_decimal(value: Option<&Exact>) -> Value {
    value.map_or(Value::Null, |value| json!(value.to_fixed(1)))
}

fn figures(roi: &Roi) -> Value {
    json!({
        "total_benefit": roi.total_benefit, "total_cost": roi.total_cost, "roi_pct": one_decimal(roi.roi_pct.as_ref()),
        "npv": roi.npv, "payback_months": one_decimal(roi.payback_months.as_ref()),
        "discounted_payback_months": one_decimal(roi.discounted_payback_months.as_ref()),
    })
}

fn short(roi: &Roi) -> Value {
    json!({ "npv": roi.npv, "roi_pct": one_decimal(roi.roi_pct.as_ref()) })
}

fn constant_case(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let flow =
        Flow { benefit: input.money("monthly_benefit", currency)?, cost: input.money("monthly_cost", currency)? };
    let roi = constant(input.money("upfront", currency)?, flow, input.int("months")?, &input.dec("annual_rate_pct")?)?;
    Ok(figures(&roi))
}

fn flows_case(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let mut list = Vec::new();
    for flow in input.list("flows")? {
        list.push(Flow { benefit: flow.money("benefit", currency)?, cost: flow.money("cost", currency)? });
    }
    Ok(figures(&flows(input.money("upfront", currency)?, &list, &input.dec("annual_rate_pct")?)?))
}

fn benefits_case(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let inputs = BenefitInputs {
        provider_cost_avoided: input.money("provider_cost_avoided", currency)?,
        downtime_hours_avoided: input.dec("downtime_hours_avoided")?,
        cost_per_hour: input.dec("cost_per_hour")?,
        staff_hours_saved: input.dec("staff_hours_saved")?,
        staff_rate: input.dec("staff_rate")?,
        added_revenue: input.dec("added_revenue")?,
        margin_pct: input.dec("margin_pct")?,
    };
    let made_of = benefits(&inputs, currency)?;
    Ok(json!({
        "provider": made_of.provider, "downtime": made_of.downtime, "staff": made_of.staff, "revenue": made_of.revenue,
        "monthly_benefit": made_of.monthly_benefit,
    }))
}

fn sensitivity_case(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let mut named = Vec::new();
    for benefit in input.list("benefits")? {
        named.push((benefit.text("name")?.to_owned(), benefit.money("monthly", currency)?));
    }
    let (base, rows) = sensitivity(
        input.money("upfront", currency)?,
        &named,
        input.money("monthly_cost", currency)?,
        input.int("months")?,
        &input.dec("annual_rate_pct")?,
        &input.dec("swing_pct")?,
    )?;
    let rows: Vec<Value> =
        rows.iter().map(|row| json!({ "name": row.name, "low": short(&row.low), "high": short(&row.high) })).collect();
    Ok(json!({ "base": short(&base), "rows": rows }))
}
