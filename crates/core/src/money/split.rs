//! Splitting an amount (MON 4, MON 5). Invariant: the parts always sum to the whole, and a credit is split as the
//! mirror image of the charge.

use super::{Exact, Money, MoneyError};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

/// More instalments than any contract can have months; protects memory, not a business rule.
const MAX_INSTALMENTS: i64 = 1_000_000;

/// Splits `total` over `weights` by largest remainder on exact shares, ties to the lower index (MON 4, D2).
///
/// Errors: `no_weights`, `negative_weight`, `zero_weights`.
pub fn split(total: Money, weights: &[Exact]) -> Result<Vec<Money>, MoneyError> {
    if weights.is_empty() {
        return Err(MoneyError::NoWeights);
    }
    if weights.iter().any(Exact::is_negative) {
        return Err(MoneyError::NegativeWeight);
    }
    let weights = Exact::common_mantissas(weights.iter());
    let sum: BigInt = weights.iter().sum();
    if sum.is_zero() {
        return Err(MoneyError::ZeroWeights);
    }
    let magnitude = BigInt::from(total.minor()).abs();
    let shares = weights
        .iter()
        .map(|weight| (&magnitude * weight).div_rem(&sum))
        .collect();
    hand_out(total, shares)
}

/// Gives each part the floor of its exact share and the missing minor units to the largest fractions, ties to the
/// lower index (TAX 1, D20). Shares are in major units and may be negative; they must sum to within half a minor unit
/// per part of `total`. A negative total is the mirror image of the positive one.
pub fn apportion(total: Money, shares: &[Exact]) -> Result<Vec<Money>, MoneyError> {
    if shares.is_empty() {
        return if total.is_zero() {
            Ok(Vec::new())
        } else {
            Err(MoneyError::NoWeights)
        };
    }
    let digits = total.currency().minor_digits();
    let unit = Exact::new(
        if total.is_negative() { -1 } else { 1 } * 10i128.pow(digits),
        0,
    );
    let minor: Vec<Exact> = shares.iter().map(|share| share * &unit).collect();
    let one = Exact::new(1, 0);
    let mut aligned = Exact::common_mantissas(minor.iter().chain([&one]));
    let one = aligned.pop().expect("the unit was appended to the list");
    hand_out(
        total,
        aligned
            .iter()
            .map(|share| share.div_mod_floor(&one))
            .collect(),
    )
}

/// Splits `total` into `n` equal instalments; the first ones carry the extra minor units (MON 5, D1).
///
/// Errors: `bad_count` for n < 1.
pub fn instalments(total: Money, n: i64) -> Result<Vec<Money>, MoneyError> {
    if !(1..=MAX_INSTALMENTS).contains(&n) {
        return Err(MoneyError::BadCount);
    }
    let (floor, extra) = (total.minor() / n, total.minor() % n);
    let part = |index: i64| {
        floor
            + if index < extra.abs() {
                extra.signum()
            } else {
                0
            }
    };
    Ok((0..n)
        .map(|index| Money::new(part(index), total.currency()))
        .collect())
}

/// Adds the minor units missing from the floors to the largest remainders, and restores the total's sign.
fn hand_out(total: Money, shares: Vec<(BigInt, BigInt)>) -> Result<Vec<Money>, MoneyError> {
    let given: BigInt = shares.iter().map(|(floor, _)| floor).sum();
    let missing = BigInt::from(total.minor()).abs() - given;
    let missing = missing
        .to_usize()
        .filter(|m| *m <= shares.len())
        .ok_or(MoneyError::OutOfRange)?;
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|a, b| shares[*b].1.cmp(&shares[*a].1));
    let mut extra = vec![0i128; shares.len()];
    for index in order.into_iter().take(missing) {
        extra[index] = 1;
    }
    let sign = if total.is_negative() { -1 } else { 1 };
    let part = |((floor, _), extra): (&(BigInt, BigInt), i128)| {
        let floor = floor.to_i128().ok_or(MoneyError::OutOfRange)?;
        Money::from_wide(sign * (floor + extra), total.currency())
    };
    shares.iter().zip(extra).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    #[test]
    fn the_smallest_amount_is_split_and_paid_in_instalments_without_overflow() {
        let lowest = Money::new(i64::MIN, Currency::Zar);
        let parts = split(lowest, &[Exact::new(1, 0), Exact::ZERO]).unwrap();
        assert_eq!(parts, vec![lowest, Money::zero(Currency::Zar)]);
        let parts = instalments(lowest, 3).unwrap();
        assert_eq!(
            parts
                .iter()
                .map(|part| i128::from(part.minor()))
                .sum::<i128>(),
            i128::from(i64::MIN)
        );
    }

    #[test]
    fn shares_of_both_signs_stay_within_one_minor_unit() {
        let shares: Vec<Exact> = ["10.555", "-10.545", "0.004"]
            .map(|s| Exact::parse(s).unwrap())
            .to_vec();
        let parts = apportion(Money::new(1, Currency::Zar), &shares).unwrap();
        assert_eq!(
            parts.iter().map(|part| part.minor()).collect::<Vec<_>>(),
            [1056, -1055, 0]
        );
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(total in any::<i64>(), weights in prop::collection::vec((0i64..1_000_000, 0u32..7), 1..40)) {
            let weights: Vec<Exact> = weights.into_iter().map(|(m, s)| Exact::new(m.into(), s)).collect();
            prop_assume!(weights.iter().any(|weight| !weight.is_zero()));
            let total = Money::new(total, Currency::Usd);
            let parts = split(total, &weights).unwrap();
            prop_assert_eq!(Money::sum(parts.iter().copied(), Currency::Usd), Ok(total));
            if total.minor() != i64::MIN {
                let mirrored = split(total.checked_neg().unwrap(), &weights).unwrap();
                let back: Vec<Money> = mirrored.into_iter().map(|part| part.checked_neg().unwrap()).collect();
                prop_assert_eq!(parts, back);
            }
        }

        #[test]
        fn instalments_sum_to_the_whole_and_never_grow(total in any::<i64>(), n in 1i64..400) {
            let total = Money::new(total, Currency::Inr);
            let parts = instalments(total, n).unwrap();
            prop_assert_eq!(Money::sum(parts.iter().copied(), Currency::Inr), Ok(total));
            prop_assert!(parts.windows(2).all(|pair| pair[0].minor().abs_diff(0) >= pair[1].minor().abs_diff(0)));
        }
    }
}
