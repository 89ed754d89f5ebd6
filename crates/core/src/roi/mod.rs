//! Return on investment for proposals (RULES ROI). Invariant: flows are summed and discounted exactly, over a common
//! denominator; each figure is rounded once, at the end.

use crate::money::{Currency, Exact, Money, MoneyError};

/// Longest horizon, months: a hundred years.
const MAX_MONTHS: i64 = 1_200;

/// What a month brings and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flow {
    /// Benefit of the month.
    pub benefit: Money,
    /// Recurring cost of the month.
    pub cost: Money,
}

/// Why there are no figures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoiError {
    /// No month, or more than a hundred years of them.
    #[error("the horizon is 1 to {MAX_MONTHS} months")]
    BadHorizon,
    /// A negative yearly rate.
    #[error("the yearly rate is 0 or more")]
    BadRate,
    /// Too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl RoiError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadHorizon => "bad_horizon",
            Self::BadRate => "bad_rate",
            Self::Money(error) => error.code(),
        }
    }
}

/// The figures of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roi {
    /// All benefits.
    pub total_benefit: Money,
    /// Upfront and all recurring costs.
    pub total_cost: Money,
    /// (benefits − costs) / costs × 100, one decimal; `None` without costs (ROI 2).
    pub roi_pct: Option<Exact>,
    /// Net present value at a twelfth of the yearly rate a month (ROI 3).
    pub npv: Money,
    /// Months until the cumulative flow is 0 or more, one decimal; `None`: not within the horizon (ROI 4, D45).
    pub payback_months: Option<Exact>,
    /// The same on discounted flows (ROI 5).
    pub discounted_payback_months: Option<Exact>,
}

/// The same benefit and cost in every month.
pub fn constant(upfront: Money, flow: Flow, months: i64, annual_rate_pct: &Exact) -> Result<Roi, RoiError> {
    if !(1..=MAX_MONTHS).contains(&months) {
        return Err(RoiError::BadHorizon);
    }
    let count = usize::try_from(months).map_err(|_| RoiError::BadHorizon)?;
    flows(upfront, &vec![flow; count], annual_rate_pct)
}

/// Figures of a case: `upfront` at month 0, each flow at the end of its month.
pub fn flows(upfront: Money, flows: &[Flow], annual_rate_pct: &Exact) -> Result<Roi, RoiError> {
    let currency = upfront.currency();
    if flows.is_empty() || i64::try_from(flows.len()).unwrap_or(i64::MAX) > MAX_MONTHS {
        return Err(RoiError::BadHorizon);
    }
    if annual_rate_pct.is_negative() {
        return Err(RoiError::BadRate);
    }
    let total_benefit = Money::sum(flows.iter().map(|flow| flow.benefit), currency)?;
    let total_cost = Money::sum(flows.iter().map(|flow| flow.cost), currency)?.add(upfront)?;
    let gain = Exact::from_money(total_benefit.sub(total_cost)?).mul(&Exact::new(100, 0));
    let roi_pct = Exact::round_ratio(&gain, &Exact::from_money(total_cost), 1);
    let mut cash = vec![Exact::from_money(upfront).neg()];
    for flow in flows {
        cash.push(Exact::from_money(flow.benefit.sub(flow.cost)?));
    }
    let one = Exact::new(1, 0);
    // 1 + r/1200 as (1200 + r) / 1200.
    let growth = annual_rate_pct.add(&Exact::new(1_200, 0));
    let discounted = Discounted::new(&cash, &growth, &Exact::new(1_200, 0));
    let npv = Exact::round_ratio(&discounted.sum, &discounted.denominator, currency.minor_digits());
    Ok(Roi {
        total_benefit,
        total_cost,
        roi_pct,
        npv: Money::round(&npv.unwrap_or_else(Exact::zero), currency)?,
        payback_months: Discounted::new(&cash, &one, &one).payback,
        discounted_payback_months: discounted.payback,
    })
}

/// Flows discounted by `(step / growth)^t`, over the common denominator `growth^H`.
struct Discounted {
    sum: Exact,
    denominator: Exact,
    payback: Option<Exact>,
}

impl Discounted {
    fn new(cash: &[Exact], growth: &Exact, step: &Exact) -> Self {
        // sum_t = sum over k <= t of CF_k * step^k * growth^(t-k), which is the cumulative flow times growth^t.
        let mut sum = Exact::zero();
        let mut denominator = Exact::new(1, 0);
        let mut steps = Exact::new(1, 0);
        let mut payback = None;
        for (t, flow) in cash.iter().enumerate() {
            if t > 0 {
                denominator = denominator.mul(growth);
                steps = steps.mul(step);
            }
            let before = if t > 0 { sum.mul(growth) } else { Exact::zero() };
            let now = flow.mul(&steps);
            sum = before.add(&now);
            if payback.is_none() && !sum.is_negative() {
                payback = within_month(t, &before, &now);
            }
        }
        if sum.is_negative() {
            // Lost again by the horizon: no payback, whatever happened before (D45).
            payback = None;
        }
        Self { sum, denominator, payback }
    }
}

/// `(t − 1) + (−before) / now`, one decimal; month 0 counts as 0.
fn within_month(t: usize, before: &Exact, now: &Exact) -> Option<Exact> {
    if t == 0 {
        return Some(Exact::zero());
    }
    let months = Exact::new(i128::try_from(t - 1).ok()?, 0);
    Exact::round_ratio(&months.mul(now).sub(before), now, 1)
}

/// What the customer gains in a month, piece by piece (ROI 1); each piece is rounded, the benefit is their sum (D46).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Benefits {
    /// Cost of the present provider that falls away.
    pub provider: Money,
    /// Hours of downtime avoided × cost of an hour.
    pub downtime: Money,
    /// Hours of staff saved × rate.
    pub staff: Money,
    /// Added revenue × margin.
    pub revenue: Money,
    /// Their sum.
    pub monthly_benefit: Money,
}

/// Inputs of [`benefits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitInputs {
    /// A month.
    pub provider_cost_avoided: Money,
    /// A month.
    pub downtime_hours_avoided: Exact,
    /// In the currency of the case.
    pub cost_per_hour: Exact,
    /// A month.
    pub staff_hours_saved: Exact,
    /// An hour, in the currency of the case.
    pub staff_rate: Exact,
    /// A month, in the currency of the case.
    pub added_revenue: Exact,
    /// Percent.
    pub margin_pct: Exact,
}

/// The monthly benefit from what it is made of.
pub fn benefits(inputs: &BenefitInputs, currency: Currency) -> Result<Benefits, RoiError> {
    let provider = inputs.provider_cost_avoided;
    let downtime = Money::round(&inputs.downtime_hours_avoided.mul(&inputs.cost_per_hour), currency)?;
    let staff = Money::round(&inputs.staff_hours_saved.mul(&inputs.staff_rate), currency)?;
    let revenue = Money::round(&inputs.added_revenue.mul(&inputs.margin_pct).hundredth(), currency)?;
    let monthly_benefit = provider.add(downtime)?.add(staff)?.add(revenue)?;
    Ok(Benefits { provider, downtime, staff, revenue, monthly_benefit })
}

/// A named monthly benefit and the figures when it swings down and up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swing {
    /// Name.
    pub name: String,
    /// With the benefit lowered.
    pub low: Roi,
    /// With the benefit raised.
    pub high: Roi,
}

/// The figures with each benefit swung by ± `swing_pct`, the others as they are (ROI 5); the swung benefit is rounded (D46).
pub fn sensitivity(
    upfront: Money,
    benefits: &[(String, Money)],
    monthly_cost: Money,
    months: i64,
    annual_rate_pct: &Exact,
    swing_pct: &Exact,
) -> Result<(Roi, Vec<Swing>), RoiError> {
    let currency = upfront.currency();
    let total = Money::sum(benefits.iter().map(|(_, monthly)| *monthly), currency)?;
    let case = |benefit: Money| constant(upfront, Flow { benefit, cost: monthly_cost }, months, annual_rate_pct);
    let mut rows = Vec::with_capacity(benefits.len());
    for (name, monthly) in benefits {
        let swung = |pct: Exact| -> Result<Money, RoiError> {
            let factor = Exact::new(100, 0).add(&pct).hundredth();
            let part = Money::round(&Exact::from_money(*monthly).mul(&factor), currency)?;
            Ok(total.sub(*monthly)?.add(part)?)
        };
        let (low, high) = (case(swung(swing_pct.neg())?)?, case(swung(swing_pct.clone())?)?);
        rows.push(Swing { name: name.clone(), low, high });
    }
    Ok((case(total)?, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zar(text: &str) -> Money {
        Money::parse(text, Currency::Zar).expect("money")
    }

    #[test]
    fn a_lost_payback_is_no_payback() {
        let month = |benefit: &str, cost: &str| Flow { benefit: zar(benefit), cost: zar(cost) };
        let roi =
            flows(zar("100.00"), &[month("150.00", "0.00"), month("0.00", "200.00")], &Exact::zero()).expect("roi");
        assert_eq!((roi.payback_months, roi.npv), (None, zar("-150.00")));
    }

    #[test]
    fn a_horizon_of_nothing_or_of_aeons_is_refused() {
        let flow = Flow { benefit: zar("1.00"), cost: zar("0.00") };
        for months in [0, -1, 1_000_000_000] {
            assert_eq!(constant(zar("1.00"), flow, months, &Exact::zero()), Err(RoiError::BadHorizon));
        }
    }
}
