//! R(x) of MON 2: the one place where a value becomes an amount of money. Invariant: half a minor unit goes away from
//! zero, on both sides of zero.

use super::{Currency, Exact, Money, MoneyError};

/// R(x): rounds half away from zero to the currency's minor unit (MON 2).
pub fn round_to_minor(value: &Exact, currency: Currency) -> Result<Money, MoneyError> {
    let digits = currency.minor_digits();
    let minor = value
        .round(digits)
        .to_minor_units(digits)
        .ok_or(MoneyError::OutOfRange)?;
    Ok(Money::new(minor, currency))
}

/// R(`num` / `den`), exact until the one rounding (MON 2, MON 3).
pub fn round_ratio_to_minor(
    num: &Exact,
    den: &Exact,
    currency: Currency,
) -> Result<Money, MoneyError> {
    let digits = currency.minor_digits();
    round_to_minor(&Exact::round_ratio(num, den, digits)?, currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_cent_goes_away_from_zero_and_zero_has_no_sign() {
        for (value, expected) in [
            ("2.345", "2.35"),
            ("-2.345", "-2.35"),
            ("0.004999999999999999999999999999999999999999999", "0.00"),
            ("-0.0049", "0.00"),
        ] {
            let amount = round_to_minor(&Exact::parse(value).unwrap(), Currency::Zar).unwrap();
            assert_eq!(amount.to_plain(), expected);
        }
    }

    #[test]
    fn an_amount_beyond_64_bits_is_refused() {
        let huge = Exact::parse("92233720368547758.075").unwrap();
        assert_eq!(
            round_to_minor(&huge, Currency::Inr),
            Err(MoneyError::OutOfRange)
        );
        let last = Exact::parse("92233720368547758.0749").unwrap();
        assert_eq!(
            round_to_minor(&last, Currency::Inr).map(Money::minor),
            Ok(i64::MAX)
        );
    }
}
