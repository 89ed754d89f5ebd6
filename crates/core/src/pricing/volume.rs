//! Volume tiers: all-units percentages by number of distinct sites (RULES VOL).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ChargeType, LineStatus, PricingError};
use crate::money::{Currency, Exact, Money};

/// A row of an account's own table; bounds inclusive, `max` open when absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeRow {
    /// From this many sites.
    pub min: u32,
    /// Up to this many.
    pub max: Option<u32>,
    /// Percent.
    pub pct: Exact,
}

/// Which table is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum VolumeTable {
    /// 5/10/15/20 % from 5/10/20/50 sites (VOL 1).
    Standard,
    /// The account's own, which replaces it (VOL 5).
    Account {
        /// Rows; may overlap.
        rows: Vec<VolumeRow>,
    },
}

/// A tier for the badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Lower bound, inclusive.
    pub min: u32,
    /// Percent.
    pub pct: Exact,
}

const STANDARD: [(u32, i64); 5] = [(0, 0), (5, 5), (10, 10), (20, 15), (50, 20)];

impl VolumeTable {
    /// Percentage for `n` sites: the highest among matching rows, 0 without one.
    pub fn pct(&self, n: u32) -> Exact {
        match self {
            Self::Standard => {
                STANDARD.iter().rev().find(|(min, _)| *min <= n).map_or_else(Exact::zero, |(_, pct)| Exact::from(*pct))
            }
            Self::Account { rows } => rows
                .iter()
                .filter(|row| row.min <= n && row.max.is_none_or(|max| n <= max))
                .map(|row| row.pct.clone())
                .max()
                .unwrap_or_else(Exact::zero),
        }
    }

    /// Lower bounds of all rows, ascending, each once.
    pub fn lower_bounds(&self) -> Vec<u32> {
        let bounds: BTreeSet<u32> = match self {
            Self::Standard => STANDARD.iter().map(|(min, _)| *min).collect(),
            Self::Account { rows } => rows.iter().map(|row| row.min).collect(),
        };
        bounds.into_iter().collect()
    }

    /// Tiers as a person sees them: every count at which the percentage changes.
    pub fn tiers(&self) -> Vec<Tier> {
        let mut bounds: BTreeSet<u32> = self.lower_bounds().into_iter().collect();
        bounds.insert(0);
        if let Self::Account { rows } = self {
            bounds.extend(rows.iter().filter_map(|row| row.max.and_then(|max| max.checked_add(1))));
        }
        let mut tiers: Vec<Tier> = Vec::new();
        for min in bounds {
            let pct = self.pct(min);
            if tiers.last().is_none_or(|last| last.pct != pct) {
                tiers.push(Tier { min, pct });
            }
        }
        tiers
    }
}

/// Percentage that applies to a charge (VOL 4): recurring always, others only when eligible.
pub fn volume_pct_for(charge_type: ChargeType, volume_eligible: bool, table: &VolumeTable, n: u32) -> Exact {
    if charge_type == ChargeType::Recurring || volume_eligible { table.pct(n) } else { Exact::zero() }
}

/// Percentage, unit price and monthly total of `n` sites at one price (VOL 1, D3): the unit is rounded before it is
/// multiplied, and clamped at 0 as in the waterfall (D5).
pub fn volume_price(
    unit_price: &Exact,
    currency: Currency,
    n: u32,
    table: &VolumeTable,
) -> Result<(Exact, Money, Money), PricingError> {
    if unit_price.is_negative() {
        return Err(PricingError::NegativePrice);
    }
    let pct = table.pct(n);
    let factor = Exact::from(1).sub(&pct.hundredth());
    let exact = unit_price.mul(&factor);
    let net_unit = if exact.is_negative() { Money::zero(currency) } else { Money::round(&exact, currency)? };
    let total = net_unit.times(i64::from(n))?;
    Ok((pct, net_unit, total))
}

/// Distinct sites with a selected recurring line, and the account's active sites that are not among them (VOL 2, D4).
pub fn count_sites<'a>(
    lines: impl IntoIterator<Item = (&'a str, LineStatus, ChargeType)>,
    active: impl IntoIterator<Item = &'a str>,
) -> (u32, u32) {
    let on_quote: BTreeSet<&str> = lines
        .into_iter()
        .filter(|(_, status, charge)| *status == LineStatus::Selected && *charge == ChargeType::Recurring)
        .map(|(site, _, _)| site)
        .collect();
    let active: BTreeSet<&str> = active.into_iter().collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (count(on_quote.len()), count(active.difference(&on_quote).count()))
}
