//! Money: a whole number of minor units and a currency (RULES MON). Invariant: never a float; rounding happens in one
//! place, half away from zero.

mod exact;
mod format;
mod split;

use serde::{Deserialize, Serialize};

pub use exact::{Exact, NotDecimal};
pub use format::{TypedMoneyError, format_amount, format_money, parse_typed_money, parse_typed_number};
pub use split::{SplitError, allocate_shares, instalments, split};

/// A currency the product sells in; all have two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
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
    /// ISO 4217 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zar => "ZAR",
            Self::Inr => "INR",
            Self::Usd => "USD",
        }
    }

    /// Parses the ISO 4217 code.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Zar, Self::Inr, Self::Usd].into_iter().find(|currency| currency.code() == code)
    }

    /// Decimals of the minor unit.
    pub fn minor_digits(self) -> u32 {
        2
    }
}

/// An amount. On the wire it is its plain decimal text; the currency stands on the document, so reading one back goes
/// through [`Money::parse`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ts_rs::TS)]
#[ts(type = "string")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// An amount that cannot be represented.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal with at most the currency's decimals.
    #[error("not an amount of money")]
    BadFormat,
    /// More minor units than 64 bits hold.
    #[error("the amount is too large")]
    OutOfRange,
    /// Two currencies in one sum.
    #[error("amounts in different currencies cannot be added")]
    CurrencyMismatch,
}

impl MoneyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadFormat => "bad_format",
            Self::OutOfRange => "number_out_of_range",
            Self::CurrencyMismatch => "currency_mismatch",
        }
    }
}

impl Money {
    /// An amount in minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Parses `-1234.50`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let value = Exact::parse(text).map_err(|_| MoneyError::BadFormat)?;
        if value.decimals() > currency.minor_digits() {
            return Err(MoneyError::BadFormat);
        }
        value.units(currency.minor_digits()).map(|minor| Self::new(minor, currency)).ok_or(MoneyError::OutOfRange)
    }

    /// Rounds half away from zero to the minor unit (MON 2).
    pub fn round(value: &Exact, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        value.round(digits).units(digits).map(|minor| Self::new(minor, currency)).ok_or(MoneyError::OutOfRange)
    }

    /// Sum of two amounts; refused across currencies and beyond 64 bits.
    #[expect(clippy::should_implement_trait, reason = "an operator cannot refuse another currency or an overflow")]
    pub fn add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// Difference of two amounts; refused across currencies and beyond 64 bits.
    #[expect(clippy::should_implement_trait, reason = "an operator cannot refuse another currency or an overflow")]
    pub fn sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// The amount with its sign turned.
    #[expect(clippy::should_implement_trait, reason = "an operator cannot refuse another currency or an overflow")]
    pub fn neg(self) -> Result<Self, MoneyError> {
        self.times(-1)
    }

    /// Sum of amounts in `currency`; only the result has to fit 64 bits, not every sum on the way (MON 1).
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        let mut total = 0_i128;
        for amount in amounts {
            Self::zero(currency).same_currency(amount)?;
            total += i128::from(amount.minor);
        }
        i64::try_from(total).map(|minor| Self::new(minor, currency)).map_err(|_| MoneyError::OutOfRange)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch) }
    }

    /// The amount times a whole number.
    pub fn times(self, factor: i64) -> Result<Self, MoneyError> {
        self.minor.checked_mul(factor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// `-1234.50`; never `-0.00`.
    pub fn to_plain(self) -> String {
        Exact::from_money(self).to_fixed(self.currency.minor_digits())
    }
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_plain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_and_minor_units_are_each_other_s_inverse_at_the_extremes() {
        for (text, minor) in [
            ("0.00", 0),
            ("-0.01", -1),
            ("1234.50", 123_450),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            let money = Money::parse(text, Currency::Zar).expect("fits 64 bits");
            assert_eq!((money.minor(), money.to_plain().as_str()), (minor, text));
        }
        assert_eq!(Money::parse("92233720368547758.08", Currency::Zar), Err(MoneyError::OutOfRange));
        assert_eq!(Money::parse("0.005", Currency::Zar), Err(MoneyError::BadFormat));
        assert_eq!(Money::parse("1e3", Currency::Zar), Err(MoneyError::BadFormat));
    }

    #[test]
    fn two_currencies_never_meet_in_one_sum() {
        let (rand, dollar) = (Money::new(1, Currency::Zar), Money::new(1, Currency::Usd));
        assert_eq!(rand.add(dollar), Err(MoneyError::CurrencyMismatch));
        assert_eq!(rand.sub(dollar), Err(MoneyError::CurrencyMismatch));
        assert_eq!(Money::sum([rand, dollar], Currency::Zar), Err(MoneyError::CurrencyMismatch));
    }

    #[test]
    fn only_the_result_of_a_sum_has_to_fit() {
        let (most, least) = (Money::new(i64::MAX, Currency::Usd), Money::new(-i64::MAX, Currency::Usd));
        assert_eq!(most.add(most), Err(MoneyError::OutOfRange));
        assert_eq!(Money::sum([most, most, least], Currency::Usd), Ok(most));
        assert_eq!(Money::new(i64::MIN, Currency::Usd).neg(), Err(MoneyError::OutOfRange));
    }
}
