//! Spreadsheets to cells: XLSX, XLSB, XLS and ODS. Reading them is the library's work; which sheet, what a merged cell
//! means, and what a number is shown as, is ours. Runs in a process of its own
//! (`super::isolated`), because a broken spreadsheet makes any reader reserve absurd memory.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{
    Data, ExcelDateTime, Ods, OdsError, Reader, SheetType, SheetVisible, Sheets, Xlsb, XlsbError, Xlsx, XlsxError,
    open_workbook_auto_from_rs,
};

use super::biff;
use super::grid::{Grid, MAX_CELLS, MAX_COLUMNS, Records};
use super::header::likeness_of_header;
use super::number_format::CodeFormat;
use super::ods::{is_ods, read_ods};
use super::read::ReadError;
use super::sheet_xml::{Beside, beside};
use super::values::NO_VALUE;

/// Sheets looked at when none is named.
const MAX_SHEETS: usize = 16;

type Workbook = Sheets<Cursor<Vec<u8>>>;

/// Reads the named sheet, or the one that looks most like a list.
pub(super) fn read_workbook(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Grid, ReadError> {
    if is_ods(&bytes) {
        return choose(read_ods(&bytes)?.into_iter().map(Ok), wanted);
    }
    let mut workbook = open(bytes.clone())?;
    let all = workbook.sheets_metadata().to_vec();
    let visible = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let tables = all.iter().filter(|sheet| matches!(sheet.typ, SheetType::WorkSheet | SheetType::DialogSheet));
    let mut names: Vec<String> = tables.clone().filter(visible).map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() {
        names = tables.map(|sheet| sheet.name.clone()).collect();
    }
    choose(names.iter().take(MAX_SHEETS).map(|name| sheet(&mut workbook, &bytes, name)), wanted)
}

/// The named sheet, or the one that looks most like a list.
fn choose(sheets: impl Iterator<Item = Result<Grid, ReadError>>, wanted: Option<&str>) -> Result<Grid, ReadError> {
    let mut best: Option<(usize, Grid)> = None;
    let mut with_cells = Vec::new();
    let mut failed = None;
    for grid in sheets {
        let grid = match grid {
            Ok(grid) => grid,
            Err(error) => {
                failed = Some(error);
                continue;
            }
        };
        if grid.records.is_empty() {
            continue;
        }
        with_cells.push(grid.sheet.clone());
        let chosen = wanted.is_none_or(|wanted| wanted == grid.sheet);
        let score = likeness_of_header(&grid.records) * 1_000_000 + grid.records.len().min(999_999);
        if chosen && best.as_ref().is_none_or(|(reached, _)| score > *reached) {
            best = Some((score, grid));
        }
    }
    match (best, failed) {
        (Some((_, grid)), _) => Ok(Grid { sheets: with_cells, ..grid }),
        (None, Some(error)) => Err(error),
        (None, None) if wanted.is_some() && !with_cells.is_empty() => Err(ReadError::NoSheet),
        (None, None) => Err(ReadError::Empty),
    }
}

fn open(bytes: Vec<u8>) -> Result<Workbook, ReadError> {
    open_workbook_auto_from_rs(Cursor::new(bytes.clone())).map_err(|error| {
        let protected = matches!(Xlsx::new(Cursor::new(bytes.clone())), Err(XlsxError::Password))
            || matches!(Xlsb::new(Cursor::new(bytes.clone())), Err(XlsbError::Password))
            || matches!(Ods::new(Cursor::new(bytes)), Err(OdsError::Password));
        match error {
            _ if protected => ReadError::Protected,
            calamine::Error::Msg(_) => ReadError::NotATable(
                "it is an archive without a workbook, or a damaged workbook; unpack it and open the list inside"
                    .to_owned(),
            ),
            other => bad(&other),
        }
    })
}

fn bad(error: &dyn std::fmt::Display) -> ReadError {
    ReadError::NotATable(error.to_string())
}

fn sheet(workbook: &mut Workbook, bytes: &[u8], name: &str) -> Result<Grid, ReadError> {
    let mut hidden = Vec::new();
    let (records, regions) = match workbook {
        Sheets::Xlsx(xlsx) => {
            let regions = xlsx.merge_cells_by_sheet_name(name).unwrap_or_default();
            let mut records = xlsx_records(xlsx, name)?;
            let said = beside(bytes, name);
            put_without_value(&mut records, &said);
            hidden = said.hidden;
            (records, regions)
        }
        Sheets::Xls(xls) => {
            let regions = xls.merge_cells_by_sheet_name(name).unwrap_or_default();
            let mut records = range_records(workbook, name)?;
            let said = biff::beside(bytes, name);
            put_formats(&mut records, &said.formats);
            hidden = said.hidden;
            (records, regions)
        }
        _ => (range_records(workbook, name)?, Vec::new()),
    };
    let mut grid = Grid { records, hidden, sheet: name.to_owned(), ..Grid::default() };
    let regions: Vec<[u32; 4]> = regions.iter().map(|d| [d.start.0, d.start.1, d.end.0, d.end.1]).collect();
    grid.fill_merged(&regions);
    Ok(grid)
}

/// Shows whole numbers as their cells do.
fn put_formats(records: &mut Records, formats: &HashMap<(u32, usize), CodeFormat>) {
    for ((row, column), format) in formats {
        let Ok(at) = records.binary_search_by_key(row, |(number, _)| *number) else { continue };
        let whole = |text: &&mut String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if let Some(text) = records[at].1.get_mut(*column).filter(whole) {
            *text = format.show(text);
        }
    }
}

/// Marks the cells whose formula has no value: the check names them, and a row of such cells is a row all the same.
fn put_without_value(records: &mut Records, said: &Beside) {
    for (row, column) in &said.without_value {
        let at = records.binary_search_by_key(row, |(number, _)| *number).unwrap_or_else(|at| {
            records.insert(at, (*row, Vec::new()));
            at
        });
        let cells = &mut records[at].1;
        if cells.len() <= *column {
            cells.resize(column + 1, String::new());
        }
        if cells[*column].is_empty() {
            NO_VALUE.clone_into(&mut cells[*column]);
        }
    }
}

/// Cell by cell: what the file declares about its size is not believed, and a number is written as it is shown.
fn xlsx_records(xlsx: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Records, ReadError> {
    let mut cells = xlsx.worksheet_cells_reader(name).map_err(|e| bad(&e))?;
    let formats: Vec<Option<CodeFormat>> = cells
        .styles()
        .iter()
        .map(|style| style.number_format.as_ref().and_then(|format| CodeFormat::parse(&format.format_code)))
        .collect();
    let mut records: Records = Vec::new();
    let mut kept = 0;
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|e| bad(&e))? {
        let (row, column) = cell.get_position();
        let column = column as usize;
        let text = cell_text(&Data::from(cell.get_value().clone()), formats.get(style).and_then(Option::as_ref));
        if text.is_empty() || column >= MAX_COLUMNS {
            continue;
        }
        let number = row.saturating_add(1);
        if records.last().is_none_or(|(last, _)| *last != number) {
            // Rows out of order are rare and damaged; they are put in order below.
            records.push((number, Vec::new()));
        }
        let Some((_, cells)) = records.last_mut() else { continue };
        if cells.len() <= column {
            kept += column + 1 - cells.len();
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
        if kept > MAX_CELLS {
            return Err(ReadError::TooManyCells);
        }
    }
    records.sort_by_key(|(row, _)| *row);
    Ok(records)
}

fn range_records(workbook: &mut Workbook, name: &str) -> Result<Records, ReadError> {
    let range = workbook.worksheet_range(name).map_err(|e| bad(&e))?;
    if range.height().saturating_mul(range.width()) > MAX_CELLS {
        return Err(ReadError::TooManyCells);
    }
    let (first, left) = range.start().unwrap_or((0, 0));
    let left = (left as usize).min(MAX_COLUMNS);
    let mut records = Vec::with_capacity(range.height());
    for (index, cells) in range.rows().enumerate() {
        let number = first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)).saturating_add(1);
        let mut texts = vec![String::new(); left];
        texts.extend(cells.iter().take(MAX_COLUMNS - left).map(|cell| cell_text(cell, None)));
        if texts.iter().any(|text| !text.is_empty()) {
            records.push((number, texts));
        }
    }
    Ok(records)
}

fn cell_text(cell: &Data, format: Option<&CodeFormat>) -> String {
    let shown = |digits: String, positive: bool| match format {
        Some(format) if positive => format.show(&digits),
        _ => digits,
    };
    match cell {
        Data::Empty => String::new(),
        // Kept as it is shown: the check names the cell.
        Data::Error(error) => error.to_string(),
        Data::Float(value) if value.fract() == 0.0 && value.abs() < 1e15 => shown(format!("{value:.0}"), *value >= 0.0),
        Data::Int(value) => shown(value.to_string(), *value >= 0),
        Data::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Data::DateTime(moment) if moment.is_datetime() => date_text(moment),
        other => other.to_string().trim().to_owned(),
    }
}

/// `2026-03-01`, with the time where there is one.
fn date_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_zeros_they_are_shown_with() {
        let zeros = CodeFormat::parse("0000");
        for (value, format, expected) in [
            (1.0, zeros.as_ref(), "0001"),
            (8001.0, zeros.as_ref(), "8001"),
            (12.5, zeros.as_ref(), "12.5"),
            (7.0, None, "7"),
        ] {
            assert_eq!(cell_text(&Data::Float(value), format), expected);
        }
    }
}
