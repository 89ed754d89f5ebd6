//! The totals of a quote as screen and paper show them.

use std::collections::BTreeMap;

use satchel_core::money::{Money, format_amount, format_money};
use satchel_core::pricing::{ChargeType, LineStatus, StepKind};
use satchel_core::quotes::{Priced, Quote, QuoteContext, TaxEstimate, TaxParties, TaxRate, TotalKind, tax_estimate};

/// Tax estimates of a quote; a missing rate shows no tax rather than a wrong one.
#[derive(Debug, Clone, Default)]
pub struct Taxes {
    /// Of the monthly amount.
    pub monthly: Option<TaxEstimate>,
    /// Of what is paid once.
    pub one_off: Option<TaxEstimate>,
}

impl Taxes {
    /// Computes them from the rates of the account's country; `billing_state` is the account's (India).
    pub fn estimate(
        quote: &Quote,
        priced: &Priced,
        context: &QuoteContext,
        rates: &[TaxRate],
        billing_state: String,
    ) -> Self {
        let parties = TaxParties { supplier_state: context.settings.supplier_state.clone(), billing_state };
        let estimate = |kind| tax_estimate(quote, priced, kind, rates, &parties).ok();
        Self { monthly: estimate(ChargeType::Recurring), one_off: estimate(ChargeType::OneOff) }
    }
}

/// One row of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalLine {
    /// What it is.
    pub kind: TotalKind,
    /// Values for the words: `pct`, `sites`, `term_months`.
    pub params: BTreeMap<String, String>,
    /// Formatted amount.
    pub amount: String,
}

fn line(kind: TotalKind, params: &[(&str, String)], amount: String) -> TotalLine {
    let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    TotalLine { kind, params, amount }
}

/// Sum of a step's effect over selected lines of one kind of charge.
fn step_sum(quote: &Quote, priced: &Priced, charge: ChargeType, kind: StepKind) -> Money {
    let lines = quote.content.lines.iter().filter(|line| line.status != LineStatus::Cancelled);
    let minor: i64 = lines
        .zip(&priced.priced.lines)
        .filter(|(line, _)| line.charge_type == charge && line.status == LineStatus::Selected)
        .flat_map(|(_, priced)| &priced.price.steps)
        .filter(|step| step.kind == kind)
        .map(|step| step.line_effect.minor())
        .sum();
    Money::new(minor, quote.currency)
}

/// From the list price to the monthly net and its tax.
pub fn monthly_totals(quote: &Quote, priced: &Priced, context: &QuoteContext, taxes: &Taxes) -> Vec<TotalLine> {
    let totals = &priced.priced;
    let plain = |amount| format_amount(amount, context.settings.number_style);
    let mut rows = vec![line(TotalKind::List, &[], plain(totals.monthly_list))];
    for (kind, name) in [
        (StepKind::Contract, TotalKind::Contract),
        (StepKind::Volume, TotalKind::Volume),
        (StepKind::Term, TotalKind::Term),
        (StepKind::BestOf, TotalKind::BestOf),
        (StepKind::Manual, TotalKind::Manual),
    ] {
        let sum = step_sum(quote, priced, ChargeType::Recurring, kind);
        if sum.minor() != 0 {
            let pct = match kind {
                StepKind::Volume => totals.volume_pct.to_string(),
                StepKind::Term => totals.term_pct.to_string(),
                _ => String::new(),
            };
            let term = quote.content.term_months.to_string();
            let params = [("pct", pct), ("sites", totals.n.to_string()), ("term_months", term)];
            rows.push(line(name, &params, plain(sum)));
        }
    }
    rows.push(line(TotalKind::Net, &[], plain(totals.monthly_net)));
    if let Some(tax) = &taxes.monthly {
        rows.push(line(TotalKind::Tax, &[], plain(tax.tax)));
        if context.consumer {
            rows.push(line(TotalKind::NetWithTax, &[], plain(tax.total)));
        }
    }
    rows
}

/// What is paid once, over the term, and in all.
pub fn contract_totals(quote: &Quote, priced: &Priced, context: &QuoteContext, taxes: &Taxes) -> Vec<TotalLine> {
    let totals = &priced.priced;
    let style = context.settings.number_style;
    let term = quote.content.term_months;
    let over_term = totals.monthly_net.times(i64::from(term)).unwrap_or(totals.monthly_net);
    let mut rows = vec![
        line(TotalKind::OneOff, &[], format_amount(totals.one_off_net, style)),
        line(TotalKind::RecurringTerm, &[("term_months", term.to_string())], format_amount(over_term, style)),
        line(TotalKind::Tcv, &[], format_money(totals.tcv, style)),
    ];
    if context.consumer
        && let Some(with_tax) = tcv_with_tax(quote, priced, taxes)
    {
        rows.push(line(TotalKind::TcvWithTax, &[], format_money(with_tax, style)));
    }
    if totals.usage_estimate_net.minor() != 0 {
        rows.push(line(TotalKind::UsageEstimate, &[], format_amount(totals.usage_estimate_net, style)));
    }
    rows
}

/// The contract value as a consumer pays it: every month's total and what is paid once, each with its tax.
fn tcv_with_tax(quote: &Quote, priced: &Priced, taxes: &Taxes) -> Option<Money> {
    let totals = &priced.priced;
    let month = taxes.monthly.as_ref().map_or(totals.monthly_net, |tax| tax.total);
    let once = taxes.one_off.as_ref().map_or(totals.one_off_net, |tax| tax.total);
    month.times(i64::from(quote.content.term_months)).ok()?.add(once).ok()
}

/// A row of totals in words, for paper.
pub fn wording(kind: TotalKind, params: &BTreeMap<String, String>) -> String {
    let get = |key: &str| params.get(key).map(String::as_str).unwrap_or_default();
    match kind {
        TotalKind::List => "Monthly at list price".to_owned(),
        TotalKind::Contract => "Agreed prices".to_owned(),
        TotalKind::Volume => format!("Volume discount, {} sites, {} %", get("sites"), get("pct")),
        TotalKind::Term => format!("Term discount, {} months, {} %", get("term_months"), get("pct")),
        TotalKind::BestOf => "Volume or term discount".to_owned(),
        TotalKind::Manual => "Further discount and rounding".to_owned(),
        TotalKind::Net => "Monthly before tax".to_owned(),
        TotalKind::Tax => "Tax, estimate".to_owned(),
        TotalKind::NetWithTax => "Monthly with tax".to_owned(),
        TotalKind::TcvWithTax => "Contract value with tax".to_owned(),
        TotalKind::OneOff => "Installation and hardware, once".to_owned(),
        TotalKind::RecurringTerm => format!("Monthly over {} months", get("term_months")),
        TotalKind::Tcv => "Contract value before tax".to_owned(),
        TotalKind::UsageEstimate => "Usage, monthly estimate, not included".to_owned(),
    }
}
