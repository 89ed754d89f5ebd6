//! Our own lists from many countries, each with a truth file beside it: how many sites, which column is what, what some rows
//! say, and whether something must be asked. Written before the program saw them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use satchel_documents::site_list::{
    Checked, Field, Mapping, Notice, Outcome, RawTable, Settings, check, guess, likely_country, notices, read,
};
use serde_json::Value;

struct Looked {
    table: RawTable,
    mapping: Mapping,
    checked: Checked,
    notices: Vec<Notice>,
}

fn look(path: &Path) -> Looked {
    let bytes = std::fs::read(path).expect("readable");
    let table = read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let country = likely_country(&table);
    let mapping = guess(&table, country);
    let checked = check(&table, &mapping, &Settings { country, ..Settings::default() });
    let mut found = BTreeMap::new();
    for finding in checked.rows.iter().flat_map(|row| &row.findings) {
        *found.entry(finding.code.clone()).or_insert(0) += 1;
    }
    let notices = notices(&table, &mapping, &checked.summary, &found);
    Looked { table, mapping, checked, notices }
}

fn lists() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lists");
    let all = std::fs::read_dir(folder).expect("the lists are here").flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end != "json")).collect();
    all.sort();
    all
}

fn truth(path: &Path) -> Value {
    let bytes = std::fs::read(path.with_extension("truth.json")).expect("a truth file");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// The header of the column a field is taken from.
fn header_of(list: &Looked, field: &str) -> Value {
    let column = Field::parse(field).and_then(|field| list.mapping.column(field));
    column.map_or(Value::Null, |at| list.table.header[at].clone().into())
}

#[test]
fn every_list_reads_as_its_truth_says() {
    let mut wrong = Vec::new();
    for path in lists() {
        let (list, truth) = (look(&path), truth(&path));
        let mut differs = |what: &str, found: Value, right: &Value| {
            if found != *right {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                wrong.push(format!("{name}: {what} is {found}, not {right}"));
            }
        };
        let new = list.checked.rows.iter().filter(|row| row.outcome == Outcome::New).count();
        differs("the number of sites", new.into(), &truth["sites"]);
        for (field, header) in truth["mapping"].as_object().expect("a mapping") {
            differs(field, header_of(&list, field), header);
        }
        if truth["asks"].is_boolean() {
            differs("asked", list.notices.iter().any(|notice| notice.asks).into(), &truth["asks"]);
        }
        let first = list.checked.rows.first().map_or(0, |row| row.row).to_string();
        let spots = truth["spots"].as_object().into_iter().flatten();
        let spots = spots.map(|(row, values)| (row.as_str(), values));
        for (row, values) in spots.chain(truth["first"].is_object().then_some((first.as_str(), &truth["first"]))) {
            let found = list.checked.rows.iter().find(|checked| checked.row.to_string() == row);
            let details = found.map_or(Value::Null, |row| serde_json::to_value(&row.details).expect("JSON"));
            for (key, right) in values.as_object().expect("values") {
                differs(&format!("{key} in row {row}"), details[key].clone(), right);
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_lists_are_many_and_from_many_countries() {
    let countries: std::collections::BTreeSet<String> = lists()
        .iter()
        .filter_map(|path| path.file_stem()?.to_str()?.split_once('_').map(|(country, _)| country.to_owned()))
        .collect();
    assert!(lists().len() >= 40 && countries.len() >= 12, "{} lists of {countries:?}", lists().len());
}

/// What holds for every list: no row is lost, no site is called by a number of the row or by its postal code, and nearly every
/// column a person would map is mapped or asked about.
#[test]
fn no_row_is_lost_and_no_site_is_named_by_a_number() {
    let (mut wanted, mut met) = (0, 0);
    for path in lists() {
        let (list, truth) = (look(&path), truth(&path));
        let s = list.checked.summary;
        assert_eq!(s.rows, s.new + s.changed + s.unchanged + s.skipped + s.errors, "{}", path.display());
        assert_eq!(s.rows as usize, list.table.rows.len(), "{}", path.display());
        for row in list.checked.rows.iter().filter(|row| row.outcome == Outcome::New) {
            let (name, code) = (&row.details.name, &row.details.postal_code);
            assert!(name.chars().any(char::is_alphabetic), "{}: a site called {name}", path.display());
            assert_ne!(name, code, "{}", path.display());
        }
        let asked = list.notices.iter().any(|notice| notice.asks);
        for (field, header) in truth["mapping"].as_object().expect("a mapping") {
            wanted += i32::from(header.is_string());
            met += i32::from(header.is_string() && (header_of(&list, field) == *header || asked));
        }
    }
    eprintln!("{met} of {wanted} columns mapped or asked about");
    assert!(met * 100 >= wanted * 95, "{met} of {wanted}");
}
