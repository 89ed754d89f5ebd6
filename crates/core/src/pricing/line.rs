//! The waterfall of one line: list → contract → volume → term → manual (RULES WFL 1-7).

use serde::{Deserialize, Serialize};

use super::volume::volume_pct_for;
use super::{ChargeType, Manual, PricingError, PricingLine, StackingPolicy, TermRow, UNIT_DP, VolumeTable, term_pct};
use crate::money::{Currency, Exact, Money};

/// A step of the waterfall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The agreed price replaces the list price.
    Contract,
    /// Volume percentage.
    Volume,
    /// Term percentage.
    Term,
    /// The larger of both.
    BestOf,
    /// Manual discount, and the effect of rounding the unit price (D7).
    Manual,
}

/// One step with its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// Percentage applied; `None` for contract and for a manual amount, target or none.
    pub pct: Option<Exact>,
    /// Running unit price after it, exact.
    pub unit: Exact,
    /// Effect on the line, negative for a reduction.
    pub line_effect: Money,
}

/// Something an approver must see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum LineFlag {
    /// The agreed price is above the list price (D5).
    ContractAboveList,
    /// A running price fell below 0 and was clamped (D5).
    ClampedToZero,
}

impl LineFlag {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContractAboveList => "contract_above_list",
            Self::ClampedToZero => "clamped_to_zero",
        }
    }
}

/// A priced line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePrice {
    /// Unit price, rounded once at the item's precision.
    pub net_unit: Exact,
    /// List amount.
    pub line_list: Money,
    /// Net amount.
    pub line_net: Money,
    /// `line_list - line_net`.
    pub discount: Money,
    /// Discount / list in percent, 4 decimals; `None` when the list amount is 0.
    pub effective_pct: Option<Exact>,
    /// Unrounded unit price before the manual step.
    pub system_unit: Exact,
    /// Unrounded unit price after it.
    pub final_unit: Exact,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Flags.
    pub flags: Vec<LineFlag>,
}

impl LinePrice {
    /// What the seller gave away, in percent with 4 decimals (APR D8).
    pub fn discretionary_pct(&self) -> Exact {
        discretionary(&self.final_unit, &self.system_unit)
    }
}

/// `100 × (1 - final/system)`, 4 decimals; 0 when the system price is 0.
pub(super) fn discretionary(final_price: &Exact, system_price: &Exact) -> Exact {
    let given = system_price.sub(final_price).mul(&Exact::from(100));
    Exact::round_ratio(&given, system_price, 4).unwrap_or_else(Exact::zero)
}

/// What a line is priced under.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Currency.
    pub currency: Currency,
    /// Stacking policy.
    pub policy: StackingPolicy,
    /// Sites that count.
    pub n: u32,
    /// Volume table.
    pub volume_table: &'a VolumeTable,
    /// Term in months.
    pub term_months: u32,
    /// Term table.
    pub term_table: &'a [TermRow],
}

/// Prices one line.
pub fn price_line(line: &PricingLine, terms: Terms<'_>) -> Result<LinePrice, PricingError> {
    check(line)?;
    let mut run = Running::start(line, terms.currency)?;
    let stacks = match &line.contract {
        Some(contract) => {
            if contract.price > line.list_price {
                run.flags.push(LineFlag::ContractAboveList);
            }
            run.step(StepKind::Contract, None, contract.price.clone())?;
            contract.stacks
        }
        None => true,
    };
    let (volume, term) = if stacks { percentages(line, terms) } else { (Exact::zero(), Exact::zero()) };
    let base = run.unit.clone();
    let manual_sum = run.system_steps(terms.policy, &base, volume, term)?;
    let system_unit = run.unit.clone();
    let (pct, after) = match &line.manual {
        Manual::None => (None, run.unit.clone()),
        Manual::Pct(pct) if terms.policy == StackingPolicy::Additive => {
            (Some(pct.clone()), less(&base, &manual_sum.add(pct)))
        }
        Manual::Pct(pct) => (Some(pct.clone()), less(&run.unit, pct)),
        Manual::Amount(off) => (None, run.unit.sub(off)),
        Manual::Target(target) => (None, target.clone()),
    };
    run.finish(pct, after, system_unit)
}

fn percentages(line: &PricingLine, terms: Terms<'_>) -> (Exact, Exact) {
    let volume = volume_pct_for(line.charge_type, line.volume_eligible, terms.volume_table, terms.n);
    let termed = line.charge_type == ChargeType::Recurring || line.term_eligible;
    (volume, if termed { term_pct(terms.term_table, terms.term_months) } else { Exact::zero() })
}

fn check(line: &PricingLine) -> Result<(), PricingError> {
    if !UNIT_DP.contains(&line.unit_dp) {
        return Err(PricingError::BadPrecision);
    }
    let prices = [Some(&line.list_price), line.contract.as_ref().map(|c| &c.price), manual_price(&line.manual)];
    if prices.iter().flatten().any(|price| price.is_negative()) {
        return Err(PricingError::NegativePrice);
    }
    if line.qty.is_negative() {
        return Err(PricingError::NegativeQty);
    }
    if prices.iter().flatten().any(|price| price.decimals() > line.unit_dp) {
        return Err(PricingError::PricePrecision);
    }
    match &line.manual {
        Manual::Pct(pct) if pct.is_negative() || *pct > Exact::from(100) => Err(PricingError::ManualOutOfRange),
        _ => Ok(()),
    }
}

fn manual_price(manual: &Manual) -> Option<&Exact> {
    match manual {
        Manual::Amount(price) | Manual::Target(price) => Some(price),
        Manual::None | Manual::Pct(_) => None,
    }
}

fn less(price: &Exact, pct: &Exact) -> Exact {
    price.mul(&Exact::from(1).sub(&pct.hundredth()))
}

/// The price on its way down.
struct Running<'a> {
    line: &'a PricingLine,
    currency: Currency,
    unit: Exact,
    line_list: Money,
    amount: Money,
    steps: Vec<Step>,
    flags: Vec<LineFlag>,
    clamped: bool,
}

impl<'a> Running<'a> {
    fn start(line: &'a PricingLine, currency: Currency) -> Result<Self, PricingError> {
        let line_list = Money::round(&line.list_price.mul(&line.qty), currency)?;
        Ok(Self {
            line,
            currency,
            unit: line.list_price.clone(),
            line_list,
            amount: line_list,
            steps: Vec::with_capacity(4),
            flags: Vec::new(),
            clamped: false,
        })
    }

    fn clamp(&mut self, unit: Exact) -> Exact {
        if unit.is_negative() {
            self.clamped = true;
            return Exact::zero();
        }
        unit
    }

    fn step(&mut self, kind: StepKind, pct: Option<Exact>, unit: Exact) -> Result<(), PricingError> {
        self.unit = self.clamp(unit);
        let amount = Money::round(&self.unit.mul(&self.line.qty), self.currency)?;
        let line_effect = amount.sub(self.amount)?;
        self.amount = amount;
        self.steps.push(Step { kind, pct, unit: self.unit.clone(), line_effect });
        Ok(())
    }

    /// Volume and term by policy; returns the percentages summed so far, for the additive manual step.
    fn system_steps(
        &mut self,
        policy: StackingPolicy,
        base: &Exact,
        volume: Exact,
        term: Exact,
    ) -> Result<Exact, PricingError> {
        let sum = volume.add(&term);
        match policy {
            StackingPolicy::Compound => {
                let after = less(&self.unit, &volume);
                self.step(StepKind::Volume, Some(volume), after)?;
                let after = less(&self.unit, &term);
                self.step(StepKind::Term, Some(term), after)?;
            }
            StackingPolicy::Additive => {
                self.step(StepKind::Volume, Some(volume.clone()), less(base, &volume))?;
                self.step(StepKind::Term, Some(term), less(base, &sum))?;
            }
            StackingPolicy::BestOf => {
                let best = volume.max(term);
                let after = less(base, &best);
                self.step(StepKind::BestOf, Some(best), after)?;
            }
        }
        Ok(sum)
    }

    fn finish(mut self, pct: Option<Exact>, after: Exact, system_unit: Exact) -> Result<LinePrice, PricingError> {
        let final_unit = self.clamp(after);
        let net_unit = final_unit.round(self.line.unit_dp);
        let line_net = Money::round(&net_unit.mul(&self.line.qty), self.currency)?;
        let line_effect = line_net.sub(self.amount)?;
        self.steps.push(Step { kind: StepKind::Manual, pct, unit: final_unit.clone(), line_effect });
        if self.clamped {
            self.flags.push(LineFlag::ClampedToZero);
        }
        let discount = self.line_list.sub(line_net)?;
        Ok(LinePrice {
            effective_pct: percent_of(discount, self.line_list),
            net_unit,
            line_list: self.line_list,
            line_net,
            discount,
            system_unit,
            final_unit,
            steps: self.steps,
            flags: self.flags,
        })
    }
}

/// `100 × part / whole` with 4 decimals; `None` when the whole is 0.
pub(super) fn percent_of(part: Money, whole: Money) -> Option<Exact> {
    Exact::round_ratio(&Exact::from_money(part).mul(&Exact::from(100)), &Exact::from_money(whole), 4)
}
