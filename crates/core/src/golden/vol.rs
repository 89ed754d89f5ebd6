//! VOL cases.

use serde_json::{Value, json};

use super::Output;
use super::read::{Input, bad};
use crate::pricing::{ChargeType, LineStatus, VolumeTable, count_sites, unit_nudge, volume_pct_for, volume_price};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "price" => price(input),
        "count" => count(input),
        "eligibility" => eligibility(input),
        "nudge" => nudge(input),
        _ => return None,
    })
}

fn price(input: Input<'_>) -> Output {
    let table: VolumeTable = input.parse("table")?;
    let (pct, unit, total) = volume_price(&input.dec("unit_price")?, input.currency()?, input.nat("n")?, &table)?;
    Ok(json!({ "pct": pct, "net_unit": unit, "monthly_total": total }))
}

fn count(input: Input<'_>) -> Output {
    let table: VolumeTable = input.parse("table")?;
    let mut lines = Vec::new();
    for line in input.list("lines")? {
        let (status, charge): (LineStatus, ChargeType) = (line.parse("status")?, line.parse("charge_type")?);
        lines.push((line.text("site")?, status, charge));
    }
    let active = input
        .list("account_active_sites")?
        .map(|site| site.0.as_str().ok_or_else(|| bad("account_active_sites")))
        .collect::<Result<Vec<_>, _>>()?;
    let (quote_sites, others) = count_sites(lines, active);
    let existing = if input.text("count_basis")? == "quote_plus_active" { others } else { 0 };
    let n = quote_sites + existing;
    Ok(json!({ "quote_sites": quote_sites, "existing_active_sites": existing, "n": n, "pct": table.pct(n) }))
}

fn eligibility(input: Input<'_>) -> Output {
    let table: VolumeTable = input.parse("table")?;
    let pct = volume_pct_for(input.parse("charge_type")?, input.flag("volume_eligible")?, &table, input.nat("n")?);
    Ok(json!({ "pct": pct }))
}

fn nudge(input: Input<'_>) -> Output {
    let table: VolumeTable = input.parse("table")?;
    let (now, nudge) = unit_nudge(&input.dec("unit_price")?, input.currency()?, input.nat("n")?, &table)?;
    let nudge = nudge.map(|nudge| {
        json!({
            "sites": nudge.sites, "pct": nudge.pct, "monthly_total": nudge.monthly_total, "saving": nudge.saving,
        })
    });
    Ok(json!({ "monthly_total": now, "nudge": nudge }))
}
