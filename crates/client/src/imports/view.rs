//! Importing a customer's site list: look, map, mend, confirm. Nothing is written before `commit_site_list`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::ListRequest;

use crate::api::view::ListFormat;

satchel_core::words! {
    /// What is being done with a list.
    pub enum ImportStage as "ImportStage" {
        /// Reading the file.
        Reading = "reading",
        /// Checking its rows.
        Checking = "checking",
        /// Writing its sites.
        Writing = "writing",
    }
}

satchel_core::words! {
    /// What the import would do with a row.
    pub enum RowOutcome as "RowOutcome" {
        /// A new site.
        New = "new",
        /// A site that changes.
        Changed = "changed",
        /// A site as it is.
        Unchanged = "unchanged",
        /// Left out.
        Skipped = "skipped",
        /// Not imported until it is mended.
        Error = "error",
    }
}

satchel_core::words! {
    /// How bad a finding is.
    pub enum FindingSeverity as "FindingSeverity" {
        /// The row is not imported until it is mended.
        Error = "error",
        /// Worth a look.
        Warning = "warning",
        /// Cleaned already.
        Cleaned = "cleaned",
    }
}

/// A file to look at. The engine keeps the opened import in memory under `import_id` until it is committed or dropped.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenSiteList {
    /// Account the sites belong to.
    pub account_id: String,
    /// File name as the customer called it.
    pub file_name: String,
    /// The file's bytes, base64 (dropped or picked in the window). At most 50 MB.
    pub bytes_base64: String,
    /// What this work is called in progress events and to end it.
    #[serde(default)]
    pub token: Option<String>,
}

/// Names the work of opening a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportToken {
    /// As it was called.
    pub token: String,
}

/// Rows of an opened list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SiteListRows {
    /// Opened import.
    pub import_id: String,
    /// The preview they belong to.
    pub revision: u32,
    /// Only rows with this outcome, finding or severity; empty for all.
    pub show: String,
    /// Rows shown besides: such as were mended under the filter.
    #[serde(default)]
    pub keep: Vec<u32>,
    /// Window; filters, text and order are not read.
    pub list: ListRequest,
}

/// Changes to an opened import; the preview is computed again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeSiteList {
    /// Opened import.
    pub import_id: String,
    /// Field name to source column index; `None` = leave the field out. Absent = keep the mapping.
    pub mapping: Option<Vec<MapField>>,
    /// Cells typed over in the grid.
    pub fixes: Vec<FixCell>,
    /// Rows to skip (or take back).
    pub skips: Vec<SkipRow>,
    /// Accept the proposed repair of every finding with this code.
    pub accept_repairs: Vec<String>,
    /// Read this sheet of the workbook instead.
    pub sheet: Option<String>,
    /// Read the letters of the text so: `utf-8`, `windows-1250` ...
    #[serde(default)]
    #[ts(optional)]
    pub encoding: Option<String>,
    /// Cut the text at this sign.
    #[serde(default)]
    #[ts(optional)]
    pub delimiter: Option<String>,
    /// Row of the header, from 1; 0 when the list has none.
    #[serde(default)]
    #[ts(optional)]
    pub header_row: Option<u32>,
    /// Country of the sites, by its code.
    #[serde(default)]
    #[ts(optional)]
    pub country: Option<String>,
    /// Leave out the rows that the spreadsheet hides.
    #[serde(default)]
    #[ts(optional)]
    pub leave_out_hidden: Option<bool>,
    /// Columns to keep in the notes, of those that no field takes.
    #[serde(default)]
    #[ts(optional)]
    pub in_notes: Option<Vec<u32>>,
}

/// A template for an account's sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteListTemplate {
    /// Account.
    pub account_id: String,
    /// Kind of file.
    pub format: ListFormat,
}

/// One field's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MapField {
    /// `name`, `code`, `address`, `city`, `province`, `postal_code`, `country`, `latitude`, `longitude`,
    /// `contact_name`, `contact_phone`, `contact_email`, `package`, `site_type`, `notes`.
    pub field: String,
    /// Column index in the file, from 0; `None` = not in the file.
    pub column: Option<u32>,
}

/// A cell typed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FixCell {
    /// Row number in the file, from 1, header included.
    pub row: u32,
    /// Field.
    pub field: String,
    /// New value.
    pub value: String,
}

/// Skip or take a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SkipRow {
    /// Row number in the file.
    pub row: u32,
    /// Skip it.
    pub skip: bool,
}

/// What the import would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteListPreview {
    /// Handle for the next calls.
    pub import_id: String,
    /// File name.
    pub file_name: String,
    /// `utf-8`, `utf-16le`, `windows-1252` ...
    pub encoding: String,
    /// `,` `;` `\t` `|`; empty for spreadsheets.
    pub delimiter: String,
    /// Rows of the header, from 1; empty when the list has none.
    pub header_rows: Vec<u32>,
    /// Sheet read; empty for text files.
    pub sheet: String,
    /// All sheets with cells.
    pub sheets: Vec<String>,
    /// The file's columns.
    pub columns: Vec<SourceColumn>,
    /// The mapping in force.
    pub mapping: Vec<MappedField>,
    /// Data rows in the file. `rows = new + changed + unchanged + skipped + errors`.
    pub rows: u32,
    /// Would be added.
    pub new: u32,
    /// Would change an existing site.
    pub changed: u32,
    /// Equal to an existing site.
    pub unchanged: u32,
    /// Skipped by the person, or duplicates inside the file.
    pub skipped: u32,
    /// Not importable until mended.
    pub errors: u32,
    /// Importable, worth a look.
    pub warnings: u32,
    /// Rows that would go on a quote and name no package.
    pub unnamed: u32,
    /// How often the list was changed; rows are asked for with it.
    pub revision: u32,
    /// Findings by code with counts.
    pub findings_by_code: Vec<FindingCount>,
    /// What is to be said about the list as a whole.
    pub notices: Vec<ListNotice>,
    /// Country of the list by its code; empty where none is known.
    pub country: String,
    /// Whether the rows that the spreadsheet hides are left out.
    pub leave_out_hidden: bool,
    /// Milliseconds it took.
    pub ms: u32,
}

/// Something about the whole list, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListNotice {
    /// Stable code, e.g. `list.no_names`.
    #[ts(type = "FindingCode")]
    pub code: String,
    /// A person should answer before the list is imported.
    pub asks: bool,
    /// Values for the UI's sentence.
    #[ts(type = "Record<string, string>")]
    pub params: std::collections::BTreeMap<String, String>,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceColumn {
    /// Index from 0.
    pub index: u32,
    /// Header text.
    pub header: String,
    /// Up to three sample values.
    pub samples: Vec<String>,
}

/// A field with the column it was matched to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MappedField {
    /// Field.
    pub field: String,
    /// Column; `None` = not in the file.
    pub column: Option<u32>,
    /// 0..100.
    pub confidence: u32,
    /// Why, as a code: `header_name`, `contents`, `chosen`, `remembered`, `none`.
    pub reason: String,
    /// Further columns of the field: a second phone, the second line of an address.
    pub also: Vec<u32>,
}

/// A row of the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewRow {
    /// Row number in the file, from 1, header included.
    pub row: u32,
    /// What the import would do with it.
    pub outcome: RowOutcome,
    /// Field to cleaned value.
    #[ts(type = "Record<string, string>")]
    pub values: std::collections::BTreeMap<String, String>,
    /// What is wrong or was cleaned, per cell.
    pub findings: Vec<CellFinding>,
}

/// One finding at one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CellFinding {
    /// Field.
    pub field: String,
    /// Header of the source column.
    pub column: String,
    /// Stable code, e.g. `postal_code.letter`.
    #[ts(type = "FindingCode")]
    pub code: String,
    /// How bad it is.
    #[ts(as = "FindingSeverity")]
    pub severity: String,
    /// What stands in the file.
    pub value: String,
    /// Proposed value.
    pub repair: Option<String>,
    /// Values for the UI's sentence.
    #[ts(type = "Record<string, string>")]
    pub params: std::collections::BTreeMap<String, String>,
}

/// How often a code was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindingCount {
    /// Code.
    #[ts(type = "FindingCode")]
    pub code: String,
    /// Severity.
    #[ts(as = "FindingSeverity")]
    pub severity: String,
    /// Cells.
    pub count: u32,
    /// Cells with a proposed repair.
    pub repairable: u32,
}

/// Confirming an import.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CommitSiteList {
    /// Opened import.
    pub import_id: String,
    /// Put the imported sites on this quote too, with the package of each row, or `default_item_id`.
    pub quote_id: Option<String>,
    /// Package for rows that name none.
    pub default_item_id: Option<String>,
    /// One order for all sites of the quote, or one for each; absent: as the quote says.
    #[serde(default)]
    #[ts(optional)]
    pub order_per_site: Option<bool>,
}

/// What the import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportOutcome {
    /// Sites added.
    pub added: u32,
    /// Sites changed.
    pub changed: u32,
    /// Rows left as they were.
    pub unchanged: u32,
    /// Rows not taken.
    pub skipped: u32,
    /// Rows refused because of errors.
    pub errors: u32,
    /// Lines put on the quote.
    pub quote_lines: u32,
}

/// An opened import.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportId {
    /// Handle.
    pub import_id: String,
}

/// An import that was made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportRun {
    /// Handle.
    pub id: String,
    /// File it came from.
    pub file_name: String,
    /// When.
    pub at_text: String,
    /// Sites it added.
    pub added: u32,
    /// Sites it changed.
    pub changed: u32,
    /// When it was taken back.
    pub undone_text: Option<String>,
}

/// An import by its handle.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportRunId {
    /// Handle.
    pub run_id: String,
}

/// What taking back did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UndoOutcome {
    /// New sites removed.
    pub removed: u32,
    /// New sites that stay because something was built on them.
    pub kept: u32,
    /// Changed sites put back.
    pub restored: u32,
    /// Fields that stay because they were changed since.
    pub changed_since: u32,
    /// Lines taken off the draft quote.
    pub lines: u32,
}
