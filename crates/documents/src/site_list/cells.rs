//! Checking the cells of one row: each field by its own rule, with what was cleaned and what is proposed.

use std::borrow::Cow;
use std::collections::HashMap;

use satchel_core::places::{Country, plain};
use satchel_core::sites::{MAX_NOTES, MAX_TEXT, SiteDetails};

use super::check::{Finding, Settings, Severity, header};
use super::fields::{FIELDS, Field};
use super::mapping::Mapping;
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
    /// The country the row is in, where its facts are known.
    pub(super) place: Option<&'static Country>,
    /// What the row says besides its fields, for the notes.
    pub(super) beside: Vec<String>,
}

impl<'a> RowCheck<'a> {
    /// Text of a field: as it was typed over, else of its first column with something in it; lines of an address together.
    pub(super) fn raw(&self, field: Field) -> Cow<'a, str> {
        if let Some(fixed) = self.fixes.get(&(self.number, field)) {
            return Cow::Borrowed(fixed.trim());
        }
        let cells = self.cells;
        let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let first = self.mapping.column(field).map_or("", cell);
        let also = self.mapping.also(field);
        if also.is_empty() || field == Field::Notes {
            return Cow::Borrowed(first);
        }
        let all = std::iter::once(first).chain(also.iter().map(|column| cell(*column)));
        let mut said = all.filter(|cell| !cell.is_empty() && !values::nothing(cell));
        if field == Field::Address {
            return Cow::Owned(said.collect::<Vec<_>>().join(", "));
        }
        Cow::Borrowed(said.next().unwrap_or(first))
    }

    pub(super) fn find(
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
    pub(super) fn or_repair(
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
        for (index, (field, _)) in FIELDS.iter().enumerate() {
            texts[index] = self.bounded(*field);
        }
        self.filled_down();
        let mut take = |field: Field| std::mem::take(&mut texts[field as usize]);
        let country = self.country(&take(Field::Country));
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
        self.note_others(Field::Notes, |text| Some(text.to_owned()));
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
        for (field, _) in FIELDS {
            let column = self.mapping.column(*field).and_then(|column| u16::try_from(column).ok());
            if column.is_some_and(|column| self.table.filled.contains(&(self.number, column))) {
                let value = self.raw(*field).into_owned();
                self.find(*field, "cell.filled_down", Severity::Cleaned, &value, None, &[]);
            }
        }
    }

    /// The site's name; in a list without a column of names, one made of what tells the sites apart: the code, the address,
    /// or the place. An empty cell in a column of names is an error with that as the proposed repair.
    fn name(&mut self, name: String, [code, address, city, postal_code]: [&str; 4]) -> String {
        // What cannot be read as a name was said already.
        let said = self.findings.iter().any(|f| f.field == Field::Name && f.severity == Severity::Error);
        if !name.is_empty() || said {
            return name;
        }
        let parts: &[&str] = match (code.is_empty(), address.is_empty()) {
            (false, _) => &[code],
            (true, false) => &[address, city],
            // A postal code alone is nobody's name.
            (true, true) if city.is_empty() => &[],
            (true, true) => &[city, postal_code],
        };
        let made = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if made.is_empty() {
            // Where no column says what a site is, that is said once of the list and not of each row.
            if self.mapping.tells_sites() {
                self.find(Field::Name, "name.missing", Severity::Error, "", None, &[]);
            }
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
        let raw = without_guard(&raw);
        let raw = raw.as_ref();
        let tidy = !raw.contains("  ") && !raw.contains(|c: char| c.is_whitespace() && c != ' ');
        let text = if tidy { raw.to_owned() } else { raw.split_whitespace().collect::<Vec<_>>().join(" ") };
        let numbers =
            matches!(field, Field::Code | Field::PostalCode | Field::Latitude | Field::Longitude | Field::ContactPhone);
        let text = if numbers { values::our_digits(&text).unwrap_or(text) } else { text };
        if text == values::NO_VALUE {
            let severity = if field == Field::Name { Severity::Error } else { Severity::Warning };
            self.find(field, "cell.no_value", severity, "", None, &[]);
            return String::new();
        }
        if values::sheet_error(&text) {
            let severity = if field == Field::Name { Severity::Error } else { Severity::Warning };
            self.find(field, "cell.error", severity, &text, None, &[]);
            return String::new();
        }
        if field == Field::Code && values::date(&text) {
            self.find(field, "code.date", Severity::Warning, &text, None, &[]);
        }
        let optional = field != Field::Name;
        let text = if optional && values::nothing(&text) { String::new() } else { text };
        if field == Field::Code && values::rounded(&text) {
            self.find(field, "code.rounded", Severity::Warning, &text, None, &[]);
        }
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
        let code = self.place.and_then(|c| c.province(province)).map(|p| p.code.to_lowercase());
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
