//! Foreign exchange (RULES FXC). Invariant: a rate is never inverted and nothing is converted back: along base to quote an
//! amount is multiplied, the other way it is divided exactly, and rounded once; a currency into itself stays as it is.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::money::{Currency, Exact, Money, MoneyError};

/// A pinned rate: so many units of `quote` for one of `base`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FxRate {
    /// One unit of this ...
    pub base: Currency,
    /// ... costs `rate` units of this.
    pub quote: Currency,
    /// Above 0.
    pub rate: Exact,
    /// Day it was published.
    pub date: NaiveDate,
    /// Who published it.
    pub source: String,
}

/// Why a conversion is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FxError {
    /// The row is of another pair.
    #[error("this rate is of another pair of currencies")]
    RateMismatch,
    /// 0 or less.
    #[error("a rate is above 0")]
    BadRate,
    /// No row in time.
    #[error("there is no rate for this pair by the end of the month")]
    RateMissing,
    /// Two rows of the same pair and day.
    #[error("two rates of the same pair and day")]
    DuplicateRate,
    /// Payments above the invoice.
    #[error("more was paid than invoiced")]
    Overpaid,
    /// The base price has more decimals than its unit.
    #[error("the price has more decimals than the item's unit")]
    PricePrecision,
    /// Too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl FxError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RateMismatch => "rate_mismatch",
            Self::BadRate => "bad_rate",
            Self::RateMissing => "rate_missing",
            Self::DuplicateRate => "duplicate_rate",
            Self::Overpaid => "overpaid",
            Self::PricePrecision => "price_precision",
            Self::Money(error) => error.code(),
        }
    }
}

impl FxRate {
    /// `amount` of `from` in `to`, rounded half away from zero to `dp` decimals (FXC 3). A currency into itself is the amount
    /// unchanged, whatever pair the row is of, as long as its rate is one (D55).
    fn at(&self, amount: &Exact, from: Currency, to: Currency, dp: u32) -> Result<Exact, FxError> {
        let along = (self.base, self.quote) == (from, to);
        let itself = from == to;
        if !itself && !along && (self.quote, self.base) != (from, to) {
            return Err(FxError::RateMismatch);
        }
        if self.rate.is_zero() || self.rate.is_negative() {
            return Err(FxError::BadRate);
        }
        if itself {
            return Ok(amount.clone());
        }
        if along {
            return Ok(amount.mul(&self.rate).round(dp));
        }
        Exact::round_ratio(amount, &self.rate, dp).ok_or(FxError::BadRate)
    }

    /// An amount in another currency (FXC 3).
    pub fn convert(&self, amount: Money, to: Currency) -> Result<Money, FxError> {
        let exact = self.at(&Exact::from_money(amount), amount.currency(), to, to.minor_digits())?;
        Ok(Money::round(&exact, to)?)
    }
}

/// A list price in the document's currency at the item's own precision (FXC 1, D24), before the waterfall.
pub fn list_price(
    list_base: &Exact,
    base: Currency,
    document: Currency,
    unit_dp: u32,
    rate: &FxRate,
) -> Result<Exact, FxError> {
    if list_base.decimals() > unit_dp {
        return Err(FxError::PricePrecision);
    }
    rate.at(list_base, base, document, unit_dp)
}

/// A part payment in the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Realised {
    /// What it was booked at, at the invoice's rate.
    pub booked: Money,
    /// What it was worth when paid.
    pub paid: Money,
    /// The difference.
    pub fx_gain: Money,
}

/// Realised differences of part payments; the booked parts sum to the invoice at its own rate (FXC 5, D25).
pub fn realised(
    invoice_total: Money,
    invoice_rate: &FxRate,
    payments: &[(Money, FxRate)],
    book: Currency,
) -> Result<Vec<Realised>, FxError> {
    let mut paid_so_far = Money::zero(invoice_total.currency());
    let mut booked_so_far = Money::zero(book);
    let mut out = Vec::with_capacity(payments.len());
    for (amount, rate) in payments {
        paid_so_far = paid_so_far.add(*amount)?;
        if paid_so_far.minor() > invoice_total.minor() {
            return Err(FxError::Overpaid);
        }
        let booked = invoice_rate.convert(paid_so_far, book)?.sub(booked_so_far)?;
        booked_so_far = booked_so_far.add(booked)?;
        let paid = rate.convert(*amount, book)?;
        out.push(Realised { booked, paid, fx_gain: paid.sub(booked)? });
    }
    Ok(out)
}

/// The row for a report: the latest by the last day of the reporting date's month; on the same day the direct row beats the
/// reverse one (FXC 4, D26).
pub fn month_end_rate(
    rates: &[FxRate],
    document: Currency,
    reporting: Currency,
    reporting_date: NaiveDate,
) -> Result<&FxRate, FxError> {
    let last = last_day(reporting_date);
    let of_pair = |rate: &&FxRate| {
        rate.date <= last
            && ((rate.base, rate.quote) == (document, reporting) || (rate.quote, rate.base) == (document, reporting))
    };
    let latest = rates.iter().filter(of_pair).map(|rate| rate.date).max().ok_or(FxError::RateMissing)?;
    let on_day: Vec<&FxRate> = rates.iter().filter(of_pair).filter(|rate| rate.date == latest).collect();
    let direct: Vec<&FxRate> = on_day.iter().copied().filter(|rate| rate.base == document).collect();
    match if direct.is_empty() { on_day } else { direct }.as_slice() {
        [only] => Ok(only),
        _ => Err(FxError::DuplicateRate),
    }
}

/// Document totals, each converted and rounded, in their order (FXC 4).
pub fn report(
    documents: &[Money],
    rates: &[FxRate],
    reporting: Currency,
    reporting_date: NaiveDate,
) -> Result<Vec<Money>, FxError> {
    documents
        .iter()
        .map(|total| {
            if total.currency() == reporting {
                return Ok(*total);
            }
            month_end_rate(rates, total.currency(), reporting, reporting_date)?.convert(*total, reporting)
        })
        .collect()
}

fn last_day(date: NaiveDate) -> NaiveDate {
    let days: BTreeSet<u32> = (28..=31).filter(|day| date.with_day(*day).is_some()).collect();
    days.last().and_then(|day| date.with_day(*day)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(base: Currency, quote: Currency, rate: &str) -> FxRate {
        let date = NaiveDate::from_ymd_opt(2026, 4, 1).expect("a day");
        FxRate { base, quote, rate: Exact::parse(rate).expect("test decimal"), date, source: "test".to_owned() }
    }

    #[test]
    fn a_currency_into_itself_is_the_amount_whatever_pair_the_rate_is_of() {
        let amount = Money::new(-567, Currency::Usd);
        for (base, quote) in
            [(Currency::Usd, Currency::Usd), (Currency::Usd, Currency::Zar), (Currency::Zar, Currency::Inr)]
        {
            assert_eq!(rate(base, quote, "0.219242").convert(amount, Currency::Usd), Ok(amount));
        }
        let list = Exact::parse("1.000001").expect("test decimal");
        let pinned = rate(Currency::Usd, Currency::Zar, "18.2");
        assert_eq!(list_price(&list, Currency::Inr, Currency::Inr, 6, &pinned), Ok(list.clone()));
    }

    #[test]
    fn a_currency_into_itself_still_needs_a_rate_above_zero() {
        let amount = Money::new(1, Currency::Usd);
        for bad in ["0", "-1"] {
            let refused = rate(Currency::Zar, Currency::Inr, bad).convert(amount, Currency::Usd);
            assert_eq!(refused, Err(FxError::BadRate), "{bad}");
        }
    }

    #[test]
    fn another_pair_is_still_refused() {
        let refused = rate(Currency::Zar, Currency::Inr, "4.5").convert(Money::new(1, Currency::Usd), Currency::Zar);
        assert_eq!(refused, Err(FxError::RateMismatch));
    }
}
