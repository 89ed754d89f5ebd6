//! Bytes to a table of text: any delimiter, any usual encoding, spreadsheets too. Invariant: bounded memory, no panic.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Largest file read, bytes.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// Most cells kept.
const MAX_CELLS: usize = 8_000_000;
/// Most columns kept.
const MAX_COLUMNS: usize = 200;
/// Rows looked at to find the header.
const HEADER_SEARCH: usize = 20;

/// A table as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawTable {
    /// Header texts, one per column.
    pub header: Vec<String>,
    /// Row of the header in the file, from 1.
    pub header_row: u32,
    /// Data rows with their number in the file, each as wide as the header.
    pub rows: Vec<(u32, Vec<String>)>,
    /// `utf-8`, `utf-16le`, `windows-1252`, `xlsx` ...
    pub encoding: String,
    /// `,` `;` tab `|`; empty for spreadsheets.
    pub delimiter: String,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_BYTES`].
    #[error("the file is larger than 50 MB")]
    TooLarge,
    /// More cells than are kept.
    #[error("the file has too many cells")]
    TooManyCells,
    /// Not text and not a spreadsheet that can be read.
    #[error("not a table: {0}")]
    NotATable(String),
    /// A header but no rows below.
    #[error("there are no rows below the header")]
    NoRows,
}

impl ReadError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import.empty",
            Self::TooLarge => "import.too_large",
            Self::TooManyCells => "import.too_many_cells",
            Self::NotATable(_) => "import.not_a_table",
            Self::NoRows => "import.no_rows",
        }
    }
}

/// Reads a file by what it contains; the name only hints.
pub fn read(bytes: &[u8]) -> Result<RawTable, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let zip = bytes.starts_with(b"PK\x03\x04");
    let ole = bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
    let (records, encoding, delimiter) = if zip || ole {
        (spreadsheet(bytes)?, if zip { "spreadsheet" } else { "xls" }.to_owned(), String::new())
    } else {
        let (text, encoding) = decode(bytes)?;
        let delimiter = sniff_delimiter(&text);
        (records(&text, delimiter)?, encoding, char::from(delimiter).to_string())
    };
    table(records, encoding, delimiter)
}

fn decode(bytes: &[u8]) -> Result<(String, String), ReadError> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[bom..]);
        return Ok((text.into_owned(), encoding.name().to_lowercase()));
    }
    let sample = &bytes[..bytes.len().min(4_096)];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let pairs = sample.len() / 2;
    for (offset, encoding, name) in [(1, UTF_16LE, "utf-16le"), (0, UTF_16BE, "utf-16be")] {
        if pairs > 2 && zeros(offset) * 10 > pairs * 4 {
            let text = encoding.decode(bytes).0.into_owned();
            let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            if text.chars().take(2_000).any(|c| control(c) || c == '\u{fffd}') {
                break;
            }
            return Ok((text, name.to_owned()));
        }
    }
    if sample.contains(&0) {
        return Err(ReadError::NotATable("binary data".to_owned()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), "utf-8".to_owned())),
        Err(_) => Ok((WINDOWS_1252.decode(bytes).0.into_owned(), "windows-1252".to_owned())),
    }
}

/// The delimiter that cuts the first lines most evenly into most columns.
fn sniff_delimiter(text: &str) -> u8 {
    let head: String = text.lines().take(30).collect::<Vec<_>>().join("\n");
    let score = |delimiter: u8| {
        let counts: Vec<usize> = reader(&head, delimiter).into_records().flatten().map(|record| record.len()).collect();
        let widest = counts.iter().copied().max().unwrap_or(0);
        let even = counts.iter().filter(|count| **count == widest).count();
        if widest < 2 { 0 } else { even * 100 + widest }
    };
    // The first of equals wins: commas are commonest.
    let mut best = (0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let reached = score(delimiter);
        if reached > best.0 {
            best = (reached, delimiter);
        }
    }
    best.1
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

type Records = Vec<(u32, Vec<String>)>;

fn records(text: &str, delimiter: u8) -> Result<Records, ReadError> {
    let mut records = Vec::new();
    let mut cells = 0;
    for record in reader(text, delimiter).into_records() {
        let record = record.map_err(|e| ReadError::NotATable(e.to_string()))?;
        let line = record.position().map_or(0, |position| {
            // The reader passes over blank lines; the file's own numbering counts them.
            let rest = usize::try_from(position.byte()).ok().and_then(|at| text.get(at..)).unwrap_or("");
            let blank = rest.chars().take_while(|c| *c == '\n' || *c == '\r').filter(|c| *c == '\n').count();
            position.line() + blank as u64
        });
        cells += record.len();
        if cells > MAX_CELLS {
            return Err(ReadError::TooManyCells);
        }
        let row = record.iter().take(MAX_COLUMNS).map(|cell| cell.trim().to_owned()).collect();
        records.push((u32::try_from(line).unwrap_or(u32::MAX), row));
    }
    Ok(records)
}

/// The first sheet with cells. Broken spreadsheets make the reading library panic or reserve absurd memory: what can be
/// seen beforehand is refused, the rest is caught.
fn spreadsheet(bytes: &[u8]) -> Result<Records, ReadError> {
    // Declared sizes beyond what a file of this size can hold are how such files exhaust memory.
    if bytes.len() < 4_096 && bytes.starts_with(&[0xD0, 0xCF]) {
        return Err(ReadError::NotATable("a cut spreadsheet".to_owned()));
    }
    let owned = bytes.to_vec();
    let result = std::panic::catch_unwind(move || read_workbook(owned));
    result.unwrap_or_else(|_| Err(ReadError::NotATable("a damaged spreadsheet".to_owned())))
}

fn read_workbook(bytes: Vec<u8>) -> Result<Records, ReadError> {
    let bad = |e: &dyn std::fmt::Display| ReadError::NotATable(e.to_string());
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|e| bad(&e))?;
    for name in workbook.sheet_names() {
        let Ok(range) = workbook.worksheet_range(&name) else { continue };
        if range.is_empty() {
            continue;
        }
        if range.height().saturating_mul(range.width()) > MAX_CELLS {
            return Err(ReadError::TooManyCells);
        }
        let first = range.start().map_or(0, |(row, _)| row);
        let rows = range.rows().enumerate().map(|(index, cells)| {
            let number = first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)).saturating_add(1);
            (number, cells.iter().take(MAX_COLUMNS).map(cell_text).collect())
        });
        return Ok(rows.collect());
    }
    Err(ReadError::Empty)
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}

/// Finds the header: the first row whose cells are mostly filled with words and that is as wide as the rows below.
fn table(records: Records, encoding: String, delimiter: String) -> Result<RawTable, ReadError> {
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
    let records: Records = records.into_iter().filter(|(_, row)| filled(row) > 0).collect();
    let widest = records.iter().take(200).map(|(_, row)| filled(row)).max().unwrap_or(0);
    if widest == 0 {
        return Err(ReadError::Empty);
    }
    let wordy = |row: &[String]| row.iter().filter(|c| c.chars().any(char::is_alphabetic) && c.len() < 80).count();
    let header = records
        .iter()
        .take(HEADER_SEARCH)
        .position(|(_, row)| filled(row) * 10 >= widest * 6 && wordy(row) * 10 >= filled(row) * 7)
        .unwrap_or(0);
    let (header_row, names) = records[header].clone();
    let width = records.iter().skip(header).map(|(_, row)| row.len()).max().unwrap_or(0).min(MAX_COLUMNS);
    let mut names = names;
    names.resize(width, String::new());
    for (index, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = format!("Column {}", index + 1);
        }
    }
    let rows: Records = records
        .into_iter()
        .skip(header + 1)
        .map(|(number, mut row)| {
            row.resize(width, String::new());
            (number, row)
        })
        .collect();
    if rows.is_empty() {
        return Err(ReadError::NoRows);
    }
    Ok(RawTable { header: names, header_row, rows, encoding, delimiter })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn delimiters_encodings_and_preambles_are_found() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("name\tcity\nA\tB\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let cases: Vec<(&[u8], &str, &str, u32)> = vec![
            (b"name,city\nA,B\n", ",", "utf-8", 1),
            (b"name;city;code\nCaf\xe9;B;1\n", ";", "windows-1252", 1),
            (b"\xEF\xBB\xBFname|city\nA|B\n", "|", "utf-8", 1),
            (&utf16, "\t", "utf-16le", 1),
            (b"Report of branches\n\nname,city,code\nA,B,1\nC,D,2\n", ",", "utf-8", 3),
        ];
        for (bytes, delimiter, encoding, header_row) in cases {
            let table = read(bytes).expect("readable");
            assert_eq!(
                (table.delimiter.as_str(), table.encoding.as_str(), table.header_row),
                (delimiter, encoding, header_row)
            );
        }
    }

    #[test]
    fn quoted_newlines_keep_a_row_whole_and_its_number_true() {
        let table = read(b"name,address\n\"A\",\"1 Road\nTown\"\nB,2 Road\n").expect("readable");
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].0, 4);
    }

    #[test]
    fn what_is_no_table_is_refused_with_a_reason() {
        assert_eq!(read(b""), Err(ReadError::Empty));
        assert_eq!(read(b"name,city\n"), Err(ReadError::NoRows));
        assert!(matches!(read(b"\x89PNG\x00\x00\x00\x01"), Err(ReadError::NotATable(_))));
        assert!(matches!(read(b"PK\x03\x04 not really"), Err(ReadError::NotATable(_))));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = read(&bytes);
        }
    }
}
