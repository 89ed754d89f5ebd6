//! The tier nudge: an all-units table is not monotonic, so a few more sites can cost less (RULES VOL 6).

use std::collections::{BTreeMap, BTreeSet};

use super::line::{Terms, price_line};
use super::quote::PricedQuote;
use super::volume::{VolumeTable, volume_price};
use super::{ChargeType, LineStatus, PricingError, PricingInput, PricingLine};
use crate::money::{Currency, Exact, Money, MoneyError};

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
        let (pct, _, then) = match volume_price(unit_price, currency, bound, table) {
            // Too large to be stored, so not cheaper.
            Err(PricingError::Money(MoneyError::OutOfRange)) => continue,
            priced => priced?,
        };
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

/// Nudges for a quote of mixed prices. Added sites are priced like the most frequent selected recurring line; dropped
/// sites are the last ones in the order in which they appear.
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
    for bound in input.volume_table.lower_bounds().into_iter().filter(|bound| *bound > priced.n) {
        // More sites at the same percentage or a lower one never cost less.
        if input.volume_table.pct(bound) <= priced.volume_pct {
            continue;
        }
        let added = price_line(model, terms(input, bound))?.line_net.times(i64::from(bound - priced.n));
        let now_lines = monthly_net(input, bound, |_| true)?;
        let Some(then) = in_range(added.and_then(|added| added.add(now_lines)))? else { continue };
        if then.minor() < priced.monthly_net.minor() {
            let nudge = figures(input, bound, then, priced.monthly_net.sub(then)?);
            return Ok(Some(QuoteNudge::Add { nudge, assumed_line: model.id.clone() }));
        }
    }
    Ok(None)
}

fn keep_nudge(input: &PricingInput, priced: &PricedQuote) -> Result<Option<QuoteNudge>, PricingError> {
    let Some(keep) = input.volume_table.tiers().iter().map(|tier| tier.min).filter(|min| *min <= priced.n).max() else {
        return Ok(None);
    };
    let mut sites = sites_in_order(input);
    let drop = (priced.n - keep) as usize + 1;
    if keep == 0 || drop > sites.len() {
        return Ok(None);
    }
    let kept: BTreeSet<&str> = sites.drain(..sites.len() - drop).collect();
    let then = monthly_net(input, keep - 1, |line| kept.contains(line.site.as_str()))?;
    if then.minor() <= priced.monthly_net.minor() {
        return Ok(None);
    }
    let below = figures(input, keep - 1, then, then.sub(priced.monthly_net)?);
    Ok(Some(QuoteNudge::Keep { keep, below }))
}

/// Sites that count, in the order in which they first appear.
fn sites_in_order(input: &PricingInput) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let sites = input.lines.iter().filter(|line| counted(line)).map(|line| line.site.as_str());
    sites.filter(|site| seen.insert(*site)).collect()
}

/// Monthly total of the counted lines for which `kept` holds, at the percentages of `n` sites.
fn monthly_net(input: &PricingInput, n: u32, kept: impl Fn(&PricingLine) -> bool) -> Result<Money, PricingError> {
    let mut total = Money::zero(input.currency);
    for line in input.lines.iter().filter(|line| counted(line) && kept(line)) {
        total = total.add(price_line(line, terms(input, n))?.line_net)?;
    }
    Ok(total)
}

fn terms(input: &PricingInput, n: u32) -> Terms<'_> {
    Terms {
        currency: input.currency,
        policy: input.policy,
        n,
        volume_table: &input.volume_table,
        term_months: input.term_months,
        term_table: &input.term_table,
    }
}

/// `None` for an amount too large to be stored: whatever it is, it is not cheaper.
fn in_range(amount: Result<Money, MoneyError>) -> Result<Option<Money>, PricingError> {
    match amount {
        Ok(amount) => Ok(Some(amount)),
        Err(MoneyError::OutOfRange) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn figures(input: &PricingInput, sites: u32, monthly_total: Money, saving: Money) -> Nudge {
    Nudge { sites, pct: input.volume_table.pct(sites), monthly_total, saving }
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
