//! Pricing a quote: from its pinned content to totals, hash, tax estimate and the approval it needs.

use std::collections::BTreeMap;

use serde_json::json;

use super::quote::{Content, Line, Quote};
use super::{ProposalClause, QuoteContext};
use crate::approvals::{ApprovalInput, RequiredApproval, required_approval};
use crate::canonical_json::{canonical, sha256_hex};
use crate::money::{Exact, Money};
use crate::pricing::{
    ChargeType, LineStatus, PricedQuote, PricingDocument, PricingError, PricingInput, PricingLine, price_quote,
    pricing_hash,
};

/// Version of the rules; part of the pricing hash (RULES, "rules_version 1").
pub const RULES_VERSION: u32 = 1;

/// A quote with its price.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// Lines and totals.
    pub priced: PricedQuote,
    /// Lower-case hex SHA-256 of the canonical pricing input (WFL 9).
    pub hash: String,
    /// Hash of pricing and terms together: what an approval is bound to (APR 2).
    pub binding: String,
}

/// The pricing input of some content.
pub fn pricing_input(quote: &Quote) -> PricingInput {
    let content = &quote.content;
    PricingInput {
        currency: quote.currency,
        policy: content.policy,
        term_months: content.term_months,
        term_table: content.term_table.clone(),
        volume_table: content.volume_table.clone(),
        existing_active_sites: content.existing_active_sites,
        lines: content.lines.iter().map(pricing_line).collect(),
    }
}

fn pricing_line(line: &Line) -> PricingLine {
    PricingLine {
        id: line.id.to_string(),
        site: line.site_id.to_string(),
        status: line.status,
        charge_type: line.charge_type,
        unit_dp: line.unit_dp,
        list_price: line.list_price.clone(),
        contract: line.contract.clone(),
        qty: line.qty.clone(),
        volume_eligible: line.volume_eligible,
        term_eligible: line.term_eligible,
        manual: line.manual.clone(),
    }
}

/// Prices a quote from its content alone.
pub fn price(quote: &Quote) -> Result<Priced, PricingError> {
    let input = pricing_input(quote);
    let priced = price_quote(&input)?;
    let document = PricingDocument {
        price_book_version_id: quote.price_book_id.to_string(),
        rules_version: RULES_VERSION,
        tax_date: quote.content.tax_date,
        input,
    };
    // The document holds strings and 32-bit integers only, so it is always canonical.
    let hash = pricing_hash(&document).unwrap_or_default();
    let binding = binding(&hash, &quote.content);
    Ok(Priced { priced, hash, binding })
}

fn binding(hash: &str, content: &Content) -> String {
    let mut document = json!({
        "pricing_hash": hash,
        "payment_terms": content.payment_terms.as_str(),
        "term_months": content.term_months,
    });
    // Clauses are terms: an approval is bound to their very words.
    if let Some(proposal) = &content.proposal {
        let words = |clause: &ProposalClause| json!([clause.clause_id, clause.title, clause.body]);
        if !proposal.clauses.is_empty() {
            document["clauses"] = proposal.clauses.iter().map(words).collect();
        }
        if let Some(sla) = &proposal.sla {
            document["sla"] = json!(sla);
        }
    }
    // Strings, nulls and a small integer are always canonical.
    canonical(&document).map(|bytes| sha256_hex(&bytes)).unwrap_or_default()
}

/// Whether a line counts for the margin: selected, charged by month or once, and more than none of it.
fn counts(line: &Line) -> bool {
    line.status == LineStatus::Selected && line.charge_type != ChargeType::Usage && !line.qty.is_zero()
}

/// Whether what a line costs is not known, so that nothing can be said of the margin.
fn cost_unknown(quote: &Quote) -> bool {
    quote.content.lines.iter().any(|line| counts(line) && line.cost.is_none())
}

/// Margin of the selected recurring and one-off lines over the term, in percent with every decimal kept to 6 places;
/// `None` where a cost is unknown or nothing is charged.
pub fn margin_pct(quote: &Quote, priced: &PricedQuote) -> Option<Exact> {
    let mut revenue = Exact::zero();
    let mut cost = Exact::zero();
    let by_id: BTreeMap<&str, _> = priced.lines.iter().map(|line| (line.id.as_str(), line)).collect();
    for line in &quote.content.lines {
        if !counts(line) {
            continue;
        }
        let months = match line.charge_type {
            ChargeType::Recurring => Exact::from(i64::from(quote.content.term_months)),
            ChargeType::OneOff | ChargeType::Usage => Exact::from(1),
        };
        let net = by_id.get(line.id.to_string().as_str())?.price.line_net;
        revenue = revenue.add(&Exact::from_money(net).mul(&months));
        cost = cost.add(&line.cost.as_ref()?.mul(&line.qty).mul(&months));
    }
    if revenue.is_zero() {
        return None;
    }
    Exact::round_ratio(&revenue.sub(&cost).mul(&Exact::from(100)), &revenue, 6)
}

/// The approval this pricing needs (RULES APR 1).
pub fn needed_approval(quote: &Quote, priced: &Priced, context: &QuoteContext) -> RequiredApproval {
    let totals = &priced.priced;
    let flagged = |flag| totals.lines.iter().any(|line| line.price.flags.contains(&flag));
    required_approval(
        &context.settings.approval,
        &ApprovalInput {
            discretionary: totals.deciding_discretionary.clone(),
            margin_pct: margin_pct(quote, totals),
            margin_floor_pct: context.settings.margin_floor_pct.clone(),
            cost_unknown: cost_unknown(quote),
            payment_terms: quote.content.payment_terms,
            account_payment_terms: context.account_terms,
            nonstandard_clause: quote.content.proposal.as_ref().is_some_and(|proposal| {
                proposal.has_nonstandard_clause(&context.clauses, &context.settings.sla_templates)
            }),
            contract_above_list: flagged(crate::pricing::LineFlag::ContractAboveList),
            clamped_to_zero: flagged(crate::pricing::LineFlag::ClampedToZero),
            tcv: totals.tcv,
            tcv_limit: tcv_limit(quote, context),
        },
    )
}

/// The contract value above which somebody is asked. One that cannot be read lets nothing pass: every value is above it.
fn tcv_limit(quote: &Quote, context: &QuoteContext) -> Option<Money> {
    let text = context.settings.tcv_limits.get(quote.currency.code())?;
    Some(Money::parse(text, quote.currency).unwrap_or(Money::new(0, quote.currency)))
}
