//! Checking every cell: what is wrong, what was cleaned, what is proposed, and what the import would do with each row.

use std::collections::{BTreeMap, HashMap, HashSet};

use satchel_core::places::Country;
use satchel_core::sites::{MAX_NOTES, SiteDetails};
use serde::{Deserialize, Serialize};

use super::above::{Above, SiteAbove};
use super::alike::{ExistingIndex, Like, Place, Seen, Verdict};
use super::cells::RowCheck;
use super::fields::Field;
use super::mapping::Mapping;
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
    /// What the row says of the site above it: a code or a name; empty: nothing.
    pub parent: String,
    /// The site above it, where that is new.
    pub above: Option<SiteAbove>,
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
    /// Id of the site above it.
    pub parent: Option<String>,
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
    /// Rows that the spreadsheet hides are left out.
    pub leave_out_hidden: bool,
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
    let known = Known::new(table, mapping, settings);
    // Sites may stand under such as come later in the list: these are read before.
    let says_above = mapping.column(Field::Parent).is_some() || settings.fixes.iter().any(|f| f.field == Field::Parent);
    let above = says_above.then(|| {
        let mut above = Above::new(&settings.existing);
        known.each(|row| {
            above.add(row.row, &row.details, row.outcome, &row.parent);
            true
        });
        above.settle();
        above
    });
    let mut summary = Summary::default();
    known.each(|mut row| {
        if let Some(above) = &above {
            known.place(&mut row, above);
        }
        summary.count(&row);
        take(row)
    });
    summary
}

/// What the rows before a row were.
#[derive(Default)]
struct Before {
    seen: Seen,
    /// Sites that are there and that a row was found to be.
    taken: HashSet<usize>,
}

/// Notes with what else a row says, each once.
fn with_beside(notes: &str, beside: &[String]) -> String {
    let mut all = notes.to_owned();
    for more in beside {
        let room = all.chars().count() + more.chars().count() + 2 <= MAX_NOTES;
        if !all.contains(more.as_str()) && room {
            if !all.is_empty() {
                all.push_str("; ");
            }
            all.push_str(more);
        }
    }
    all
}

/// What every row is held against.
struct Known<'a> {
    table: &'a RawTable,
    mapping: &'a Mapping,
    settings: &'a Settings,
    fixes: HashMap<(u32, Field), &'a str>,
    fixed: HashSet<u32>,
    skips: HashSet<u32>,
    index: ExistingIndex<'a>,
    /// Names made from codes and places are alike by nature: they say nothing about who is next door.
    named: bool,
}

impl<'a> Known<'a> {
    fn new(table: &'a RawTable, mapping: &'a Mapping, settings: &'a Settings) -> Self {
        Self {
            table,
            mapping,
            settings,
            fixes: settings.fixes.iter().map(|fix| ((fix.row, fix.field), fix.value.as_str())).collect(),
            fixed: settings.fixes.iter().map(|fix| fix.row).collect(),
            skips: settings.skips.iter().copied().collect(),
            index: ExistingIndex::new(&settings.existing),
            named: mapping.column(Field::Name).is_some(),
        }
    }

    /// Every row by itself, as long as whoever takes them wants more.
    fn each(&self, mut take: impl FnMut(ParsedRow) -> bool) {
        let mut before = Before::default();
        for (number, cells) in &self.table.rows {
            // Who types into such a row says that it is a site after all.
            let is_example = self.mapping.column(Field::Code).is_some_and(|at| cells[at].starts_with(EXAMPLE));
            let no_site = (self.table.outside.contains(number) || is_example) && !self.fixed.contains(number);
            let row = if no_site { outside(*number, cells) } else { self.row(*number, cells, &mut before) };
            if !take(row) {
                break;
            }
        }
    }

    fn row(&self, number: u32, cells: &[String], before: &mut Before) -> ParsedRow {
        let (table, mapping, settings) = (self.table, self.mapping, self.settings);
        let mut row = RowCheck {
            number,
            cells,
            table,
            mapping,
            settings,
            fixes: &self.fixes,
            findings: Vec::new(),
            place: settings.country,
            beside: Vec::new(),
        };
        let (mut details, parent) = row.details();
        let (mut findings, beside) = (row.findings, row.beside);
        findings.extend(self.doubts(number, &details));
        let hidden = table.hidden.contains(&number);
        if hidden {
            findings.push(about_row("row.hidden", number, &details, ("row", number.to_string())));
        }
        let outcome = if self.skips.contains(&number) || hidden && settings.leave_out_hidden {
            Outcome::Skipped
        } else if findings.iter().any(|finding| finding.severity == Severity::Error) || details.name.is_empty() {
            Outcome::Error
        } else {
            self.judged(number, &mut details, &beside, before, &mut findings)
        };
        ParsedRow { row: number, outcome, details, parent, above: None, findings }
    }

    /// Which site a row without faults is: one of its own, one that is there, or one that stood in the list before.
    fn judged(
        &self,
        number: u32,
        details: &mut SiteDetails,
        beside: &[String],
        before: &mut Before,
        findings: &mut Vec<Finding>,
    ) -> Outcome {
        let place = Place::of(details);
        let like = before.seen.like(details, place.as_ref(), number, self.named);
        let said = match like {
            Some(Like::Same(first)) => {
                findings.push(about_row("row.duplicate", number, details, ("row", first.to_string())));
                return Outcome::Skipped;
            }
            Some(Like::Maybe(first)) => Some(("row.maybe", first)),
            Some(Like::Near(first)) => Some(("row.near", first)),
            None => None,
        };
        findings.extend(said.map(|(code, first)| about_row(code, number, details, ("row", first.to_string()))));
        let Some((at, verdict)) = self.index.find(details, &before.taken) else {
            details.notes = with_beside(&details.notes, beside);
            let near = self.index.near(details, place.as_ref()).filter(|_| self.named);
            findings.extend(near.map(|site| about_row("site.near", number, details, ("site", site.to_owned()))));
            return Outcome::New;
        };
        before.taken.insert(at);
        let there = &self.settings.existing[at].details;
        if !beside.is_empty() {
            let notes = if details.notes.is_empty() { &there.notes } else { &details.notes };
            details.notes = with_beside(notes, beside);
        }
        let outcome = self.index.outcome(at, details);
        if let Some(site) = self.index.other(outcome, details) {
            findings.push(about_row("site.other", number, details, ("site", site.to_owned())));
        } else if verdict == Verdict::Ask && outcome == Outcome::Changed(at) {
            findings.push(about_row("site.maybe", number, details, ("site", there.name.clone())));
        }
        outcome
    }

    /// What is doubtful about where the row's cells are. Who types into the row has looked at it.
    fn doubts(&self, number: u32, details: &SiteDetails) -> Vec<Finding> {
        let doubts = &self.table.doubts;
        let from = doubts.partition_point(|(row, _)| *row < number);
        let own = doubts[from..].iter().take_while(|(row, _)| *row == number && !self.fixed.contains(&number));
        own.map(|(_, code)| {
            let severity = if *code == "row.more_cells" { Severity::Error } else { Severity::Warning };
            Finding { severity, ..about_row(code, number, details, ("row", number.to_string())) }
        })
        .collect()
    }

    /// Says which site the row stands under; one that cannot be taken is said, and the site stays where it is.
    fn place(&self, row: &mut ParsedRow, above: &Above) {
        match above.of(&self.settings.existing, (row.row, row.outcome), &row.parent) {
            Ok(site) => {
                row.above = site;
                if let (Some(_), Outcome::Unchanged(at)) = (site, row.outcome) {
                    row.outcome = Outcome::Changed(at);
                }
            }
            Err(why) => row.findings.push(Finding {
                row: row.row,
                field: Field::Parent,
                column: header(self.mapping, self.table, Field::Parent),
                code: why.code().to_owned(),
                severity: Severity::Warning,
                value: row.parent.clone(),
                repair: None,
                params: BTreeMap::from([("value".to_owned(), row.parent.clone())]),
            }),
        }
    }
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
    ParsedRow { row: number, outcome: Outcome::Skipped, details, parent: String::new(), above: None, findings }
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
