//! OpenDocument sheets from their own XML: the text each cell shows, hidden rows, merged cells. A number that is shown with
//! zeros or letters in front is taken as shown; any other keeps its full value.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::grid::{Grid, MAX_CELLS, MAX_COLUMNS};
use super::read::ReadError;
use super::sheet_xml::attribute;
use super::values::NO_VALUE;

/// Rows a sheet may have.
const MAX_ROWS: u32 = 1_048_576;

/// Whether an archive says that it is an OpenDocument spreadsheet.
pub(super) fn is_ods(bytes: &[u8]) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return false };
    let mut kind = String::new();
    let read = archive.by_name("mimetype").ok().map(|file| file.take(100).read_to_string(&mut kind));
    read.is_some_and(|read| read.is_ok()) && kind.starts_with("application/vnd.oasis.opendocument.spreadsheet")
}

/// All sheets with cells, those that are not shown last and only where no other has any.
pub(super) fn read_ods(bytes: &[u8]) -> Result<Vec<Grid>, ReadError> {
    let damaged = |error: &dyn std::fmt::Display| ReadError::NotATable(format!("a damaged workbook: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut manifest = String::new();
    if let Ok(file) = archive.by_name("META-INF/manifest.xml") {
        // What cannot be read here is no reason not to read the sheets.
        let _ = file.take(1_000_000).read_to_string(&mut manifest);
    }
    if manifest.contains("encryption-data") {
        return Err(ReadError::Protected);
    }
    let content = archive.by_name("content.xml").map_err(|e| damaged(&e))?;
    let mut sheets = Sheets::default();
    sheets.read(BufReader::new(content))?;
    let (shown, hidden): (Vec<_>, Vec<_>) = sheets.done.into_iter().partition(|(_, shown)| *shown);
    let grids = if shown.iter().any(|(grid, _)| !grid.records.is_empty()) { shown } else { hidden };
    Ok(grids.into_iter().map(|(grid, _)| grid).collect())
}

#[derive(Default)]
struct Cell {
    /// How often it stands side by side.
    times: usize,
    kind: String,
    value: String,
    formula: bool,
    /// Columns and rows it covers.
    spans: (u32, u32),
    shown: String,
    paragraphs: usize,
}

impl Cell {
    fn of(element: &BytesStart<'_>) -> Self {
        let text = |name: &str| attribute(element, name).unwrap_or_default();
        let number = |name: &str| text(name).parse::<u32>().unwrap_or(1).max(1);
        let kind = text("office:value-type");
        let value = match kind.as_str() {
            "date" => text("office:date-value"),
            "boolean" => text("office:boolean-value"),
            "string" => text("office:string-value"),
            _ => text("office:value"),
        };
        Self {
            times: number("table:number-columns-repeated") as usize,
            formula: attribute(element, "table:formula").is_some(),
            spans: (number("table:number-columns-spanned"), number("table:number-rows-spanned")),
            kind,
            value,
            shown: String::new(),
            paragraphs: 0,
        }
    }

    /// Its text, as the list takes it.
    fn text(&self) -> String {
        let shown = self.shown.trim();
        match self.kind.as_str() {
            "date" => self.value.replace("T00:00:00", "").replace('T', " "),
            "boolean" => if self.value == "true" { "yes" } else { "no" }.to_owned(),
            "float" | "percentage" | "currency" => number(&self.value, shown),
            "string" if shown.is_empty() => self.value.trim().to_owned(),
            "" if self.formula && shown.is_empty() => NO_VALUE.to_owned(),
            _ => shown.to_owned(),
        }
    }
}

/// A number as it is shown where that is its digits with something in front or between, else its value.
fn number(value: &str, shown: &str) -> String {
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    let zeros = digits.starts_with('0') || shown.contains(char::is_alphabetic);
    let same = !value.is_empty() && digits.trim_start_matches('0') == value.trim_start_matches('0');
    if same && zeros { shown.to_owned() } else { value.strip_suffix(".0").unwrap_or(value).to_owned() }
}

#[derive(Default)]
struct Sheets {
    /// Sheets with whether they are shown.
    done: Vec<(Grid, bool)>,
    hidden_styles: BTreeSet<String>,
    style: String,
    grid: Grid,
    regions: Vec<[u32; 4]>,
    shown: bool,
    /// Row being read, from 1, how often it stands, and whether it is hidden.
    row: u32,
    times: u32,
    hidden: bool,
    cells: Vec<String>,
    cell: Option<Cell>,
    kept: usize,
    /// Inside a remark or a drawing: what stands there is no cell.
    aside: usize,
    in_text: usize,
}

impl Sheets {
    fn read(&mut self, input: impl BufRead) -> Result<(), ReadError> {
        let mut reader = Reader::from_reader(input);
        let mut buffer = Vec::new();
        loop {
            let event = reader.read_event_into(&mut buffer);
            match event.map_err(|e| ReadError::NotATable(format!("a damaged workbook: {e}")))? {
                Event::Start(element) => self.begin(&element),
                Event::Empty(element) => {
                    self.begin(&element);
                    self.end(element.local_name().as_ref())?;
                }
                Event::End(element) => self.end(element.local_name().as_ref())?,
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(reference) => self.text(&resolved(&reference)),
                Event::Eof => return Ok(()),
                _ => {}
            }
            buffer.clear();
        }
    }

    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "annotation" | "shapes" | "frame" | "tracked-changes" => self.aside += 1,
            _ if self.aside > 0 => {}
            "style" => self.style = attribute(element, "style:name").unwrap_or_default(),
            "table-properties" if attribute(element, "table:display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" => {
                self.grid = Grid { sheet: attribute(element, "table:name").unwrap_or_default(), ..Grid::default() };
                let style = attribute(element, "table:style-name").unwrap_or_default();
                self.shown = !self.hidden_styles.contains(&style);
                self.row = 1;
                self.regions.clear();
            }
            "table-row" => {
                let times = attribute(element, "table:number-rows-repeated").and_then(|n| n.parse().ok());
                self.times = times.unwrap_or(1).max(1);
                let visibility = attribute(element, "table:visibility");
                self.hidden = visibility.is_some_and(|how| how == "collapse" || how == "filter");
            }
            "table-cell" | "covered-table-cell" => self.cell = Some(Cell::of(element)),
            "p" => {
                self.in_text += 1;
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.shown.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            "s" | "tab" | "line-break" => {
                let times = attribute(element, "text:c").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
                self.text(&" ".repeat(times.min(100)));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        match name {
            "annotation" | "shapes" | "frame" | "tracked-changes" => self.aside = self.aside.saturating_sub(1),
            _ if self.aside > 0 => {}
            "p" => self.in_text = self.in_text.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.end_cell(),
            "table-row" => self.end_row()?,
            "table" => {
                let mut grid = std::mem::take(&mut self.grid);
                grid.fill_merged(&self.regions);
                self.done.push((grid, self.shown));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.in_text > 0
            && self.aside == 0
            && let Some(cell) = &mut self.cell
        {
            cell.shown.push_str(text);
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let (text, column) = (cell.text(), self.cells.len());
        let (columns, rows) = cell.spans;
        if !text.is_empty() && (columns > 1 || rows > 1) {
            let left = u32::try_from(column).unwrap_or(u32::MAX);
            let top = self.row - 1;
            self.regions.push([top, left, top.saturating_add(rows - 1), left.saturating_add(columns - 1)]);
        }
        let room = MAX_COLUMNS.saturating_sub(column);
        self.cells.extend(std::iter::repeat_n(text, cell.times.min(room)));
    }

    fn end_row(&mut self) -> Result<(), ReadError> {
        let mut cells = std::mem::take(&mut self.cells);
        cells.truncate(cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1));
        let from = self.row;
        self.row = self.row.saturating_add(self.times).min(MAX_ROWS + 1);
        if cells.is_empty() {
            return Ok(());
        }
        for row in from..self.row {
            self.kept += cells.len();
            if self.kept > MAX_CELLS {
                return Err(ReadError::TooManyCells);
            }
            if self.hidden {
                self.grid.hidden.push(row);
            }
            self.grid.records.push((row, cells.clone()));
        }
        Ok(())
    }
}

fn resolved(reference: &BytesRef<'_>) -> String {
    let named = |name: &str| match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    };
    let sign = reference.resolve_char_ref().ok().flatten();
    sign.map_or_else(|| named(&reference.xml10_content()).to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(body: &str) -> Vec<Grid> {
        let mut sheets = Sheets::default();
        sheets.read(body.as_bytes()).expect("readable");
        sheets.done.into_iter().map(|(grid, _)| grid).collect()
    }

    #[test]
    fn cells_read_as_they_are_shown() {
        let cell = |attributes: &str, text: &str| {
            format!("<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>")
        };
        let float = |value: &str| format!("office:value-type=\"float\" office:value=\"{value}\"");
        let row = [
            cell(&float("12"), "0012"),
            cell(&float("12"), "ZA-012"),
            cell(&float("-26.1075421"), "-26.11"),
            cell(&float("2196"), "2,196"),
            cell("office:value-type=\"string\"", "A &amp; B<text:s text:c=\"2\"/>C"),
            cell("office:value-type=\"date\" office:date-value=\"2026-03-02\"", "2 March"),
            "<table:table-cell table:formula=\"of:=A1\"/>".to_owned(),
        ];
        let grids = rows(&format!(
            "<table:table table:name=\"S\"><table:table-row table:number-rows-repeated=\"3\"/>\
             <table:table-row table:visibility=\"filter\">{}</table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048576\"/></table:table>",
            row.concat()
        ));
        let expected = ["0012", "ZA-012", "-26.1075421", "2196", "A & B  C", "2026-03-02", NO_VALUE];
        assert_eq!(grids[0].records, [(4, expected.map(str::to_owned).to_vec())]);
        assert_eq!(grids[0].hidden, [4]);
    }

    #[test]
    fn merged_cells_hold_for_all_they_cover_and_remarks_are_no_cells() {
        let grids = rows(
            "<table:table table:name=\"S\"><table:table-row><table:table-cell office:value-type=\"string\" \
             table:number-rows-spanned=\"2\"><office:annotation><text:p>ask Jo</text:p></office:annotation>\
             <text:p>Gauteng</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>A</text:p>\
             </table:table-cell></table:table-row><table:table-row><table:covered-table-cell/><table:table-cell \
             office:value-type=\"string\"><text:p>B</text:p></table:table-cell></table:table-row></table:table>",
        );
        let row = |name: &str| ["Gauteng", name].map(str::to_owned).to_vec();
        assert_eq!(grids[0].records, [(1, row("A")), (2, row("B"))]);
    }
}
