//! What of an old workbook (XLS) its library does not tell: the number format of each cell, and rows that are hidden. Read from
//! the records of the workbook's stream; what is damaged says nothing.

use std::collections::{HashMap, HashSet};

use super::grid::{MAX_CELLS, MAX_COLUMNS};
use super::number_format::CodeFormat;

/// What is said of a sheet besides its cells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Hidden rows, from 1.
    pub(super) hidden: Vec<u32>,
    /// Cells with the format of a code: row from 1, column from 0.
    pub(super) formats: HashMap<(u32, usize), CodeFormat>,
}

/// Reads it for a sheet.
pub(super) fn beside(bytes: &[u8], sheet: &str) -> Beside {
    let found = stream(bytes).and_then(|stream| {
        let globals = Globals::read(&stream)?;
        let at = *globals.sheets.get(sheet)?;
        Some(globals.sheet(stream.get(at..)?))
    });
    found.unwrap_or_default()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The workbook's stream in its compound file: its sectors in their order.
fn stream(file: &[u8]) -> Option<Vec<u8>> {
    let shift = u16_at(file, 30).filter(|shift| (7..=12).contains(shift))?;
    let size = 1_usize << shift;
    let sector = |number: u32| -> Option<&[u8]> {
        let at = (number as usize).checked_add(1)?.checked_mul(size)?;
        file.get(at..at.checked_add(size)?.min(file.len()))
    };
    let mut tables: Vec<u32> = (0..109).filter_map(|n| u32_at(file, 76 + n * 4)).filter(|n| *n < END).collect();
    let mut more = u32_at(file, 68)?;
    let mut seen = HashSet::new();
    while more < END && seen.insert(more) {
        let list = sector(more)?;
        let numbers = (0..size / 4).filter_map(|n| u32_at(list, n * 4)).collect::<Vec<_>>();
        let (next, numbers) = numbers.split_last()?;
        tables.extend(numbers.iter().filter(|n| **n < END));
        more = *next;
    }
    let next: Vec<u32> = tables
        .iter()
        .filter_map(|table| sector(*table))
        .flat_map(|table| (0..size / 4).filter_map(move |n| u32_at(table, n * 4)))
        .collect();
    let chain = |first: u32| -> Vec<u8> {
        let (mut at, mut seen, mut all) = (first, HashSet::new(), Vec::new());
        while at < END && seen.insert(at) {
            let Some(part) = sector(at) else { break };
            all.extend_from_slice(part);
            at = next.get(at as usize).copied().unwrap_or(END);
        }
        all
    };
    let folder = chain(u32_at(file, 48)?);
    let named = |entry: &&[u8]| {
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).saturating_sub(2).min(62);
        let name: Vec<u16> = (0..length / 2).filter_map(|n| u16_at(entry, n * 2)).collect();
        ["Workbook", "Book"].contains(&String::from_utf16_lossy(&name).as_str())
    };
    let entry = folder.chunks_exact(128).find(named)?;
    // A stream below the mini size lies elsewhere; no workbook with a list is so small.
    (u32_at(entry, 120)? >= 4_096).then(|| chain(u32_at(entry, 116).unwrap_or(END)))
}

/// The first number that is no sector.
const END: u32 = 0xFFFF_FFFA;

/// The records of a stream: kind and contents.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
        let body = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, body))
    })
}

const BOUND_SHEET: u16 = 0x85;
const FORMAT: u16 = 0x41E;
const XF: u16 = 0xE0;
const ROW: u16 = 0x208;
const NUMBER: u16 = 0x203;
const RK: u16 = 0x27E;
const MUL_RK: u16 = 0xBD;
const FORMULA: u16 = 0x06;
const END_OF_PART: u16 = 0x0A;

/// What the workbook says of all its sheets.
#[derive(Default)]
struct Globals {
    /// Where each sheet begins.
    sheets: HashMap<String, usize>,
    /// The format of each cell style, where it is one of codes.
    styles: Vec<Option<CodeFormat>>,
}

/// A short text: its length, how its letters are written, the letters.
fn text(body: &[u8], wide_length: bool) -> Option<String> {
    let (length, from) =
        if wide_length { (usize::from(u16_at(body, 0)?), 2) } else { (usize::from(*body.first()?), 1) };
    let letters = body.get(from + 1..)?;
    if body.get(from)? & 1 == 0 {
        return letters.get(..length).map(|letters| letters.iter().map(|b| char::from(*b)).collect());
    }
    let units: Vec<u16> = (0..length).filter_map(|n| u16_at(letters, n * 2)).collect();
    Some(String::from_utf16_lossy(&units))
}

impl Globals {
    fn read(stream: &[u8]) -> Option<Self> {
        let (mut found, mut formats, mut styles) = (Self::default(), HashMap::new(), Vec::new());
        for (kind, body) in records(stream) {
            match kind {
                BOUND_SHEET => {
                    let name = text(body.get(6..)?, false)?;
                    found.sheets.insert(name, u32_at(body, 0)? as usize);
                }
                FORMAT => {
                    formats.insert(u16_at(body, 0)?, text(body.get(2..)?, true)?);
                }
                XF => styles.push(u16_at(body, 2)?),
                END_OF_PART => break,
                _ => {}
            }
        }
        let format = |style: &u16| formats.get(style).and_then(|format| CodeFormat::parse(format));
        found.styles = styles.iter().map(format).collect();
        Some(found)
    }

    fn sheet(&self, stream: &[u8]) -> Beside {
        let mut found = Beside::default();
        for (kind, body) in records(stream) {
            let (Some(row), Some(column)) = (u16_at(body, 0), u16_at(body, 2)) else {
                if kind == END_OF_PART {
                    break;
                }
                continue;
            };
            let (row, column) = (u32::from(row) + 1, usize::from(column));
            match kind {
                ROW if u32_at(body, 12).is_some_and(|options| options & 0x20 != 0) => found.hidden.push(row),
                NUMBER | RK | FORMULA => self.note(&mut found, row, column, u16_at(body, 4)),
                MUL_RK => {
                    for n in 0..body.len().saturating_sub(6) / 6 {
                        self.note(&mut found, row, column + n, u16_at(body, 4 + n * 6));
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn note(&self, found: &mut Beside, row: u32, column: usize, style: Option<u16>) {
        let format = style.and_then(|style| self.styles.get(usize::from(style)).cloned().flatten());
        if let Some(format) = format.filter(|_| column < MAX_COLUMNS && found.formats.len() < MAX_CELLS) {
            found.formats.insert((row, column), format);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).expect("short");
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
    }

    fn short(text: &str) -> Vec<u8> {
        [&[0_u8][..], text.as_bytes()].concat()
    }

    #[test]
    fn formats_and_hidden_rows_are_read_from_the_records() {
        let format = [&164_u16.to_le_bytes()[..], &4_u16.to_le_bytes(), &short("0000")].concat();
        let style = |format: u16| [&[0, 0][..], &format.to_le_bytes(), &[0; 16]].concat();
        let sheet = [&0_u32.to_le_bytes()[..], &[0, 0, 4], &short("Site")].concat();
        let globals = [
            record(BOUND_SHEET, &sheet),
            record(FORMAT, &format),
            record(XF, &style(0)),
            record(XF, &style(164)),
            record(END_OF_PART, &[]),
        ]
        .concat();
        let globals = Globals::read(&globals).expect("read");
        assert!(globals.sheets.contains_key("Site"));
        let hidden = [&2_u16.to_le_bytes()[..], &[0; 10], &0x20_u32.to_le_bytes()].concat();
        let shown = [&3_u16.to_le_bytes()[..], &[0; 14]].concat();
        let many = [&1_u16.to_le_bytes()[..], &[0, 0], &[1, 0, 0, 0, 0, 0], &[0, 0, 0, 0, 0, 0], &[1, 0]].concat();
        let cells = [
            record(ROW, &hidden),
            record(ROW, &shown),
            record(NUMBER, &[3, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            record(NUMBER, &[3, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            record(MUL_RK, &many),
            record(END_OF_PART, &[]),
            record(NUMBER, &[9, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ]
        .concat();
        let found = globals.sheet(&cells);
        assert_eq!(found.hidden, [3]);
        let mut places: Vec<_> = found.formats.keys().copied().collect();
        places.sort_unstable();
        assert_eq!(places, [(2, 0), (4, 2)]);
        assert_eq!(found.formats[&(4, 2)].show("84"), "0084");
    }

    #[test]
    fn the_sheets_of_real_workbooks_are_found() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/parse_xlsx_calamine");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut found = 0;
        for path in files.filter(|path| path.extension().is_some_and(|end| end == "xls")) {
            let bytes = std::fs::read(&path).expect("readable");
            found += usize::from(stream(&bytes).and_then(|s| Globals::read(&s)).is_some_and(|g| !g.sheets.is_empty()));
        }
        eprintln!("{found} workbooks");
        assert!(found > 0 || !std::path::Path::new(folder).exists());
    }
}
