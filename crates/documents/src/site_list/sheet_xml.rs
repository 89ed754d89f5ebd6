//! What of an XLSX workbook's own XML the library does not tell: rows that are hidden, and formulas that were saved without
//! their values.

use std::io::{BufRead, BufReader, Cursor};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::grid::{MAX_CELLS, MAX_COLUMNS};

/// What is said of a sheet besides its cells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Hidden rows, from 1.
    pub(super) hidden: Vec<u32>,
    /// Cells with a formula and no value: row from 1, column from 0.
    pub(super) without_value: Vec<(u32, usize)>,
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads it for a sheet; nothing where the workbook is made in a way of its own.
pub(super) fn beside(bytes: &[u8], sheet: &str) -> Beside {
    let found = ZipArchive::new(Cursor::new(bytes)).ok().and_then(|mut archive| {
        let part = part_of(&mut archive, sheet)?;
        let file = archive.by_name(&part).ok()?;
        Some(scan(BufReader::new(file)))
    });
    found.unwrap_or_default()
}

/// An attribute's text.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok().flatten()?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// Where a sheet lies in the archive.
fn part_of(archive: &mut Archive<'_>, sheet: &str) -> Option<String> {
    let id = find(archive, "xl/workbook.xml", "sheet", |element| {
        (attribute(element, "name")? == sheet).then(|| attribute(element, "r:id")).flatten()
    })?;
    let target = find(archive, "xl/_rels/workbook.xml.rels", "Relationship", |element| {
        (attribute(element, "Id")? == id).then(|| attribute(element, "Target")).flatten()
    })?;
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// What the first fitting element of a part says.
fn find(
    archive: &mut Archive<'_>,
    part: &str,
    name: &str,
    says: impl Fn(&BytesStart<'_>) -> Option<String>,
) -> Option<String> {
    let mut reader = Reader::from_reader(BufReader::new(archive.by_name(part).ok()?));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == name => {
                if let Some(found) = says(&element) {
                    return Some(found);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
        buffer.clear();
    }
}

/// The cell being read.
#[derive(Default)]
struct OpenCell {
    column: usize,
    formula: bool,
    /// A text result may be empty and is a value all the same.
    value: bool,
}

fn scan(input: impl BufRead) -> Beside {
    let mut reader = Reader::from_reader(input);
    let (mut buffer, mut found) = (Vec::new(), Beside::default());
    let (mut row, mut next_column, mut cell, mut in_value) = (0_u32, 0_usize, OpenCell::default(), false);
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "row" => {
                    row = attribute(&element, "r").and_then(|r| r.parse().ok()).unwrap_or(row.saturating_add(1));
                    next_column = 0;
                    if attribute(&element, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true") {
                        found.hidden.push(row);
                    }
                }
                "c" => {
                    let column = attribute(&element, "r").and_then(|place| column_of(&place)).unwrap_or(next_column);
                    next_column = column + 1;
                    let value = attribute(&element, "t").is_some_and(|kind| kind == "str");
                    cell = OpenCell { column, formula: false, value };
                }
                "f" => cell.formula = true,
                "v" => in_value = true,
                "is" => cell.value = true,
                _ => {}
            },
            Event::Text(text) if in_value => cell.value = cell.value || !text.xml10_content().trim().is_empty(),
            Event::End(element) => match element.local_name().as_ref() {
                "v" => in_value = false,
                "c" if cell.formula && !cell.value && cell.column < MAX_COLUMNS => {
                    found.without_value.push((row, cell.column));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        if found.without_value.len() + found.hidden.len() > MAX_CELLS {
            break;
        }
        buffer.clear();
    }
    found
}

/// Column from 0 of a place such as `AB12`.
fn column_of(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0_usize, |sum, letter| {
        sum.saturating_mul(26).saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_formulas_without_values_are_found() {
        let xml = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>
            <row r="2" hidden="1"><c r="A2"><f>B2</f><v>3</v></c><c r="C2"><f>B2</f><v/></c></row>
            <row r="4"><c r="B4"><f t="shared" si="0"/></c><c t="str"><f>""</f><v></v></c></row></sheetData>"#;
        let found = scan(xml.as_bytes());
        assert_eq!(found, Beside { hidden: vec![2], without_value: vec![(2, 2), (4, 1)] });
        assert_eq!((column_of("A1"), column_of("AB12"), column_of("7")), (Some(0), Some(27), None));
    }
}
