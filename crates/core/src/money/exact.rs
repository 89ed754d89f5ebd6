//! Exact decimals of any size. Invariant: nothing is ever rounded silently; a fast path on 128-bit integers and a slow one
//! on big integers give the same value, and the representation is canonical (no trailing zero decimals).

use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Money;

/// Longest decimal text accepted, in characters.
const MAX_CHARS: usize = 4_000;

/// An exact decimal number: `mantissa / 10^scale`.
#[derive(Debug, Clone)]
pub struct Exact {
    mantissa: Mantissa,
    scale: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Mantissa {
    Small(i128),
    Big(BigInt),
}

/// A text that is not a decimal number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NotDecimal;

impl Mantissa {
    fn big(&self) -> BigInt {
        match self {
            Self::Small(value) => BigInt::from(*value),
            Self::Big(value) => value.clone(),
        }
    }

    fn from_big(value: BigInt) -> Self {
        match value.to_i128() {
            Some(small) => Self::Small(small),
            None => Self::Big(value),
        }
    }
}

fn pow10_small(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

fn pow10(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

impl Exact {
    /// 0.
    pub fn zero() -> Self {
        Self { mantissa: Mantissa::Small(0), scale: 0 }
    }

    /// `mantissa / 10^scale`.
    pub fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa: Mantissa::Small(mantissa), scale }.canonical()
    }

    /// The amount as a number of major units.
    pub fn from_money(money: Money) -> Self {
        Self::new(i128::from(money.minor()), money.currency().minor_digits())
    }

    /// Parses `-12.50`: an optional minus, digits, optionally a point and digits. No exponent, no plus, no spaces, no
    /// leading zeros.
    pub fn parse(text: &str) -> Result<Self, NotDecimal> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let fraction_digits = fraction.unwrap_or("");
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let malformed = whole.is_empty()
            || (whole.len() > 1 && whole.starts_with('0'))
            || fraction == Some("")
            || !all_digits(whole)
            || !all_digits(fraction_digits)
            || text.len() > MAX_CHARS;
        if malformed {
            return Err(NotDecimal);
        }
        let joined = format!("{whole}{fraction_digits}");
        let scale = u32::try_from(fraction_digits.len()).map_err(|_| NotDecimal)?;
        let mantissa = match joined.parse::<i128>() {
            Ok(value) => Mantissa::Small(if negative { -value } else { value }),
            Err(_) => {
                let value: BigInt = joined.parse().map_err(|_| NotDecimal)?;
                Mantissa::from_big(if negative { -value } else { value })
            }
        };
        Ok(Self { mantissa, scale }.canonical())
    }

    fn canonical(mut self) -> Self {
        match &mut self.mantissa {
            Mantissa::Small(0) => self.scale = 0,
            Mantissa::Small(value) => {
                while self.scale > 0 && *value % 10 == 0 {
                    *value /= 10;
                    self.scale -= 1;
                }
            }
            Mantissa::Big(value) => {
                let ten = BigInt::from(10);
                while self.scale > 0 {
                    let (quotient, remainder) = value.div_rem(&ten);
                    if !remainder.is_zero() {
                        break;
                    }
                    *value = quotient;
                    self.scale -= 1;
                }
                if let Some(small) = value.to_i128() {
                    self.mantissa = Mantissa::Small(small);
                }
            }
        }
        self
    }

    /// Digits after the point in the shortest form.
    pub fn decimals(&self) -> u32 {
        self.scale
    }

    /// Less than 0.
    pub fn is_negative(&self) -> bool {
        match &self.mantissa {
            Mantissa::Small(value) => *value < 0,
            Mantissa::Big(value) => value.is_negative(),
        }
    }

    /// Equal to 0.
    pub fn is_zero(&self) -> bool {
        matches!(self.mantissa, Mantissa::Small(0))
    }

    /// Mantissa at `scale`, which must not be smaller than the own one.
    fn at_scale(&self, scale: u32) -> Mantissa {
        let up = scale - self.scale;
        if let (Mantissa::Small(value), Some(factor)) = (&self.mantissa, pow10_small(up))
            && let Some(scaled) = value.checked_mul(factor)
        {
            return Mantissa::Small(scaled);
        }
        Mantissa::from_big(self.mantissa.big() * pow10(up))
    }

    /// Sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        let mantissa = match (self.at_scale(scale), other.at_scale(scale)) {
            (Mantissa::Small(a), Mantissa::Small(b)) => match a.checked_add(b) {
                Some(sum) => Mantissa::Small(sum),
                None => Mantissa::from_big(BigInt::from(a) + BigInt::from(b)),
            },
            (a, b) => Mantissa::from_big(a.big() + b.big()),
        };
        Self { mantissa, scale }.canonical()
    }

    /// Difference.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        self.add(&other.neg())
    }

    /// Product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        let scale = self.scale + other.scale;
        let mantissa = match (&self.mantissa, &other.mantissa) {
            (Mantissa::Small(a), Mantissa::Small(b)) => match a.checked_mul(*b) {
                Some(product) => Mantissa::Small(product),
                None => Mantissa::from_big(BigInt::from(*a) * BigInt::from(*b)),
            },
            (a, b) => Mantissa::from_big(a.big() * b.big()),
        };
        Self { mantissa, scale }.canonical()
    }

    /// The opposite.
    #[must_use]
    pub fn neg(&self) -> Self {
        let mantissa = match &self.mantissa {
            Mantissa::Small(value) => match value.checked_neg() {
                Some(opposite) => Mantissa::Small(opposite),
                None => Mantissa::from_big(-BigInt::from(*value)),
            },
            Mantissa::Big(value) => Mantissa::from_big(-value.clone()),
        };
        Self { mantissa, scale: self.scale }
    }

    /// The amount without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// A hundredth: percentages become factors.
    #[must_use]
    pub fn hundredth(&self) -> Self {
        Self { mantissa: self.mantissa.clone(), scale: self.scale + 2 }.canonical()
    }

    /// Rounded half away from zero to `dp` decimals.
    #[must_use]
    pub fn round(&self, dp: u32) -> Self {
        if self.scale <= dp {
            return self.clone();
        }
        let down = self.scale - dp;
        if let (Mantissa::Small(value), Some(divisor)) = (&self.mantissa, pow10_small(down)) {
            return Self::new(small_half_away(*value, divisor), dp);
        }
        let rounded = div_half_away(&self.mantissa.big(), &pow10(down));
        Self { mantissa: Mantissa::from_big(rounded), scale: dp }.canonical()
    }

    /// `numerator / denominator` rounded half away from zero to `dp` decimals; `None` when the denominator is 0.
    pub fn round_ratio(numerator: &Self, denominator: &Self, dp: u32) -> Option<Self> {
        if let Some((top, bottom)) = small_ratio(numerator, denominator, dp) {
            return Some(Self::new(small_half_away(top, bottom), dp));
        }
        let (top, bottom) = ratio(numerator, denominator, dp)?;
        Some(Self { mantissa: Mantissa::from_big(div_half_away(&top, &bottom)), scale: dp }.canonical())
    }

    /// `numerator / denominator` cut towards zero at `dp` decimals; `None` when the denominator is 0.
    pub fn truncate_ratio(numerator: &Self, denominator: &Self, dp: u32) -> Option<Self> {
        if let Some((top, bottom)) = small_ratio(numerator, denominator, dp) {
            return Some(Self::new(top / bottom, dp));
        }
        let (top, bottom) = ratio(numerator, denominator, dp)?;
        Some(Self { mantissa: Mantissa::from_big(top / bottom), scale: dp }.canonical())
    }

    /// Whole quotient and remainder of `self / 10^-dp`, both as integers of units of the last place: floor division.
    pub fn floor_units(&self, dp: u32) -> BigInt {
        if self.scale <= dp {
            return self.at_scale(dp).big();
        }
        self.mantissa.big().div_floor(&pow10(self.scale - dp))
    }

    /// The number of units of `10^-dp`, when it is a whole number of them that fits.
    pub fn units(&self, dp: u32) -> Option<i64> {
        if self.scale > dp {
            return None;
        }
        match self.at_scale(dp) {
            Mantissa::Small(value) => i64::try_from(value).ok(),
            Mantissa::Big(_) => None,
        }
    }

    /// Text with exactly `dp` decimals, rounded half away from zero; never `-0.00`.
    pub fn to_fixed(&self, dp: u32) -> String {
        let rounded = self.round(dp);
        let digits = match rounded.at_scale(dp) {
            Mantissa::Small(value) => value.to_string(),
            Mantissa::Big(value) => value.to_string(),
        };
        with_point(&digits, dp)
    }
}

/// Top and bottom of the ratio in units of the last place, when both fit 128 bits; the bottom is positive.
fn small_ratio(numerator: &Exact, denominator: &Exact, dp: u32) -> Option<(i128, i128)> {
    let (Mantissa::Small(top), Mantissa::Small(bottom)) = (&numerator.mantissa, &denominator.mantissa) else {
        return None;
    };
    let up = denominator.scale + dp;
    let top = top.checked_mul(pow10_small(up.saturating_sub(numerator.scale))?)?;
    let bottom = bottom.checked_mul(pow10_small(numerator.scale.saturating_sub(up))?)?;
    match bottom {
        0 => None,
        1.. => Some((top, bottom)),
        _ => Some((top.checked_neg()?, bottom.checked_neg()?)),
    }
}

/// Half away from zero; the divisor is positive.
fn small_half_away(top: i128, bottom: i128) -> i128 {
    let remainder = (top % bottom).unsigned_abs();
    let bump = i128::from(remainder >= bottom.unsigned_abs() - remainder);
    top / bottom + bump * top.signum()
}

fn ratio(numerator: &Exact, denominator: &Exact, dp: u32) -> Option<(BigInt, BigInt)> {
    if denominator.is_zero() {
        return None;
    }
    let top = numerator.mantissa.big() * pow10(denominator.scale + dp);
    let bottom = denominator.mantissa.big() * pow10(numerator.scale);
    Some(if bottom.is_negative() { (-top, -bottom) } else { (top, bottom) })
}

/// Half away from zero; the divisor is positive.
fn div_half_away(top: &BigInt, bottom: &BigInt) -> BigInt {
    let (quotient, remainder) = top.div_rem(bottom);
    if remainder.abs() * 2 >= *bottom {
        if top.is_negative() { quotient - BigInt::one() } else { quotient + BigInt::one() }
    } else {
        quotient
    }
}

fn with_point(digits: &str, dp: u32) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let dp = dp as usize;
    if dp == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = dp + 1);
    let (whole, fraction) = padded.split_at(padded.len() - dp);
    format!("{sign}{whole}.{fraction}")
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Self::new(i128::from(value), 0)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_fixed(self.scale))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Mantissa::Small(a), Mantissa::Small(b)) => a.cmp(&b),
            (a, b) => a.big().cmp(&b.big()),
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl ts_rs::TS for Exact {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;
    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
    fn inline(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Exact {
        Exact::parse(text).expect("test decimal")
    }

    #[test]
    fn halves_round_away_from_zero_on_both_sides() {
        for (value, dp, expected) in [
            ("0.005", 2, "0.01"),
            ("-0.005", 2, "-0.01"),
            ("0.0049", 2, "0.00"),
            ("-0.001", 2, "0.00"),
            ("1.5", 0, "2"),
            ("-1.5", 0, "-2"),
            ("170141183460469231731687303715884105727.5", 0, "170141183460469231731687303715884105728"),
        ] {
            assert_eq!(dec(value).to_fixed(dp), expected, "{value}");
        }
    }

    #[test]
    fn text_that_is_no_decimal_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e3", "+1", "1 0", "0x1", "--1", "1.2.3", "01", "-00.5", "٣"] {
            assert!(Exact::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn small_and_big_paths_agree(a in any::<i128>(), b in any::<i128>(), s in 0u32..30, t in 0u32..30) {
            let (x, y) = (Exact::new(a, s), Exact::new(b, t));
            let big = (BigInt::from(a) * pow10(t), BigInt::from(b) * pow10(s));
            let sum = Exact { mantissa: Mantissa::from_big(big.0 + big.1), scale: s + t }.canonical();
            prop_assert_eq!(x.add(&y), sum);
            let product = Exact { mantissa: Mantissa::from_big(BigInt::from(a) * BigInt::from(b)), scale: s + t }.canonical();
            prop_assert_eq!(x.mul(&y), product);
            prop_assert_eq!(Exact::parse(&x.to_string()).expect("own text"), x);
        }

        #[test]
        fn small_and_big_quotients_agree(a in any::<i128>(), b in any::<i64>(), s in 0u32..12, t in 0u32..12, dp in 0u32..8) {
            prop_assume!(b != 0);
            // A common factor of 10^40 puts both sides beyond 128 bits and leaves the quotient as it is.
            let beyond = Exact::parse(&format!("1{}", "0".repeat(40))).expect("digits");
            let (x, y) = (Exact::new(a, s), Exact::new(i128::from(b), t));
            let (bigger_x, bigger_y) = (x.mul(&beyond), y.mul(&beyond));
            prop_assert_eq!(Exact::round_ratio(&x, &y, dp), Exact::round_ratio(&bigger_x, &bigger_y, dp));
            prop_assert_eq!(Exact::truncate_ratio(&x, &y, dp), Exact::truncate_ratio(&bigger_x, &bigger_y, dp));
        }

        #[test]
        fn rounding_agrees_with_the_ratio_by_one(a in any::<i128>(), s in 0u32..30, dp in 0u32..8) {
            let x = Exact::new(a, s);
            prop_assert_eq!(x.round(dp), Exact::round_ratio(&x, &Exact::from(1), dp).expect("not zero"));
        }
    }
}
