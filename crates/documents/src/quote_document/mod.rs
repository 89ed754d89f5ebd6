//! A quote as a document: the content that is printed, presented and shown to the customer online, from the same facts.
//!
//! Invariant: pure; whoever has the quote, its context and the account's rows gets the same texts to the letter, on the laptop
//! and on the server. Cost, margin, approvals' remarks and internal notes are never part of it.

mod evidence;
mod roi;
mod totals;

use std::collections::HashMap;

use base64::Engine as _;
use chrono::NaiveDate;
use satchel_core::money::{Exact, Money, format_amount, format_money};
use satchel_core::organisations::{Branding, NumberStyle};
use satchel_core::pricing::{ChargeType, LinePrice, LineStatus};
use satchel_core::quotes::life::status_at;
use satchel_core::quotes::{
    ApprovalState, Line as QuoteLine, Priced, Quote, QuoteContext, QuoteStatus, State, approval_state, needed_approval,
};
use satchel_core::time::{Timestamp, local_date};

pub use roi::{appendix, figures, roi_pct};
pub use totals::{Taxes, TotalLine, contract_totals, monthly_totals, wording};

use crate::quote_pdf::{Line, QuoteDocument, SiteBlock, Total};

/// `20 Nov 2025`
pub fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Where a site is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Site's name.
    pub site: String,
    /// City.
    pub city: String,
    /// Province or state.
    pub province: String,
    /// Postal code.
    pub postal_code: String,
}

/// The customer as documents name them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// Name.
    pub name: String,
    /// Registration number, or empty.
    pub registration_number: String,
    /// VAT number or GSTIN, or empty.
    pub tax_number: String,
    /// City.
    pub city: String,
    /// Province or state.
    pub province: String,
}

/// Everything a document of a quote is made from.
#[derive(Debug, Clone, Copy)]
pub struct QuoteFacts<'a> {
    /// The version.
    pub quote: &'a Quote,
    /// Its price.
    pub priced: &'a Priced,
    /// Organisation, price book and account.
    pub context: &'a QuoteContext,
    /// The customer.
    pub customer: &'a Customer,
    /// Where the account's sites are, by id.
    pub places: &'a HashMap<String, Place>,
    /// Estimates of its taxes.
    pub taxes: &'a Taxes,
    /// Now, for the state: a sent quote past its last day is expired.
    pub now: Timestamp,
}

impl QuoteFacts<'_> {
    fn style(&self) -> NumberStyle {
        self.context.settings.number_style
    }

    fn plain(&self, amount: Money) -> String {
        format_amount(amount, self.style())
    }

    fn with_symbol(&self, amount: Money) -> String {
        format_money(amount, self.style())
    }

    /// The tax groups of one kind of charge: label, base, tax.
    fn tax_groups(&self, estimate: Option<&satchel_core::quotes::TaxEstimate>) -> Vec<(String, String, String)> {
        estimate
            .iter()
            .flat_map(|estimate| &estimate.groups)
            .map(|group| (group.label.clone(), self.plain(group.net), self.plain(group.tax)))
            .collect()
    }
}

/// The quote as it is printed.
pub fn compose(facts: &QuoteFacts<'_>) -> QuoteDocument {
    let QuoteFacts { quote, priced, context, customer, taxes, .. } = *facts;
    let branding = &context.settings.branding;
    let case = quote.content.roi.clone();
    let case = case.and_then(|case| Some((satchel_core::quotes::quote_roi(&case, quote, priced).ok()?, case)));
    let (roi, roi_inputs) = case.map_or_else(Default::default, |(result, case)| {
        (figures(&result, case.months, facts.style()), appendix(&case, quote.currency, facts.style()))
    });
    let labelled = |lines: Vec<TotalLine>| -> Vec<Total> {
        lines.into_iter().map(|line| Total { label: wording(line.kind, &line.params), amount: line.amount }).collect()
    };
    let net = priced.priced.monthly_net;
    QuoteDocument {
        heading: String::new(),
        details: Vec::new(),
        evidence: match &quote.state {
            State::Accepted { acceptance, .. } | State::Converted { acceptance, .. } => evidence::of(facts, acceptance),
            _ => None,
        },
        roi,
        roi_inputs,
        organisation: branding.legal_name.clone(),
        organisation_lines: organisation_lines(branding),
        accent: branding.accent.clone(),
        logo: logo(branding),
        number: quote.number.to_string(),
        version: quote.version,
        watermark: watermark(facts),
        title: quote.title.clone(),
        customer: customer.name.clone(),
        customer_lines: customer_lines(customer),
        facts: heads(facts),
        blocks: blocks(facts),
        monthly: labelled(monthly_totals(quote, priced, context, taxes)),
        contract: labelled(contract_totals(quote, priced, context, taxes)),
        monthly_tax: facts.tax_groups(taxes.monthly.as_ref()),
        once_tax: facts.tax_groups(taxes.one_off.as_ref()),
        discount_note: discount_note(facts),
        with_tax: context.consumer,
        hero: facts.with_symbol(net),
        hero_with_tax: facts.with_symbol(taxes.monthly.as_ref().map_or(net, |tax| tax.total)),
        terms: terms(quote, branding),
    }
}

fn customer_lines(customer: &Customer) -> Vec<String> {
    let lines = [
        (!customer.registration_number.is_empty()).then(|| format!("Registration {}", customer.registration_number)),
        (!customer.tax_number.is_empty()).then(|| format!("Tax number {}", customer.tax_number)),
        Some(format!("{}, {}", customer.city, customer.province)),
    ];
    lines.into_iter().flatten().collect()
}

/// Every line's amount with its share of the tax, by line id: what a consumer reads. The shares sum to the tax.
fn with_tax(facts: &QuoteFacts<'_>) -> HashMap<String, String> {
    let nets: HashMap<&str, Money> =
        facts.priced.priced.lines.iter().map(|line| (line.id.as_str(), line.price.line_net)).collect();
    let taxes = [&facts.taxes.monthly, &facts.taxes.one_off];
    taxes
        .into_iter()
        .flatten()
        .flat_map(|estimate| &estimate.line_tax)
        .filter_map(|(id, tax)| {
            let id = id.to_string();
            let amount = nets.get(id.as_str())?.add(*tax).ok()?;
            Some((id, facts.plain(amount)))
        })
        .collect()
}

/// A unit price: an amount of money, or with the decimals of its item.
pub fn unit_text(value: &Exact, line: &QuoteLine, quote: &Quote, style: NumberStyle) -> String {
    if line.unit_dp == 2 {
        return Money::round(value, quote.currency)
            .map_or_else(|_| value.to_fixed(2), |money| format_amount(money, style));
    }
    value.to_fixed(line.unit_dp)
}

/// The lines with their prices, in the quote's order; cancelled ones have none.
pub fn lines_priced<'a>(
    quote: &'a Quote,
    priced: &'a Priced,
) -> impl Iterator<Item = (&'a QuoteLine, Option<&'a LinePrice>)> {
    let mut prices = priced.priced.lines.iter();
    quote.content.lines.iter().map(move |line| {
        let price = if line.status == LineStatus::Cancelled { None } else { prices.next().map(|p| &p.price) };
        (line, price)
    })
}

/// The lines by site, in the quote's order; cancelled ones are not printed.
fn blocks(facts: &QuoteFacts<'_>) -> Vec<SiteBlock> {
    let QuoteFacts { quote, priced, context, .. } = *facts;
    let gross = if context.consumer { with_tax(facts) } else { HashMap::new() };
    let mut blocks: Vec<SiteBlock> = Vec::new();
    let mut by_site = HashMap::new();
    for (line, price) in lines_priced(quote, priced) {
        let Some(price) = price else { continue };
        let index = *by_site.entry(line.site_id).or_insert_with(|| {
            let at = facts.places.get(&line.site_id.to_string()).cloned().unwrap_or_default();
            blocks.push(SiteBlock { site: at.site, place: place(&at.city, &at.postal_code), lines: Vec::new() });
            blocks.len() - 1
        });
        let kind = match line.charge_type {
            ChargeType::Recurring => "monthly",
            ChargeType::OneOff => "once",
            ChargeType::Usage => "estimate",
        };
        let includes = context.book.items.values().find(|item| item.id == line.item_id).map(|item| &item.includes);
        let unit = |value| unit_text(value, line, quote, facts.style());
        blocks[index].lines.push(Line {
            item: match (line.status == LineStatus::Optional, context.consumer) {
                (true, true) => format!("{} (optional, before tax)", line.name),
                (true, false) => format!("{} (optional)", line.name),
                (false, _) => line.name.clone(),
            },
            contains: includes
                .filter(|list| !list.is_empty())
                .map(|list| format!("Includes {}", list.join(", ")))
                .unwrap_or_default(),
            kind: kind.to_owned(),
            qty: line.qty.to_string(),
            list: unit(&line.list_price),
            discount: price
                .effective_pct
                .as_ref()
                .map_or_else(String::new, |pct| format!("{} %", shorten(&pct.to_fixed(4)))),
            unit: unit(&price.net_unit),
            net: gross.get(&line.id.to_string()).cloned().unwrap_or_else(|| facts.plain(price.line_net)),
        });
    }
    blocks
}

/// What is printed across a page that binds nobody yet.
fn watermark(facts: &QuoteFacts<'_>) -> Option<String> {
    let QuoteFacts { quote, priced, context, .. } = *facts;
    if status_at(quote, context.zone, facts.now) != QuoteStatus::Draft {
        return None;
    }
    let needed = needed_approval(quote, priced, context);
    Some(match approval_state(quote, priced, &needed) {
        ApprovalState::Needed | ApprovalState::Requested | ApprovalState::Rejected => "Subject to approval".to_owned(),
        ApprovalState::NotNeeded | ApprovalState::Given => "Draft".to_owned(),
    })
}

fn heads(facts: &QuoteFacts<'_>) -> Vec<(String, String)> {
    let QuoteFacts { quote, context, .. } = *facts;
    let until = match &quote.state {
        State::Rejected(closed) | State::Lost(closed) => closed.sent.as_ref(),
        _ => quote.sent(),
    };
    let until = until
        .map_or_else(|| format!("{} days from sending", context.settings.validity_days), |sent| date(sent.valid_until));
    [
        ("Date", date(local_date(quote.created_at, context.zone))),
        ("Valid until", until),
        ("Term", format!("{} months", quote.content.term_months)),
        ("Payment", payment(quote.content.payment_terms.as_str())),
        ("Currency", quote.currency.code().to_owned()),
    ]
    .map(|(label, text)| (label.to_owned(), text))
    .to_vec()
}

/// What the customer saves, where there is something to save.
fn discount_note(facts: &QuoteFacts<'_>) -> Option<String> {
    let totals = &facts.priced.priced;
    if totals.total_discount.minor() <= 0 {
        return None;
    }
    let pct = totals.effective_pct.as_ref()?.to_fixed(4);
    let (n, saved) = (totals.n, facts.plain(totals.total_discount));
    Some(format!("{n} sites. You save {saved} over the term, {} % of the list price.", shorten(&pct)))
}

/// The proposal's clauses are the terms; without a proposal, the organisation's own.
fn terms(quote: &Quote, branding: &Branding) -> Vec<String> {
    match &quote.content.proposal {
        Some(proposal) if !proposal.clauses.is_empty() => proposal
            .clauses
            .iter()
            .map(|clause| format!("{}. {}", clause.title, clause.body.replace('\n', " ")))
            .collect(),
        _ => branding.quote_terms.clone(),
    }
}

/// The logo's bytes; what is no base64 prints nothing.
pub fn logo(branding: &Branding) -> Vec<u8> {
    let text = branding.logo_png_base64.as_deref().unwrap_or_default();
    base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default()
}

/// What stands below the seller's name.
pub fn organisation_lines(branding: &Branding) -> Vec<String> {
    let mut lines = branding.address.clone();
    lines.push(format!("Registration {}  Tax number {}", branding.registration_number, branding.tax_number));
    lines.push(format!("{}  {}", branding.phone, branding.email));
    lines
}

fn place(city: &str, code: &str) -> String {
    [city, code].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Two decimals are enough on paper; the exact figure is on the screen.
fn shorten(pct: &str) -> &str {
    pct.find('.').map_or(pct, |point| &pct[..(point + 3).min(pct.len())])
}

fn payment(terms: &str) -> String {
    match terms {
        "prepaid" => "Prepaid".to_owned(),
        other => format!("{} days net", other.trim_start_matches("net_")),
    }
}
