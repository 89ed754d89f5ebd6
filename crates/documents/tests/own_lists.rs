//! Our own lists from several countries, each with a truth file beside it: how many sites, which column is what, and what the
//! first row says.

use satchel_documents::site_list::{Field, Outcome, Settings, check, guess, likely_country, read};
use serde_json::Value;

#[test]
fn every_list_reads_as_its_truth_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/lists");
    let mut wrong = Vec::new();
    let mut lists = 0;
    for entry in std::fs::read_dir(folder).expect("the lists are here").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "csv") {
            continue;
        }
        lists += 1;
        let truth = std::fs::read(path.with_extension("truth.json")).expect("a truth file");
        let truth: Value = serde_json::from_slice(&truth).expect("JSON");
        let table = read(&std::fs::read(&path).expect("readable")).expect("a table");
        let country = likely_country(&table);
        let mapping = guess(&table, country);
        let checked = check(&table, &mapping, &Settings { country, ..Settings::default() });
        let mut differs = |what: &str, found: Value, right: &Value| {
            if found != *right {
                wrong.push(format!("{}: {what} is {found}, not {right}", path.display()));
            }
        };
        let new = checked.rows.iter().filter(|row| row.outcome == Outcome::New).count();
        differs("the number of sites", new.into(), &truth["sites"]);
        for (field, header) in truth["mapping"].as_object().expect("a mapping") {
            let column = Field::parse(field).and_then(|field| mapping.column(field));
            differs(field, column.map_or(Value::Null, |at| table.header[at].clone().into()), header);
        }
        let first = serde_json::to_value(&checked.rows[0].details).expect("JSON");
        for (key, right) in truth["first"].as_object().expect("values") {
            differs(key, first[key].clone(), right);
        }
    }
    assert!(lists >= 7 && wrong.is_empty(), "{lists} lists\n{}", wrong.join("\n"));
}
