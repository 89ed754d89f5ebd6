//! Importing site lists on the laptop. An opened list stays in memory until it is committed or dropped.

pub mod commands;
pub mod files;
pub mod rows;
pub mod undo;
pub mod view;

use satchel_documents::site_list::{Checked, Mapping, RawTable, Settings};

/// An opened list.
pub struct OpenImport {
    pub(crate) account_id: String,
    pub(crate) file_name: String,
    /// The file as it came: another sheet of it may be chosen.
    pub(crate) bytes: Vec<u8>,
    pub(crate) table: RawTable,
    pub(crate) mapping: Mapping,
    pub(crate) settings: Settings,
    pub(crate) checked: Checked,
    pub(crate) ms: u32,
    /// How often it was changed.
    pub(crate) revision: u32,
}
