//! From cells to a table: which rows are the header, which belong to the sheet and not to the list (title, total, printed
//! remarks), and which empty cells mean "as above". Everything left out is named with its row.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use satchel_core::places::plain;

use super::grid::{Grid, MAX_COLUMNS, Records};
use super::headers::{known_header, names_a_place};
use super::read::{RawTable, ReadError};
use super::values::{bare, lines};

/// Name of the column made of the rows above groups.
pub(super) const GROUP: &str = "Group";
/// Rows looked at to find the header.
const SEARCH: usize = 30;
/// Rows at the end that may be a footer.
const FOOTER_SEARCH: usize = 8;
/// First words of rows that are no sites, in several languages.
static FOOTERS: LazyLock<Vec<String>> = LazyLock::new(|| lines(include_str!("words/totals.txt")).map(bare).collect());

/// Those of them that may stand inside a list.
static TOTALS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let inside =
        |word: &String| ["total", "sum", "totaal", "ogółem", "razem", "итого"].iter().any(|part| word.contains(part));
    FOOTERS.iter().filter(|word| inside(word)).cloned().collect()
});

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// One text in all cells, as a title over merged columns reads.
fn one_text(row: &[String]) -> bool {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let first = cells.next();
    filled(row) >= 2 && cells.all(|cell| Some(cell) == first)
}

fn numeric(cell: &str) -> bool {
    cell.chars().any(char::is_numeric) && cell.chars().all(|c| c.is_numeric() || ".,-+ %".contains(c))
}

fn wordy(row: &[String]) -> usize {
    row.iter().filter(|cell| cell.chars().any(char::is_alphabetic) && cell.chars().count() < 80).count()
}

/// How many cells of a row name a field.
fn hits(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty() && cell.chars().count() < 80 && known_header(cell)).count()
}

/// How much the first rows of a sheet hold a header of ours: its named fields, 0 when there is none.
pub(super) fn likeness_of_header(records: &Records) -> usize {
    records.iter().take(SEARCH).map(|(_, row)| hits(row)).max().unwrap_or(0)
}

/// What stands above, in and below the list.
struct Found {
    /// Index of the row whose cells are the columns; `None` = the list has no header.
    header: Option<usize>,
    /// Rows above it that belong to the header.
    groups: usize,
}

fn find(records: &Records) -> Found {
    let widest = records.iter().take(200).map(|(_, row)| filled(row)).max().unwrap_or(0);
    let named = records
        .iter()
        .take(SEARCH)
        .enumerate()
        .map(|(index, (_, row))| (hits(row), std::cmp::Reverse(index)))
        .filter(|(_, index)| !one_text(&records[index.0].1))
        // A sentence may contain a field's name; a header has several, or is as wide as the list.
        .filter(|(hits, index)| *hits >= 2 || (*hits == 1 && filled(&records[index.0].1) * 10 >= widest * 6))
        .max();
    if let Some((_, index)) = named {
        return Found { header: Some(index.0), groups: groups(records, index.0) };
    }
    let wide = |row: &[String]| filled(row) * 10 >= widest * 6 && !one_text(row);
    let header = records.iter().take(SEARCH).position(|(_, row)| wide(row) && wordy(row) * 10 >= filled(row) * 7);
    match header {
        // A row of words above rows of the same words is data already: such a list has no header.
        Some(index) if !like_the_rows_below(records, index) => Found { header: Some(index), groups: 0 },
        None if records.first().is_some_and(|(_, row)| wide(row) && like_the_rows_below(records, 0)) => {
            Found { header: None, groups: 0 }
        }
        Some(_) => Found { header: None, groups: 0 },
        None => Found { header: Some(0), groups: 0 },
    }
}

/// A row that has numbers where the rows below have numbers.
fn like_the_rows_below(records: &Records, index: usize) -> bool {
    let row = &records[index].1;
    let below: Vec<&Vec<String>> = records.iter().skip(index + 1).take(50).map(|(_, row)| row).collect();
    if below.len() < 2 {
        return false;
    }
    (0..row.len()).any(|column| {
        let cells: Vec<&str> = below.iter().filter_map(|row| row.get(column)).map(String::as_str).collect();
        let numbers = cells.iter().filter(|cell| numeric(cell)).count();
        numeric(&row[column]) && cells.len() * 2 > below.len() && numbers * 10 >= cells.len() * 8
    })
}

/// Header rows right above the one with the columns: words over several columns, no numbers.
fn groups(records: &Records, header: usize) -> usize {
    let mut count = 0;
    while count < 2 && header > count {
        let (number, row) = &records[header - count - 1];
        let adjacent = records[header - count].0 == number + 1;
        let words = filled(row) >= 2 && wordy(row) == filled(row) && row.iter().all(|cell| cell.chars().count() < 40);
        if !adjacent || !words || one_text(row) {
            break;
        }
        count += 1;
    }
    count
}

/// Names of the columns; a name that stands twice takes its group in front, a cell without a name the one above it.
fn names(records: &Records, found: &Found, width: usize) -> Vec<String> {
    let Some(header) = found.header else {
        return (0..width).map(|index| format!("Column {}", index + 1)).collect();
    };
    let cell = |row: usize, column: usize| records[row].1.get(column).cloned().unwrap_or_default();
    let mut names: Vec<String> = (0..width).map(|column| cell(header, column)).collect();
    for up in 1..=found.groups {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for name in &names {
            *counts.entry(plain(name)).or_default() += 1;
        }
        let mut group = String::new();
        for (column, name) in names.iter_mut().enumerate() {
            let own = cell(header - up, column);
            if !own.is_empty() {
                group = own;
            }
            if name.is_empty() {
                *name = cell(header - up, column);
            } else if counts.get(&plain(name)).is_some_and(|count| *count > 1) && !group.is_empty() && *name != group {
                *name = format!("{group} {name}");
            }
        }
    }
    for (index, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = format!("Column {}", index + 1);
        }
    }
    names
}

fn is_footer(row: &[String], width: usize) -> bool {
    let Some(first) = row.iter().find(|cell| !cell.is_empty()) else { return false };
    let words = bare(first);
    let begins = FOOTERS.iter().any(|word| words == *word || words.starts_with(&format!("{word} ")));
    // "Total Garage Rosebank" with an address is a site: a footer says little else.
    let little = filled(row) * 2 <= width.max(2) && filled(row) <= 3;
    let rest_numbers = row.iter().filter(|cell| !cell.is_empty()).skip(1).all(|cell| numeric(cell));
    let exact = FOOTERS.contains(&words) && filled(row) > 1;
    width >= 2
        && (little || exact && rest_numbers)
        && ((begins && rest_numbers) || (filled(row) == 1 && width >= 3 && sentence(first)))
}

fn sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 6 || text.starts_with(['*', '©'])
}

/// The table in a grid.
pub(super) fn table(mut grid: Grid, header_row: Option<u32>) -> Result<RawTable, ReadError> {
    grid.records.retain(|(_, row)| filled(row) > 0);
    let records = grid.records;
    if records.is_empty() {
        return Err(ReadError::Empty);
    }
    let chosen = |row: u32| Found { header: records.iter().position(|(number, _)| *number == row), groups: 0 };
    let found = header_row.map_or_else(|| find(&records), chosen);
    let first = found.header.map_or(0, |header| header + 1);
    let from = found.header.unwrap_or(0);
    let width = records.iter().skip(from).map(|(_, row)| row.len()).max().unwrap_or(0).min(MAX_COLUMNS);
    let header = names(&records, &found, width);
    let header_rows: Vec<u32> =
        found.header.map_or_else(Vec::new, |at| records[at - found.groups..=at].iter().map(|(row, _)| *row).collect());
    let titles = found.header.map(|at| records[at].1.clone());
    let rows: Records = records
        .into_iter()
        .skip(first)
        .map(|(number, mut row)| {
            row.resize(width, String::new());
            (number, row)
        })
        .collect();
    if rows.is_empty() {
        return Err(ReadError::NoRows);
    }
    let (mut outside, mut groups) = (BTreeSet::new(), BTreeMap::new());
    if rows.len() > 1 {
        // From the end upwards, as long as it goes on being footer.
        let end = rows.iter().rev().take(FOOTER_SEARCH).take_while(|(_, row)| is_footer(row, width));
        outside.extend(end.map(|(number, _)| *number));
        outside.extend(repeated(&rows, titles.as_deref()));
        let inner = Inner::find(&rows, width);
        groups = inner.groups.into_iter().map(|(row, text)| (row, text.to_owned())).collect();
        outside.extend(groups.keys());
        outside.extend(inner.totals);
    }
    let mut doubts: Vec<(u32, &'static str)> = grid.open_quotes.iter().map(|row| (*row, "row.open_quote")).collect();
    if let Some(titles) = &titles {
        doubts.extend(longer_than(&rows, titles).into_iter().map(|row| (row, "row.more_cells")));
    }
    doubts.sort_unstable();
    let filled = filled_down(&rows, &header, grid.merged.into_iter().collect());
    let mut table = RawTable {
        header,
        header_rows,
        rows,
        sheet: grid.sheet,
        sheets: grid.sheets,
        filled,
        doubts,
        outside,
        hidden: grid.hidden.into_iter().collect(),
        ..RawTable::default()
    };
    fill(&mut table);
    put_groups(&mut table, &groups);
    Ok(table)
}

/// Totals inside the list and the group rows above them: a row of one place alone, in a list that counts its groups. Without a
/// total such a row may be a site about which little is known, and stays one.
struct Inner<'a> {
    totals: Vec<u32>,
    groups: Vec<(u32, &'a str)>,
}

impl<'a> Inner<'a> {
    fn find(rows: &'a Records, width: usize) -> Self {
        let begins = |row: &[String]| {
            let first = row.iter().find(|cell| !cell.is_empty()).map(|cell| bare(cell)).unwrap_or_default();
            TOTALS
                .iter()
                .any(|word| first == *word || first.strip_prefix(word.as_str()).is_some_and(|r| r.starts_with(' ')))
        };
        let total = |row: &[String]| {
            begins(row)
                && filled(row) * 2 <= width.max(2)
                && row.iter().filter(|c| !c.is_empty()).skip(1).all(|c| numeric(c))
        };
        let alone = |row: &[String]| filled(row) == 1 && width >= 3 && row.iter().all(|c| c.is_empty() || !numeric(c));
        let merged = |row: &[String]| width >= 3 && filled(row) >= 3 && one_text(row) && !numeric(&row[0]);
        let totals: Vec<u32> = rows.iter().filter(|(_, row)| total(row)).map(|(number, _)| *number).collect();
        let group = |row: &[String]| (merged(row) || totals.len() > 1 && alone(row)) && !total(row);
        let text = |row: &'a [String]| row.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str);
        let groups = rows.iter().filter(|(_, row)| group(row)).map(|(number, row)| (*number, text(row))).collect();
        Self { totals, groups }
    }
}

/// What stands above a group of rows becomes a column of theirs, the last one: often it is their province.
fn put_groups(table: &mut RawTable, groups: &BTreeMap<u32, String>) {
    let column = table.header.len();
    if groups.is_empty() || column >= MAX_COLUMNS {
        return;
    }
    table.header.push(GROUP.to_owned());
    let mut above = "";
    for (number, row) in &mut table.rows {
        if let Some(text) = groups.get(number) {
            above = text;
        }
        row.push(if table.outside.contains(number) { String::new() } else { above.to_owned() });
    }
}

/// Rows with more cells than the header, where most have as many: a delimiter inside a cell has moved the rest of the row.
fn longer_than(rows: &Records, titles: &[String]) -> Vec<u32> {
    let width = titles.iter().rposition(|title| !title.is_empty()).map_or(0, |last| last + 1);
    let longer = |row: &[String]| row.iter().skip(width).any(|cell| !cell.is_empty());
    let found: Vec<u32> = rows.iter().filter(|(_, row)| longer(row)).map(|(number, _)| *number).collect();
    if width >= 2 && found.len() * 2 <= rows.len() { found } else { Vec::new() }
}

/// The header printed again on every page.
fn repeated(rows: &Records, titles: Option<&[String]>) -> Vec<u32> {
    let Some(titles) = titles.filter(|titles| filled(titles) > 1) else { return Vec::new() };
    let same =
        |row: &[String]| row.iter().zip(titles).all(|(cell, title)| cell == title) && filled(row) == filled(titles);
    rows.iter().filter(|(_, row)| same(row)).map(|(number, _)| *number).collect()
}

/// Columns of places written once for the rows below them: the first columns of the list, filled at the first row, each value
/// once and in one piece, empty in most rows. Further to the right an empty cell is an empty cell.
fn filled_down(rows: &Records, header: &[String], mut filled: BTreeSet<(u32, u16)>) -> BTreeSet<(u32, u16)> {
    for (column, name) in header.iter().enumerate() {
        if !names_a_place(name) || rows[0].1[column].is_empty() {
            break;
        }
        let mut seen = BTreeSet::new();
        let values: Vec<&str> =
            rows.iter().map(|(_, row)| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
        let once = values.iter().all(|value| seen.insert(plain(value)));
        if !once || values.len() * 2 > rows.len() || rows.len() < 4 {
            break;
        }
        let Ok(index) = u16::try_from(column) else { continue };
        // A row with nothing else in it is no site that could stand "as above".
        let empty = rows.iter().filter(|(_, row)| row[column].is_empty() && self::filled(row) > 0);
        filled.extend(empty.map(|(number, _)| (*number, index)));
    }
    filled
}

/// Puts the text above into the cells that mean "as above". Cells of merged regions have theirs already.
fn fill(table: &mut RawTable) {
    let mut above: Vec<String> = vec![String::new(); table.header.len()];
    let columns: BTreeSet<u16> = table.filled.iter().map(|(_, column)| *column).collect();
    for (number, row) in &mut table.rows {
        for column in &columns {
            let at = usize::from(*column);
            let Some(cell) = row.get_mut(at) else { continue };
            if cell.is_empty() && table.filled.contains(&(*number, *column)) {
                cell.clone_from(&above[at]);
            } else if !cell.is_empty() {
                above[at].clone_from(cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::site_list::read;

    fn headers(text: &str) -> (Vec<String>, Vec<u32>, usize) {
        let table = read(text.as_bytes()).expect("readable");
        (table.header, table.header_rows, table.rows.len())
    }

    #[test]
    fn two_header_rows_become_one_name_per_column() {
        let (names, rows, count) = headers(
            "Branch list 2026\n\nSite,,Location,,Manager,\nCode,Name,City,Province,Name,Phone\n\
             A1,North,Durban,KZN,T,031\nA2,South,Durban,KZN,S,031\n",
        );
        assert_eq!(names, ["Code", "Site Name", "City", "Province", "Manager Name", "Phone"]);
        assert_eq!((rows, count), (vec![3, 4], 2));
    }

    #[test]
    fn a_list_without_a_header_loses_no_row() {
        let (names, rows, count) = headers(
            "North branch,Durban,4001,-29.85\nSouth branch,Durban,4052,-29.9\nHead office,Sandton,2196,-26.1\n",
        );
        assert_eq!((names[0].as_str(), rows.len(), count), ("Column 1", 0, 3));
    }

    #[test]
    fn totals_and_printed_remarks_are_no_sites_but_a_garage_is() {
        let table = read(
            b"name,city,postal code,phone\nTotal Rosebank,Johannesburg,2196,0112223333\nB,Durban,4001,0312223333\n\
              name,city,postal code,phone\nC,Durban,4001,0312223333\nTotal,,2,\nPrinted on 1 March by the office for all branches,,,\n",
        )
        .expect("readable");
        assert_eq!(table.outside.iter().copied().collect::<Vec<_>>(), [4, 6, 7]);
    }

    #[test]
    fn a_province_written_once_holds_for_the_rows_below() {
        let table = read(b"province,name,code\nGauteng,A,1\n,B,2\n,C,3\nLimpopo,D,4\n,E,5\n").expect("readable");
        let provinces: Vec<&str> = table.rows.iter().map(|(_, row)| row[0].as_str()).collect();
        assert_eq!(provinces, ["Gauteng", "Gauteng", "Gauteng", "Limpopo", "Limpopo"]);
        assert_eq!(table.filled.len(), 3);
        // Behind the names a missing town is missing.
        let table = read(b"name,city\nA,Durban\nB,\nC,\nD,\nE,Sandton\n").expect("readable");
        assert!(table.filled.is_empty() && table.rows[1].1[1].is_empty());
    }
}
