//! Money: an integer count of minor units and its currency (MON 1). Invariant: an amount is never a float, never
//! leaves signed 64-bit minor units unnoticed, and two currencies are never added together.

mod exact;
mod format;
mod rounding;
mod split;

pub use exact::{Exact, Ratio};
pub use format::{
    NumberFormat, TypedMoneyError, ZarStyle, format_amount, format_money, parse_typed_money,
};
pub use rounding::{round_ratio_to_minor, round_to_minor};
pub use split::{apportion, instalments, split};

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use thiserror::Error;
use ts_rs::TS;

/// Why an amount or an exact decimal is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// The text is not a decimal number as the wire format writes it.
    #[error("not a decimal amount")]
    BadFormat,
    /// The amount does not fit signed 64-bit minor units.
    #[error("the amount is outside the range that can be stored")]
    OutOfRange,
    /// Two currencies met in one sum.
    #[error("amounts in different currencies cannot be added")]
    CurrencyMismatch,
    /// A split was asked for without any weight (MON 4, D2).
    #[error("there is nothing to split over")]
    NoWeights,
    /// A weight below zero (MON 4, D2).
    #[error("a weight is negative")]
    NegativeWeight,
    /// All weights are zero (MON 4, D2).
    #[error("all weights are zero")]
    ZeroWeights,
    /// Fewer than one instalment, or absurdly many (MON 5, D1).
    #[error("the number of instalments is not usable")]
    BadCount,
    /// A ratio with denominator zero.
    #[error("division by zero")]
    ZeroDenominator,
}

impl MoneyError {
    /// The stable code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadFormat => "bad_format",
            Self::OutOfRange => "number_out_of_range",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::NoWeights => "no_weights",
            Self::NegativeWeight => "negative_weight",
            Self::ZeroWeights => "zero_weights",
            Self::BadCount => "bad_count",
            Self::ZeroDenominator => "zero_denominator",
        }
    }
}

/// The currencies of the product's home markets and its platform billing (MON 1), by ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// South African rand.
    Zar,
    /// Indian rupee.
    Inr,
    /// United States dollar.
    Usd,
}

impl Currency {
    /// ISO 4217 alphabetic code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zar => "ZAR",
            Self::Inr => "INR",
            Self::Usd => "USD",
        }
    }

    /// Decimals of the minor unit (ISO 4217).
    pub fn minor_digits(self) -> u32 {
        match self {
            Self::Zar | Self::Inr | Self::Usd => 2,
        }
    }

    /// The currency of an ISO 4217 code, exactly as written on the wire.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Zar, Self::Inr, Self::Usd]
            .into_iter()
            .find(|currency| currency.code() == code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money. On the wire it is the plain decimal string; the currency stands on the document, so reading
/// one back goes through [`Money::parse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, TS)]
#[ts(type = "string")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount from its minor units (cents, paise).
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True for 0.00.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// True below 0.00.
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Sum; refused across currencies and outside 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// Difference; refused across currencies and outside 64 bits.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// The amount with its sign turned.
    pub fn checked_neg(self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// The amount a whole number of times.
    pub fn checked_mul(self, times: i64) -> Result<Self, MoneyError> {
        let minor = self
            .minor
            .checked_mul(times)
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// Sum of any number of amounts in `currency`; intermediate sums are 128 bit, only the result has to fit.
    pub fn sum(
        amounts: impl IntoIterator<Item = Self>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let mut total = 0i128;
        for amount in amounts {
            if amount.currency != currency {
                return Err(MoneyError::CurrencyMismatch);
            }
            total += i128::from(amount.minor);
        }
        Self::from_wide(total, currency)
    }

    /// An amount from 128-bit minor units, refused when it does not fit 64.
    pub fn from_wide(minor: i128, currency: Currency) -> Result<Self, MoneyError> {
        let minor = i64::try_from(minor).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// Reads the wire form: a decimal string with exactly the currency's decimals, such as `-12.50`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        if decimals != digits as usize {
            return Err(MoneyError::BadFormat);
        }
        let exact = Exact::parse(text)?;
        let minor = exact.to_minor_units(digits).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The wire form, such as `1234.50`; zero is `0.00`, never `-0.00`.
    pub fn to_plain(self) -> String {
        let digits = self.currency.minor_digits();
        let unit = 10u64.pow(digits);
        let magnitude = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        format!(
            "{sign}{}.{:0width$}",
            magnitude / unit,
            magnitude % unit,
            width = digits as usize
        )
    }

    fn combine(
        self,
        other: Self,
        op: impl Fn(i64, i64) -> Option<i64>,
    ) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = op(self.minor, other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_plain())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_plain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_form_and_minor_units_are_each_other_s_inverse_at_the_extremes() {
        for (text, minor) in [
            ("0.00", 0),
            ("-0.01", -1),
            ("1234.50", 123_450),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            let money = Money::parse(text, Currency::Zar).unwrap();
            assert_eq!(money.minor(), minor);
            assert_eq!(money.to_plain(), text);
        }
    }

    #[test]
    fn malformed_and_oversized_amounts_are_refused() {
        for (text, error) in [
            ("1234.5", MoneyError::BadFormat),
            ("1234", MoneyError::BadFormat),
            ("01.00", MoneyError::BadFormat),
            ("1,0.00", MoneyError::BadFormat),
            ("+1.00", MoneyError::BadFormat),
            ("", MoneyError::BadFormat),
            (".00", MoneyError::BadFormat),
            ("1e3.00", MoneyError::BadFormat),
            ("92233720368547758.08", MoneyError::OutOfRange),
        ] {
            assert_eq!(Money::parse(text, Currency::Inr), Err(error), "{text}");
        }
    }

    #[test]
    fn sums_check_currency_and_range_only_at_the_end() {
        let big = Money::new(i64::MAX, Currency::Usd);
        let back = Money::new(-i64::MAX, Currency::Usd);
        assert_eq!(big.checked_add(big), Err(MoneyError::OutOfRange));
        assert_eq!(Money::sum([big, big, back], Currency::Usd), Ok(big));
        assert_eq!(
            Money::sum([big], Currency::Zar),
            Err(MoneyError::CurrencyMismatch)
        );
        assert_eq!(
            Money::new(i64::MIN, Currency::Usd).checked_neg(),
            Err(MoneyError::OutOfRange)
        );
    }
}
