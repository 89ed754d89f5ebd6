//! The ROI of a quote: what the customer gains each month against what the quote costs (RULES ROI). Invariant: the costs
//! are the quote's own totals; only the benefits and the horizon are typed.

use serde::{Deserialize, Serialize};

use super::{Priced, Quote};
use crate::money::{Exact, Money};
use crate::roi::{BenefitInputs, Benefits, Flow, Roi, RoiError, Swing, benefits, constant, sensitivity};

/// Longest horizon of a quote's ROI, months.
pub const MAX_HORIZON: u32 = 120;
/// Each benefit is swung by this many percent (ROI 5).
const SWING_PCT: i64 = 20;

/// What is typed. Amounts are in the quote's currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoiCase {
    /// What the present provider costs a month and falls away.
    pub provider_cost: Exact,
    /// Hours of downtime avoided a month.
    pub downtime_hours: Exact,
    /// What an hour of downtime costs.
    pub cost_per_hour: Exact,
    /// Hours of staff saved a month.
    pub staff_hours: Exact,
    /// What an hour of staff costs.
    pub staff_rate: Exact,
    /// Revenue added a month.
    pub added_revenue: Exact,
    /// Margin on it, percent.
    pub margin_pct: Exact,
    /// Migration, paid once besides the quote's own one-off charges.
    pub migration: Exact,
    /// Nominal yearly discount rate, percent.
    pub annual_rate_pct: Exact,
    /// Horizon, months.
    pub months: u32,
}

impl RoiCase {
    /// A case with nothing typed yet, over the quote's term.
    pub fn empty(months: u32) -> Self {
        Self {
            provider_cost: Exact::zero(),
            downtime_hours: Exact::zero(),
            cost_per_hour: Exact::zero(),
            staff_hours: Exact::zero(),
            staff_rate: Exact::zero(),
            added_revenue: Exact::zero(),
            margin_pct: Exact::zero(),
            migration: Exact::zero(),
            annual_rate_pct: Exact::from(10),
            months,
        }
    }

    /// The name of the first input out of range: amounts and hours 0 to 10^12 with at most 6 decimals, percentages 0 to
    /// 100, horizon 1 to [`MAX_HORIZON`].
    pub fn check(&self) -> Result<(), &'static str> {
        let (most, hundred) = (Exact::from(1_000_000_000_000_i64), Exact::from(100));
        for (name, value, limit) in [
            ("provider_cost", &self.provider_cost, &most),
            ("downtime_hours", &self.downtime_hours, &most),
            ("cost_per_hour", &self.cost_per_hour, &most),
            ("staff_hours", &self.staff_hours, &most),
            ("staff_rate", &self.staff_rate, &most),
            ("added_revenue", &self.added_revenue, &most),
            ("margin_pct", &self.margin_pct, &hundred),
            ("migration", &self.migration, &most),
            ("annual_rate_pct", &self.annual_rate_pct, &hundred),
        ] {
            if value.is_negative() || value > limit || value.decimals() > 6 {
                return Err(name);
            }
        }
        if (1..=MAX_HORIZON).contains(&self.months) { Ok(()) } else { Err("months") }
    }
}

/// The figures of a case on a priced quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRoi {
    /// Once: the quote's one-off charges and the migration.
    pub upfront: Money,
    /// A month: the quote's net.
    pub monthly_cost: Money,
    /// A month, piece by piece.
    pub benefits: Benefits,
    /// The figures.
    pub roi: Roi,
    /// Each benefit ± 20 %, those that are not 0.
    pub sensitivity: Vec<Swing>,
    /// Cumulative flow at the end of each month, month 0 first.
    pub cumulative: Vec<Money>,
}

/// Computes the case.
pub fn quote_roi(case: &RoiCase, quote: &Quote, priced: &Priced) -> Result<QuoteRoi, RoiError> {
    let currency = quote.currency;
    let money = |value: &Exact| Money::round(value, currency);
    let upfront = priced.priced.one_off_net.add(money(&case.migration)?)?;
    let monthly_cost = priced.priced.monthly_net;
    let inputs = BenefitInputs {
        provider_cost_avoided: money(&case.provider_cost)?,
        downtime_hours_avoided: case.downtime_hours.clone(),
        cost_per_hour: case.cost_per_hour.clone(),
        staff_hours_saved: case.staff_hours.clone(),
        staff_rate: case.staff_rate.clone(),
        added_revenue: case.added_revenue.clone(),
        margin_pct: case.margin_pct.clone(),
    };
    let benefits = benefits(&inputs, currency)?;
    let named = [
        ("provider", benefits.provider),
        ("downtime", benefits.downtime),
        ("staff", benefits.staff),
        ("revenue", benefits.revenue),
    ];
    let named: Vec<(String, Money)> = named
        .into_iter()
        .filter(|(_, money)| money.minor() != 0)
        .map(|(name, money)| (name.to_owned(), money))
        .collect();
    let months = i64::from(case.months);
    let flow = Flow { benefit: benefits.monthly_benefit, cost: monthly_cost };
    let roi = constant(upfront, flow, months, &case.annual_rate_pct)?;
    let (_, swings) =
        sensitivity(upfront, &named, monthly_cost, months, &case.annual_rate_pct, &Exact::from(SWING_PCT))?;
    let monthly = benefits.monthly_benefit.sub(monthly_cost)?;
    let mut sum = Money::zero(currency).sub(upfront)?;
    let mut cumulative = vec![sum];
    for _ in 0..case.months {
        sum = sum.add(monthly)?;
        cumulative.push(sum);
    }
    Ok(QuoteRoi { upfront, monthly_cost, benefits, roi, sensitivity: swings, cumulative })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_out_of_range_are_named() {
        assert_eq!(RoiCase::empty(36).check(), Ok(()));
        assert_eq!(RoiCase::empty(0).check(), Err("months"));
        let case = RoiCase { margin_pct: Exact::from(101), ..RoiCase::empty(36) };
        assert_eq!(case.check(), Err("margin_pct"));
        let case = RoiCase { provider_cost: Exact::from(-1), ..RoiCase::empty(36) };
        assert_eq!(case.check(), Err("provider_cost"));
    }
}
