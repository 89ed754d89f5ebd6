//! What is to be said about a list as a whole before it is imported, each with what to do. A notice that asks is a guess that
//! decides which column is what, or which site a row is: a person answers it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::Summary;
use super::contents::only_numbers;
use super::fields::{FIELDS, Field};
use super::headers::HeaderText;
use super::mapping::Mapping;
use super::read::RawTable;
use super::values::folded;

/// Most headers named in one notice.
const MAX_NAMED: usize = 8;

/// Something about the whole list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable code.
    pub code: String,
    /// A person should answer before the list is imported.
    pub asks: bool,
    /// Values for the sentence.
    pub params: BTreeMap<String, String>,
}

fn notice(code: &str, asks: bool, params: &[(&str, String)]) -> Notice {
    let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Notice { code: code.to_owned(), asks, params }
}

/// All notices of a checked list; `found` is how often each code was found in its rows.
pub fn notices(table: &RawTable, mapping: &Mapping, summary: &Summary, found: &BTreeMap<String, u32>) -> Vec<Notice> {
    let mut all: Vec<Notice> = [shape(table), equal_headers(table), names(table, mapping), by_contents(table, mapping)]
        .into_iter()
        .flatten()
        .collect();
    all.extend(left_out(table, mapping));
    if table.encoding_guessed {
        all.push(notice("list.encoding", false, &[("encoding", table.encoding.clone())]));
    }
    let count = |code: &str| found.get(code).copied().unwrap_or(0);
    let asked: u32 = ["row.maybe", "site.maybe", "site.other"].into_iter().map(count).sum();
    for (code, asks, number) in [
        ("list.hidden", false, count("row.hidden")),
        ("list.no_values", false, count("cell.no_value")),
        ("list.same_site", true, asked),
    ] {
        if number > 0 {
            all.push(notice(code, asks, &[("count", number.to_string())]));
        }
    }
    if summary.rows > 1 && summary.unchanged == summary.rows - count("row.not_a_site").min(summary.rows) {
        all.push(notice("list.nothing_new", false, &[("count", summary.unchanged.to_string())]));
    }
    let twice = count("row.duplicate");
    if twice > 1 && twice * 3 > summary.rows {
        all.push(notice("list.twice", false, &[("count", twice.to_string()), ("rows", summary.rows.to_string())]));
    }
    all
}

/// A list of one column, or a header of one cell above several columns.
fn shape(table: &RawTable) -> Option<Notice> {
    if table.header.len() == 1 {
        return Some(notice("list.one_column", true, &[("header", table.header[0].clone())]));
    }
    let named = table.header.iter().enumerate().filter(|(at, name)| **name != format!("Column {}", at + 1)).count();
    (named == 1 && !table.header_rows.is_empty())
        .then(|| notice("list.one_header", true, &[("count", table.header.len().to_string())]))
}

/// A header that stands over a third of the columns tells none of them.
fn equal_headers(table: &RawTable) -> Option<Notice> {
    let mut counts: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for header in &table.header {
        counts.entry(folded(header)).or_insert((0, header)).0 += 1;
    }
    let (count, header) = counts.into_values().max()?;
    (count >= 3 && count * 3 >= table.header.len())
        .then(|| notice("list.equal_headers", true, &[("count", count.to_string()), ("header", header.to_owned())]))
}

/// No column of names, or one of numbers.
fn names(table: &RawTable, mapping: &Mapping) -> Option<Notice> {
    match mapping.column(Field::Name) {
        None if mapping.tells_sites() => Some(notice("list.names_made", true, &[])),
        None => Some(notice("list.no_names", true, &[("columns", few(table.header.iter().map(String::as_str)))])),
        Some(column) => only_numbers(table, column)
            .then(|| notice("list.numbers_as_names", true, &[("header", table.header[column].clone())])),
    }
}

/// Fields whose column was found by what stands in it.
fn by_contents(table: &RawTable, mapping: &Mapping) -> Option<Notice> {
    let guessed = mapping.fields.iter().filter(|mapped| mapped.reason == "contents");
    let named: Vec<String> = guessed
        .filter_map(|mapped| Some(format!("{} from {}", words_of(mapped.field), table.header.get(mapped.column?)?)))
        .collect();
    (!named.is_empty()).then(|| notice("list.by_contents", true, &[("columns", few(named.iter().map(String::as_str)))]))
}

/// Columns whose header looks like a field's and that no field takes.
fn left_out(table: &RawTable, mapping: &Mapping) -> Vec<Notice> {
    let known = |column: &usize| {
        let header = HeaderText::of(&table.header[*column]);
        let filled = table.rows.iter().any(|(_, row)| !row[*column].is_empty());
        filled && (0..FIELDS.len()).any(|field| header.likeness_of(field) >= 60)
    };
    let columns = mapping.left_out(table.header.len()).filter(known);
    columns.map(|column| notice("column.left_out", false, &[("header", table.header[column].clone())])).collect()
}

fn words_of(field: Field) -> String {
    field.word().replace('_', " ")
}

/// The first of several, with how many more there are.
fn few<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.collect();
    let shown = all.iter().take(MAX_NAMED).copied().collect::<Vec<_>>().join(", ");
    if all.len() > MAX_NAMED { format!("{shown} and {} more", all.len() - MAX_NAMED) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_list::{Settings, check, guess, read};

    fn codes(csv: &str) -> Vec<(String, bool)> {
        let table = read(csv.as_bytes()).expect("readable");
        let country = satchel_core::places::country("ZA");
        let mapping = guess(&table, country);
        let checked = check(&table, &mapping, &Settings { country, ..Settings::default() });
        let mut found = BTreeMap::new();
        for finding in checked.rows.iter().flat_map(|row| &row.findings) {
            *found.entry(finding.code.clone()).or_insert(0) += 1;
        }
        let all = notices(&table, &mapping, &checked.summary, &found);
        all.into_iter().map(|notice| (notice.code, notice.asks)).collect()
    }

    #[test]
    fn a_plain_list_needs_no_word() {
        assert_eq!(codes("Site name,City,Postal code\nA,Paarl,7646\nB,George,6529\n"), []);
    }

    #[test]
    fn what_decides_the_columns_is_asked() {
        let forty = ["Site"; 40].join(",");
        for (csv, code) in [
            (format!("{forty}\n{}\n{}\n", ["A"; 40].join(","), ["B"; 40].join(",")), "list.equal_headers"),
            ("Branch\nPaarl\nGeorge\n".to_owned(), "list.one_column"),
            ("Our branches,,\nPaarl,7646,021 555 0101\nGeorge,6529,044 555 0102\n".to_owned(), "list.one_header"),
            ("Foo,Bar\nx,y\nz,w\nq,v\n".to_owned(), "list.no_names"),
            ("Site code,City\nJ-1,Paarl\nJ-2,George\nJ-3,Knysna\n".to_owned(), "list.names_made"),
            ("Site name,City\n4711,Paarl\n4712,George\n".to_owned(), "list.numbers_as_names"),
            ("Branch,Where\nA,Gauteng\nB,Limpopo\nC,Free State\n".to_owned(), "list.by_contents"),
            ("Site name,City\nDepot,Paarl\nDepot,Paarl\n".to_owned(), "list.same_site"),
        ] {
            assert!(codes(&csv).contains(&(code.to_owned(), true)), "{code}: {:?}", codes(&csv));
        }
    }

    #[test]
    fn a_known_column_left_out_is_said() {
        let said = codes("Site name,City,Suburb,Colour\nA,Paarl,Denneburg,red\nB,George,Blanco,blue\n");
        assert_eq!(said, [("column.left_out".to_owned(), false)]);
    }

    #[test]
    fn thousands_of_rows_without_names_are_one_sentence() {
        let csv = format!("Foo,Bar\n{}", "red,blue\n".repeat(3_000));
        let table = read(csv.as_bytes()).expect("readable");
        let checked = check(&table, &guess(&table, None), &Settings::default());
        assert_eq!((checked.summary.errors, checked.summary.new), (3_000, 0));
        assert!(checked.rows.iter().all(|row| row.findings.is_empty()));
    }
}
