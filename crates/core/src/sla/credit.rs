//! Credits for a breached month (RULES SLA 6, D38): compute, round, then cap, then the site's fee.

use serde::{Deserialize, Serialize};

use super::SlaError;
use crate::money::{Currency, Exact, Money};

/// Which downtime earns a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All of it.
    All,
    /// Only beyond the allowance.
    ExcessOnly,
}

/// How hours are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HourRounding {
    /// By the second.
    Exact,
    /// Every begun hour.
    RoundedUp,
}

/// A percentage tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PctTier {
    /// Applies below this uptime.
    pub below_pct: Exact,
    /// Percent of the site's fee.
    pub fee_pct: Exact,
}

/// How the credit is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum CreditMode {
    /// An amount per hour of downtime.
    PerHour {
        /// Amount, plain decimal.
        per_hour: Exact,
        /// Which downtime.
        scope: Scope,
        /// How hours are counted.
        hours: HourRounding,
    },
    /// Tiers of the fee.
    PctTiers {
        /// Tiers in any order.
        tiers: Vec<PctTier>,
    },
}

/// What limited a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The monthly cap.
    Cap,
    /// The site's monthly fee.
    Fee,
}

impl Limit {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "cap",
            Self::Fee => "fee",
        }
    }
}

/// Credit terms of a site's month.
#[derive(Debug, Clone, Copy)]
pub struct CreditTerms<'a> {
    /// Mode.
    pub mode: &'a CreditMode,
    /// Most per month.
    pub cap: Option<Money>,
    /// The site's monthly charge.
    pub fee: Option<Money>,
}

impl CreditTerms<'_> {
    pub(super) fn needs_fee(&self) -> bool {
        matches!(self.mode, CreditMode::PctTiers { .. })
    }

    /// The credit of a breached month.
    pub(super) fn compute(
        &self,
        currency: Currency,
        agreed_s: i64,
        downtime_s: i64,
        guarantee_pct: &Exact,
    ) -> Result<(Money, Option<Limit>), SlaError> {
        let mut credit = match self.mode {
            CreditMode::PerHour { per_hour, scope, hours } => {
                let seconds = billable_seconds(agreed_s, downtime_s, guarantee_pct, *scope);
                per_hour_credit(currency, per_hour, &seconds, *hours)?
            }
            CreditMode::PctTiers { tiers } => {
                let fee = self.fee.ok_or(SlaError::FeeRequired)?;
                let pct = tier_pct(tiers, agreed_s, downtime_s);
                Money::round(&Exact::from_money(fee).mul(&pct.hundredth()), currency)?
            }
        };
        let mut limited_by = None;
        for (limit, most) in [(Limit::Cap, self.cap), (Limit::Fee, self.fee)] {
            if let Some(most) = most.filter(|most| most.minor() < credit.minor()) {
                credit = most;
                limited_by = Some(limit);
            }
        }
        Ok((credit, limited_by))
    }
}

fn billable_seconds(agreed_s: i64, downtime_s: i64, guarantee_pct: &Exact, scope: Scope) -> Exact {
    let down = Exact::from(downtime_s);
    match scope {
        Scope::All => down,
        Scope::ExcessOnly => {
            let allowance = Exact::from(agreed_s).mul(&Exact::from(100).sub(guarantee_pct).hundredth());
            down.sub(&allowance)
        }
    }
}

fn per_hour_credit(
    currency: Currency,
    per_hour: &Exact,
    seconds: &Exact,
    hours: HourRounding,
) -> Result<Money, SlaError> {
    let hour = Exact::from(3600);
    let digits = currency.minor_digits();
    let amount = match hours {
        HourRounding::Exact => Exact::round_ratio(&per_hour.mul(seconds), &hour, digits),
        HourRounding::RoundedUp => {
            let cut = Exact::truncate_ratio(seconds, &hour, 0).unwrap_or_else(Exact::zero);
            let begun = if cut.mul(&hour) < *seconds { cut.add(&Exact::from(1)) } else { cut };
            Some(per_hour.mul(&begun))
        }
    };
    Ok(Money::round(&amount.unwrap_or_else(Exact::zero), currency)?)
}

/// Of the tiers with uptime below their bound the smallest bound applies.
fn tier_pct(tiers: &[PctTier], agreed_s: i64, downtime_s: i64) -> Exact {
    let up = Exact::from(agreed_s - downtime_s).mul(&Exact::from(100));
    tiers
        .iter()
        .filter(|tier| up < tier.below_pct.mul(&Exact::from(agreed_s)))
        .min_by(|a, b| a.below_pct.cmp(&b.below_pct))
        .map_or_else(Exact::zero, |tier| tier.fee_pct.clone())
}

/// A credit as a credit note line: (net, tax, total).
pub fn credit_note(credit: Money, tax_rate_pct: &Exact) -> Result<(Money, Money, Money), SlaError> {
    let tax = Money::round(&Exact::from_money(credit).mul(&tax_rate_pct.hundredth()), credit.currency())?;
    Ok((credit, tax, credit.add(tax)?))
}
