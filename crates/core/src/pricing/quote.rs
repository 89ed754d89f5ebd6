//! A whole quote's price (RULES WFL 8, D12, D13). Invariant: totals are sums of line nets; usage is an estimate outside them.

use std::collections::BTreeSet;

use super::line::{LinePrice, Terms, discretionary, percent_of, price_line};
use super::volume::count_sites;
use super::{ChargeType, LineStatus, PricingError, PricingInput, PricingLine, term_pct};
use crate::money::{Currency, Exact, Money};

/// A priced line of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// Line id.
    pub id: String,
    /// Counts or optional.
    pub status: LineStatus,
    /// Its price.
    pub price: LinePrice,
}

/// A priced quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedQuote {
    /// Sites that count.
    pub n: u32,
    /// Volume percentage of the tier.
    pub volume_pct: Exact,
    /// Term percentage.
    pub term_pct: Exact,
    /// Lines but cancelled ones, in order.
    pub lines: Vec<PricedLine>,
    /// Monthly list.
    pub monthly_list: Money,
    /// Monthly net.
    pub monthly_net: Money,
    /// One-off list.
    pub one_off_list: Money,
    /// One-off net.
    pub one_off_net: Money,
    /// Usage estimate, in no other total.
    pub usage_estimate_net: Money,
    /// Monthly × term + one-off.
    pub tcv: Money,
    /// Monthly × 12.
    pub acv: Money,
    /// TCV list − TCV net.
    pub total_discount: Money,
    /// Its percentage, 4 decimals; `None` when the list is 0.
    pub effective_pct: Option<Exact>,
    /// Largest discretionary percentage of a selected line, 4 decimals.
    pub worst_line_discretionary_pct: Exact,
    /// Of the quote, 4 decimals.
    pub quote_discretionary_pct: Exact,
    /// Unrounded (given × 100, system) of the line or quote that decides the approval; compared exactly (APR 1).
    pub deciding_discretionary: (Exact, Exact),
}

/// Prices every line and sums up.
pub fn price_quote(input: &PricingInput) -> Result<PricedQuote, PricingError> {
    let mut ids = BTreeSet::new();
    if !input.lines.iter().all(|line| ids.insert(line.id.as_str())) {
        return Err(PricingError::DuplicateLine);
    }
    let (on_quote, _) =
        count_sites(input.lines.iter().map(|l| (l.site.as_str(), l.status, l.charge_type)), std::iter::empty());
    let n = on_quote.saturating_add(input.existing_active_sites);
    let terms = Terms {
        currency: input.currency,
        policy: input.policy,
        n,
        volume_table: &input.volume_table,
        term_months: input.term_months,
        term_table: &input.term_table,
    };
    let mut totals = Totals::new(input.currency);
    let mut lines = Vec::with_capacity(input.lines.len());
    for line in input.lines.iter().filter(|line| line.status != LineStatus::Cancelled) {
        let price = price_line(line, terms)?;
        if line.status == LineStatus::Selected {
            totals.add(line, &price, input.term_months)?;
        }
        lines.push(PricedLine { id: line.id.clone(), status: line.status, price });
    }
    totals.finish(input, n, lines)
}

struct Totals {
    monthly: (Money, Money),
    one_off: (Money, Money),
    usage: Money,
    weighted_final: Exact,
    weighted_system: Exact,
    worst: Option<(Exact, Exact)>,
}

impl Totals {
    fn new(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            monthly: (zero, zero),
            one_off: (zero, zero),
            usage: zero,
            weighted_final: Exact::zero(),
            weighted_system: Exact::zero(),
            worst: None,
        }
    }

    fn add(&mut self, line: &PricingLine, price: &LinePrice, term_months: u32) -> Result<(), PricingError> {
        let weight = match line.charge_type {
            ChargeType::Recurring => {
                self.monthly = (self.monthly.0.add(price.line_list)?, self.monthly.1.add(price.line_net)?);
                i64::from(term_months)
            }
            ChargeType::OneOff => {
                self.one_off = (self.one_off.0.add(price.line_list)?, self.one_off.1.add(price.line_net)?);
                1
            }
            ChargeType::Usage => {
                self.usage = self.usage.add(price.line_net)?;
                0
            }
        };
        let weight = Exact::from(weight).mul(&line.qty);
        self.weighted_final = self.weighted_final.add(&price.final_unit.mul(&weight));
        self.weighted_system = self.weighted_system.add(&price.system_unit.mul(&weight));
        let given = given_ratio(&price.final_unit, &price.system_unit);
        if self.worst.as_ref().is_none_or(|worst| exceeds(&given, worst)) {
            self.worst = Some(given);
        }
        Ok(())
    }

    fn finish(self, input: &PricingInput, n: u32, lines: Vec<PricedLine>) -> Result<PricedQuote, PricingError> {
        let net = contract_value(self.monthly.1, self.one_off.1, input.term_months)?;
        let list = contract_value(self.monthly.0, self.one_off.0, input.term_months)?;
        let total_discount = list.tcv.sub(net.tcv)?;
        let whole = given_ratio(&self.weighted_final, &self.weighted_system);
        let worst = self.worst.unwrap_or((Exact::zero(), Exact::from(1)));
        let worst_pct = Exact::round_ratio(&worst.0, &worst.1, 4).unwrap_or_else(Exact::zero);
        Ok(PricedQuote {
            n,
            volume_pct: input.volume_table.pct(n),
            term_pct: term_pct(&input.term_table, input.term_months),
            lines,
            monthly_list: self.monthly.0,
            monthly_net: self.monthly.1,
            one_off_list: self.one_off.0,
            one_off_net: self.one_off.1,
            usage_estimate_net: self.usage,
            tcv: net.tcv,
            acv: net.acv,
            total_discount,
            effective_pct: percent_of(total_discount, list.tcv),
            worst_line_discretionary_pct: worst_pct,
            quote_discretionary_pct: discretionary(&self.weighted_final, &self.weighted_system),
            deciding_discretionary: if exceeds(&whole, &worst) { whole } else { worst },
        })
    }
}

/// `(100 × (system − final), system)`, with 0/1 where the system price is 0.
fn given_ratio(final_price: &Exact, system_price: &Exact) -> (Exact, Exact) {
    if system_price.is_zero() {
        return (Exact::zero(), Exact::from(1));
    }
    (system_price.sub(final_price).mul(&Exact::from(100)), system_price.clone())
}

/// `a > b` as exact ratios with positive denominators.
pub(crate) fn exceeds(a: &(Exact, Exact), b: &(Exact, Exact)) -> bool {
    a.0.mul(&b.1) > b.0.mul(&a.1)
}

/// A charge that is already priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Net unit price.
    pub net_unit: Exact,
    /// Quantity.
    pub qty: Exact,
}

/// Sum of R(net unit × quantity) over the charges (WFL 5, 8).
pub fn charge_total(charges: &[Charge], currency: Currency) -> Result<Money, PricingError> {
    let mut amounts = Vec::with_capacity(charges.len());
    for charge in charges {
        if charge.net_unit.is_negative() {
            return Err(PricingError::NegativePrice);
        }
        if charge.qty.is_negative() {
            return Err(PricingError::NegativeQty);
        }
        amounts.push(Money::round(&charge.net_unit.mul(&charge.qty), currency)?);
    }
    Ok(Money::sum(amounts, currency)?)
}

/// Contract values of monthly and one-off charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractValue {
    /// Monthly × term + one-off.
    pub tcv: Money,
    /// Monthly × 12, whatever the term.
    pub acv: Money,
}

/// TCV and ACV (WFL 8).
pub fn contract_value(monthly: Money, one_off: Money, term_months: u32) -> Result<ContractValue, PricingError> {
    Ok(ContractValue { tcv: monthly.times(i64::from(term_months))?.add(one_off)?, acv: monthly.times(12)? })
}
