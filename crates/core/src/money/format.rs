//! How amounts are printed and read back. Invariant: formatting never rounds; what cannot be an amount is refused.

use super::{Currency, Exact, Money};
use crate::organisations::NumberStyle;

/// Largest amount a person may type, in major units.
const MAX_TYPED_MAJOR: i64 = 1_000_000_000_000;

/// Why typed text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypedMoneyError {
    /// Not readable.
    #[error("not an amount of money")]
    NotMoney,
    /// A million millions or more.
    #[error("the amount is too large")]
    TooLarge,
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

/// Reads `41650`, `41 650,00`, `R41,650.00`, `₹1,00,000.5`: the last point or comma followed by one or two digits is the
/// decimal one, all others only group.
pub fn parse_typed_money(text: &str, currency: Currency) -> Result<Money, TypedMoneyError> {
    let symbols: &[&str] = match currency {
        Currency::Zar => &["ZAR", "R"],
        Currency::Inr => &["INR", "Rs.", "Rs", "₹"],
        Currency::Usd => &["USD", "$"],
    };
    let trimmed = text.trim();
    let body = symbols.iter().find_map(|symbol| trimmed.strip_prefix(symbol)).unwrap_or(trimmed);
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.') {
        return Err(TypedMoneyError::NotMoney);
    }
    let decimal_at = body.rfind([',', '.']).filter(|at| (1..=2).contains(&(body.len() - at - 1)));
    let (whole, cents) = match decimal_at {
        Some(at) => (&body[..at], &body[at + 1..]),
        None => (body.as_str(), "0"),
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() || whole.ends_with([',', '.']) {
        return Err(TypedMoneyError::NotMoney);
    }
    let value = Exact::parse(&format!("{digits}.{cents}")).map_err(|_| TypedMoneyError::NotMoney)?;
    if value >= Exact::from(MAX_TYPED_MAJOR) {
        return Err(TypedMoneyError::TooLarge);
    }
    Money::round(&value, currency).map_err(|_| TypedMoneyError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_print_as_each_market_writes_them() {
        for (minor, currency, style, expected) in [
            (4_165_000, Currency::Zar, NumberStyle::Comma, "R41,650.00"),
            (4_165_000, Currency::Zar, NumberStyle::Space, "R 41\u{a0}650,00"),
            (10_000_000, Currency::Inr, NumberStyle::Comma, "₹1,00,000.00"),
            (123_456_789_01, Currency::Inr, NumberStyle::Comma, "₹12,34,56,789.01"),
            (-5, Currency::Usd, NumberStyle::Comma, "-$0.05"),
            (0, Currency::Zar, NumberStyle::Comma, "R0.00"),
        ] {
            assert_eq!(format_money(Money::new(minor, currency), style), expected);
        }
    }

    #[test]
    fn typed_amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("41650", 4_165_000),
            ("41 650,00", 4_165_000),
            ("R41,650.00", 4_165_000),
            ("R 41 650", 4_165_000),
            ("1,234", 123_400),
            ("0.5", 50),
        ] {
            assert_eq!(parse_typed_money(text, Currency::Zar).map(Money::minor), Ok(minor), "{text}");
        }
        for text in ["", "R", "12a", "-5", "1e9", ",5", "1..5"] {
            assert_eq!(parse_typed_money(text, Currency::Zar), Err(TypedMoneyError::NotMoney), "{text}");
        }
        assert_eq!(parse_typed_money("1000000000000", Currency::Zar), Err(TypedMoneyError::TooLarge));
    }
}
