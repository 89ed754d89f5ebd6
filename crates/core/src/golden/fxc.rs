//! FXC cases.

use serde_json::{Value, json};

use super::read::{Input, bad};
use super::{Output, Refused};
use crate::fx::{FxRate, list_price, realised, report};
use crate::money::{Currency, Money};

pub(super) fn run(kind: &str, input: &Value) -> Option<Output> {
    let input = Input(input);
    Some(match kind {
        "convert" => convert_case(input),
        "list_price" => list_price_case(input),
        "realised" => realised_case(input),
        "report" => report_case(input),
        _ => return None,
    })
}

fn currency(input: Input<'_>, key: &str) -> Result<Currency, Refused> {
    Currency::parse(input.text(key)?).ok_or_else(|| bad(key))
}

fn rate(input: Input<'_>) -> Result<FxRate, Refused> {
    Ok(FxRate {
        base: currency(input, "base")?,
        quote: currency(input, "quote")?,
        rate: input.dec("rate")?,
        date: input.date("date")?,
        source: input.text("source")?.to_owned(),
    })
}

fn convert_case(input: Input<'_>) -> Output {
    let amount = input.money("amount", currency(input, "from")?)?;
    Ok(json!({ "amount": rate(Input(input.get("rate")))?.convert(amount, currency(input, "to")?)? }))
}

fn list_price_case(input: Input<'_>) -> Output {
    let unit_dp = input.nat("unit_dp")?;
    let (base, document) = (currency(input, "base_currency")?, currency(input, "document_currency")?);
    let price = list_price(&input.dec("list_base")?, base, document, unit_dp, &rate(Input(input.get("rate")))?)?;
    Ok(json!({ "list_price": price.to_fixed(unit_dp) }))
}

fn realised_case(input: Input<'_>) -> Output {
    let (document, book) = (currency(input, "document_currency")?, currency(input, "book_currency")?);
    let mut payments = Vec::new();
    for payment in input.list("payments")? {
        payments.push((payment.money("amount", document)?, rate(Input(payment.get("rate")))?));
    }
    let invoice_rate = rate(Input(input.get("invoice_rate")))?;
    let parts = realised(input.money("invoice_total", document)?, &invoice_rate, &payments, book)?;
    let total = Money::sum(parts.iter().map(|part| part.fx_gain), book)?;
    let rows: Vec<Value> =
        parts.iter().map(|part| json!({ "booked": part.booked, "paid": part.paid, "fx_gain": part.fx_gain })).collect();
    Ok(json!({ "payments": rows, "fx_gain_total": total }))
}

fn report_case(input: Input<'_>) -> Output {
    let reporting = currency(input, "reporting_currency")?;
    let (mut ids, mut totals, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for document in input.list("documents")? {
        ids.push(document.text("id")?);
        totals.push(document.money("total", currency(document, "currency")?)?);
    }
    for row in input.list("rates")? {
        rates.push(rate(row)?);
    }
    let amounts = report(&totals, &rates, reporting, input.date("reporting_date")?)?;
    let total = Money::sum(amounts.iter().copied(), reporting)?;
    let rows: Vec<Value> = ids.iter().zip(&amounts).map(|(id, amount)| json!({ "id": id, "amount": amount })).collect();
    Ok(json!({ "documents": rows, "total": total }))
}
