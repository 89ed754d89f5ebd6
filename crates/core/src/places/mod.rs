//! Facts about the countries sold to: provinces and states, their usual spellings, boxes, postal codes and phone formats.

mod india;
mod za;

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
    /// International dialling prefix without plus.
    pub dial_prefix: &'static str,
    /// Digits of a national number without the trunk 0.
    pub national_digits: usize,
    /// Rough box in hundredths of a degree: south, west, north, east.
    pub bounds: (i32, i32, i32, i32),
}

/// The country with this ISO code.
pub fn country(code: &str) -> Option<&'static Country> {
    [&za::ZA, &india::IN].into_iter().find(|country| country.code == code)
}

impl Country {
    /// The province a text means: name, code or another usual spelling, whatever the case and punctuation.
    pub fn province(&self, text: &str) -> Option<&'static Province> {
        let wanted = plain(text);
        let mut known = self.provinces.iter();
        known.find(|p| plain(p.name) == wanted || plain(p.code) == wanted || p.spellings.contains(&wanted.as_str()))
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
