//! Facts about the countries sold to: provinces and states, their usual spellings, boxes, postal codes and phone formats.

mod india;
mod towns;
mod za;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use towns::{IN_TOWNS, Town, ZA_TOWNS};

/// A province or state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Province {
    /// Usual English name.
    pub name: &'static str,
    /// Code: ISO 3166-2 without the country.
    pub code: &'static str,
    /// Other spellings, lower case.
    pub spellings: &'static [&'static str],
    /// Rough box in hundredths of a degree: south, west, north, east; generous by a quarter degree.
    pub bounds: (i32, i32, i32, i32),
}

/// A country sold to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Country {
    /// ISO 3166-1.
    pub code: &'static str,
    /// Provinces or states.
    pub provinces: &'static [Province],
    /// Digits of a postal code.
    pub postal_digits: usize,
    /// Whether postal codes may begin with 0.
    pub postal_codes_begin_with_zero: bool,
    /// International dialling prefix without plus.
    pub dial_prefix: &'static str,
    /// Digits of a national number without the trunk 0.
    pub national_digits: usize,
    /// Rough box in hundredths of a degree: south, west, north, east.
    pub bounds: (i32, i32, i32, i32),
    /// Postal codes by where they are: first and last code of a range as numbers, with the codes of its provinces. Generous:
    /// a range at a border names both sides.
    pub postal_areas: &'static [(u32, u32, &'static [&'static str])],
}

/// Every name and code of every country, in plain form.
static COUNTRIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let lines = include_str!("countries.txt").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut parts = line.split('|');
        let (Some(two), Some(three), Some(names)) = (parts.next(), parts.next(), parts.next()) else { continue };
        // No name is another country's code: the test holds it so.
        all.extend(names.split(',').chain([two, three]).map(|name| (plain(&name.to_lowercase()), two)));
    }
    all
});

/// The ISO 3166-1 code of a country written as code or by one of its usual names. `home` is the country of whoever writes:
/// in a South African list SA is South Africa.
pub fn country_code(text: &str, home: &str) -> Option<&'static str> {
    let text = plain(&text.to_lowercase());
    if home == "ZA" && text == "sa" {
        return Some("ZA");
    }
    COUNTRIES.get(&text).copied()
}

/// Every plain spelling of every province, by country: looked up for each row of a list.
static SPELLINGS: LazyLock<HashMap<(&'static str, String), &'static Province>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for country in [&za::ZA, &india::IN] {
        for province in country.provinces {
            let own = [plain(province.name), plain(province.code)];
            let spellings = own.into_iter().chain(province.spellings.iter().map(|text| (*text).to_owned()));
            for spelling in spellings {
                all.entry((country.code, spelling)).or_insert(province);
            }
        }
    }
    all
});

/// The countries sold to.
pub fn countries() -> [&'static Country; 2] {
    [&za::ZA, &india::IN]
}

/// The country with this ISO code.
pub fn country(code: &str) -> Option<&'static Country> {
    countries().into_iter().find(|country| country.code == code)
}

impl Country {
    /// The province a text means: name, code or another usual spelling, whatever the case and punctuation.
    pub fn province(&self, text: &str) -> Option<&'static Province> {
        if let Some(known) = self.provinces.iter().find(|province| province.name == text) {
            return Some(known);
        }
        SPELLINGS.get(&(self.code, plain(text))).copied()
    }

    /// Whether a text may be a postal code: its digits, and no zero in front where no code has one.
    pub fn postal_code_possible(&self, code: &str) -> bool {
        let digits = code.len() == self.postal_digits && code.bytes().all(|b| b.is_ascii_digit());
        digits && (self.postal_codes_begin_with_zero || !code.starts_with('0'))
    }

    /// A postal code that surely lies in another province. Unknown ranges say nothing.
    pub fn postal_code_elsewhere(&self, code: &str, province: &Province) -> bool {
        if code.len() != self.postal_digits {
            return false;
        }
        let Ok(number) = code.parse::<u32>() else { return false };
        let area = self.postal_areas.iter().find(|(from, to, _)| (*from..=*to).contains(&number));
        area.is_some_and(|(_, _, provinces)| !provinces.contains(&province.code))
    }
}

/// Code of a province or state, for tax.
pub fn state_code(country_code: &str, province: &str) -> Option<&'static str> {
    country(country_code)?.province(province).map(|province| province.code)
}

/// Lower case letters and digits, everything else one space.
pub fn plain(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a point (hundredths of a degree) lies in a box.
pub fn inside(bounds: (i32, i32, i32, i32), latitude: i32, longitude: i32) -> bool {
    (bounds.0..=bounds.2).contains(&latitude) && (bounds.1..=bounds.3).contains(&longitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_are_known_to_lie_elsewhere_only_where_that_is_sure() {
        let za = country("ZA").expect("known");
        let province = |name: &str| za.province(name).expect("known");
        for (code, name, elsewhere) in [
            ("2196", "Gauteng", false),
            ("8001", "Gauteng", true),
            ("8001", "Western Cape", false),
            ("1947", "Free State", false),
            ("0699", "Limpopo", false),
            ("4001", "Eastern Cape", true),
            ("40011", "Eastern Cape", false),
        ] {
            assert_eq!(za.postal_code_elsewhere(code, province(name)), elsewhere, "{code} {name}");
        }
        let india = country("IN").expect("known");
        for (code, name, elsewhere) in
            [("560001", "Karnataka", false), ("560001", "Kerala", true), ("110001", "Delhi", false)]
        {
            let province = india.province(name).expect("known");
            assert_eq!(india.postal_code_elsewhere(code, province), elsewhere, "{code} {name}");
        }
        // Every range names provinces that exist.
        for country in [za, india] {
            for (_, _, codes) in country.postal_areas {
                assert!(codes.iter().all(|code| country.provinces.iter().any(|p| p.code == *code)), "{codes:?}");
            }
        }
    }

    #[test]
    fn countries_are_known_by_code_and_usual_name() {
        for (text, home, code) in [
            ("South Africa", "ZA", Some("ZA")),
            ("in", "ZA", Some("IN")),
            ("SA", "ZA", Some("ZA")),
            ("S.A.", "ZA", Some("ZA")),
            ("SA", "IN", Some("SA")),
            ("Saudi Arabia", "ZA", Some("SA")),
            ("UK", "ZA", Some("GB")),
            ("USA", "ZA", Some("US")),
            ("Côte d'Ivoire", "ZA", Some("CI")),
            ("Deutschland", "IN", Some("DE")),
            ("Swaziland", "ZA", Some("SZ")),
            ("DRC", "ZA", Some("CD")),
            ("भारत", "IN", Some("IN")),
            ("ZAF", "IN", Some("ZA")),
            ("Atlantis", "ZA", None),
            ("XX", "ZA", None),
        ] {
            assert_eq!(country_code(text, home), code, "{text} in {home}");
        }
        let countries: std::collections::BTreeSet<&str> = COUNTRIES.values().copied().collect();
        assert_eq!(countries.len(), 249);
        assert!(countries.iter().all(|code| country_code(code, "IN") == Some(*code)), "a code is its own country");
    }
}
