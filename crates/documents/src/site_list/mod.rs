//! Customers' site lists: read anything, map columns, check every cell. Invariant: every data row of the file is accounted
//! for exactly once; nothing is changed that the preview does not show.

mod above;
mod alike;
mod cells;
mod check;
mod grid;
mod header;
pub mod isolated;
mod mapping;
mod read;
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
pub use mapping::{FIELDS, Field, Mapped, Mapping, guess, likely_country};
pub use read::{MAX_BYTES, RawTable, ReadError, ReadOptions, read, read_with};
pub use words::words;
pub use write::{Choices, Exported, Format, WriteError, error_file, export, template, title, value};
