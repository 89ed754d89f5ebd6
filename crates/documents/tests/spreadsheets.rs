//! Workbooks read as they are shown: hidden rows, number formats, codes that lost their end.

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use satchel_documents::site_list::{Outcome, Settings, check, guess, likely_country, read};

fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let (code, phone) = (Format::new().set_num_format("\"PE-\"000"), Format::new().set_num_format("000 000 0000"));
    for (column, title) in (0..).zip(["Code", "Site name", "Province", "Postal code", "Phone", "Latitude", "Longitude"])
    {
        sheet.write_string(0, column, title)?;
    }
    for (row, name) in (1..).zip(["Walmer", "Closed depot", "Motherwell"]) {
        sheet.write_number_with_format(row, 0, f64::from(row), &code)?;
        sheet.write_string(row, 1, name)?;
        sheet.write_string(row, 2, "Eastern Cape")?;
        sheet.write_number(row, 3, 6_001)?;
        sheet.write_number_with_format(row, 4, 415_550_100.0 + f64::from(row), &phone)?;
        sheet.write_number(row, 5, -33.960_812)?;
        sheet.write_number(row, 6, 25.602_211)?;
    }
    sheet.write_number(3, 0, 6_001_491_234_567_890.0)?;
    sheet.set_row_hidden(2)?;
    workbook.save_to_buffer()
}

#[test]
fn a_sheet_is_read_as_it_is_shown_and_hidden_rows_are_said_and_left_out_by_choice() {
    let table = read(&workbook().expect("written")).expect("read");
    let country = likely_country(&table);
    let mapping = guess(&table, country);
    let settings = Settings { country, ..Settings::default() };
    let checked = check(&table, &mapping, &settings);
    let first = &checked.rows[0].details;
    assert_eq!([&first.code, &first.contact_phone], ["PE-001", "+27415550101"]);
    assert_eq!([&first.latitude, &first.longitude], ["-33.960812", "25.602211"]);
    let said = |row: usize, code: &str| checked.rows[row].findings.iter().any(|finding| finding.code == code);
    assert!(said(1, "row.hidden") && !said(0, "row.hidden"));
    assert!(said(2, "code.rounded"), "{:?}", checked.rows[2]);
    assert_eq!(checked.summary.new, 3, "hidden rows are read");
    let without = check(&table, &mapping, &Settings { leave_out_hidden: true, ..settings });
    assert_eq!((without.summary.new, without.rows[1].outcome), (2, Outcome::Skipped));
}
