//! Amounts as people read and type them. Invariant: formatting never rounds, and typed text either is understood
//! completely or refused; a doubtful amount is never guessed.

use super::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// How rand amounts are written: an organisation's setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ZarStyle {
    /// `R41,650.00`
    #[default]
    Comma,
    /// `R 41 650,00`
    Space,
}

/// The organisation's number format. Rupees are always grouped in lakh, dollars in thousands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NumberFormat {
    /// Style of rand amounts.
    pub zar: ZarStyle,
}

/// A non-breaking space: an amount is never broken over two lines.
const SPACE: char = '\u{a0}';

/// The amount with its currency sign: `R41,650.00`, `-₹1,00,000.00`, `$1,234.56`.
pub fn format_money(money: Money, format: &NumberFormat) -> String {
    let sign = if money.is_negative() { "-" } else { "" };
    let symbol = match (money.currency(), format.zar) {
        (Currency::Zar, ZarStyle::Comma) => "R".to_owned(),
        (Currency::Zar, ZarStyle::Space) => format!("R{SPACE}"),
        (Currency::Inr, _) => "₹".to_owned(),
        (Currency::Usd, _) => "$".to_owned(),
    };
    format!("{sign}{symbol}{}", format_magnitude(money, format))
}

/// The amount without a currency sign, for columns headed by the currency.
pub fn format_amount(money: Money, format: &NumberFormat) -> String {
    let sign = if money.is_negative() { "-" } else { "" };
    format!("{sign}{}", format_magnitude(money, format))
}

fn format_magnitude(money: Money, format: &NumberFormat) -> String {
    let digits = money.currency().minor_digits();
    let unit = 10u64.pow(digits);
    let magnitude = money.minor().unsigned_abs();
    let (separator, point) = match (money.currency(), format.zar) {
        (Currency::Zar, ZarStyle::Space) => (SPACE, ','),
        _ => (',', '.'),
    };
    let whole = group(&(magnitude / unit).to_string(), separator, money.currency());
    format!(
        "{whole}{point}{:0width$}",
        magnitude % unit,
        width = digits as usize
    )
}

/// Groups digits by three from the right; in rupees by two above the last three.
fn group(digits: &str, separator: char, currency: Currency) -> String {
    let upper = if currency == Currency::Inr { 2 } else { 3 };
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if index > 0 && (left == 3 || (left > 3 && (left - 3) % upper == 0)) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// Why typed text is not taken as an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TypedMoneyError {
    /// Not an amount.
    #[error("this is not an amount")]
    NotAnAmount,
    /// More decimals than the currency has.
    #[error("the amount has too many decimals")]
    TooManyDecimals,
    /// A trillion or more: a typing error, whatever the currency.
    #[error("the amount is too large to be meant")]
    TooLarge,
}

impl TypedMoneyError {
    /// The stable code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnAmount => "money.not_an_amount",
            Self::TooManyDecimals => "money.too_many_decimals",
            Self::TooLarge => "money.too_large",
        }
    }
}

/// Digits before the point that a person can mean.
const MAX_TYPED_DIGITS: usize = 12;

/// Reads an amount as typed or pasted: `41650`, `41 650,00`, `R41,650.00`, `₹1,00,000`. Group marks must stand where
/// the currency puts them, so that `1,5` is one and a half and `1,234` is one thousand two hundred and thirty-four.
pub fn parse_typed_money(text: &str, currency: Currency) -> Result<Money, TypedMoneyError> {
    let text = text.trim();
    let (negative, text) = strip_minus(text);
    let text = strip_symbol(text, currency).trim_start();
    let (negative, text) = if negative {
        (true, text)
    } else {
        strip_minus(text)
    };
    let text: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let (whole, decimals) = split_decimals(&text, currency)?;
    let whole = ungroup(whole, currency).ok_or(TypedMoneyError::NotAnAmount)?;
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TypedMoneyError::NotAnAmount);
    }
    let digits = currency.minor_digits() as usize;
    if decimals.len() > digits {
        return Err(TypedMoneyError::TooManyDecimals);
    }
    let significant = whole.trim_start_matches('0');
    if significant.len() > MAX_TYPED_DIGITS {
        return Err(TypedMoneyError::TooLarge);
    }
    let significant = if significant.is_empty() {
        "0"
    } else {
        significant
    };
    let plain = format!(
        "{}{significant}.{decimals:0<digits$}",
        if negative { "-" } else { "" }
    );
    Money::parse(&plain, currency).map_err(|error| match error {
        MoneyError::OutOfRange => TypedMoneyError::TooLarge,
        _ => TypedMoneyError::NotAnAmount,
    })
}

fn strip_minus(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

fn strip_symbol(text: &str, currency: Currency) -> &str {
    let symbols: &[&str] = match currency {
        Currency::Zar => &["ZAR", "R", "r"],
        Currency::Inr => &["INR", "Rs.", "Rs", "₹"],
        Currency::Usd => &["USD", "US$", "$"],
    };
    symbols
        .iter()
        .find_map(|symbol| text.strip_prefix(symbol))
        .unwrap_or(text)
}

/// Finds the decimal mark: the last point or comma, unless it is a group mark by position.
fn split_decimals(text: &str, currency: Currency) -> Result<(&str, &str), TypedMoneyError> {
    let Some(at) = text.rfind(['.', ',']) else {
        return Ok((text, ""));
    };
    let (whole, decimals) = (&text[..at], &text[at + 1..]);
    let mark = &text[at..=at];
    let grouping = mark == "," && ungroup(text, currency).is_some();
    if grouping {
        return Ok((text, ""));
    }
    if decimals.is_empty() || whole.is_empty() || whole.contains(mark) {
        return Err(TypedMoneyError::NotAnAmount);
    }
    Ok((whole, decimals))
}

/// The bare digits of a whole number whose group marks, of one kind, stand at the currency's places.
fn ungroup(whole: &str, currency: Currency) -> Option<String> {
    let groups: Vec<&str> = match whole.chars().find(|c| !c.is_ascii_digit()) {
        None => vec![whole],
        Some(mark @ (',' | ' ' | '.' | '\'')) => whole.split(mark).collect(),
        Some(_) => return None,
    };
    if groups
        .iter()
        .any(|group| group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let by =
            |size: usize| first.len() <= size && middle.iter().all(|group| group.len() == size);
        if last.len() != 3 || !(by(3) || (currency == Currency::Inr && by(2))) {
            return None;
        }
    }
    Some(groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_written_as_each_market_writes_them() {
        let space = NumberFormat {
            zar: ZarStyle::Space,
        };
        for (minor, currency, format, expected) in [
            (
                4_165_000,
                Currency::Zar,
                NumberFormat::default(),
                "R41,650.00",
            ),
            (4_165_000, Currency::Zar, space, "R\u{a0}41\u{a0}650,00"),
            (-5, Currency::Zar, NumberFormat::default(), "-R0.05"),
            (
                10_000_000,
                Currency::Inr,
                NumberFormat::default(),
                "₹1,00,000.00",
            ),
            (
                1_234_567_890,
                Currency::Inr,
                NumberFormat::default(),
                "₹1,23,45,678.90",
            ),
            (99_999, Currency::Inr, NumberFormat::default(), "₹999.99"),
            (123_456, Currency::Usd, NumberFormat::default(), "$1,234.56"),
            (100_000_000, Currency::Usd, space, "$1,000,000.00"),
        ] {
            assert_eq!(format_money(Money::new(minor, currency), &format), expected);
        }
        assert_eq!(
            format_amount(
                Money::new(-4_165_000, Currency::Zar),
                &NumberFormat::default()
            ),
            "-41,650.00"
        );
    }

    #[test]
    fn typed_amounts_are_understood_in_the_usual_spellings() {
        for (text, currency, minor) in [
            ("41650", Currency::Zar, 4_165_000),
            ("41 650,00", Currency::Zar, 4_165_000),
            ("R41,650.00", Currency::Zar, 4_165_000),
            ("R 41\u{a0}650,00", Currency::Zar, 4_165_000),
            ("ZAR 1,5", Currency::Zar, 150),
            ("1,234", Currency::Zar, 123_400),
            ("41.650,00", Currency::Zar, 4_165_000),
            ("-R12.5", Currency::Zar, -1_250),
            ("₹1,00,000", Currency::Inr, 10_000_000),
            ("100,000.5", Currency::Inr, 10_000_050),
            ("$0.07", Currency::Usd, 7),
            ("007", Currency::Usd, 700),
        ] {
            assert_eq!(
                parse_typed_money(text, currency).map(Money::minor),
                Ok(minor),
                "{text}"
            );
        }
    }

    #[test]
    fn nonsense_and_absurd_sizes_are_refused() {
        for (text, error) in [
            ("", TypedMoneyError::NotAnAmount),
            ("abc", TypedMoneyError::NotAnAmount),
            ("R", TypedMoneyError::NotAnAmount),
            ("--5", TypedMoneyError::NotAnAmount),
            ("1e9", TypedMoneyError::NotAnAmount),
            ("5.", TypedMoneyError::NotAnAmount),
            ("1,23,4", TypedMoneyError::NotAnAmount),
            ("1.2.3", TypedMoneyError::NotAnAmount),
            ("12 34", TypedMoneyError::NotAnAmount),
            ("$5", TypedMoneyError::NotAnAmount),
            ("1.005", TypedMoneyError::TooManyDecimals),
            ("1000000000000", TypedMoneyError::TooLarge),
        ] {
            assert_eq!(
                parse_typed_money(text, Currency::Zar),
                Err(error),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_typed_back(minor in -99_999_999_999_999i64..99_999_999_999_999, which in 0usize..3, spaced: bool) {
            let currency = [Currency::Zar, Currency::Inr, Currency::Usd][which];
            let format = NumberFormat { zar: if spaced { ZarStyle::Space } else { ZarStyle::Comma } };
            let money = Money::new(minor, currency);
            prop_assert_eq!(parse_typed_money(&format_money(money, &format), currency), Ok(money));
            prop_assert_eq!(parse_typed_money(&format_amount(money, &format), currency), Ok(money));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,20}") {
            let _ = parse_typed_money(&text, Currency::Zar);
        }
    }
}
