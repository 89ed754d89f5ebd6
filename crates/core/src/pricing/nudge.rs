//! The tier nudge: an all-units table is not monotonic, so a few more sites can cost less (RULES VOL 6).

use std::collections::BTreeMap;

use super::quote::{PricedQuote, price_quote};
use super::volume::{VolumeTable, volume_price};
use super::{ChargeType, LineStatus, PricingError, PricingInput, PricingLine};
use crate::money::{Currency, Exact, Money};

/// A cheaper count of sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge {
    /// Sites then.
    pub sites: u32,
    /// Percentage then.
    pub pct: Exact,
    /// Monthly total then.
    pub monthly_total: Money,
    /// Saving per month, positive.
    pub saving: Money,
}

/// The nudge for `n` sites at one price: the smallest lower bound above `n` whose monthly total is strictly less.
pub fn unit_nudge(
    unit_price: &Exact,
    currency: Currency,
    n: u32,
    table: &VolumeTable,
) -> Result<(Money, Option<Nudge>), PricingError> {
    let (_, _, now) = volume_price(unit_price, currency, n, table)?;
    for bound in table.lower_bounds().into_iter().filter(|bound| *bound > n) {
        let (pct, _, then) = volume_price(unit_price, currency, bound, table)?;
        if then.minor() < now.minor() {
            return Ok((now, Some(Nudge { sites: bound, pct, monthly_total: then, saving: now.sub(then)? })));
        }
    }
    Ok((now, None))
}

/// A nudge about a real quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuoteNudge {
    /// More sites would cost less; the added ones carry a copy of the line named.
    Add {
        /// Figures.
        nudge: Nudge,
        /// Line copied.
        assumed_line: String,
    },
    /// Fewer sites would cost more: keep at least `keep` sites.
    Keep {
        /// Lower bound of the present tier.
        keep: u32,
        /// Figures one site below it; `saving` is what staying saves.
        below: Nudge,
    },
}

/// Most sites a nudge may suggest to add.
const MAX_ADDED_SITES: u32 = 50;

/// Nudges for a quote of mixed prices. Added sites are priced like the most frequent selected recurring line.
pub fn quote_nudges(input: &PricingInput, priced: &PricedQuote) -> Result<Vec<QuoteNudge>, PricingError> {
    let mut nudges = Vec::new();
    if let Some(add) = add_nudge(input, priced)? {
        nudges.push(add);
    }
    if let Some(keep) = keep_nudge(input, priced)? {
        nudges.push(keep);
    }
    Ok(nudges)
}

fn counted(line: &PricingLine) -> bool {
    line.status == LineStatus::Selected && line.charge_type == ChargeType::Recurring
}

fn add_nudge(input: &PricingInput, priced: &PricedQuote) -> Result<Option<QuoteNudge>, PricingError> {
    let Some(model) = most_frequent(input) else { return Ok(None) };
    let now_pct = &priced.volume_pct;
    for bound in input.volume_table.lower_bounds() {
        if bound <= priced.n || bound - priced.n > MAX_ADDED_SITES || input.volume_table.pct(bound) <= *now_pct {
            continue;
        }
        let mut more = recurring_only(input);
        for extra in 0..(bound - priced.n) {
            let id = format!("nudge-{extra}");
            more.lines.push(PricingLine { id: id.clone(), site: id, ..model.clone() });
        }
        let then = price_quote(&more)?;
        if then.monthly_net.minor() < priced.monthly_net.minor() {
            let nudge = figures(&then, bound, priced.monthly_net.sub(then.monthly_net)?);
            return Ok(Some(QuoteNudge::Add { nudge, assumed_line: model.id.clone() }));
        }
    }
    Ok(None)
}

fn keep_nudge(input: &PricingInput, priced: &PricedQuote) -> Result<Option<QuoteNudge>, PricingError> {
    let Some(keep) = input.volume_table.tiers().iter().map(|tier| tier.min).filter(|min| *min <= priced.n).max() else {
        return Ok(None);
    };
    let drop = priced.n - keep + 1;
    if keep == 0 || drop > 5 {
        return Ok(None);
    }
    let mut fewer = recurring_only(input);
    for _ in 0..drop {
        let Some(site) = fewer.lines.iter().rev().find(|line| counted(line)).map(|line| line.site.clone()) else {
            return Ok(None);
        };
        fewer.lines.retain(|line| line.site != site);
    }
    let then = price_quote(&fewer)?;
    if then.monthly_net.minor() <= priced.monthly_net.minor() {
        return Ok(None);
    }
    let below = figures(&then, then.n, then.monthly_net.sub(priced.monthly_net)?);
    Ok(Some(QuoteNudge::Keep { keep, below }))
}

fn recurring_only(input: &PricingInput) -> PricingInput {
    let lines = input.lines.iter().filter(|line| counted(line)).cloned().collect();
    PricingInput { lines, ..input.clone() }
}

fn figures(then: &PricedQuote, sites: u32, saving: Money) -> Nudge {
    Nudge { sites, pct: then.volume_pct.clone(), monthly_total: then.monthly_net, saving }
}

/// The most frequent (price, agreed price, quantity, manual) among counted lines; ties to the first.
fn most_frequent(input: &PricingInput) -> Option<&PricingLine> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (index, line) in input.lines.iter().enumerate().filter(|(_, line)| counted(line)) {
        let key = format!("{}|{:?}|{}|{:?}", line.list_price, line.contract, line.qty, line.manual);
        counts.entry(key).or_insert((0, index)).0 += 1;
    }
    let (_, first) = counts.into_values().max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)))?;
    input.lines.get(first)
}
