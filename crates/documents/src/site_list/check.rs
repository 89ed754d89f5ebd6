//! Checking every cell: what is wrong, what was cleaned, what is proposed, and what the import would do with each row.

use std::collections::{BTreeMap, HashMap};

use satchel_core::places::{Country, inside, plain};
use satchel_core::sites::{MAX_NOTES, MAX_TEXT, SiteDetails};
use serde::{Deserialize, Serialize};

use super::mapping::{FIELDS, Field, Mapping, point};
use super::read::RawTable;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cleaned already; shown.
    Cleaned,
    /// Importable, worth a look.
    Warning,
    /// The row is not imported until mended.
    Error,
}

impl Severity {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cleaned => "cleaned",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something about a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Row in the file, from 1.
    pub row: u32,
    /// Field.
    pub field: Field,
    /// Header of the source column; empty when the field is not in the file.
    pub column: String,
    /// Stable code.
    pub code: String,
    /// Severity.
    pub severity: Severity,
    /// What stands there.
    pub value: String,
    /// Proposed value.
    pub repair: Option<String>,
    /// Values for the sentence.
    pub params: BTreeMap<String, String>,
}

/// What the import would do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Adds a site.
    New,
    /// Changes the existing site with this index.
    Changed(usize),
    /// The existing site is equal.
    Unchanged(usize),
    /// Skipped by the person, or a duplicate inside the file.
    Skipped,
    /// Not importable until mended.
    Error,
}

/// A row as it would be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedRow {
    /// Row in the file, from 1.
    pub row: u32,
    /// What would happen.
    pub outcome: Outcome,
    /// Cleaned values.
    pub details: SiteDetails,
    /// Findings of the row.
    pub findings: Vec<Finding>,
}

/// A site the account already has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// Id as text.
    pub id: String,
    /// Its details.
    pub details: SiteDetails,
}

/// Names of packages that can be named.
pub type KnownPackages = Vec<String>;

/// A cell typed over by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFix {
    /// Row in the file.
    pub row: u32,
    /// Field.
    pub field: Field,
    /// Value.
    pub value: String,
}

/// What the check knows besides the file.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Country of the account.
    pub country: Option<&'static Country>,
    /// Packages of the price book.
    pub packages: KnownPackages,
    /// Sites the account has.
    pub existing: Vec<Existing>,
    /// Cells typed over, the latest last.
    pub fixes: Vec<CellFix>,
    /// Rows skipped.
    pub skips: Vec<u32>,
    /// Codes whose proposed repair is accepted everywhere.
    pub accepted: Vec<String>,
}

/// The counts of a check. `rows = new + changed + unchanged + skipped + errors`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Data rows.
    pub rows: u32,
    /// Would be added.
    pub new: u32,
    /// Would change.
    pub changed: u32,
    /// Equal.
    pub unchanged: u32,
    /// Skipped.
    pub skipped: u32,
    /// Not importable.
    pub errors: u32,
    /// Warnings.
    pub warnings: u32,
}

/// A checked list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rows in file order.
    pub rows: Vec<ParsedRow>,
    /// Counts.
    pub summary: Summary,
}

/// Checks every row.
pub fn check(table: &RawTable, mapping: &Mapping, settings: &Settings) -> Checked {
    let fixes: HashMap<(u32, Field), &str> =
        settings.fixes.iter().map(|fix| ((fix.row, fix.field), fix.value.as_str())).collect();
    let index = ExistingIndex::new(&settings.existing);
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut rows = Vec::with_capacity(table.rows.len());
    for (number, cells) in &table.rows {
        let mut row = RowCheck { number: *number, cells, table, mapping, settings, fixes: &fixes, findings: Vec::new() };
        let details = row.details();
        let mut findings = row.findings;
        let skipped = settings.skips.contains(number);
        let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
        let outcome = if skipped {
            Outcome::Skipped
        } else if failed {
            Outcome::Error
        } else if let Some(first) = duplicate(&details, *number, &mut seen) {
            findings.push(duplicate_finding(*number, first, &details, mapping, table));
            Outcome::Skipped
        } else {
            index.outcome(&details)
        };
        rows.push(ParsedRow { row: *number, outcome, details, findings });
    }
    Checked { summary: summarise(&rows), rows }
}

fn summarise(rows: &[ParsedRow]) -> Summary {
    let mut summary = Summary { rows: u32::try_from(rows.len()).unwrap_or(u32::MAX), ..Summary::default() };
    for row in rows {
        match row.outcome {
            Outcome::New => summary.new += 1,
            Outcome::Changed(_) => summary.changed += 1,
            Outcome::Unchanged(_) => summary.unchanged += 1,
            Outcome::Skipped => summary.skipped += 1,
            Outcome::Error => summary.errors += 1,
        }
        if row.findings.iter().any(|finding| finding.severity == Severity::Warning) {
            summary.warnings += 1;
        }
    }
    summary
}

/// The first row with the same code, or with the same name and address.
fn duplicate(details: &SiteDetails, row: u32, seen: &mut HashMap<String, u32>) -> Option<u32> {
    let mut keys = vec![format!("n|{}|{}|{}", plain(&details.name), plain(&details.address), plain(&details.city))];
    if !details.code.is_empty() {
        keys.push(format!("c|{}", plain(&details.code)));
    }
    let first = keys.iter().find_map(|key| seen.get(key).copied());
    for key in keys {
        seen.entry(key).or_insert(row);
    }
    first
}

fn duplicate_finding(row: u32, first: u32, details: &SiteDetails, mapping: &Mapping, table: &RawTable) -> Finding {
    Finding {
        row,
        field: Field::Name,
        column: header(mapping, table, Field::Name),
        code: "row.duplicate".to_owned(),
        severity: Severity::Warning,
        value: details.name.clone(),
        repair: None,
        params: BTreeMap::from([("row".to_owned(), first.to_string())]),
    }
}

fn header(mapping: &Mapping, table: &RawTable, field: Field) -> String {
    mapping.column(field).and_then(|column| table.header.get(column).cloned()).unwrap_or_default()
}

struct ExistingIndex<'a> {
    existing: &'a [Existing],
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

impl<'a> ExistingIndex<'a> {
    fn new(existing: &'a [Existing]) -> Self {
        let mut by_code = HashMap::new();
        let mut by_name = HashMap::new();
        for (index, site) in existing.iter().enumerate() {
            if !site.details.code.is_empty() {
                by_code.entry(plain(&site.details.code)).or_insert(index);
            }
            by_name.entry(Self::name_key(&site.details)).or_insert(index);
        }
        Self { existing, by_code, by_name }
    }

    fn name_key(details: &SiteDetails) -> String {
        format!("{}|{}", plain(&details.name), plain(&details.city))
    }

    fn outcome(&self, details: &SiteDetails) -> Outcome {
        let by_code = (!details.code.is_empty()).then(|| self.by_code.get(&plain(&details.code))).flatten();
        let Some(index) = by_code.or_else(|| self.by_name.get(&Self::name_key(details))) else { return Outcome::New };
        if merged(&self.existing[*index].details, details) == self.existing[*index].details {
            Outcome::Unchanged(*index)
        } else {
            Outcome::Changed(*index)
        }
    }
}

/// The existing details with what the file says; an empty cell says nothing.
pub(super) fn merged(existing: &SiteDetails, file: &SiteDetails) -> SiteDetails {
    let pick = |old: &str, new: &str| if new.is_empty() { old.to_owned() } else { new.to_owned() };
    SiteDetails {
        name: pick(&existing.name, &file.name),
        code: pick(&existing.code, &file.code),
        site_type: pick(&existing.site_type, &file.site_type),
        address: pick(&existing.address, &file.address),
        city: pick(&existing.city, &file.city),
        province: pick(&existing.province, &file.province),
        postal_code: pick(&existing.postal_code, &file.postal_code),
        country: pick(&existing.country, &file.country),
        latitude: pick(&existing.latitude, &file.latitude),
        longitude: pick(&existing.longitude, &file.longitude),
        contact_name: pick(&existing.contact_name, &file.contact_name),
        contact_phone: pick(&existing.contact_phone, &file.contact_phone),
        contact_email: pick(&existing.contact_email, &file.contact_email),
        package: pick(&existing.package, &file.package),
        notes: pick(&existing.notes, &file.notes),
    }
}

impl Checked {
    /// What a changed row would make of the existing site.
    pub fn merged_details(existing: &Existing, row: &ParsedRow) -> SiteDetails {
        merged(&existing.details, &row.details)
    }
}

struct RowCheck<'a> {
    number: u32,
    cells: &'a [String],
    table: &'a RawTable,
    mapping: &'a Mapping,
    settings: &'a Settings,
    fixes: &'a HashMap<(u32, Field), &'a str>,
    findings: Vec<Finding>,
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

    fn details(&mut self) -> SiteDetails {
        let mut texts: HashMap<Field, String> = HashMap::new();
        for (field, _, _) in FIELDS {
            let text = self.bounded(*field);
            texts.insert(*field, text);
        }
        let mut take = |field: Field| texts.remove(&field).unwrap_or_default();
        let country = match take(Field::Country) {
            text if text.is_empty() => self.settings.country.map_or("", |country| country.code).to_owned(),
            text => text.to_uppercase().chars().take(2).collect(),
        };
        let (name, city) = (take(Field::Name), take(Field::City));
        let province = self.province(take(Field::Province));
        let name = self.without_prefix(Field::Name, name, &province);
        let city = self.without_prefix(Field::City, city, &province);
        if name.is_empty() {
            self.find(Field::Name, "name.missing", Severity::Error, "", None, &[]);
        }
        let postal_code = self.postal_code(take(Field::PostalCode));
        let (latitude, longitude) = self.coordinates(take(Field::Latitude), take(Field::Longitude), &province);
        let contact_email = self.email(take(Field::ContactEmail));
        let contact_phone = self.phone(take(Field::ContactPhone));
        let package = self.package(take(Field::Package));
        let site_type = self.site_type(take(Field::SiteType));
        SiteDetails {
            name,
            code: take(Field::Code),
            site_type,
            address: take(Field::Address),
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
        }
    }

    /// The cell on one line and not too long.
    fn bounded(&mut self, field: Field) -> String {
        let raw = self.raw(field).to_owned();
        let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let limit = if field == Field::Notes { MAX_NOTES } else { MAX_TEXT };
        let length = text.chars().count();
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
        match country.province(&text) {
            Some(known) if known.name == text => text,
            Some(known) => {
                self.find(Field::Province, "province.spelling", Severity::Cleaned, &text, Some(known.name.to_owned()), &[]);
                known.name.to_owned()
            }
            None => {
                let nearest = country
                    .provinces
                    .iter()
                    .min_by_key(|province| distance(&plain(province.name), &plain(&text)))
                    .filter(|province| distance(&plain(province.name), &plain(&text)) <= 3)
                    .map(|province| province.name.to_owned());
                self.or_repair(Field::Province, "province.unknown", Severity::Error, text, nearest, &[])
            }
        }
    }

    fn postal_code(&mut self, text: String) -> String {
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
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if all_digits(&compact) && compact.len() == digits {
            return compact;
        }
        // A spreadsheet that lost the leading zeros.
        if all_digits(&compact) && compact.len() < digits && compact.len() + 2 >= digits {
            let padded = format!("{compact:0>digits$}");
            return self.or_repair(Field::PostalCode, "postal_code.leading_zero", Severity::Warning, text, Some(padded), &params);
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
        let (lat, lon) = (latitude.replace(',', "."), longitude.replace(',', "."));
        let Some((a, o)) = point(&lat, &lon).filter(|(a, o)| a.abs() <= 9_000 && o.abs() <= 18_000) else {
            self.find(Field::Latitude, "coordinate.invalid", Severity::Error, &format!("{latitude}, {longitude}"), None, &[]);
            return (String::new(), String::new());
        };
        if let Some(country) = self.settings.country {
            if inside(country.bounds, a, o) {
                if let Some(known) = country.province(province)
                    && !inside(known.bounds, a, o)
                {
                    let params = [("province", known.name.to_owned())];
                    self.find(Field::Latitude, "coordinate.outside_province", Severity::Warning, &format!("{lat}, {lon}"), None, &params);
                }
            } else if inside(country.bounds, o, a) {
                let swapped = format!("{lon}, {lat}");
                self.find(Field::Latitude, "coordinate.swapped", Severity::Cleaned, &format!("{lat}, {lon}"), Some(swapped), &[]);
                return (lon, lat);
            } else {
                let params = [("country", country.code.to_owned())];
                self.find(Field::Latitude, "coordinate.outside_country", Severity::Warning, &format!("{lat}, {lon}"), None, &params);
            }
        }
        (lat, lon)
    }

    fn email(&mut self, text: String) -> String {
        if text.is_empty() || valid_email(&text) {
            return text;
        }
        let guess = text.replace(" at ", "@").replace([' ', ','], "").replace("@@", "@");
        let repair = (guess != text && valid_email(&guess)).then_some(guess);
        self.or_repair(Field::ContactEmail, "email.invalid", Severity::Error, text, repair, &[])
    }

    fn phone(&mut self, text: String) -> String {
        let Some(country) = self.settings.country else { return text };
        if text.is_empty() {
            return text;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let (prefix, national) = (country.dial_prefix, country.national_digits);
        let local = digits
            .strip_prefix(&format!("00{prefix}"))
            .or_else(|| digits.strip_prefix(prefix).filter(|rest| rest.len() == national))
            .or_else(|| digits.strip_prefix('0').filter(|rest| rest.len() == national))
            .unwrap_or(&digits);
        if local.len() != national {
            let params = [("digits", national.to_string())];
            self.find(Field::ContactPhone, "phone.invalid", Severity::Warning, &text, None, &params);
            return text;
        }
        let number = format!("+{prefix}{local}");
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
        let nearest = self.settings.packages.iter().min_by_key(|name| distance(&compact(name), &wanted)).cloned();
        let close = nearest.filter(|name| distance(&compact(name), &wanted) <= 6);
        self.or_repair(Field::Package, "package.unknown", Severity::Error, text, close, &[])
    }

    fn site_type(&mut self, text: String) -> String {
        let word = plain(&text);
        match word.as_str() {
            "" => String::new(),
            "headquarters" | "head office" | "hq" | "headoffice" => "headquarters".to_owned(),
            "branch" | "store" | "shop" | "outlet" => "branch".to_owned(),
            "warehouse" | "dc" | "distribution centre" | "depot" => "warehouse".to_owned(),
            "remote office" | "remote" | "home office" => "remote_office".to_owned(),
            _ => {
                self.find(Field::SiteType, "site_type.unknown", Severity::Warning, &text, Some("branch".to_owned()), &[]);
                "branch".to_owned()
            }
        }
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

fn valid_email(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    let clean = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphanumeric() || "._+-'".contains(c));
    clean(user) && clean(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

#[cfg(test)]
mod tests;
