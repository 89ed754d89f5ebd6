//! TAX cases.

use serde_json::{Value, json};

use super::Output;
use super::read::{Input, bad};
use crate::money::{Currency, Money};
use crate::tax::{
    Certificate, IndiaLine, RateRow, Recipient, TaxLine, circuit_split, document, exemption, inclusive, india_document,
    rate_lookup, round_off,
};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "document" => document_case(input),
        "inclusive" => inclusive_case(input),
        "india_document" => india_case(input),
        "circuit_split" => circuit_case(input),
        "round_off" => round_off_case(input),
        "rate_lookup" => rate_case(input),
        "exemption" => exemption_case(input),
        _ => return None,
    })
}

fn document_case(input: Input<'_>) -> Output {
    let currency = input.currency()?;
    let mut lines = Vec::new();
    for line in input.list("lines")? {
        lines.push(TaxLine {
            net: line.money("net", currency)?,
            tax_code: line.text("tax_code")?.to_owned(),
            rate_pct: line.dec("rate_pct")?,
            jurisdiction: line.text("jurisdiction")?.to_owned(),
        });
    }
    let taxed = document(currency, &lines)?;
    let groups: Vec<Value> = taxed
        .groups
        .iter()
        .map(|group| {
            json!({
                "tax_code": group.tax_code, "rate_pct": group.rate_pct, "jurisdiction": group.jurisdiction,
                "net": group.net, "tax": group.tax,
            })
        })
        .collect();
    Ok(json!({
        "groups": groups, "line_tax": taxed.line_tax, "net": taxed.net, "tax": taxed.tax, "total": taxed.total,
    }))
}

fn amounts(input: Input<'_>, key: &str, currency: Currency) -> Result<Vec<Money>, super::Refused> {
    let text = |value: Input<'_>| value.0.as_str().map(str::to_owned).ok_or_else(|| bad(key));
    input.list(key)?.map(|value| Ok(Money::parse(&text(value)?, currency)?)).collect()
}

fn inclusive_case(input: Input<'_>) -> Output {
    let rate = input.dec("rate_pct")?;
    let (mut tax, mut net) = (Vec::new(), Vec::new());
    for gross in amounts(input, "gross", input.currency()?)? {
        let (t, n) = inclusive(gross, &rate)?;
        tax.push(t);
        net.push(n);
    }
    Ok(json!({ "tax": tax, "net": net }))
}

fn india_case(input: Input<'_>) -> Output {
    let optional = |value: &Value| value.as_str().map(str::to_owned);
    let parties = Input(input.get("recipient"));
    let recipient = Recipient {
        billing_state: optional(parties.get("billing_state")),
        registered_state: optional(parties.get("registered_state")),
    };
    let mut lines = Vec::new();
    for line in input.list("lines")? {
        lines.push(IndiaLine {
            net: line.money("net", Currency::Inr)?,
            rate_pct: line.dec("gst_rate_pct")?,
            rule: line.parse("pos_rule")?,
            installation_state: optional(line.get("installation_state")),
        });
    }
    let taxed = india_document(input.text("supplier_state")?, &recipient, &lines, input.flag("round_off")?)?;
    let groups: Vec<Value> = taxed
        .groups
        .iter()
        .map(|group| {
            json!({
                "place_of_supply": group.place_of_supply, "rate_pct": group.rate_pct, "type": group.kind,
                "net": group.net, "cgst": group.cgst, "sgst": group.sgst, "utgst": group.utgst, "igst": group.igst,
                "total": group.total,
            })
        })
        .collect();
    Ok(json!({
        "groups": groups, "net": taxed.net, "tax": taxed.tax, "total": taxed.total,
        "round_off": taxed.round_off, "payable": taxed.payable,
    }))
}

fn circuit_case(input: Input<'_>) -> Output {
    let value = input.money("value", input.currency()?)?;
    let mut states = Vec::new();
    let mut points = Vec::new();
    for end in input.list("ends")? {
        states.push(end.text("state")?);
        points.push(end.nat("points")?);
    }
    let parts = circuit_split(value, &points)?;
    let split: Vec<Value> =
        states.iter().zip(parts).map(|(state, amount)| json!({ "state": state, "amount": amount })).collect();
    Ok(json!({ "split": split }))
}

fn round_off_case(input: Input<'_>) -> Output {
    let (mut lines, mut payable) = (Vec::new(), Vec::new());
    for total in amounts(input, "totals", input.currency()?)? {
        let (line, pay) = round_off(total)?;
        lines.push(line);
        payable.push(pay);
    }
    Ok(json!({ "round_off": lines, "payable": payable }))
}

fn rate_case(input: Input<'_>) -> Output {
    let mut rows = Vec::new();
    for row in input.list("rows")? {
        rows.push(RateRow {
            tax_code: row.text("tax_code")?.to_owned(),
            rate_pct: row.dec("rate_pct")?,
            from: row.date("from")?,
            to: row.date_or_null("to")?,
            withdrawn: row.flag("withdrawn")?,
        });
    }
    let row = rate_lookup(&rows, input.text("tax_code")?, input.date("tax_point")?)?;
    Ok(json!({ "rate_pct": row.rate_pct, "from": row.from.to_string() }))
}

fn exemption_case(input: Input<'_>) -> Output {
    let raw = Input(input.get("certificate"));
    let certificate = if raw.0.is_null() {
        None
    } else {
        Some(Certificate {
            number: raw.get("number").as_str().map(str::to_owned),
            file_present: raw.flag("file_present")?,
            valid_to: raw.date_or_null("valid_to")?,
        })
    };
    let (charged, warning) = exemption(input.flag("claims_exempt")?, input.date("tax_point")?, certificate.as_ref());
    Ok(json!({ "tax_charged": charged, "warning": warning }))
}
