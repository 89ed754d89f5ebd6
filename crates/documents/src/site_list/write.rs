//! Site lists out: the template, an export that imports back as it is, and the customer's own file with what is to be mended.

use encoding_rs::WINDOWS_1252;
use rust_xlsxwriter::{DataValidation, Format as CellFormat, FormatAlign, Workbook, Worksheet, XlsxError};
use satchel_core::sites::SiteDetails;
use std::borrow::Cow;

use super::check::{Checked, Severity};
use super::fields::{FIELDS, Field};
use super::read::{RawTable, ReadError, ReadOptions, cells_of};
use super::words;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with commas.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The customer's file cannot be read again.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The workbook cannot be made.
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] XlsxError),
    /// The text cannot be made.
    #[error("the list could not be written: {0}")]
    Text(#[from] csv::Error),
}

/// The columns of the template; the others may be added.
const TEMPLATE: [Field; 10] = [
    Field::Name,
    Field::Code,
    Field::Address,
    Field::City,
    Field::Province,
    Field::PostalCode,
    Field::ContactName,
    Field::ContactPhone,
    Field::ContactEmail,
    Field::Package,
];
/// Rows of the template that offer lists to choose from.
const TEMPLATE_ROWS: u32 = 1_000;
/// Rows whose code begins with this are examples and no sites.
pub(super) const EXAMPLE: &str = "EXAMPLE-";

/// Header of a field: a name the import knows for sure.
pub fn title(field: Field) -> &'static str {
    match field {
        Field::Name => "Site name",
        Field::Code => "Site code",
        Field::Address => "Address",
        Field::City => "City",
        Field::Province => "Province",
        Field::PostalCode => "Postal code",
        Field::Country => "Country",
        Field::Latitude => "Latitude",
        Field::Longitude => "Longitude",
        Field::ContactName => "Contact name",
        Field::ContactPhone => "Contact phone",
        Field::ContactEmail => "Contact email",
        Field::Package => "Package",
        Field::SiteType => "Site type",
        Field::Notes => "Notes",
        Field::Parent => "Parent site",
    }
}

/// The value of a field.
pub fn value(details: &SiteDetails, field: Field) -> &str {
    match field {
        Field::Name => &details.name,
        Field::Code => &details.code,
        Field::Address => &details.address,
        Field::City => &details.city,
        Field::Province => &details.province,
        Field::PostalCode => &details.postal_code,
        Field::Country => &details.country,
        Field::Latitude => &details.latitude,
        Field::Longitude => &details.longitude,
        Field::ContactName => &details.contact_name,
        Field::ContactPhone => &details.contact_phone,
        Field::ContactEmail => &details.contact_email,
        Field::Package => &details.package,
        Field::SiteType => &details.site_type,
        Field::Notes => &details.notes,
        // Of another site: see [`Exported`].
        Field::Parent => "",
    }
}

/// A text that a spreadsheet program would take for a formula gets an apostrophe in front; the import takes it away again.
/// Plain numbers are left alone: they calculate nothing.
fn harmless(text: &str) -> String {
    let number = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b' ');
    let text = inside(text, |guards| format!("'{guards}"));
    match text.chars().next() {
        Some('+' | '-') if number(&text[1..]) => text,
        Some('=' | '+' | '-' | '@' | '\'' | '\t' | '\r') => format!("'{text}"),
        _ => text,
    }
}

/// A text with the apostrophes changed that stand before a formula inside it: a program that takes another character for the end
/// of a cell, or a line break, would find a cell there that begins with it.
fn inside(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find([';', '|', '\t', '\n', '\r']) {
        out.push_str(&rest[..=end]);
        rest = &rest[end + 1..];
        let guards = rest.len() - rest.trim_start_matches('\'').len();
        if rest[guards..].starts_with(['=', '+', '-', '@']) {
            out.push_str(&change(&rest[..guards]));
            rest = &rest[guards..];
        }
    }
    out.push_str(rest);
    out
}

/// The text a cell of an export stands for.
pub(super) fn without_guard(text: &str) -> Cow<'_, str> {
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) => rest,
        _ => text,
    };
    // Most cells have nothing inside.
    if text.contains(";'")
        || text.contains("|'")
        || text.contains("\t'")
        || text.contains("\n'")
        || text.contains("\r'")
    {
        Cow::Owned(inside(text, |guards| guards.strip_prefix('\'').unwrap_or_default().to_owned()))
    } else {
        Cow::Borrowed(text)
    }
}

/// A site on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// Its details.
    pub details: &'a SiteDetails,
    /// Code of the site above it, or its name when it has no code; empty at the top.
    pub parent: &'a str,
}

impl<'a> From<&'a SiteDetails> for Exported<'a> {
    fn from(details: &'a SiteDetails) -> Self {
        Self { details, parent: "" }
    }
}

impl Exported<'_> {
    fn value(&self, field: Field) -> &str {
        if field == Field::Parent { self.parent } else { value(self.details, field) }
    }
}

/// Sites with every field; importing the file again changes nothing.
pub fn export<'a, S: Into<Exported<'a>>>(
    sites: impl Iterator<Item = S>,
    format: Format,
) -> Result<Vec<u8>, WriteError> {
    let header: Vec<String> = FIELDS.iter().map(|(field, ..)| title(*field).to_owned()).collect();
    let rows = sites.map(|site| {
        let site: Exported<'a> = site.into();
        FIELDS.iter().map(|(field, ..)| harmless(site.value(*field))).collect()
    });
    write(header, rows, format)
}

fn write(header: Vec<String>, rows: impl Iterator<Item = Vec<String>>, format: Format) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Csv => {
            let mut out = b"\xEF\xBB\xBF".to_vec();
            let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
            csv.write_record(&header)?;
            for row in rows {
                csv.write_record(&row)?;
            }
            csv.flush().map_err(csv::Error::from)?;
            drop(csv);
            Ok(out)
        }
        Format::Xlsx => {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            head(sheet, &header)?;
            for (index, row) in rows.enumerate() {
                put(sheet, u32::try_from(index + 1).unwrap_or(u32::MAX), &row)?;
            }
            Ok(workbook.save_to_buffer()?)
        }
    }
}

fn head(sheet: &mut Worksheet, header: &[String]) -> Result<(), XlsxError> {
    let bold = CellFormat::new().set_bold();
    for (column, text) in (0..).zip(header) {
        sheet.set_column_width(column, 18)?;
        sheet.write_string_with_format(0, column, text, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Every cell as text: a postal code keeps its zeros, nothing becomes a formula.
fn put(sheet: &mut Worksheet, row: u32, cells: &[String]) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip(cells) {
        if !text.is_empty() {
            // A workbook holds at most this many characters in a cell.
            sheet.write_string(row, column, text.chars().take(32_000).collect::<String>())?;
        }
    }
    Ok(())
}

/// What a template offers to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Provinces or states by their usual names.
    pub provinces: Vec<String>,
    /// Names of packages.
    pub packages: Vec<String>,
    /// Digits of a postal code.
    pub postal_digits: usize,
}

/// The template: header, two examples, and in a workbook lists to choose from and a sheet that explains each column.
pub fn template(choices: &Choices, format: Format) -> Result<Vec<u8>, WriteError> {
    let header: Vec<String> = TEMPLATE.iter().map(|field| title(*field).to_owned()).collect();
    let examples: Vec<Vec<String>> =
        (1..=2).map(|n| TEMPLATE.iter().map(|field| example(*field, n, choices)).collect()).collect();
    if format == Format::Csv {
        return write(header, examples.into_iter(), format);
    }
    let mut workbook = Workbook::new();
    let text = CellFormat::new().set_num_format("@");
    let sheet = workbook.add_worksheet().set_name("Sites")?;
    head(sheet, &header)?;
    for column in 0..10 {
        // As text from the start: zeros in front stay, whatever is typed.
        sheet.set_column_format(column, &text)?;
    }
    for (row, cells) in (1..).zip(&examples) {
        put(sheet, row, cells)?;
    }
    for (field, from, list) in
        [(Field::Province, "Lists!$A$1:$A$", &choices.provinces), (Field::Package, "Lists!$B$1:$B$", &choices.packages)]
    {
        let Some(column) = TEMPLATE.iter().position(|known| *known == field) else { continue };
        if let (false, Ok(column)) = (list.is_empty(), u16::try_from(column)) {
            let range = format!("={from}{}", list.len());
            let validation = DataValidation::new()
                .allow_list_formula(rust_xlsxwriter::Formula::new(range))
                .set_error_style(rust_xlsxwriter::DataValidationErrorStyle::Warning);
            sheet.add_data_validation(1, column, TEMPLATE_ROWS, column, &validation)?;
        }
    }
    explain(workbook.add_worksheet().set_name("How to fill in")?, choices)?;
    let lists = workbook.add_worksheet().set_name("Lists")?;
    for (column, list) in [(0, &choices.provinces), (1, &choices.packages)] {
        for (row, text) in (0..).zip(list) {
            lists.write_string(row, column, text)?;
        }
    }
    lists.set_hidden(true);
    Ok(workbook.save_to_buffer()?)
}

fn example(field: Field, n: usize, choices: &Choices) -> String {
    let pick = |list: &[String]| list.get(n - 1).or_else(|| list.first()).cloned().unwrap_or_default();
    match field {
        Field::Name => format!("Example branch {n}"),
        Field::Code => format!("{EXAMPLE}{n}"),
        Field::Address => format!("{n} Example Road"),
        Field::City => "Example Town".to_owned(),
        Field::Province => pick(&choices.provinces),
        Field::PostalCode => format!("{n:0>width$}", width = choices.postal_digits.max(1)),
        Field::ContactName => "Name of the site manager".to_owned(),
        Field::ContactEmail => format!("branch{n}@company.example"),
        Field::Package => pick(&choices.packages),
        _ => String::new(),
    }
}

fn explain(sheet: &mut Worksheet, choices: &Choices) -> Result<(), XlsxError> {
    let bold = CellFormat::new().set_bold();
    let wrap = CellFormat::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, "Fill in the sheet called Sites, a row for each.", &bold)?;
    for (row, field) in (2..).zip(TEMPLATE) {
        let said = match field {
            Field::Name => "Needed. How your people call the site.".to_owned(),
            Field::Code => {
                "Your own code, if you have one. With it, sending the list again changes sites instead of adding \
                            them."
                    .to_owned()
            }
            Field::Province => "From the list; other spellings are understood.".to_owned(),
            Field::PostalCode => format!("{} digits, zeros in front included.", choices.postal_digits),
            Field::ContactPhone => "With or without the country's prefix.".to_owned(),
            Field::Package => "What the site should get; empty when it is not decided.".to_owned(),
            _ => "As you know it; may be empty.".to_owned(),
        };
        sheet.write_string_with_format(row, 0, title(field), &bold)?;
        sheet.write_string_with_format(row, 1, said, &wrap)?;
    }
    let row = 3 + u32::try_from(TEMPLATE.len()).unwrap_or(10);
    let more = "You may add columns: Country, Latitude, Longitude, Site type (headquarters, branch, warehouse, remote office), \
                Notes. Rows whose code begins with EXAMPLE- are left out.";
    sheet.write_string_with_format(row, 1, more, &wrap)?;
    Ok(())
}

/// Titles of the two columns added to a customer's file: no names of fields.
const ADDED: [&str; 2] = ["To be mended", "Proposed"];

/// The customer's own file with two columns added: what is to be mended in a row, and what we propose. Text stays in its
/// encoding and with its delimiter; a workbook comes back as a workbook with its cells as text.
pub fn error_file(
    bytes: &[u8],
    options: ReadOptions<'_>,
    table: &RawTable,
    checked: &Checked,
) -> Result<(Vec<u8>, Format), WriteError> {
    let records = cells_of(
        bytes,
        ReadOptions { sheet: Some(&table.sheet).filter(|s| !s.is_empty()).map(String::as_str), ..options },
    )?;
    let found: std::collections::HashMap<u32, [String; 2]> =
        checked.rows.iter().map(|row| (row.row, said_of(row))).collect();
    let titles = table.header_rows.last().copied();
    let width = records.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    let rows = records.into_iter().map(|(number, mut cells)| {
        let added = match found.get(&number) {
            Some(said) => said.clone(),
            None if Some(number) == titles => ADDED.map(str::to_owned),
            None => return cells,
        };
        cells.resize(width, String::new());
        cells.extend(added);
        cells
    });
    if table.delimiter.is_empty() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        if !table.sheet.is_empty() {
            sheet.set_name(&table.sheet)?;
        }
        for (index, cells) in rows.enumerate() {
            put(sheet, u32::try_from(index).unwrap_or(u32::MAX), &cells)?;
        }
        return Ok((workbook.save_to_buffer()?, Format::Xlsx));
    }
    let mut out = Vec::new();
    let mut csv = csv::WriterBuilder::new()
        .delimiter(table.delimiter.bytes().next().unwrap_or(b','))
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(&mut out);
    for cells in rows {
        csv.write_record(&cells)?;
    }
    csv.flush().map_err(csv::Error::from)?;
    drop(csv);
    Ok((encoded(&out, bytes, &table.encoding), Format::Csv))
}

fn said_of(row: &super::check::ParsedRow) -> [String; 2] {
    let worth = |severity: Severity| severity != Severity::Cleaned;
    let said: Vec<String> = row.findings.iter().filter(|f| worth(f.severity)).map(words::said).collect();
    let proposed: Vec<String> = row
        .findings
        .iter()
        .filter(|finding| worth(finding.severity))
        .filter_map(|f| Some(format!("{}: {}", title(f.field), f.repair.as_ref()?)))
        .collect();
    [harmless(&said.join("; ")), harmless(&proposed.join("; "))]
}

/// The text in the encoding its file came in, with the mark in front that it had.
fn encoded(text: &[u8], original: &[u8], encoding: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    match encoding {
        "windows-1252" => WINDOWS_1252.encode(&text).0.into_owned(),
        "utf-16le" => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        "utf-16be" => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        _ if original.starts_with(b"\xEF\xBB\xBF") => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        _ => text.into_owned().into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use satchel_core::places::country;

    use super::*;
    use crate::site_list::{Existing, Outcome, Settings, check, guess, read};

    fn site(name: &str, code: &str) -> SiteDetails {
        SiteDetails {
            name: name.to_owned(),
            code: code.to_owned(),
            city: "Durban".to_owned(),
            province: "KwaZulu-Natal".to_owned(),
            postal_code: "0699".to_owned(),
            country: "ZA".to_owned(),
            latitude: "-29.85".to_owned(),
            longitude: "31.02".to_owned(),
            contact_phone: "+27311234567".to_owned(),
            notes: "=1+1, \"quoted\"".to_owned(),
            ..SiteDetails::default()
        }
    }

    #[test]
    fn no_separator_makes_a_formula_of_what_stands_behind_it() {
        for text in [";=1+1", "a;=1", "a|@x", "a\n=1", "a\t+1", "a\r\n-x", ";'=1", "a;''=1;=2", "=a;=b", "'t;'t", "a;b"]
        {
            let guarded = harmless(text);
            let cells = guarded.split([';', '|', '\t', '\n', '\r']).filter(|cell| *cell != "-" && !cell.is_empty());
            for cell in cells {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{text:?} became {guarded:?}");
            }
            assert_eq!(without_guard(&guarded), text);
        }
    }

    #[test]
    fn an_export_imports_back_without_a_change_and_calculates_nothing() {
        let sites =
            [site("=HYPERLINK(\"x\")", "A1"), site("'t Hooft", "A2"), site("Hoofkantoor é", "@3"), site("-5", "A4")];
        let existing: Vec<Existing> =
            sites.iter().map(|s| Existing { id: s.code.clone(), details: s.clone(), parent: None }).collect();
        for format in [Format::Csv, Format::Xlsx] {
            let bytes = export(sites.iter(), format).expect("written");
            let table = read(&bytes).expect("readable");
            let mapping = guess(&table, country("ZA"));
            let settings = Settings { country: country("ZA"), existing: existing.clone(), ..Settings::default() };
            let checked = check(&table, &mapping, &settings);
            assert_eq!(checked.summary.unchanged, 4, "{format:?}: {:?}", checked.rows);
            // The same again from what came in: byte for byte.
            let again: Vec<SiteDetails> = checked.rows.iter().map(|row| row.details.clone()).collect();
            if format == Format::Csv {
                assert_eq!(export(again.iter(), format).expect("written"), bytes);
                let text = String::from_utf8(bytes).expect("utf-8");
                assert!(text.contains("'=HYPERLINK") && text.contains("'@3") && text.contains("+27311234567"));
            }
        }
    }

    #[test]
    fn the_template_is_understood_and_its_examples_are_no_sites() {
        let choices = Choices {
            provinces: vec!["Gauteng".to_owned(), "Limpopo".to_owned()],
            packages: vec!["Fibre 100".to_owned()],
            postal_digits: 4,
        };
        for format in [Format::Csv, Format::Xlsx] {
            let table = read(&template(&choices, format).expect("written")).expect("readable");
            let mapping = guess(&table, country("ZA"));
            let mapped = TEMPLATE.iter().zip(0..).all(|(field, column)| mapping.column(*field) == Some(column));
            assert!(mapped, "{format:?}: {mapping:?}");
            let checked = check(&table, &mapping, &Settings { country: country("ZA"), ..Settings::default() });
            assert_eq!((checked.summary.rows, checked.summary.skipped), (2, 2), "{format:?}");
        }
    }

    #[test]
    fn the_customers_own_file_comes_back_with_what_is_to_be_mended() {
        let bytes = b"Branch list;;\nName;City;Postal code\nCaf\xe9;Durban;4OO1\n;;12\nOk;Durban;4001\n";
        let table = read(bytes).expect("readable");
        let mapping = guess(&table, country("ZA"));
        let checked = check(&table, &mapping, &Settings { country: country("ZA"), ..Settings::default() });
        let (file, format) = error_file(bytes, ReadOptions::default(), &table, &checked).expect("written");
        assert_eq!(format, Format::Csv);
        let text = WINDOWS_1252.decode(&file).0.into_owned();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "Name;City;Postal code;To be mended;Proposed");
        assert!(lines[2].starts_with("Café;Durban;4OO1;") && lines[2].contains("Postal code: 4001"), "{}", lines[2]);
        assert_eq!(lines[4], "Ok;Durban;4001;;");
        // Sent back mended, it is read as before.
        let again = read(&file).expect("readable");
        let outcomes =
            check(&again, &guess(&again, country("ZA")), &Settings { country: country("ZA"), ..Settings::default() });
        let now: Vec<Outcome> = outcomes.rows.iter().map(|row| row.outcome).collect();
        assert_eq!(now, checked.rows.iter().map(|row| row.outcome).collect::<Vec<_>>());
    }
}
