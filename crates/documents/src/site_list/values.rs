//! What stands in the cells of spreadsheets and is no value, and the package a text means. What people write about sites in
//! lists and forms alike is core's.

pub(super) use satchel_core::sites::written::{
    bare, degrees, emails, folded, lines, nothing, other_phones, our_digits, pair, phone, province, valid_email,
    without_point_zero,
};

/// What stands for the value of a formula that was saved without one.
pub(super) const NO_VALUE: &str = "#NO VALUE";

/// Whether a cell shows the error of a formula: `#N/A`, `#REF!`.
pub(super) fn sheet_error(text: &str) -> bool {
    let known = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!"];
    text.starts_with('#') && known.contains(&text) || text.strip_prefix("Err:5").is_some_and(|rest| rest.len() == 2)
}

/// Whether a text is a date as spreadsheets keep it, `2026-03-02`: a code 2-Mar is not one any more.
pub(super) fn date(text: &str) -> bool {
    let shape = |(at, b): (usize, u8)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

/// A number of sixteen digits or more as a spreadsheet keeps it: its last digits are zeros that nobody typed.
pub(super) fn rounded(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let scientific = text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        let (number, power) = (number.trim(), power.trim_start_matches('+'));
        number.parse::<f64>().is_ok() && power.len() <= 3 && power.parse::<u32>().is_ok() && number.contains('.')
    });
    let long = digits >= 16 && text.len() == digits && text.ends_with("0");
    scientific || long && text.bytes().rev().take_while(|b| *b == b'0').count() + 15 >= digits
}

/// A package of the book that a text surely means: the same numbers, and letters that differ as `Fiber` and `Fibre` do.
pub(super) fn package<'a>(text: &str, known: &'a [String]) -> Option<&'a String> {
    let numbers = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let letters = |text: &str| -> String { folded(text).chars().filter(|c| c.is_alphabetic()).take(60).collect() };
    let (own, word) = (numbers(text), letters(text));
    let mut close = known.iter().filter(|name| numbers(name) == own && strsim::levenshtein(&letters(name), &word) <= 2);
    close.next().filter(|_| close.next().is_none() && word.len() >= 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_more_digits_than_a_spreadsheet_keeps_are_known() {
        assert!(
            rounded("6.00149E+15") && rounded("6001491234567890") && !rounded("600149123456789") && !rounded("12E5")
        );
    }

    #[test]
    fn packages_are_known_or_not() {
        let known = ["100Mbps Fibre", "1Gbps Fibre", "50Mbps LTE"].map(str::to_owned);
        assert_eq!(package("100 Mbps Fiber", &known), Some(&known[0]));
        assert!(
            ["10Mbps Fiber", "Fiber", "100Mbps Wireless", "LTE"].iter().all(|text| package(text, &known).is_none())
        );
    }
}
