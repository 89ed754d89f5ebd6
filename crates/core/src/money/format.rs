//! How amounts are printed and read back. Invariant: formatting never rounds; what cannot be an amount is refused.

use super::{Currency, Exact, Money, MoneyError};
use crate::organisations::NumberStyle;

/// Digits before the point that a person can mean; a trillion is a typing error in every currency.
const MAX_TYPED_DIGITS: usize = 12;

/// Why typed text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedMoneyError {
    /// Not readable, or readable in two ways.
    #[error("not an amount of money")]
    NotMoney,
    /// More decimals than the currency has.
    #[error("the amount has too many decimals")]
    TooManyDecimals,
    /// A million millions or more.
    #[error("the amount is too large")]
    TooLarge,
}

impl TypedMoneyError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotMoney => "money.not_an_amount",
            Self::TooManyDecimals => "money.too_many_decimals",
            Self::TooLarge => "money.too_large",
        }
    }
}

/// `R41,650.00`, `R 41 650,00`, `₹1,00,000.00`, `$1,234.56`.
pub fn format_money(amount: Money, style: NumberStyle) -> String {
    let sign = if amount.minor() < 0 { "-" } else { "" };
    let text = unsigned(amount, style);
    match (amount.currency(), style) {
        (Currency::Zar, NumberStyle::Comma) => format!("{sign}R{text}"),
        (Currency::Zar, NumberStyle::Space) => format!("{sign}R {text}"),
        (Currency::Inr, _) => format!("{sign}₹{text}"),
        (Currency::Usd, _) => format!("{sign}${text}"),
    }
}

/// The amount without its symbol; a true minus sign for reductions.
pub fn format_amount(amount: Money, style: NumberStyle) -> String {
    let sign = if amount.minor() < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", unsigned(amount, style))
}

fn unsigned(amount: Money, style: NumberStyle) -> String {
    let plain = amount.to_plain();
    let plain = plain.trim_start_matches('-');
    let (whole, cents) = plain.split_once('.').unwrap_or((plain, "00"));
    let (separator, point) = match (amount.currency(), style) {
        (Currency::Zar, NumberStyle::Space) => ("\u{a0}", ","),
        _ => (",", "."),
    };
    let first_group = 3;
    let next_group = if amount.currency() == Currency::Inr { 2 } else { 3 };
    format!("{}{point}{cents}", grouped(whole, separator, first_group, next_group))
}

fn grouped(digits: &str, separator: &str, first: usize, next: usize) -> String {
    let mut groups = Vec::new();
    let mut rest = digits;
    let mut size = first;
    while rest.len() > size {
        let (head, tail) = rest.split_at(rest.len() - size);
        groups.push(tail);
        rest = head;
        size = next;
    }
    groups.push(rest);
    groups.reverse();
    groups.join(separator)
}

/// Reads an amount as typed or pasted: `41650`, `41 650,00`, `R41,650.00`, `₹1,00,000`. Group marks must stand where
/// the currency puts them, so that `1,5` is one and a half and `1,234` is one thousand two hundred and thirty-four.
pub fn parse_typed_money(text: &str, currency: Currency) -> Result<Money, TypedMoneyError> {
    let text = text.trim();
    let (negative, text) = strip_minus(text);
    let text = strip_symbol(text, currency).trim_start();
    let (negative, text) = if negative { (true, text) } else { strip_minus(text) };
    let text: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let (whole, decimals) = split_decimals(&text, currency)?;
    let whole = ungroup(whole, currency).ok_or(TypedMoneyError::NotMoney)?;
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TypedMoneyError::NotMoney);
    }
    let digits = currency.minor_digits() as usize;
    if decimals.len() > digits {
        return Err(TypedMoneyError::TooManyDecimals);
    }
    let significant = whole.trim_start_matches('0');
    if significant.len() > MAX_TYPED_DIGITS {
        return Err(TypedMoneyError::TooLarge);
    }
    let significant = if significant.is_empty() { "0" } else { significant };
    let plain = format!("{}{significant}.{decimals:0<digits$}", if negative { "-" } else { "" });
    Money::parse(&plain, currency).map_err(|error| match error {
        MoneyError::OutOfRange => TypedMoneyError::TooLarge,
        _ => TypedMoneyError::NotMoney,
    })
}

/// Reads a number that is no amount (a quantity, a percentage) as typed or pasted: `2,5`, `1 000`, `1,00,000`. A comma with
/// three digits behind it parts thousands, as it does in amounts: `1,000` is a thousand and never one; `0,125` is no thousand.
pub fn parse_typed_number(text: &str) -> Result<Exact, TypedMoneyError> {
    // Groups as of the rupee: of three, or of two before the last.
    const GROUPS: Currency = Currency::Inr;
    let (negative, text) = strip_minus(text.trim());
    let text: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let text = if text.starts_with("0,") { text.replacen(',', ".", 1) } else { text };
    // Several points part thousands as commas do.
    let groups = text.matches('.').count() > 1 && ungroup(&text, GROUPS).is_some();
    let (whole, decimals) = if groups { (text.as_str(), "") } else { split_decimals(&text, GROUPS)? };
    let whole = ungroup(whole, GROUPS).ok_or(TypedMoneyError::NotMoney)?;
    let significant = whole.trim_start_matches('0');
    if significant.len() > MAX_TYPED_DIGITS {
        return Err(TypedMoneyError::TooLarge);
    }
    let whole = if significant.is_empty() { "0" } else { significant };
    let point = if decimals.is_empty() { "" } else { "." };
    let plain = format!("{}{whole}{point}{decimals}", if negative { "-" } else { "" });
    Exact::parse(&plain).map_err(|_| TypedMoneyError::NotMoney)
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
    symbols.iter().find_map(|symbol| text.strip_prefix(symbol)).unwrap_or(text)
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
        return Err(TypedMoneyError::NotMoney);
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
    if groups.iter().any(|group| group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if let [first, middle @ .., last] = groups.as_slice() {
        let by = |size: usize| first.len() <= size && middle.iter().all(|group| group.len() == size);
        if last.len() != 3 || !(by(3) || (currency == Currency::Inr && by(2))) {
            return None;
        }
    }
    Some(groups.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_print_as_each_market_writes_them() {
        for (minor, currency, style, expected) in [
            (4_165_000, Currency::Zar, NumberStyle::Comma, "R41,650.00"),
            (4_165_000, Currency::Zar, NumberStyle::Space, "R 41\u{a0}650,00"),
            (10_000_000, Currency::Inr, NumberStyle::Comma, "₹1,00,000.00"),
            (12_345_678_901, Currency::Inr, NumberStyle::Comma, "₹12,34,56,789.01"),
            (-5, Currency::Usd, NumberStyle::Comma, "-$0.05"),
            (0, Currency::Zar, NumberStyle::Comma, "R0.00"),
        ] {
            assert_eq!(format_money(Money::new(minor, currency), style), expected);
        }
    }

    #[test]
    fn typed_amounts_are_read_as_people_write_them() {
        for (text, currency, minor) in [
            ("41650", Currency::Zar, 4_165_000),
            ("41 650,00", Currency::Zar, 4_165_000),
            ("R41,650.00", Currency::Zar, 4_165_000),
            ("R 41 650", Currency::Zar, 4_165_000),
            ("R 41\u{a0}650,00", Currency::Zar, 4_165_000),
            ("ZAR 1,5", Currency::Zar, 150),
            ("1,234", Currency::Zar, 123_400),
            ("41.650,00", Currency::Zar, 4_165_000),
            ("-R12.5", Currency::Zar, -1_250),
            ("\u{2212}12.50", Currency::Zar, -1_250),
            ("₹1,00,000", Currency::Inr, 10_000_000),
            ("100,000.5", Currency::Inr, 10_000_050),
            ("$0.07", Currency::Usd, 7),
            ("007", Currency::Usd, 700),
        ] {
            assert_eq!(parse_typed_money(text, currency).map(Money::minor), Ok(minor), "{text}");
        }
    }

    #[test]
    fn typed_numbers_keep_their_thousands_and_their_decimals() {
        for (text, number) in [
            ("1,000", "1000"),
            ("1 000", "1000"),
            ("1,00,000", "100000"),
            ("1.000.000", "1000000"),
            ("12,345.5", "12345.5"),
            ("1.234,5", "1234.5"),
            ("2,5", "2.5"),
            ("2.5", "2.5"),
            ("0,125", "0.125"),
            ("1.000", "1.000"),
            ("007", "7"),
            ("-3", "-3"),
        ] {
            assert_eq!(
                parse_typed_number(text).map(|n| n == Exact::parse(number).expect("a number")),
                Ok(true),
                "{text}"
            );
        }
        for text in ["", "many", "1,23,4", "1e3", "5.", ",5", "1 2"] {
            assert!(parse_typed_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn text_that_could_mean_two_amounts_is_refused_rather_than_guessed() {
        for text in ["", "R", "12a", "--5", "1e9", ",5", "5.", "1..5", "1,23,4", "12 34", "1.2.3", "$5", "R R5"] {
            assert_eq!(parse_typed_money(text, Currency::Zar), Err(TypedMoneyError::NotMoney), "{text}");
        }
        assert_eq!(parse_typed_money("1.005", Currency::Zar), Err(TypedMoneyError::TooManyDecimals));
        assert_eq!(parse_typed_money("1000000000000", Currency::Zar), Err(TypedMoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn what_is_printed_can_be_typed_back(minor in -99_999_999_999_999_i64..99_999_999_999_999, which in 0_usize..3, spaced: bool) {
            let currency = [Currency::Zar, Currency::Inr, Currency::Usd][which];
            let style = if spaced { NumberStyle::Space } else { NumberStyle::Comma };
            let money = Money::new(minor, currency);
            prop_assert_eq!(parse_typed_money(&format_money(money, style), currency), Ok(money));
            prop_assert_eq!(parse_typed_money(&format_amount(money, style), currency), Ok(money));
        }

        #[test]
        fn whatever_is_typed_is_answered(text in "[-R0-9 .,\u{a0}]{0,12}") {
            if let Ok(money) = parse_typed_money(&text, Currency::Zar) {
                prop_assert!(money.minor().unsigned_abs() < 100_000_000_000_000);
            }
        }
    }
}
