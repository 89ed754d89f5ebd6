//! What people write about a site and what they mean by it: nothing, one of two addresses, a phone, a province, a point. The
//! same rule for a list, a form and a step; what cannot be understood for sure is `None`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::places::{Country, Province, plain};

/// Lines of a file of words without its remarks.
pub fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static PLACEHOLDERS: LazyLock<HashSet<String>> =
    LazyLock::new(|| lines(include_str!("words/placeholders.txt")).map(bare).collect());

static PROVINCES: LazyLock<HashMap<(&'static str, String), &'static str>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for line in lines(include_str!("words/provinces.txt")) {
        let mut parts = line.split('|');
        let (Some(country), Some(name), Some(others)) = (parts.next(), parts.next(), parts.next()) else { continue };
        all.extend(others.split(',').map(|other| ((country, bare(other)), name)));
    }
    all
});

/// A text as it is compared: small letters of any script, signs of double width as usual ones, everything else one space.
pub fn folded(text: &str) -> String {
    if text.is_ascii() { plain(text) } else { plain(&text.nfkc().collect::<String>().to_lowercase()) }
}

/// A word as it is looked up: [`folded`] and without accents, which capitals and foreign keyboards leave out.
pub fn bare(text: &str) -> String {
    let folded = folded(text);
    if folded.is_ascii() {
        return folded;
    }
    folded.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).nfc().collect()
}

/// Whether a cell says that there is nothing: `N/A`, `-`, `TBC`, `?`.
pub fn nothing(text: &str) -> bool {
    let short = text.len() <= 40 && !text.is_empty() && !text.bytes().any(|b| b.is_ascii_digit());
    short && (text.chars().all(|c| "-–—?./*_".contains(c)) || PLACEHOLDERS.contains(&bare(text)))
}

/// Digits of other scripts as ours; `None` when there are none.
pub fn our_digits(text: &str) -> Option<String> {
    const ZEROS: [u32; 12] =
        [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0xFF10];
    let ours = |c: char| {
        let at = ZEROS.into_iter().find_map(|zero| u32::from(c).checked_sub(zero).filter(|digit| *digit < 10));
        at.and_then(|digit| char::from_digit(digit, 10))
    };
    (!text.is_ascii() && text.chars().any(|c| ours(c).is_some()))
        .then(|| text.chars().map(|c| ours(c).unwrap_or(c)).collect())
}

/// `2196.0` is 2196, as a spreadsheet writes a number that was a text.
pub fn without_point_zero(text: &str) -> Option<&str> {
    let (whole, rest) = text.split_once('.')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(rest) && rest.len() <= 2 && rest.bytes().all(|b| b == b'0')).then_some(whole)
}

/// Whether a text is one e-mail address: the one rule for lists, forms and mail.
pub fn valid_email(text: &str) -> bool {
    let Some((mailbox, domain)) = text.split_once('@') else { return false };
    // Letters of all scripts, with the marks that belong to them.
    let letter = |c: char| c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() && !c.is_control();
    let clean = |s: &str, signs: &str| !s.is_empty() && s.chars().all(|c| letter(c) || signs.contains(c));
    let labels = domain.split('.').collect::<Vec<_>>();
    clean(mailbox, "._+-'!#$%&*=?^`{}~") && labels.len() > 1 && labels.iter().all(|label| clean(label, "-"))
}

/// The addresses in a cell: `Jo Doe <jo@x.example>`, `mailto:`, several with signs between. Empty when a part is none.
pub fn emails(text: &str) -> Vec<String> {
    let parts = text.split([';', ',', '/', '|']).map(str::trim).filter(|part| !part.is_empty());
    let address = |part: &str| {
        let inner = part.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(part, |(inner, _)| inner);
        let bare = inner.trim().trim_start_matches("mailto:").trim_start_matches("MAILTO:");
        valid_email(bare).then(|| bare.to_owned())
    };
    parts.map(address).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// An international number of a cell: the first that stands in it, without what is written around it. Abroad only what has
/// its prefix is known.
pub fn phone(text: &str, country: Option<&Country>) -> Option<String> {
    let lowered = text.to_lowercase();
    let first = lowered.split(['/', ';', ',', '|']).next().unwrap_or("").replace("(0)", "");
    let first = without_point_zero(first.trim()).unwrap_or(first.trim());
    let cut =
        ["ext", " x"].iter().filter_map(|word| first.find(word)).filter(|at| *at > 0).min().unwrap_or(first.len());
    let first = &first[..cut];
    let begin = first.find(|c: char| c.is_ascii_digit() || c == '+')?;
    let number = &first[begin..];
    // Words behind the number are about it; words inside it are not.
    let end = number.find(char::is_alphabetic).unwrap_or(number.len());
    if number[end..].contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits: String = number[..end].chars().filter(char::is_ascii_digit).collect();
    let own = |country: &Country, rest: &str| {
        let national = country.national_digits;
        let rest = rest.strip_prefix('0').filter(|rest| rest.len() == national).unwrap_or(rest);
        let right = rest.len() == national && !rest.starts_with('0');
        right.then(|| format!("+{}{rest}", country.dial_prefix))
    };
    let abroad = if number.starts_with('+') { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    if let Some(whole) = abroad {
        let home = crate::places::countries().into_iter().find(|c| whole.starts_with(c.dial_prefix));
        return match home.and_then(|country| Some((country, whole.strip_prefix(country.dial_prefix)?))) {
            Some((country, rest)) => own(country, rest),
            None => ((8..=15).contains(&whole.len()) && !whole.starts_with('0')).then(|| format!("+{whole}")),
        };
    }
    let country = country?;
    own(country, &digits).or_else(|| digits.strip_prefix(country.dial_prefix).and_then(|rest| own(country, rest)))
}

/// The further numbers of a cell: `011 555 0101 / 082 555 0106`.
pub fn other_phones(text: &str, country: Option<&Country>) -> Vec<String> {
    text.split(['/', ';', ',', '|']).skip(1).filter_map(|part| phone(part, country)).collect()
}

/// The province a text means, also as `X Province`, `Odisha (Orissa)`, `A.P.` or in another language.
pub fn province(text: &str, country: &Country) -> Option<&'static Province> {
    let known = |text: &str| {
        let other = PROVINCES.get(&(country.code, bare(text))).copied();
        country.province(text).or_else(|| other.and_then(|name| country.province(name)))
    };
    if let Some(found) = known(text) {
        return Some(found);
    }
    let plain = bare(text);
    let bare = [" province", " provinsie", " state", " राज्य"].iter().find_map(|word| plain.strip_suffix(word));
    let initials = plain.split(' ').all(|word| word.chars().count() == 1).then(|| plain.replace(' ', ""));
    let outside = text.split_once('(').map(|(before, rest)| (before.trim(), rest.trim_end_matches(')').trim()));
    bare.and_then(known)
        .or_else(|| initials.as_deref().and_then(known))
        .or_else(|| outside.and_then(|(before, inside)| known(before).or_else(|| known(inside))))
}

/// Decimal degrees of a coordinate as people write it: degrees, minutes and seconds, N/S/E/W, a degree sign, a plus, U+2212.
pub fn degrees(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']).replace('\u{2212}', "-");
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).map(|c| c.to_ascii_uppercase()).collect();
    let side = match letters.as_slice() {
        [] => None,
        [one] if "NSEW".contains(*one) => Some(*one),
        _ => return None,
    };
    let known = |c: char| c.is_ascii_digit() || c.is_alphabetic() || c.is_whitespace() || "+-.,°º'\"′″’”:´".contains(c);
    if !text.chars().all(known) {
        return None;
    }
    let marked = text.replace(',', ".");
    // Written as we write it: its digits stay as they are.
    if crate::money::Exact::parse(&marked).is_ok() && marked.trim_start_matches('-').len() <= 20 {
        let whole = marked.trim_start_matches('-').split('.').next().and_then(|whole| whole.parse::<u32>().ok());
        return whole.is_some_and(|whole| whole <= 180).then_some(marked);
    }
    let parts = marked.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|part| !part.is_empty());
    let numbers: Vec<f64> = parts.map(|part| part.parse::<f64>().ok()).collect::<Option<Vec<_>>>()?;
    let minus = text.starts_with('-') || side.is_some_and(|side| matches!(side, 'S' | 'W'));
    let value = match numbers.as_slice() {
        [degrees] => *degrees,
        [degrees, minutes] if *minutes < 60.0 => degrees + minutes / 60.0,
        [degrees, minutes, seconds] if *minutes < 60.0 && *seconds < 60.0 => {
            degrees + minutes / 60.0 + seconds / 3_600.0
        }
        _ => return None,
    };
    let shown = format!("{:.7}", if minus { -value } else { value });
    (value <= 180.0).then(|| shown.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// Latitude and longitude of a cell that holds both: `-26.1, 28.05`, `POINT(28.05 -26.1)` is longitude first, and so is
/// `{"coordinates": [28.05, -26.1]}`.
pub fn pair(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if text.starts_with('{') {
        return json_point(text);
    }
    let bare = text.trim_matches(['(', ')', '[', ']']);
    let point = bare.strip_prefix("POINT").map(|rest| rest.trim().trim_start_matches('('));
    if let Some(point) = point {
        let (lon, lat) = point.split_once(' ')?;
        return Some((degrees(lat)?, degrees(lon)?));
    }
    let cut = if bare.contains(", ") { bare.split_once(", ") } else { None };
    let one = |sign: char| (bare.matches(sign).count() == 1).then(|| bare.split_once(sign)).flatten();
    let marked = || one(';').or_else(|| one('/')).or_else(|| one('|'));
    let (lat, lon) = cut.or_else(marked).or_else(|| one(',').filter(|_| bare.contains('.'))).or_else(|| {
        let decimal = |part: &str| part.contains('.');
        one(' ').filter(|(a, b)| decimal(a) && decimal(b))
    })?;
    Some((degrees(lat)?, degrees(lon)?))
}

/// A point as programs write it: an object with latitude and longitude by name, or a GeoJSON point, longitude first.
fn json_point(text: &str) -> Option<(String, String)> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Number(number) => degrees(&number.to_string()),
        serde_json::Value::String(text) => degrees(text),
        _ => None,
    };
    let named = |names: &[&str]| names.iter().find_map(|name| shown(value.get(name)?));
    if let Some(latitude) = named(&["lat", "latitude", "Latitude", "y"]) {
        return Some((latitude, named(&["lon", "lng", "long", "longitude", "Longitude", "x"])?));
    }
    match value.get("coordinates")?.as_array()?.as_slice() {
        [longitude, latitude, ..] => Some((shown(latitude)?, shown(longitude)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::country;

    #[test]
    fn placeholders_digits_and_addresses() {
        assert!(["N/A", "-", "none", "TBC", "?", "geen", "--"].into_iter().all(nothing));
        assert!(["", "A", "Nina", "0"].into_iter().all(|text| !nothing(text)));
        assert_eq!(our_digits("४११००१").as_deref(), Some("411001"));
        assert_eq!((without_point_zero("2196.0"), without_point_zero("2196.5")), (Some("2196"), None));
        assert_eq!(emails("Jo <a@x.example>; b@x.example"), ["a@x.example", "b@x.example"]);
        assert!(emails("john, smith@x.example").is_empty() && emails("info@x.example, y.example").is_empty());
    }

    #[test]
    fn phones_of_two_countries_and_abroad() {
        let za = country("ZA").expect("known");
        for text in [
            "+27 (0)11 555 0101",
            "+27 011 555 0101",
            "0027 (0) 11 555 0101",
            "(+27) 11 555-0101",
            "Tel: 011 555 0101",
            "27(0)115550101",
            "011 555 0101 (reception)",
            "011 555 0101 x12",
            "27115550101.0",
            "011 555 0101 / 082 555 0106",
        ] {
            assert_eq!(phone(text, Some(za)).as_deref(), Some("+27115550101"), "{text}");
        }
        for place in [Some(za), None] {
            assert_eq!(phone("+44 20 7946 0123", place).as_deref(), Some("+442079460123"));
            assert_eq!(phone("+27 (0)11 555 0101", place).as_deref(), Some("+27115550101"));
        }
        assert_eq!(phone("0091 98123 45678", Some(za)).as_deref(), Some("+919812345678"));
        assert_eq!((phone("call me", Some(za)), phone("82555010.0", Some(za))), (None, None));
        assert_eq!(phone("020 7946 0123", None), None);
        assert_eq!(other_phones("011 555 0101 / 082 555 0106", Some(za)), ["+27825550106"]);
    }

    #[test]
    fn coordinates_as_people_write_them() {
        for text in ["26°06'27\"S", "S26 06.45", "26.1075 S", "-26.1075°", "\u{2212}26.1075", "26° 6' 27\" S"] {
            assert_eq!(degrees(text).as_deref(), Some("-26.1075"), "{text}");
        }
        assert_eq!((degrees("028.0567").as_deref(), degrees("see map")), (Some("28.0567"), None));
        let both = Some(("-26.1075".to_owned(), "28.0567".to_owned()));
        for text in [
            "-26.1075, 28.0567",
            "(-26.1075; 28.0567)",
            "-26.1075 / 28.0567",
            "-26,1075; 28,0567",
            "POINT(28.0567 -26.1075)",
            "{\"lat\": -26.1075, \"lng\": 28.0567}",
            "{\"type\": \"Point\", \"coordinates\": [28.0567, -26.1075]}",
        ] {
            assert_eq!(pair(text), both, "{text}");
        }
        assert_eq!((pair("{\"lat\": -26.1}"), pair("see map")), (None, None));
    }

    #[test]
    fn provinces_are_known_or_not() {
        let name = |text: &str, code: &str| province(text, country(code)?).map(|province| province.name);
        for (text, code, expected) in [
            ("Gauteng Province", "ZA", Some("Gauteng")),
            ("KZN", "ZA", Some("KwaZulu-Natal")),
            ("Wes-Kaap", "ZA", Some("Western Cape")),
            ("A.P.", "IN", Some("Andhra Pradesh")),
            ("T.N.", "IN", Some("Tamil Nadu")),
            ("NCT", "IN", Some("Delhi")),
            ("Odisha (Orissa)", "IN", Some("Odisha")),
            ("X.Q.", "IN", None),
        ] {
            assert_eq!(name(text, code), expected, "{text}");
        }
    }
}
