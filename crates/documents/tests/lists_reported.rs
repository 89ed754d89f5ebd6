//! Lists that went wrong in other programs, each with its right outcome; skipped by name where they are not at hand.

use std::path::PathBuf;

use satchel_documents::site_list::{
    Checked, Field, Mapping, Outcome, RawTable, Settings, check, guess, likely_country, read,
};

struct Looked {
    table: RawTable,
    mapping: Mapping,
    checked: Checked,
}

impl Looked {
    fn sites(&self) -> usize {
        self.checked.rows.iter().filter(|row| row.outcome == Outcome::New).count()
    }

    fn names(&self) -> Vec<&str> {
        let new = self.checked.rows.iter().filter(|row| row.outcome == Outcome::New);
        new.map(|row| row.details.name.as_str()).collect()
    }

    fn said(&self, row: u32, code: &str) -> bool {
        let own = self.checked.rows.iter().filter(|checked| checked.row == row);
        own.flat_map(|row| &row.findings).any(|finding| finding.code == code)
    }

    fn all(&self, of: impl Fn(&satchel_core::sites::SiteDetails) -> String) -> Vec<String> {
        self.checked.rows.iter().filter(|row| row.outcome != Outcome::Skipped).map(|row| of(&row.details)).collect()
    }
}

fn look(file: &str) -> Option<Looked> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/lists_reported"));
    let Ok(bytes) = std::fs::read(root.join(file)) else {
        eprintln!("skipped: {file} is not here");
        return None;
    };
    let table = read(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
    let country = likely_country(&table);
    let mapping = guess(&table, country);
    let checked = check(&table, &mapping, &Settings { country, ..Settings::default() });
    Some(Looked { table, mapping, checked })
}

#[test]
fn delimiters_quotes_and_line_ends() {
    if let Some(list) = look("01-sniff-ragged-semicolon/in.csv") {
        let first = &list.checked.rows[0].details;
        assert_eq!((list.table.delimiter.as_str(), list.sites()), (";", 10));
        assert_eq!((first.address.as_str(), first.city.as_str()), ("1 Kloof Street, Gardens", "Cape Town"));
    }
    if let Some(list) = look("05-stray-quotes/a.csv") {
        assert_eq!(list.names(), ["Cabinet 19\" rack", "\"The Vault\" annexe", "Shop 32\" wide", "Plain"]);
    }
    if let Some(list) = look("05-stray-quotes/b.csv") {
        assert!(list.sites() == 5 && list.said(3, "row.open_quote"));
    }
    if let Some(list) = look("07-cr-only-line-ends/in.csv") {
        assert!(list.said(3, "postal_code.letter") && list.said(4, "email.invalid"));
        assert!(list.said(5, "row.duplicate") && list.said(6, "row.not_a_site"));
    }
    for file in ["22-unquoted-comma-shifts-row/in.csv", "22-unquoted-comma-shifts-row/b.csv"] {
        let Some(list) = look(file) else { continue };
        assert!(list.said(3, "row.more_cells") && !list.said(2, "row.more_cells"), "{file}");
    }
}

#[test]
fn letters_and_invisible_marks() {
    if let Some(list) = look("09-bom-in-the-middle/a.csv") {
        assert_eq!(list.names(), ["A", "B", "C", "D"]);
    }
    if let Some(list) = look("09-bom-in-the-middle/b.csv") {
        assert!(list.names().iter().all(|name| name.len() == 1));
    }
    for (file, last) in [("10-one-bad-byte/a.csv", "4 Café Road"), ("10-one-bad-byte/b.csv", "5 RosÃ")] {
        let Some(list) = look(file) else { continue };
        assert_eq!(list.names()[..3], ["Café Nüwe", "Krüger & Söhne", "Plaas ê"]);
        assert!(list.all(|site| site.address.clone()).iter().any(|address| address == last), "{file}");
    }
}

#[test]
fn values_as_people_write_them() {
    for (file, usual) in [("in.csv", "+919812345678"), ("za.csv", "+27115550101")] {
        let Some(list) = look(&format!("13-phone-trunk-zero/{file}")) else { continue };
        let right = |phone: &String| phone == usual || phone == "+27825550101";
        let phones = list.all(|site| site.contact_phone.clone());
        assert!(phones.iter().all(right), "{phones:?}");
    }
    if let Some(list) = look("15-float-dot-zero/in.csv") {
        let first = &list.checked.rows[0].details;
        assert_eq!(list.sites(), 4);
        assert_eq!([&first.postal_code, &first.contact_phone, &first.code], ["2196", "+27115550101", "1021"]);
    }
    if let Some(list) = look("17-placeholders-and-two-addresses/in.csv") {
        let failed: Vec<_> = list.checked.rows.iter().filter(|row| row.outcome != Outcome::New).collect();
        assert!(list.sites() == 9, "{failed:?}");
    }
    for file in ["a.csv", "c.csv"] {
        let Some(list) = look(&format!("19-coordinates-dms/{file}")) else { continue };
        let first = &list.checked.rows[0].details;
        assert_eq!(
            [&first.latitude, &first.longitude],
            ["-26.1075", "28.0566667"].map(|text| if file == "a.csv" {
                text
            } else if text.starts_with('2') {
                "28.0567"
            } else {
                text
            })
        );
    }
    if let Some(list) = look("25-number-formats-and-lost-zeros/lost.csv") {
        assert!(list.sites() > 0 && list.said(2, "postal_code.leading_zero"));
    }
    if let Some(list) = look("47-repairs-by-likeness/states.csv") {
        let repairs =
            list.checked.rows.iter().flat_map(|row| &row.findings).filter_map(|finding| finding.repair.as_deref());
        assert!(repairs.clone().all(|repair| repair != "Goa" && repair != "041100" && !repair.contains("johnsmith")));
        let states = list.all(|site| site.province.clone());
        assert_eq!(states[..3], ["Andhra Pradesh", "Tamil Nadu", "Delhi"]);
    }
}

#[test]
fn sites_of_their_own_and_rows_that_are_none() {
    for (file, sites) in [("a.csv", 6), ("b.csv", 4)] {
        let Some(list) = look(&format!("29-same-name-other-place/{file}")) else { continue };
        assert_eq!(list.sites(), sites, "{file}");
    }
    for (file, sites) in [("a.csv", 4), ("b.csv", 2), ("c.csv", 2), ("d.csv", 2)] {
        let Some(list) = look(&format!("30-group-rows-and-subtotals/{file}")) else { continue };
        assert_eq!(list.sites(), sites, "{file}: {:?}", list.names());
    }
    if let Some(list) = look("34-running-number-taken-for-code/v1.csv") {
        assert_eq!(list.mapping.column(Field::Code), None);
        assert_eq!(list.mapping.column(Field::Name), Some(1));
    }
}

#[test]
fn headers_in_other_languages() {
    for file in ["af.csv", "hi.csv", "ru.csv"] {
        let Some(list) = look(&format!("35-headers-in-other-languages/{file}")) else { continue };
        for field in [Field::Name, Field::Address, Field::City] {
            assert!(list.mapping.column(field).is_some(), "{file} {field:?} {:?}", list.table.header);
        }
        let markets = [Field::Province, Field::PostalCode, Field::ContactPhone];
        assert!(file == "ru.csv" || markets.iter().all(|field| list.mapping.column(*field).is_some()), "{file}");
    }
}

#[test]
fn spreadsheets_with_errors_dates_and_merged_titles() {
    if let Some(list) = look("24-xlsx-formulas-and-errors/errors.xlsx") {
        assert!(list.checked.rows.iter().flat_map(|row| &row.findings).filter(|f| f.code == "cell.error").count() >= 2);
    }
    if let Some(list) = look("24-xlsx-formulas-and-errors/formulas.xlsx") {
        let said: Vec<_> = list.checked.rows.iter().flat_map(|row| &row.findings).map(|f| f.code.as_str()).collect();
        assert_eq!(said.iter().filter(|code| **code == "cell.no_value").count(), 3, "{said:?}");
        assert!(!said.contains(&"name.missing") && list.checked.rows.len() == 3);
    }
    if let Some(list) = look("25-number-formats-and-lost-zeros/zeros.ods") {
        let codes = list.all(|site| site.code.clone());
        assert_eq!(codes, ["0012", "0013", "0014"]);
        assert_eq!(list.all(|site| site.postal_code.clone()), ["0002", "0084", "0699"]);
    }
    if let Some(list) = look("25-number-formats-and-lost-zeros/formats.xlsx") {
        assert_eq!(list.all(|site| site.code.clone()), ["ZA-0012", "ZA-0013", "ZA-0014", "ZA-0015"]);
        assert_eq!(list.all(|site| site.postal_code.clone()), ["0002", "0084", "0699", "2196"]);
        let phones = list.all(|site| site.contact_phone.clone());
        assert_eq!(phones, ["+27115550101", "+27115550102", "+27825550103", "+27115550104"]);
    }
    if let Some(list) = look("25-number-formats-and-lost-zeros/lost.xlsx") {
        assert!(list.checked.rows.iter().all(|row| row.outcome == Outcome::New), "{:?}", list.checked.rows);
    }
    if let Some(list) = look("27-codes-turned-into-dates/in.xlsx") {
        assert!(list.said(3, "code.date") && list.said(4, "code.date"));
    }
    if let Some(list) = look("36-merged-titles-and-group-rows/title.xlsx") {
        assert_eq!((list.table.header_rows.as_slice(), list.sites()), (&[3][..], 3));
    }
    if let Some(list) = look("36-merged-titles-and-group-rows/groups.xlsx") {
        assert_eq!(list.sites(), 4, "{:?}", list.names());
    }
}
