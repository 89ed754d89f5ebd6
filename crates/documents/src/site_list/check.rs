//! Checking every cell: what is wrong, what was cleaned, what is proposed, and what the import would do with each row.

use std::collections::{BTreeMap, HashMap, HashSet};

use satchel_core::places::Country;
use satchel_core::sites::SiteDetails;
use serde::{Deserialize, Serialize};

use super::alike::{ExistingIndex, Like, Place, Seen};
use super::cells::RowCheck;
use super::mapping::{Field, Mapping};
use super::read::RawTable;
use super::write::EXAMPLE;

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
    let mut rows = Vec::with_capacity(table.rows.len());
    let summary = check_each(table, mapping, settings, |row| rows.push(row));
    Checked { rows, summary }
}

/// As [`check`], but says after every row how many are done; who is told so may end it by answering `false`.
pub fn check_watched(
    table: &RawTable,
    mapping: &Mapping,
    settings: &Settings,
    mut go_on: impl FnMut(usize) -> bool,
) -> Option<Checked> {
    let mut rows = Vec::with_capacity(table.rows.len());
    let mut whole = true;
    let summary = check_while(table, mapping, settings, |row| {
        rows.push(row);
        whole = go_on(rows.len());
        whole
    });
    whole.then_some(Checked { rows, summary })
}

/// Checks every row and hands it over; keeps none of them.
pub fn check_each(
    table: &RawTable,
    mapping: &Mapping,
    settings: &Settings,
    mut take: impl FnMut(ParsedRow),
) -> Summary {
    check_while(table, mapping, settings, |row| {
        take(row);
        true
    })
}

/// Checks row after row as long as whoever takes them wants more.
fn check_while(
    table: &RawTable,
    mapping: &Mapping,
    settings: &Settings,
    mut take: impl FnMut(ParsedRow) -> bool,
) -> Summary {
    let fixes: HashMap<(u32, Field), &str> =
        settings.fixes.iter().map(|fix| ((fix.row, fix.field), fix.value.as_str())).collect();
    let index = ExistingIndex::new(&settings.existing);
    let skips: HashSet<u32> = settings.skips.iter().copied().collect();
    let fixed: HashSet<u32> = settings.fixes.iter().map(|fix| fix.row).collect();
    // Names made from codes and places are alike by nature: they say nothing about who is next door.
    let named = mapping.column(Field::Name).is_some();
    let mut seen = Seen::default();
    let mut summary = Summary::default();
    let mut take = |row: ParsedRow| {
        summary.count(&row);
        take(row)
    };
    for (number, cells) in &table.rows {
        // Who types into such a row says that it is a site after all.
        let is_example = mapping.column(Field::Code).is_some_and(|at| cells[at].starts_with(EXAMPLE));
        if (table.outside.contains(number) || is_example) && !fixed.contains(number) {
            if !take(outside(*number, cells)) {
                break;
            }
            continue;
        }
        let mut row =
            RowCheck { number: *number, cells, table, mapping, settings, fixes: &fixes, findings: Vec::new() };
        let details = row.details();
        let mut findings = row.findings;
        let skipped = skips.contains(number);
        let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
        let outcome = if skipped {
            Outcome::Skipped
        } else if failed {
            Outcome::Error
        } else {
            let place = Place::of(&details);
            match seen.like(&details, place.as_ref(), *number, named) {
                Some(Like::Same(first)) => {
                    findings.push(about_row("row.duplicate", *number, &details, ("row", first.to_string())));
                    Outcome::Skipped
                }
                like => {
                    if let Some(Like::Near(first)) = like {
                        findings.push(about_row("row.near", *number, &details, ("row", first.to_string())));
                    }
                    let outcome = index.outcome(&details);
                    if outcome == Outcome::New
                        && named
                        && let Some(site) = index.near(&details, place.as_ref())
                    {
                        findings.push(about_row("site.near", *number, &details, ("site", site.to_owned())));
                    }
                    outcome
                }
            }
        };
        if !take(ParsedRow { row: *number, outcome, details, findings }) {
            break;
        }
    }
    summary
}

impl Summary {
    fn count(&mut self, row: &ParsedRow) {
        self.rows += 1;
        match row.outcome {
            Outcome::New => self.new += 1,
            Outcome::Changed(_) => self.changed += 1,
            Outcome::Unchanged(_) => self.unchanged += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::Error => self.errors += 1,
        }
        self.warnings += u32::from(row.findings.iter().any(|finding| finding.severity == Severity::Warning));
    }
}

/// A row of the sheet that is no site.
fn outside(number: u32, cells: &[String]) -> ParsedRow {
    let text = cells.iter().filter(|cell| !cell.is_empty()).take(3).cloned().collect::<Vec<_>>().join(" ");
    let details = SiteDetails { name: text.chars().take(80).collect(), ..SiteDetails::default() };
    let findings = vec![about_row("row.not_a_site", number, &details, ("row", number.to_string()))];
    ParsedRow { row: number, outcome: Outcome::Skipped, details, findings }
}

/// A warning about a whole row.
fn about_row(code: &str, row: u32, details: &SiteDetails, (key, value): (&str, String)) -> Finding {
    Finding {
        row,
        field: Field::Name,
        column: String::new(),
        code: code.to_owned(),
        severity: Severity::Warning,
        value: details.name.clone(),
        repair: None,
        params: BTreeMap::from([(key.to_owned(), value)]),
    }
}

/// Header of a field's column; empty when the field is not in the file.
pub(super) fn header(mapping: &Mapping, table: &RawTable, field: Field) -> String {
    mapping.column(field).and_then(|column| table.header.get(column).cloned()).unwrap_or_default()
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

#[cfg(test)]
mod tests;
