//! A whole number as a spreadsheet shows it: leading zeros, the letters of a code, the groups of a phone number. Formats for
//! amounts, dates and fractions say nothing about codes; their numbers stay as they are.

/// One sign of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// A digit that is always shown.
    Zero,
    /// A digit that is shown where there is one.
    Digit,
    /// Shown as it is.
    Text(char),
}

/// A format of codes: digits and what stands between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeFormat(Vec<Sign>);

impl CodeFormat {
    /// Understands a format code such as `"ZA-"0000` or `000 000 0000`; `None` where it says nothing about a whole number.
    pub(super) fn parse(format: &str) -> Option<Self> {
        let mut signs = Vec::new();
        let mut rest = first_section(format).chars();
        while let Some(c) = rest.next() {
            match c {
                '0' => signs.push(Sign::Zero),
                '#' => signs.push(Sign::Digit),
                '\\' => signs.push(Sign::Text(rest.next()?)),
                '"' => signs.extend(rest.by_ref().take_while(|c| *c != '"').map(Sign::Text)),
                // As wide as the next sign, or filled with it: a space, or nothing.
                '_' => {
                    rest.next()?;
                }
                '[' => {
                    rest.by_ref().find(|c| *c == ']')?;
                }
                ' ' | '-' | '(' | ')' | '/' | '+' | ':' => signs.push(Sign::Text(c)),
                _ => return None,
            }
        }
        let digits = signs.iter().any(|sign| !matches!(sign, Sign::Text(_)));
        // `0` alone is the usual whole number.
        (digits && signs != [Sign::Zero]).then_some(Self(signs))
    }

    /// The number with these digits, as it is shown.
    pub(super) fn show(&self, digits: &str) -> String {
        let mut left = digits.trim_start_matches('0').chars().rev();
        let first = self.0.iter().position(|sign| !matches!(sign, Sign::Text(_))).unwrap_or(0);
        let mut shown = Vec::new();
        for (at, sign) in self.0.iter().enumerate().rev() {
            match sign {
                Sign::Text(c) => shown.push(*c),
                Sign::Zero => shown.push(left.next().unwrap_or('0')),
                Sign::Digit => shown.extend(left.next()),
            }
            if at == first {
                // More digits than places: they stand in front of the first one.
                shown.extend(left.by_ref());
            }
        }
        shown.iter().rev().collect::<String>().trim().to_owned()
    }
}

/// The part of a format for numbers above zero.
fn first_section(format: &str) -> &str {
    let mut quoted = false;
    let end = format.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ';' && !quoted
    });
    end.map_or(format, |(at, _)| &format[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_the_spreadsheet_does() {
        for (format, digits, expected) in [
            ("0000", "2", Some("0002")),
            ("\"ZA-\"0000", "12", Some("ZA-0012")),
            ("000 000 0000", "115550101", Some("011 555 0101")),
            ("000 000 0000", "27115550104", Some("2711 555 0104")),
            ("(###) ###-####", "2125550101", Some("(212) 555-0101")),
            ("00000\\-0000", "123456789", Some("12345-6789")),
            ("00000;@", "7", Some("00007")),
            ("\\B000_)", "5", Some("B005")),
            ("[$-409]000000", "411001", Some("411001")),
            ("General", "7", None),
            ("0", "7", None),
            ("#,##0", "2196", None),
            ("0.00", "2196", None),
            ("0%", "5", None),
            ("yyyy-mm-dd", "45000", None),
            ("@", "5", None),
        ] {
            let shown = CodeFormat::parse(format).map(|format| format.show(digits));
            assert_eq!(shown.as_deref(), expected, "{format} {digits}");
        }
    }
}
