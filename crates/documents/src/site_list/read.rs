//! Bytes to a table of text: any delimiter, any usual encoding, spreadsheets too. Invariant: bounded memory, no panic.

use std::collections::BTreeSet;
use std::path::Path;

use super::decode::{decode, other_file, other_kind};
use super::grid::{Grid, Records};
use super::{header, isolated, text};

/// Largest file read, bytes.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;

/// A table as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawTable {
    /// Header texts, one per column.
    pub header: Vec<String>,
    /// Rows of the header in the file, from 1; empty when the list has none.
    pub header_rows: Vec<u32>,
    /// Data rows with their number in the file, each as wide as the header.
    pub rows: Vec<(u32, Vec<String>)>,
    /// `utf-8`, `utf-16le`, `windows-1252`, `spreadsheet` ...
    pub encoding: String,
    /// `,` `;` tab `|`; empty for spreadsheets.
    pub delimiter: String,
    /// Name of the sheet read; empty for text files.
    pub sheet: String,
    /// All sheets with cells.
    pub sheets: Vec<String>,
    /// Cells that took the text above them or of their merged cell: row number and column from 0.
    pub filled: BTreeSet<(u32, u16)>,
    /// Rows that were read with a doubt about where their cells are: row number and code of the finding.
    pub doubts: Vec<(u32, &'static str)>,
    /// Rows that belong to the sheet and not to the list: totals, printed remarks, repeated headers.
    pub outside: BTreeSet<u32>,
    /// Rows that the spreadsheet does not show.
    pub hidden: BTreeSet<u32>,
    /// The file does not say how its letters are written: `encoding` is the likeliest.
    pub encoding_guessed: bool,
}

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// The sheet wanted; without it the one that looks most like a list.
    pub sheet: Option<&'a str>,
    /// Program that reads spreadsheets in a process of its own ([`isolated::serve`]); without it they are read here.
    pub reader: Option<&'a Path>,
    /// How letters are written (`utf-8`, `windows-1250`), when the file's own signs are not believed.
    pub encoding: Option<&'a str>,
    /// The delimiter of a text, when the likeliest is not meant.
    pub delimiter: Option<u8>,
    /// Row of the header, from 1, when the likeliest is not meant; a row that is not there: the list has no header.
    pub header_row: Option<u32>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it.
    #[error("there is nothing in the file")]
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
    /// Reading it takes too long.
    #[error("reading it takes longer than 9 seconds")]
    TooSlow,
    /// Reading it takes more memory than a list may cost, or breaks the reader.
    #[error("reading it takes more memory than a list of sites may cost, or the file is damaged")]
    TooExpensive,
    /// A password is needed.
    #[error("the workbook is protected by a password; a copy saved without one can be read")]
    Protected,
    /// No encoding has this name.
    #[error("no encoding has this name; utf-8, utf-16le, windows-1252 and others are known")]
    NoEncoding,
    /// No sheet has this name.
    #[error("there is no sheet of this name with cells in it")]
    NoSheet,
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
            Self::TooSlow => "import.too_slow",
            Self::TooExpensive => "import.too_expensive",
            Self::Protected => "import.protected",
            Self::NoEncoding => "import.no_encoding",
            Self::NoSheet => "import.no_sheet",
            Self::NoRows => "import.no_rows",
        }
    }
}

/// Reads a file by what it contains; the name only hints.
pub fn read(bytes: &[u8]) -> Result<RawTable, ReadError> {
    read_with(bytes, ReadOptions::default())
}

/// As [`read`], with a sheet named or with spreadsheets read in a process of their own.
pub fn read_with(bytes: &[u8], options: ReadOptions<'_>) -> Result<RawTable, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let read = grid(bytes, options)?;
    let table = header::table(read.grid, options.header_row)?;
    Ok(RawTable { encoding: read.encoding, delimiter: read.delimiter, encoding_guessed: read.guessed, ..table })
}

/// All rows of a file as they stand in it, whatever they are.
pub(super) fn cells_of(bytes: &[u8], options: ReadOptions<'_>) -> Result<Records, ReadError> {
    Ok(grid(bytes, options)?.grid.records)
}

/// The cells, and how they were read.
struct Read {
    grid: Grid,
    encoding: String,
    guessed: bool,
    delimiter: String,
}

fn grid(bytes: &[u8], options: ReadOptions<'_>) -> Result<Read, ReadError> {
    let zip = bytes.starts_with(b"PK\x03\x04");
    let ole = bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
    if zip || ole {
        let mut grid = spreadsheet(bytes, options)?;
        if options.sheet.is_some_and(|wanted| grid.sheet != wanted) {
            return Err(ReadError::NoSheet);
        }
        let cells = grid.records.iter_mut().flat_map(|(_, row)| row);
        cells.for_each(|cell| {
            if let Some(tidy) = text::tidy(cell) {
                *cell = tidy;
            }
        });
        let encoding = if zip { "spreadsheet" } else { "xls" }.to_owned();
        return Ok(Read { grid, encoding, guessed: false, delimiter: String::new() });
    }
    if let Some(kind) = other_file(bytes) {
        return Err(ReadError::NotATable(kind.to_owned()));
    }
    let decoded = decode(bytes, options.encoding)?;
    if let Some(kind) = other_kind(&decoded.text) {
        return Err(ReadError::NotATable(kind.to_owned()));
    }
    let (cut, delimiter) = text::cut(&decoded.text, options.delimiter)?;
    let grid = Grid { records: cut.records, open_quotes: cut.open, ..Grid::default() };
    let delimiter = char::from(delimiter).to_string();
    Ok(Read { grid, encoding: decoded.encoding, guessed: decoded.guessed, delimiter })
}

fn spreadsheet(bytes: &[u8], options: ReadOptions<'_>) -> Result<Grid, ReadError> {
    if bytes.len() < 4_096 && bytes.starts_with(&[0xD0, 0xCF]) {
        return Err(ReadError::NotATable("a cut spreadsheet".to_owned()));
    }
    match options.reader {
        Some(program) => isolated::in_child(program, bytes, options.sheet),
        None => isolated::in_process(bytes.to_vec(), options.sheet),
    }
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
                (table.delimiter.as_str(), table.encoding.as_str(), table.header_rows),
                (delimiter, encoding, vec![header_row])
            );
        }
    }

    #[test]
    fn quoted_newlines_keep_a_row_whole_and_its_number_true() {
        let table = read(b"name,address\n\"A\",\"1 Road\nTown\"\nB,2 Road\n").expect("readable");
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.rows[1].0, 3);
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
