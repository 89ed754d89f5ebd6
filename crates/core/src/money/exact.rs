//! Exact decimals of any size (MON 3). Invariant: nothing here rounds except the functions that say so, and the
//! 128-bit fast path gives the same digits as the big-integer path.

use super::{Currency, Money, MoneyError};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;
use ts_rs::TS;

/// More characters than any rate or amount needs; keeps hostile input from costing time.
const MAX_TEXT: usize = 4_096;

#[derive(Clone, Debug)]
enum Mantissa {
    Small(i128),
    Big(BigInt),
}

/// An exact decimal: a whole mantissa and a number of decimals. Compared by value (`15` = `15.0`); written as a
/// string in its shortest form.
#[derive(Clone, Debug, TS)]
#[ts(type = "string")]
pub struct Exact {
    mantissa: Mantissa,
    scale: u32,
}

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self {
        mantissa: Mantissa::Small(0),
        scale: 0,
    };

    /// `mantissa` / 10^`scale`.
    pub const fn new(mantissa: i128, scale: u32) -> Self {
        Self {
            mantissa: Mantissa::Small(mantissa),
            scale,
        }
    }

    /// A whole number.
    pub const fn from_int(value: i64) -> Self {
        Self::new(value as i128, 0)
    }

    /// An amount of money in major units.
    pub fn from_money(money: Money) -> Self {
        Self::from_minor(money.minor(), money.currency())
    }

    /// An amount of minor units in major units.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self::new(i128::from(minor), currency.minor_digits())
    }

    /// Reads the wire form: no exponent, no plus sign, no leading zeros, digits on both sides of a point.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(MoneyError::BadFormat),
            Some(parts) => parts,
            None => (unsigned, ""),
        };
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty()
            || leading_zero
            || !digits(whole)
            || !digits(fraction)
            || text.len() > MAX_TEXT
        {
            return Err(MoneyError::BadFormat);
        }
        let scale = u32::try_from(fraction.len()).map_err(|_| MoneyError::BadFormat)?;
        let sign = if unsigned.len() == text.len() {
            ""
        } else {
            "-"
        };
        let joined = format!("{sign}{whole}{fraction}");
        let mantissa = match joined.parse::<i128>() {
            Ok(small) => Mantissa::Small(small),
            Err(_) => Mantissa::Big(BigInt::from_str(&joined).map_err(|_| MoneyError::BadFormat)?),
        };
        Ok(Self { mantissa, scale })
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match &self.mantissa {
            Mantissa::Small(m) => m.signum() as i32,
            Mantissa::Big(m) => i32::from(m.is_positive()) - i32::from(m.is_negative()),
        }
    }

    /// True for zero.
    pub fn is_zero(&self) -> bool {
        self.signum() == 0
    }

    /// True below zero.
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    /// The value without its sign.
    pub fn abs(&self) -> Self {
        if self.is_negative() {
            -self
        } else {
            self.clone()
        }
    }

    /// The value or zero, whichever is larger.
    pub fn max_zero(self) -> Self {
        if self.is_negative() { Self::ZERO } else { self }
    }

    /// The value / 10^`places`: exact, a shift of the point (percent is `shift_right(2)`).
    pub fn shift_right(mut self, places: u32) -> Self {
        self.scale += places;
        self
    }

    /// `self` x `pct` / 100.
    pub fn percent(&self, pct: &Self) -> Self {
        (self * pct).shift_right(2)
    }

    /// Decimals needed to write the value (trailing zeros do not count).
    pub fn decimals(&self) -> u32 {
        self.normalised().scale
    }

    /// Rounded half away from zero to `dp` decimals.
    pub fn round(&self, dp: u32) -> Self {
        if self.scale <= dp {
            return self.clone();
        }
        self.divide_by_power(dp, divide_half_away, big_divide_half_away)
    }

    /// Cut to `dp` decimals towards zero.
    pub fn truncate(&self, dp: u32) -> Self {
        if self.scale <= dp {
            return self.clone();
        }
        self.divide_by_power(dp, |n, d| n / d, |n, d| n / d)
    }

    /// The largest value with `dp` decimals that is not above this one.
    pub fn floor(&self, dp: u32) -> Self {
        if self.scale <= dp {
            return self.clone();
        }
        self.divide_by_power(dp, |n, d| n.div_euclid(d), |n, d| n.div_floor(d))
    }

    /// `num` / `den` rounded half away from zero to `dp` decimals; refused for denominator zero.
    pub fn round_ratio(num: &Self, den: &Self, dp: u32) -> Result<Self, MoneyError> {
        Self::divide(num, den, dp, divide_half_away, big_divide_half_away)
    }

    /// `num` / `den` cut towards zero to `dp` decimals; refused for denominator zero.
    pub fn truncate_ratio(num: &Self, den: &Self, dp: u32) -> Result<Self, MoneyError> {
        Self::divide(num, den, dp, |n, d| n / d, |n, d| n / d)
    }

    /// Written with exactly `dp` decimals, rounded half away from zero; never a negative zero.
    pub fn to_fixed(&self, dp: u32) -> String {
        let rounded = self.round(dp);
        let missing = (dp - rounded.scale) as usize;
        let mut text = rounded.digits();
        if missing > 0 {
            if rounded.scale == 0 {
                text.push('.');
            }
            text.extend(std::iter::repeat_n('0', missing));
        }
        text
    }

    /// Written with no more decimals than needed: `15`, `2.5`.
    pub fn to_shortest(&self) -> String {
        self.normalised().digits()
    }

    /// The whole number, when it is one and fits 64 bits.
    pub fn to_i64(&self) -> Option<i64> {
        let whole = self.normalised();
        if whole.scale != 0 {
            return None;
        }
        match whole.mantissa {
            Mantissa::Small(m) => i64::try_from(m).ok(),
            Mantissa::Big(m) => m.to_i64(),
        }
    }

    /// Minor units at `digits` decimals; `None` when there are more decimals or it does not fit 64 bits.
    pub(super) fn to_minor_units(&self, digits: u32) -> Option<i64> {
        let shifted = self * &Self::new(10i128.pow(digits), 0);
        shifted.to_i64()
    }

    /// The mantissas of all values at one common scale.
    pub(super) fn common_mantissas<'a>(
        values: impl Iterator<Item = &'a Self> + Clone,
    ) -> Vec<BigInt> {
        let scale = values.clone().map(|value| value.scale).max().unwrap_or(0);
        values
            .map(|value| value.to_big() * big_power(scale - value.scale))
            .collect()
    }

    fn to_big(&self) -> BigInt {
        match &self.mantissa {
            Mantissa::Small(m) => BigInt::from(*m),
            Mantissa::Big(m) => m.clone(),
        }
    }

    fn from_big(value: BigInt, scale: u32) -> Self {
        let mantissa = value
            .to_i128()
            .map_or(Mantissa::Big(value), Mantissa::Small);
        Self { mantissa, scale }
    }

    fn small(&self) -> Option<i128> {
        match self.mantissa {
            Mantissa::Small(m) => Some(m),
            Mantissa::Big(_) => None,
        }
    }

    /// Both mantissas at the larger of the two scales, when they fit 128 bits.
    fn aligned_small(&self, other: &Self) -> Option<(i128, i128, u32)> {
        let (a, b) = (self.small()?, other.small()?);
        let scale = self.scale.max(other.scale);
        let a = a.checked_mul(power(scale - self.scale)?)?;
        let b = b.checked_mul(power(scale - other.scale)?)?;
        Some((a, b, scale))
    }

    fn aligned_big(&self, other: &Self) -> (BigInt, BigInt, u32) {
        let scale = self.scale.max(other.scale);
        (
            self.to_big() * big_power(scale - self.scale),
            other.to_big() * big_power(scale - other.scale),
            scale,
        )
    }

    fn normalised(&self) -> Self {
        let mut scale = self.scale;
        match &self.mantissa {
            Mantissa::Small(0) => Self::ZERO,
            Mantissa::Small(m) => {
                let mut m = *m;
                while scale > 0 && m % 10 == 0 {
                    m /= 10;
                    scale -= 1;
                }
                Self::new(m, scale)
            }
            Mantissa::Big(m) => {
                let (mut m, ten) = (m.clone(), BigInt::from(10));
                while scale > 0 {
                    let (quotient, rest) = m.div_rem(&ten);
                    if !rest.is_zero() {
                        break;
                    }
                    m = quotient;
                    scale -= 1;
                }
                Self::from_big(m, scale)
            }
        }
    }

    fn divide_by_power(
        &self,
        dp: u32,
        small: fn(i128, i128) -> i128,
        big: fn(&BigInt, &BigInt) -> BigInt,
    ) -> Self {
        match (self.small(), power(self.scale - dp)) {
            (Some(m), Some(divisor)) => Self::new(small(m, divisor), dp),
            _ => Self::from_big(big(&self.to_big(), &big_power(self.scale - dp)), dp),
        }
    }

    fn divide(
        num: &Self,
        den: &Self,
        dp: u32,
        small: fn(i128, i128) -> i128,
        big: fn(&BigInt, &BigInt) -> BigInt,
    ) -> Result<Self, MoneyError> {
        if den.is_zero() {
            return Err(MoneyError::ZeroDenominator);
        }
        let up = (den.scale + dp).saturating_sub(num.scale);
        let down = num.scale.saturating_sub(den.scale + dp);
        let fast = || {
            let n = num.small()?.checked_mul(power(up)?)?;
            let d = den.small()?.checked_mul(power(down)?)?;
            (n != i128::MIN && d != i128::MIN).then(|| Self::new(small(n, d), dp))
        };
        Ok(fast().unwrap_or_else(|| {
            Self::from_big(
                big(
                    &(num.to_big() * big_power(up)),
                    &(den.to_big() * big_power(down)),
                ),
                dp,
            )
        }))
    }

    /// All digits the value carries, with its point.
    fn digits(&self) -> String {
        let magnitude = match &self.mantissa {
            Mantissa::Small(m) => m.unsigned_abs().to_string(),
            Mantissa::Big(m) => m.magnitude().to_string(),
        };
        let sign = if self.is_negative() { "-" } else { "" };
        let scale = self.scale as usize;
        if scale == 0 {
            return format!("{sign}{magnitude}");
        }
        let padded = format!("{magnitude:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        format!("{sign}{whole}.{fraction}")
    }
}

fn power(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

fn big_power(exponent: u32) -> BigInt {
    if exponent == 0 {
        BigInt::one()
    } else {
        BigInt::from(10).pow(exponent)
    }
}

/// n / d rounded half away from zero.
fn divide_half_away(n: i128, d: i128) -> i128 {
    let (magnitude, divisor) = (n.unsigned_abs(), d.unsigned_abs());
    let (quotient, rest) = (magnitude / divisor, magnitude % divisor);
    let rounded = (quotient + u128::from(rest >= divisor - rest)) as i128;
    if (n < 0) == (d < 0) {
        rounded
    } else {
        -rounded
    }
}

fn big_divide_half_away(n: &BigInt, d: &BigInt) -> BigInt {
    let (quotient, rest) = n.abs().div_rem(&d.abs());
    let rounded = if rest.clone() + rest >= d.abs() {
        quotient + 1
    } else {
        quotient
    };
    if n.is_negative() == d.is_negative() {
        rounded
    } else {
        -rounded
    }
}

macro_rules! exact_operator {
    ($trait:ident, $method:ident, $compute:expr) => {
        impl $trait<&Exact> for &Exact {
            type Output = Exact;
            fn $method(self, other: &Exact) -> Exact {
                let compute: fn(&Exact, &Exact) -> Exact = $compute;
                compute(self, other)
            }
        }
        impl $trait for Exact {
            type Output = Exact;
            fn $method(self, other: Exact) -> Exact {
                $trait::$method(&self, &other)
            }
        }
    };
}

exact_operator!(Add, add, |a, b| {
    let fast = a
        .aligned_small(b)
        .and_then(|(x, y, scale)| Some(Exact::new(x.checked_add(y)?, scale)));
    fast.unwrap_or_else(|| {
        let (x, y, scale) = a.aligned_big(b);
        Exact::from_big(x + y, scale)
    })
});
exact_operator!(Sub, sub, |a, b| {
    let fast = a
        .aligned_small(b)
        .and_then(|(x, y, scale)| Some(Exact::new(x.checked_sub(y)?, scale)));
    fast.unwrap_or_else(|| {
        let (x, y, scale) = a.aligned_big(b);
        Exact::from_big(x - y, scale)
    })
});
exact_operator!(Mul, mul, |a, b| {
    let scale = a.scale + b.scale;
    let fast = || Some(Exact::new(a.small()?.checked_mul(b.small()?)?, scale));
    fast().unwrap_or_else(|| Exact::from_big(a.to_big() * b.to_big(), scale))
});

impl Neg for &Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        &Exact::ZERO - self
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned_small(other) {
            Some((a, b, _)) => a.cmp(&b),
            None => {
                let (a, b, _) = self.aligned_big(other);
                a.cmp(&b)
            }
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_shortest())
    }
}

impl FromStr for Exact {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_shortest())
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// An exact quotient, kept unrounded so that thresholds compare on the true value (APR 1).
#[derive(Clone, Debug)]
pub struct Ratio {
    num: Exact,
    den: Exact,
}

impl Ratio {
    /// `num` / `den`; refused for denominator zero.
    pub fn new(num: Exact, den: Exact) -> Result<Self, MoneyError> {
        match den.signum() {
            0 => Err(MoneyError::ZeroDenominator),
            1 => Ok(Self { num, den }),
            _ => Ok(Self {
                num: -&num,
                den: -&den,
            }),
        }
    }

    /// A plain decimal as a ratio.
    pub fn whole(value: Exact) -> Self {
        Self {
            num: value,
            den: Exact::new(1, 0),
        }
    }

    /// Zero.
    pub fn zero() -> Self {
        Self::whole(Exact::ZERO)
    }

    /// Rounded half away from zero to `dp` decimals.
    pub fn round(&self, dp: u32) -> Exact {
        Exact::round_ratio(&self.num, &self.den, dp)
            .expect("the denominator is positive by construction")
    }

    /// The shortest exact decimal, if the quotient has one with at most `max_dp` decimals.
    pub fn exact(&self, max_dp: u32) -> Option<Exact> {
        let candidate = self.round(max_dp);
        (&candidate * &self.den == self.num).then_some(candidate)
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.num * &other.den).cmp(&(&other.num * &self.den))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ratio {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ratio {}

#[cfg(test)]
#[path = "exact_tests.rs"]
mod tests;
