//! Customers' site lists: read anything, map columns, check every cell. Invariant: every data row of the file is accounted
//! for exactly once; nothing is changed that the preview does not show.

mod above;
mod alike;
mod biff;
mod cells;
mod check;
mod contact_cells;
mod contents;
mod decode;
mod fields;
mod grid;
mod header;
mod headers;
pub mod isolated;
mod mapping;
mod notices;
mod number_format;
mod ods;
mod place_cells;
mod read;
mod sheet_xml;
mod spreadsheet;
mod text;
mod values;
mod words;
mod write;

pub use above::SiteAbove;
pub use check::{
    CellFix, Checked, Existing, Finding, KnownPackages, Outcome, ParsedRow, Settings, Severity, Summary, check,
    check_each, check_watched,
};
pub use fields::{FIELDS, Field};
pub use mapping::{Mapped, Mapping, guess, likely_country};
pub use notices::{Notice, notices};
pub use read::{MAX_BYTES, RawTable, ReadError, ReadOptions, read, read_with};
pub use words::{notice_words, words};
pub use write::{Choices, Exported, Format, WriteError, error_file, export, template, title, value};
