//! Money: a whole number of minor units and a currency (RULES MON). Invariant: never a float; rounding happens in one
//! place, half away from zero.

mod exact;
mod format;
mod split;

use serde::{Deserialize, Serialize};

pub use exact::{Exact, NotDecimal};
pub use format::{TypedMoneyError, format_amount, format_money, parse_typed_money};
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

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}

impl MoneyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadFormat => "bad_format",
            Self::OutOfRange => "number_out_of_range",
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

    /// Sum of two amounts of one currency.
    pub fn add(self, other: Self) -> Result<Self, MoneyError> {
        debug_assert_eq!(self.currency, other.currency);
        self.minor.checked_add(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// Difference of two amounts of one currency.
    pub fn sub(self, other: Self) -> Result<Self, MoneyError> {
        debug_assert_eq!(self.currency, other.currency);
        self.minor.checked_sub(other.minor).map(|minor| Self::new(minor, self.currency)).ok_or(MoneyError::OutOfRange)
    }

    /// Sum of amounts of one currency.
    pub fn sum(amounts: impl IntoIterator<Item = Self>, currency: Currency) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::add)
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
