//! Which column is which field: by header names first, then by contents, with a confidence. What is not sure is asked.

use satchel_core::places::{Country, country_code, inside};
use serde::{Deserialize, Serialize};

use super::contents::{contradicts, likeness, mostly_different, point, running, sample};
use super::fields::{FIELDS, Field};
use super::header::GROUP;
use super::headers::HeaderText;
use super::read::RawTable;
use super::values::province;

/// A field with its column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// Field.
    pub field: Field,
    /// Column index from 0; `None` = not in the file.
    pub column: Option<usize>,
    /// 0..100.
    pub confidence: u32,
    /// `header_name`, `contents`, `group_rows`, `chosen`, `remembered`, `none`.
    pub reason: String,
    /// Further columns of the field: of phones and e-mail addresses where the first is empty, of addresses behind it, of notes
    /// with their headers.
    #[serde(default)]
    pub also: Vec<usize>,
}

/// A mapping: every field once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// In the order of [`FIELDS`].
    pub fields: Vec<Mapped>,
}

impl Mapping {
    /// Column of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().find(|mapped| mapped.field == field).and_then(|mapped| mapped.column)
    }

    /// Further columns of a field.
    pub fn also(&self, field: Field) -> &[usize] {
        self.fields.iter().find(|mapped| mapped.field == field).map_or(&[], |mapped| &mapped.also)
    }

    /// Whether any column says which site a row is.
    pub(super) fn tells_sites(&self) -> bool {
        let tell = [Field::Name, Field::Code, Field::Address, Field::City, Field::PostalCode];
        tell.iter().any(|field| self.column(*field).is_some())
    }

    /// Columns that no field takes.
    pub fn left_out(&self, columns: usize) -> impl Iterator<Item = usize> {
        let taken = |column: &usize| self.fields.iter().any(|m| m.column == Some(*column) || m.also.contains(column));
        (0..columns).filter(move |column| !taken(column))
    }

    /// Keeps columns in the notes, each with its header; those that a field takes stay where they are.
    pub fn keep_in_notes(&mut self, columns: &[usize]) {
        let taken = |column: &usize| {
            self.fields.iter().any(|m| m.column == Some(*column) || m.field != Field::Notes && m.also.contains(column))
        };
        let free: Vec<usize> = columns.iter().copied().filter(|column| !taken(column)).collect();
        if let Some(notes) = self.fields.iter_mut().find(|mapped| mapped.field == Field::Notes) {
            notes.also = free;
        }
    }

    /// Sets a field's column by a person's choice; a column serves one field only.
    pub fn choose(&mut self, field: Field, column: Option<usize>, reason: &str) {
        for mapped in &mut self.fields {
            mapped.also.retain(|also| Some(*also) != column);
            if mapped.field == field {
                // Columns kept in the notes are a choice of their own.
                let also = if field == Field::Notes { std::mem::take(&mut mapped.also) } else { Vec::new() };
                *mapped = Mapped { field, column, confidence: 100, reason: reason.to_owned(), also };
            } else if column.is_some() && mapped.column == column {
                mapped.column = None;
                mapped.confidence = 0;
                "none".clone_into(&mut mapped.reason);
            }
        }
    }
}

/// A header that is our own name of a field.
const SURE: u32 = 98;

/// Guesses the mapping of a table.
pub fn guess(table: &RawTable, country: Option<&Country>) -> Mapping {
    let columns = table.header.len();
    let mut taken = vec![false; columns];
    let mut found: Vec<(Field, Option<usize>, u32, &str)> = Vec::new();
    // The surest names first, so that "Local municipality" beats "District" for the city.
    let mut named: Vec<(u32, usize, usize)> = Vec::new();
    for (column, header) in table.header.iter().enumerate() {
        let header = HeaderText::of(header);
        for (at, (field, ..)) in FIELDS.iter().enumerate() {
            let sure = header.likeness_of(at);
            // Contents that contradict a name win over it.
            let repeated = sure < 80 && *field == Field::Name && !mostly_different(table, column);
            // Numbers of the rows are no codes and no names; called just `Site name` they are asked about.
            let counted = match field {
                Field::Code => running(table, column),
                Field::Name => sure < SURE && running(table, column),
                _ => false,
            };
            if sure > 0 && !repeated && !counted && !contradicts(table, column, *field, sure) {
                named.push((sure, at, column));
            }
        }
    }
    named.sort_by_key(|(sure, at, column)| (std::cmp::Reverse(*sure), *at, *column));
    for (sure, at, column) in named {
        let field = FIELDS[at].0;
        if !taken[column] && !found.iter().any(|(known, ..)| *known == field) {
            taken[column] = true;
            found.push((field, Some(column), sure, "header_name"));
        }
    }
    swap_coordinates(table, country, &mut found);
    code_of_the_town(table, country, &mut found);
    for (field, _) in FIELDS {
        if found.iter().any(|(known, ..)| known == field) {
            continue;
        }
        let by_contents = (0..columns)
            .filter(|column| !taken[*column])
            .map(|column| (column, likeness(table, column, *field, country)))
            .filter(|(_, likeness)| *likeness >= 70)
            .max_by_key(|(column, likeness)| (*likeness, std::cmp::Reverse(*column)));
        match by_contents {
            Some((column, likeness)) => {
                taken[column] = true;
                let by = if table.header[column] == GROUP { "group_rows" } else { "contents" };
                found.push((*field, Some(column), likeness.min(85), by));
            }
            None => found.push((*field, None, 0, "none")),
        }
    }
    let mapped = |(field, column, confidence, reason): (Field, Option<usize>, u32, &str)| Mapped {
        field,
        column,
        confidence,
        reason: reason.to_owned(),
        also: Vec::new(),
    };
    let mut fields: Vec<Mapped> = found.into_iter().map(mapped).collect();
    fields.sort_by_key(|mapped| FIELDS.iter().position(|(field, ..)| *field == mapped.field));
    let mut mapping = Mapping { fields };
    join(table, &mut mapping);
    mapping
}

/// Fields of which a list may have several columns.
const JOINED: [Field; 3] = [Field::Address, Field::ContactPhone, Field::ContactEmail];

/// Adds the second phone, the second line of the address to the field's first column.
fn join(table: &RawTable, mapping: &mut Mapping) {
    let left: Vec<usize> = mapping.left_out(table.header.len()).collect();
    for column in left {
        let header = HeaderText::of(&table.header[column]);
        let likely = |(at, (field, _)): (usize, &(Field, &str))| (header.likeness_of(at), *field);
        let Some((sure, field)) = FIELDS.iter().enumerate().map(likely).max_by_key(|(sure, _)| *sure) else { continue };
        let joined = sure >= 60 && JOINED.contains(&field) && !contradicts(table, column, field, sure);
        let first = mapping.fields.iter_mut().find(|mapped| mapped.field == field && mapped.column.is_some());
        if joined && let Some(first) = first {
            first.also.push(column);
        }
    }
}

/// The country that most of the first rows are in, by their provinces or their coordinates, when no account says it. A row
/// that says itself that it is abroad speaks for none.
pub fn likely_country(table: &RawTable) -> Option<&'static Country> {
    let counted = satchel_core::places::countries().map(|country| (rows_in(table, country), country));
    let likely = counted.into_iter().filter(|((there, looked_at), _)| there * 2 > *looked_at);
    // Of two that are as likely the first is meant.
    likely.rev().max_by_key(|((there, _), _)| *there).map(|(_, country)| country)
}

/// Rows that lie in a country, and rows that say where they lie.
fn rows_in(table: &RawTable, country: &'static Country) -> (usize, usize) {
    let mapping = guess(table, Some(country));
    let cell = |row: &[String], field: Field| {
        let cell = mapping.column(field).and_then(|column| row.get(column));
        cell.map(|cell| cell.trim().to_owned()).unwrap_or_default()
    };
    let (mut there, mut looked_at) = (0, 0);
    for row in sample(table) {
        let province = cell(row, Field::Province);
        let named = country_code(&cell(row, Field::Country), country.code);
        let (latitude, longitude) = (cell(row, Field::Latitude), cell(row, Field::Longitude));
        let point = point(&latitude, &longitude);
        if named.is_some_and(|code| code != country.code) || province.is_empty() && point.is_none() && named.is_none() {
            continue;
        }
        looked_at += 1;
        let inside = point.is_some_and(|(a, o)| inside(country.bounds, a, o) || inside(country.bounds, o, a));
        there += usize::from(named.is_some() || inside || self::province(&province, country).is_some());
    }
    (there, looked_at)
}

/// A column called `Code` right behind the town, of postal codes only, is the town's and not the site's, where no other column
/// is: asked, because it was found by what stands in it.
fn code_of_the_town(table: &RawTable, country: Option<&Country>, found: &mut [(Field, Option<usize>, u32, &str)]) {
    let column = |wanted| found.iter().find(|(field, ..)| *field == wanted).and_then(|(_, column, ..)| *column);
    let (Some(country), Some(code), None) = (country, column(Field::Code), column(Field::PostalCode)) else { return };
    let town = [Field::City, Field::Province].iter().any(|field| column(*field).is_some_and(|at| at + 1 == code));
    let mut cells = sample(table).map(|row| row[code].as_str()).filter(|cell| !cell.is_empty()).peekable();
    let postal = cells.peek().is_some() && cells.all(|cell| country.postal_code_possible(cell));
    if town && postal {
        found.iter_mut().filter(|(field, ..)| *field == Field::Code).for_each(|entry| {
            *entry = (Field::PostalCode, Some(code), 80, "contents");
        });
    }
}

/// Latitude and longitude whose headers were mixed up are swapped when the contents say so.
fn swap_coordinates(table: &RawTable, country: Option<&Country>, found: &mut [(Field, Option<usize>, u32, &str)]) {
    let column = |found: &[(Field, Option<usize>, u32, &str)], wanted| {
        found.iter().find(|(field, ..)| *field == wanted).and_then(|(_, column, ..)| *column)
    };
    let (Some(country), Some(lat), Some(lon)) =
        (country, column(found, Field::Latitude), column(found, Field::Longitude))
    else {
        return;
    };
    let share = |lat: usize, lon: usize| {
        sample(table)
            .filter(|row| point(&row[lat], &row[lon]).is_some_and(|(a, o)| inside(country.bounds, a, o)))
            .count()
    };
    if share(lon, lat) > share(lat, lon) {
        for entry in found.iter_mut() {
            match entry.0 {
                Field::Latitude => *entry = (Field::Latitude, Some(lon), 80, "contents"),
                Field::Longitude => *entry = (Field::Longitude, Some(lat), 80, "contents"),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
