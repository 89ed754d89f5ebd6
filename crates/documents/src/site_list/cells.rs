//! Checking the cells of one row: each field by its own rule, with what was cleaned and what is proposed.

use std::collections::HashMap;

use satchel_core::places::{inside, plain};
use satchel_core::sites::{MAX_NOTES, MAX_TEXT, SiteDetails};

use super::check::{Finding, Settings, Severity, header};
use super::mapping::{FIELDS, Field, Mapping, point};
use super::read::RawTable;
use super::values;
use super::write::without_guard;

/// One row under check.
pub(super) struct RowCheck<'a> {
    pub(super) number: u32,
    pub(super) cells: &'a [String],
    pub(super) table: &'a RawTable,
    pub(super) mapping: &'a Mapping,
    pub(super) settings: &'a Settings,
    pub(super) fixes: &'a HashMap<(u32, Field), &'a str>,
    pub(super) findings: Vec<Finding>,
}

impl RowCheck<'_> {
    fn raw(&self, field: Field) -> &str {
        if let Some(fixed) = self.fixes.get(&(self.number, field)) {
            return fixed.trim();
        }
        self.mapping.column(field).and_then(|column| self.cells.get(column)).map_or("", |cell| cell.trim())
    }

    fn find(
        &mut self,
        field: Field,
        code: &str,
        severity: Severity,
        value: &str,
        repair: Option<String>,
        params: &[(&str, String)],
    ) {
        self.findings.push(Finding {
            row: self.number,
            field,
            column: header(self.mapping, self.table, field),
            code: code.to_owned(),
            severity,
            value: value.to_owned(),
            repair,
            params: params.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
        });
    }

    /// Notes a finding with a proposed repair; where the person accepted repairs of this kind, takes it.
    fn or_repair(
        &mut self,
        field: Field,
        code: &str,
        severity: Severity,
        value: String,
        repair: Option<String>,
        params: &[(&str, String)],
    ) -> String {
        match repair {
            Some(repaired) if self.settings.accepted.iter().any(|accepted| accepted == code) => {
                self.find(field, code, Severity::Cleaned, &value, Some(repaired.clone()), params);
                repaired
            }
            repair => {
                self.find(field, code, severity, &value, repair, params);
                value
            }
        }
    }

    /// The row's values, and what it says of the site above it.
    pub(super) fn details(&mut self) -> (SiteDetails, String) {
        let mut texts: [String; FIELDS.len()] = std::array::from_fn(|_| String::new());
        for (index, (field, _, _)) in FIELDS.iter().enumerate() {
            texts[index] = self.bounded(*field);
        }
        self.filled_down();
        let mut take = |field: Field| std::mem::take(&mut texts[field as usize]);
        let country = self.country(take(Field::Country));
        let (name, city) = (take(Field::Name), take(Field::City));
        let province = self.province(take(Field::Province));
        let name = self.without_prefix(Field::Name, name, &province);
        let city = self.without_prefix(Field::City, city, &province);
        let code = take(Field::Code);
        let address = take(Field::Address);
        let postal_code = self.postal_code(take(Field::PostalCode), &province);
        let name = self.name(name, [&code, &address, &city, &postal_code]);
        let (latitude, longitude) = self.coordinates(take(Field::Latitude), take(Field::Longitude), &province);
        let contact_email = self.email(take(Field::ContactEmail));
        let contact_phone = self.phone(take(Field::ContactPhone));
        let package = self.package(take(Field::Package));
        let site_type = self.site_type(take(Field::SiteType));
        let parent = take(Field::Parent);
        let details = SiteDetails {
            name,
            code,
            site_type,
            address,
            city,
            province,
            postal_code,
            country,
            latitude,
            longitude,
            contact_name: take(Field::ContactName),
            contact_phone,
            contact_email,
            package,
            notes: take(Field::Notes),
        };
        (details, parent)
    }

    /// Says which cells took the text above them.
    fn filled_down(&mut self) {
        if self.table.filled.is_empty() {
            return;
        }
        for (field, _, _) in FIELDS {
            let column = self.mapping.column(*field).and_then(|column| u16::try_from(column).ok());
            if column.is_some_and(|column| self.table.filled.contains(&(self.number, column))) {
                let value = self.raw(*field).to_owned();
                self.find(*field, "cell.filled_down", Severity::Cleaned, &value, None, &[]);
            }
        }
    }

    /// The ISO code of a country; the account's where the cell says nothing that is known.
    fn country(&mut self, text: String) -> String {
        let own = self.settings.country.map_or("", |country| country.code);
        if text.is_empty() {
            return own.to_owned();
        }
        if let Some(code) = satchel_core::places::country_code(&text) {
            return code;
        }
        self.find(Field::Country, "country.unknown", Severity::Warning, &text, None, &[]);
        own.to_owned()
    }

    /// The site's name; in a list without a column of names, one made of what tells the sites apart: the code, the address,
    /// or the place. An empty cell in a column of names is an error with that as the proposed repair.
    fn name(&mut self, name: String, [code, address, city, postal_code]: [&str; 4]) -> String {
        if !name.is_empty() {
            return name;
        }
        let parts: &[&str] = match (code.is_empty(), address.is_empty()) {
            (false, _) => &[code],
            (true, false) => &[address, city],
            (true, true) => &[city, postal_code],
        };
        let made = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if made.is_empty() {
            self.find(Field::Name, "name.missing", Severity::Error, "", None, &[]);
        } else if self.mapping.column(Field::Name).is_some() {
            return self.or_repair(Field::Name, "name.missing", Severity::Error, String::new(), Some(made), &[]);
        } else {
            self.find(Field::Name, "name.derived", Severity::Cleaned, &made, None, &[]);
        }
        made
    }

    /// The cell on one line and not too long.
    fn bounded(&mut self, field: Field) -> String {
        let raw = self.raw(field);
        // An apostrophe in front keeps a spreadsheet from taking a text for a formula: it is not part of the text.
        let raw = without_guard(raw);
        let tidy = !raw.contains("  ") && !raw.contains(|c: char| c.is_whitespace() && c != ' ');
        let text = if tidy { raw.to_owned() } else { raw.split_whitespace().collect::<Vec<_>>().join(" ") };
        let text = values::our_digits(&text).unwrap_or(text);
        if values::sheet_error(&text) {
            let severity = if field == Field::Name { Severity::Error } else { Severity::Warning };
            self.find(field, "cell.error", severity, &text, None, &[]);
            return String::new();
        }
        if field == Field::Code && values::date(&text) {
            self.find(field, "code.date", Severity::Warning, &text, None, &[]);
        }
        let optional = !matches!(field, Field::Name | Field::Code | Field::Notes);
        let text = if optional && values::nothing(&text) { String::new() } else { text };
        let text = match (field, values::without_point_zero(&text)) {
            (Field::Code, Some(whole)) => whole.to_owned(),
            _ => text,
        };
        let limit = if field == Field::Notes { MAX_NOTES } else { MAX_TEXT };
        // As many bytes as characters, or more: most cells need no counting.
        let length = if text.len() <= limit { 0 } else { text.chars().count() };
        if length > limit {
            let params = [("length", length.to_string()), ("max", limit.to_string())];
            let shown: String = text.chars().take(60).collect();
            self.find(field, "text.too_long", Severity::Error, &format!("{shown}…"), None, &params);
            return text.chars().take(limit).collect();
        }
        text
    }

    /// `gp Daveyton CDC` where the province is Gauteng: the list's own prefix, not part of the name.
    fn without_prefix(&mut self, field: Field, text: String, province: &str) -> String {
        let code = self.settings.country.and_then(|c| c.province(province)).map(|p| p.code.to_lowercase());
        let Some((first, rest)) = text.split_once(' ') else { return text };
        let is_prefix = code.is_some_and(|code| code == first || (code == "kzn" && first == "kz"));
        let rest = rest.trim_start();
        if !is_prefix || rest.is_empty() {
            return text;
        }
        let rest = rest.to_owned();
        self.find(field, "text.province_prefix", Severity::Cleaned, &text, Some(rest.clone()), &[]);
        rest
    }

    fn province(&mut self, text: String) -> String {
        let Some(country) = self.settings.country else { return text };
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

    fn postal_code(&mut self, text: String, province: &str) -> String {
        let code = self.postal_code_alone(text);
        if let Some(country) = self.settings.country
            && let Some(known) = country.province(province)
            && country.postal_code_elsewhere(&code, known)
        {
            let params = [("province", known.name.to_owned())];
            self.find(Field::PostalCode, "postal_code.other_province", Severity::Warning, &code, None, &params);
        }
        code
    }

    fn postal_code_alone(&mut self, text: String) -> String {
        let Some(country) = self.settings.country else { return text };
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
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if all_digits(&compact) && compact.len() == digits {
            return compact;
        }
        // A spreadsheet that lost the leading zeros.
        if all_digits(&compact) && compact.len() < digits && country.code == "ZA" {
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
        let repair = (all_digits(&typed) && typed.len() == digits).then_some(typed);
        let code = if compact.chars().any(char::is_alphabetic) { "postal_code.letter" } else { "postal_code.length" };
        self.or_repair(Field::PostalCode, code, Severity::Error, text, repair, &params)
    }

    fn coordinates(&mut self, latitude: String, longitude: String, province: &str) -> (String, String) {
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
        if let Some(country) = self.settings.country {
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

    fn email(&mut self, text: String) -> String {
        if text.is_empty() || values::valid_email(&text) {
            return text;
        }
        match values::emails(&text).as_slice() {
            [first, ..] => {
                let code = "email.first";
                self.find(Field::ContactEmail, code, Severity::Warning, &text, Some(first.clone()), &[]);
                first.clone()
            }
            [] => {
                let guess = text.replace(" at ", "@").replace("@@", "@");
                let repair = (guess != text && values::valid_email(&guess)).then_some(guess);
                self.or_repair(Field::ContactEmail, "email.invalid", Severity::Error, text, repair, &[])
            }
        }
    }

    fn phone(&mut self, text: String) -> String {
        let Some(country) = self.settings.country else { return text };
        if text.is_empty() {
            return text;
        }
        let Some(number) = values::phone(&text, country) else {
            let params = [("digits", country.national_digits.to_string())];
            self.find(Field::ContactPhone, "phone.invalid", Severity::Warning, &text, None, &params);
            return text;
        };
        if number != text {
            self.find(Field::ContactPhone, "phone.format", Severity::Cleaned, &text, Some(number.clone()), &[]);
        }
        number
    }

    fn package(&mut self, text: String) -> String {
        if text.is_empty() || self.settings.packages.is_empty() {
            return text;
        }
        let wanted = compact(&text);
        if let Some(known) = self.settings.packages.iter().find(|name| compact(name) == wanted) {
            return known.clone();
        }
        let close = values::package(&text, &self.settings.packages).cloned();
        self.or_repair(Field::Package, "package.unknown", Severity::Error, text, close, &[])
    }

    fn site_type(&mut self, text: String) -> String {
        match site_type_of(&text) {
            _ if text.is_empty() => text,
            Some(known) => known.to_owned(),
            None => {
                self.find(
                    Field::SiteType,
                    "site_type.unknown",
                    Severity::Warning,
                    &text,
                    Some("branch".to_owned()),
                    &[],
                );
                "branch".to_owned()
            }
        }
    }
}

/// The type of site a text means.
pub(super) fn site_type_of(text: &str) -> Option<&'static str> {
    match plain(text).as_str() {
        "headquarters" | "head office" | "hq" | "headoffice" => Some("headquarters"),
        "branch" | "store" | "shop" | "outlet" | "office" => Some("branch"),
        "warehouse" | "dc" | "distribution centre" | "distribution center" | "depot" => Some("warehouse"),
        "remote office" | "remote" | "home office" => Some("remote_office"),
        _ => None,
    }
}

/// Edit distance of two short texts.
fn distance(a: &str, b: &str) -> usize {
    let short = |text: &str| text.chars().take(60).collect::<String>();
    strsim::levenshtein(&short(a), &short(b))
}

fn compact(text: &str) -> String {
    plain(text).replace(' ', "")
}
