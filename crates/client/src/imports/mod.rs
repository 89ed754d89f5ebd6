//! Importing site lists on the laptop. An opened list stays in memory until it is committed or dropped.

pub mod account;
pub mod commands;
pub mod files;
pub mod rows;
pub mod undo;
pub mod view;

use std::path::Path;

use satchel_documents::site_list::{Checked, Mapping, RawTable, ReadOptions, Settings};

/// How a file is to be read where the likeliest is not meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct How {
    pub(crate) sheet: Option<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) delimiter: Option<u8>,
    pub(crate) header_row: Option<u32>,
}

impl How {
    pub(crate) fn options<'a>(&'a self, reader: Option<&'a Path>) -> ReadOptions<'a> {
        ReadOptions {
            sheet: self.sheet.as_deref(),
            reader,
            encoding: self.encoding.as_deref(),
            delimiter: self.delimiter,
            header_row: self.header_row,
        }
    }
}

/// An opened list.
pub struct OpenImport {
    pub(crate) account_id: String,
    pub(crate) file_name: String,
    /// The file as it came: another sheet of it may be chosen.
    pub(crate) bytes: Vec<u8>,
    /// What was chosen about reading it.
    pub(crate) how: How,
    /// Name of the other account that most of the list's sites belong to, with how many do.
    pub(crate) other_customer: Option<(String, u32)>,
    pub(crate) table: RawTable,
    pub(crate) mapping: Mapping,
    pub(crate) settings: Settings,
    pub(crate) checked: Checked,
    pub(crate) ms: u32,
    /// How often it was changed.
    pub(crate) revision: u32,
}
