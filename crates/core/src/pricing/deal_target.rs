//! A target for the whole deal, allocated to target unit prices (RULES WFL 8, D11). Invariant: what cannot be reached is
//! shown as a difference, never forced into a line.

use std::collections::BTreeSet;

use super::{PricingError, UNIT_DP};
use crate::money::{Exact, Money, split};

/// A line of the deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealLine {
    /// Line id.
    pub id: String,
    /// Decimals of the unit price.
    pub unit_dp: u32,
    /// Quantity.
    pub qty: Exact,
    /// Net amount now.
    pub line_net: Money,
}

/// A line with its share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocatedLine {
    /// Line id.
    pub id: String,
    /// Its share of the target.
    pub allocated: Money,
    /// Target unit price.
    pub target_unit: Exact,
    /// What the line comes to at that unit price.
    pub line_net: Money,
}

/// The outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealTarget {
    /// Lines in order.
    pub lines: Vec<AllocatedLine>,
    /// Sum of the line nets.
    pub reached_total: Money,
    /// Target − reached.
    pub difference: Money,
}

/// Allocates by largest remainder on the line nets. Refused: a negative target, a quantity that is not positive, a
/// precision or an id that no priced quote has, and what [`split`] refuses.
pub fn allocate_deal_target(target: Money, lines: &[DealLine]) -> Result<DealTarget, PricingError> {
    if target.minor() < 0 {
        return Err(PricingError::BadTarget);
    }
    let mut ids = BTreeSet::new();
    if !lines.iter().all(|line| ids.insert(line.id.as_str())) {
        return Err(PricingError::DuplicateLine);
    }
    if lines.iter().any(|line| !UNIT_DP.contains(&line.unit_dp)) {
        return Err(PricingError::BadPrecision);
    }
    if lines.iter().any(|line| line.qty.is_negative() || line.qty.is_zero()) {
        return Err(PricingError::BadQty);
    }
    let weights: Vec<Exact> = lines.iter().map(|line| Exact::from_money(line.line_net)).collect();
    let shares = split(target, &weights)?;
    let mut allocated = Vec::with_capacity(lines.len());
    for (line, share) in lines.iter().zip(shares) {
        let unit =
            Exact::round_ratio(&Exact::from_money(share), &line.qty, line.unit_dp).ok_or(PricingError::BadQty)?;
        let line_net = Money::round(&unit.mul(&line.qty), target.currency())?;
        allocated.push(AllocatedLine { id: line.id.clone(), allocated: share, target_unit: unit, line_net });
    }
    let reached_total = Money::sum(allocated.iter().map(|line| line.line_net), target.currency())?;
    Ok(DealTarget { lines: allocated, reached_total, difference: target.sub(reached_total)? })
}
