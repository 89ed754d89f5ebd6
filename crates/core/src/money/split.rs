//! Splitting an amount into parts that always sum to it (RULES MON 4, 5; TAX D20).

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::{Exact, Money, MoneyError};

/// Why an amount cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// No weights.
    #[error("there is nothing to split over")]
    NoWeights,
    /// A weight below 0.
    #[error("a weight is negative")]
    NegativeWeight,
    /// All weights 0.
    #[error("all weights are zero")]
    ZeroWeights,
    /// Fewer than one instalment.
    #[error("at least one instalment is needed")]
    BadCount,
    /// Too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl SplitError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoWeights => "no_weights",
            Self::NegativeWeight => "negative_weight",
            Self::ZeroWeights => "zero_weights",
            Self::BadCount => "bad_count",
            Self::Money(error) => error.code(),
        }
    }
}

/// Largest remainder on exact shares, ties to the lower index; a negative total is the mirror image (MON 4, D2).
pub fn split(total: Money, weights: &[Exact]) -> Result<Vec<Money>, SplitError> {
    if weights.is_empty() {
        return Err(SplitError::NoWeights);
    }
    if weights.iter().any(Exact::is_negative) {
        return Err(SplitError::NegativeWeight);
    }
    let decimals = weights.iter().map(Exact::decimals).max().unwrap_or(0);
    let units: Vec<BigInt> = weights.iter().map(|weight| weight.floor_units(decimals)).collect();
    let sum: BigInt = units.iter().sum();
    if sum.is_zero() {
        return Err(SplitError::ZeroWeights);
    }
    let negative = total.minor() < 0;
    let whole = BigInt::from(total.minor().unsigned_abs());
    let shares: Vec<(BigInt, BigInt)> =
        units.iter().map(|unit| num_integer::Integer::div_mod_floor(&(unit * &whole), &sum)).collect();
    let parts = hand_out(&shares, &whole);
    parts.into_iter().map(|part| signed(part, negative, total)).collect()
}

/// Splits `total` over exact signed shares that sum to it before rounding: floor each, missing units to the largest
/// fractions, ties to the lower index; mirrored when `negative` (TAX D20). `dp` is the minor unit's decimals.
pub fn allocate_shares(total: Money, exact: &[Exact], negative: bool) -> Result<Vec<Money>, SplitError> {
    let dp = total.currency().minor_digits();
    let oriented: Vec<Exact> = exact.iter().map(|share| if negative { share.neg() } else { share.clone() }).collect();
    let whole = BigInt::from(if negative { -i128::from(total.minor()) } else { i128::from(total.minor()) });
    let shares: Vec<(BigInt, Exact)> = oriented
        .iter()
        .map(|share| {
            let floor = share.floor_units(dp);
            let rest = share.mul(&Exact::new(10_i128.pow(dp), 0)).sub(&big_exact(&floor));
            (floor, rest)
        })
        .collect();
    let parts = hand_out(&shares, &whole);
    parts.into_iter().map(|part| signed(part, negative, total)).collect()
}

fn big_exact(value: &BigInt) -> Exact {
    Exact::parse(&value.to_string()).unwrap_or_else(|_| Exact::zero())
}

/// Gives the units that the floors leave over to the largest remainders, ties to the lower index.
fn hand_out<R: Ord>(shares: &[(BigInt, R)], whole: &BigInt) -> Vec<BigInt> {
    let mut parts: Vec<BigInt> = shares.iter().map(|(floor, _)| floor.clone()).collect();
    let given: BigInt = parts.iter().sum();
    let missing = (whole - given).to_usize().unwrap_or(0);
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| shares[*b].1.cmp(&shares[*a].1).then(a.cmp(b)));
    for index in order.into_iter().cycle().take(missing) {
        parts[index] += 1;
    }
    parts
}

fn signed(part: BigInt, negative: bool, total: Money) -> Result<Money, SplitError> {
    let part = if negative { -part } else { part };
    let minor = part.to_i64().ok_or(MoneyError::OutOfRange)?;
    Ok(Money::new(minor, total.currency()))
}

/// Equal instalments; the first ones carry the odd units (MON 5, D1).
pub fn instalments(total: Money, count: i64) -> Result<Vec<Money>, SplitError> {
    if !(1..=100_000).contains(&count) {
        return Err(SplitError::BadCount);
    }
    let magnitude = i128::from(total.minor()).abs();
    let (base, odd) = (magnitude / i128::from(count), magnitude % i128::from(count));
    let sign = if total.minor() < 0 { -1 } else { 1 };
    (0..i128::from(count))
        .map(|index| {
            let minor = sign * (base + i128::from(index < odd));
            i64::try_from(minor).map(|m| Money::new(m, total.currency())).map_err(|_| MoneyError::OutOfRange.into())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    proptest! {
        #[test]
        fn parts_always_sum_to_the_whole(total in any::<i64>(), weights in prop::collection::vec(0u32..10_000, 1..30)) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let weights: Vec<Exact> = weights.into_iter().map(|w| Exact::from(i64::from(w))).collect();
            let parts = split(Money::new(total, Currency::Zar), &weights).expect("valid weights");
            let sum: i128 = parts.iter().map(|part| i128::from(part.minor())).sum();
            prop_assert_eq!(sum, i128::from(total));
        }

        #[test]
        fn instalments_always_sum_to_the_whole(total in any::<i64>(), count in 1i64..400) {
            let parts = instalments(Money::new(total, Currency::Inr), count).expect("valid count");
            let sum: i128 = parts.iter().map(|part| i128::from(part.minor())).sum();
            prop_assert_eq!(sum, i128::from(total));
        }
    }
}
