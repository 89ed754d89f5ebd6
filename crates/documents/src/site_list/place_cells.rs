//! Checking the cells that say where a site is: country, province, postal code, point. Each row by the country it is in.

use satchel_core::places::{country_code, inside, plain};

use super::cells::RowCheck;
use super::check::Severity;
use super::contents::point;
use super::fields::Field;
use super::values;

impl RowCheck<'_> {
    /// The ISO code of the country of the row, with what is known of it; the list's where the cell says nothing that is known.
    /// A site abroad is not held against our provinces, postal codes and phones.
    pub(super) fn country(&mut self, text: &str) -> String {
        let own = self.settings.country;
        let own_code = own.map_or("", |country| country.code);
        self.place = own;
        if text.is_empty() {
            return own_code.to_owned();
        }
        if let Some(code) = country_code(text, own_code) {
            self.place = satchel_core::places::country(code);
            return code.to_owned();
        }
        self.find(Field::Country, "country.unknown", Severity::Warning, text, None, &[]);
        own_code.to_owned()
    }

    pub(super) fn province(&mut self, text: String) -> String {
        let Some(country) = self.place else { return text };
        if text.is_empty() {
            return text;
        }
        match values::province(&text, country) {
            Some(known) if known.name == text => text,
            Some(known) => {
                self.find(
                    Field::Province,
                    "province.spelling",
                    Severity::Cleaned,
                    &text,
                    Some(known.name.to_owned()),
                    &[],
                );
                known.name.to_owned()
            }
            None => {
                let nearest = country
                    .provinces
                    .iter()
                    .min_by_key(|province| distance(&plain(province.name), &plain(&text)))
                    // Short words are too near to everything.
                    .filter(|province| plain(&text).len() >= 6 && distance(&plain(province.name), &plain(&text)) <= 2)
                    .map(|province| province.name.to_owned());
                self.or_repair(Field::Province, "province.unknown", Severity::Error, text, nearest, &[])
            }
        }
    }

    pub(super) fn postal_code(&mut self, text: String, province: &str) -> String {
        let code = self.postal_code_alone(text);
        if let Some(country) = self.place
            && let Some(known) = country.province(province)
            && country.postal_code_elsewhere(&code, known)
        {
            let params = [("province", known.name.to_owned())];
            self.find(Field::PostalCode, "postal_code.other_province", Severity::Warning, &code, None, &params);
        }
        code
    }

    fn postal_code_alone(&mut self, text: String) -> String {
        let Some(country) = self.place else { return text };
        let mapped = self.mapping.column(Field::PostalCode).is_some();
        let digits = country.postal_digits;
        let params = [("digits", digits.to_string())];
        if text.is_empty() {
            if mapped {
                self.find(Field::PostalCode, "postal_code.missing", Severity::Warning, "", None, &params);
            }
            return text;
        }
        let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let compact = values::without_point_zero(&compact).map(str::to_owned).unwrap_or(compact);
        if country.postal_code_possible(&compact) {
            return compact;
        }
        // A spreadsheet that lost the leading zeros.
        let all_digits = !compact.is_empty() && compact.bytes().all(|b| b.is_ascii_digit());
        if all_digits && compact.len() < digits && country.postal_codes_begin_with_zero {
            let padded = format!("{compact:0>digits$}");
            return self.or_repair(
                Field::PostalCode,
                "postal_code.leading_zero",
                Severity::Warning,
                text,
                Some(padded),
                &params,
            );
        }
        let typed: String = compact
            .chars()
            .map(|c| match c {
                'O' | 'o' => '0',
                'I' | 'l' => '1',
                other => other,
            })
            .collect();
        let repair = country.postal_code_possible(&typed).then_some(typed);
        let code = if all_digits && compact.len() == digits {
            "postal_code.zero"
        } else if compact.chars().any(char::is_alphabetic) {
            "postal_code.letter"
        } else {
            "postal_code.length"
        };
        self.or_repair(Field::PostalCode, code, Severity::Error, text, repair, &params)
    }

    pub(super) fn coordinates(&mut self, latitude: String, longitude: String, province: &str) -> (String, String) {
        if latitude.is_empty() && longitude.is_empty() {
            return (latitude, longitude);
        }
        let both = if longitude.is_empty() { values::pair(&latitude) } else { None };
        let (lat, lon) = both.unwrap_or_else(|| {
            let decimal = |text: &str| values::degrees(text).unwrap_or_else(|| text.replace(',', "."));
            (decimal(&latitude), decimal(&longitude))
        });
        let Some((a, o)) = point(&lat, &lon).filter(|(a, o)| a.abs() <= 9_000 && o.abs() <= 18_000) else {
            self.find(
                Field::Latitude,
                "coordinate.invalid",
                Severity::Error,
                &format!("{latitude}, {longitude}"),
                None,
                &[],
            );
            return (String::new(), String::new());
        };
        if let Some(country) = self.place {
            if inside(country.bounds, a, o) {
                if let Some(known) = country.province(province)
                    && !inside(known.bounds, a, o)
                {
                    let params = [("province", known.name.to_owned())];
                    self.find(
                        Field::Latitude,
                        "coordinate.outside_province",
                        Severity::Warning,
                        &format!("{lat}, {lon}"),
                        None,
                        &params,
                    );
                }
            } else if inside(country.bounds, o, a) {
                let swapped = format!("{lon}, {lat}");
                self.find(
                    Field::Latitude,
                    "coordinate.swapped",
                    Severity::Cleaned,
                    &format!("{lat}, {lon}"),
                    Some(swapped),
                    &[],
                );
                return (lon, lat);
            } else {
                let params = [("country", country.code.to_owned())];
                self.find(
                    Field::Latitude,
                    "coordinate.outside_country",
                    Severity::Warning,
                    &format!("{lat}, {lon}"),
                    None,
                    &params,
                );
            }
        }
        (lat, lon)
    }
}

/// Edit distance of two short texts.
fn distance(a: &str, b: &str) -> usize {
    let short = |text: &str| text.chars().take(60).collect::<String>();
    strsim::levenshtein(&short(a), &short(b))
}
