//! Checks on messy rows, on the real lists where they are, and on arbitrary bytes.

use proptest::prelude::*;
use satchel_core::places::country;

use super::*;
use crate::site_list::{guess, read};

fn settings() -> Settings {
    let packages = ["20Mbps Fiber", "50Mbps Fiber", "100Mbps Fiber"].map(str::to_owned).to_vec();
    Settings { country: country("ZA"), packages, ..Settings::default() }
}

fn run(csv: &str, settings: &Settings) -> Checked {
    let table = read(csv.as_bytes()).expect("readable");
    check(&table, &guess(&table, settings.country), settings)
}

fn codes(checked: &Checked) -> Vec<(u32, String)> {
    checked.rows.iter().flat_map(|row| row.findings.iter().map(|f| (f.row, f.code.clone()))).collect()
}

const LIST: &str = "Branch,Province,Postal code,Email,Phone,Package\n\
    Sandton,Gauteng,2196,a@b.example,011 234 5678,50Mbps Fiber\n\
    Menlyn,GP,OO63,a@b.example,,50 mbps fibre\n\
    Durban,KwaZulu Natl,4001,not-an-email,,50Mbps Fiber\n\
    ,Gauteng,2001,,,\n\
    Sandton,Gauteng,2196,,,\n\
    Polokwane,Limpopo,699,,,500Mbps Teleport\n";

#[test]
fn every_bad_cell_is_named_and_every_row_is_accounted_for() {
    let checked = run(LIST, &settings());
    let found = codes(&checked);
    for expected in [
        (2, "phone.format"),
        (3, "province.spelling"),
        (3, "postal_code.letter"),
        (4, "province.unknown"),
        (4, "email.invalid"),
        (5, "name.missing"),
        (6, "row.duplicate"),
        (7, "postal_code.leading_zero"),
        (7, "package.unknown"),
    ] {
        assert!(found.contains(&(expected.0, expected.1.to_owned())), "{expected:?} not in {found:?}");
    }
    let s = checked.summary;
    assert_eq!(s.rows, s.new + s.changed + s.unchanged + s.skipped + s.errors);
    assert_eq!((s.rows, s.new, s.skipped, s.errors), (6, 1, 1, 4));
}

#[test]
fn a_list_without_names_gets_them_from_what_tells_the_sites_apart() {
    let names = |csv: &str| -> Vec<(String, Outcome)> {
        let checked = run(csv, &settings());
        checked.rows.into_iter().map(|row| (row.details.name, row.outcome)).collect()
    };
    let by_code = names("Site code,City\nJHB-01,Johannesburg\nJHB-02,Johannesburg\n");
    assert_eq!(by_code, [("JHB-01".to_owned(), Outcome::New), ("JHB-02".to_owned(), Outcome::New)]);
    let by_address = names("Street address,City\n12 Main Road,Durban\n14 Main Road,Durban\n");
    assert_eq!(by_address[1].0, "14 Main Road Durban");
    let by_place = names("City,Postal code,Province\nDurban,4001,KwaZulu-Natal\n,,Gauteng\n");
    assert_eq!((by_place[0].0.as_str(), by_place[1].1), ("Durban 4001", Outcome::Error));
}

#[test]
fn an_empty_name_among_names_is_an_error_with_a_proposal() {
    let checked = run("Branch,City,Postal code\nSandton,Sandton,2196\n,Durban,4001\n", &settings());
    let row = &checked.rows[1];
    assert_eq!(row.outcome, Outcome::Error);
    let missing = row.findings.iter().find(|finding| finding.code == "name.missing").expect("said");
    assert_eq!(missing.repair.as_deref(), Some("Durban 4001"));
}

#[test]
fn accepted_repairs_and_typed_fixes_make_rows_importable() {
    let mut settings = settings();
    settings.accepted = ["postal_code.letter", "package.unknown", "province.unknown"].map(str::to_owned).to_vec();
    settings.fixes = vec![
        CellFix { row: 4, field: Field::ContactEmail, value: "shop@b.example".to_owned() },
        CellFix { row: 5, field: Field::Name, value: "Central".to_owned() },
        CellFix { row: 7, field: Field::Package, value: "100Mbps Fiber".to_owned() },
    ];
    let checked = run(LIST, &settings);
    assert_eq!(checked.summary.errors, 0, "{:?}", codes(&checked));
    assert_eq!(checked.rows[1].details.postal_code, "0063");
}

#[test]
fn the_same_file_again_changes_nothing() {
    let mut settings = settings();
    settings.accepted = vec!["postal_code.leading_zero".to_owned()];
    let first = run(LIST, &settings);
    settings.existing = first
        .rows
        .iter()
        .filter(|row| row.outcome == Outcome::New)
        .map(|row| Existing { id: row.row.to_string(), details: row.details.clone(), parent: None })
        .collect();
    let again = run(LIST, &settings);
    assert_eq!((again.summary.new, again.summary.changed), (0, 0));
    assert_eq!(again.summary.unchanged, first.summary.new);
}

const TREE: &str = "Site code,Site name,City,Parent site\nB1,Sandton,Johannesburg,HQ\nHQ,Head office,Pretoria,\n\
    B2,Kiosk,Johannesburg,Sandton\nB3,Depot,Durban,Nowhere\nA,Left,Durban,B\nB,Right,Durban,A\nC,Below,Durban,A\n";

#[test]
fn sites_stand_under_each_other_by_code_or_name_also_ahead_in_the_list_and_never_in_a_ring() {
    let checked = run(TREE, &settings());
    let above: Vec<_> = checked.rows.iter().map(|row| row.above).collect();
    let row = |n: u32| Some(SiteAbove::Row(n));
    assert_eq!(above, [row(3), None, row(2), None, None, None, row(6)]);
    let said: Vec<_> = codes(&checked).into_iter().filter(|(_, code)| code.starts_with("parent.")).collect();
    let expected = [(5, "parent.unknown"), (6, "parent.ring"), (7, "parent.ring")];
    assert_eq!(said, expected.map(|(row, code)| (row, code.to_owned())));
    assert_eq!((checked.summary.new, checked.summary.errors), (7, 0), "a site above is never in the way");
}

#[test]
fn what_stands_there_already_is_no_change_and_another_place_is_one() {
    let mut settings = settings();
    let first = run(TREE, &settings);
    let id = |row: u32| row.to_string();
    settings.existing = first
        .rows
        .iter()
        .map(|row| Existing {
            id: id(row.row),
            details: row.details.clone(),
            parent: row.above.map(|above| match above {
                SiteAbove::Row(row) => id(row),
                SiteAbove::Existing(at) => id(u32::try_from(at).expect("few")),
            }),
        })
        .collect();
    let again = run(TREE, &settings);
    assert_eq!((again.summary.unchanged, again.summary.changed), (7, 0));
    let moved = run(&TREE.replace("B2,Kiosk,Johannesburg,Sandton", "B2,Kiosk,Johannesburg,HQ"), &settings);
    assert_eq!((moved.summary.changed, moved.rows[2].above), (1, Some(SiteAbove::Existing(1))));
    // Two of one name: which is meant is not known.
    settings.existing.push(Existing {
        id: "x".to_owned(),
        details: SiteDetails { name: "Sandton".to_owned(), city: "Cape Town".to_owned(), ..SiteDetails::default() },
        parent: None,
    });
    let unsure = run("Site code,Site name,City,Parent site\nN1,New,Durban,Sandton\n", &settings);
    assert_eq!(codes(&unsure), [(2, "parent.ambiguous".to_owned())]);
}

#[test]
fn what_is_more_than_one_goes_to_the_notes_and_so_does_a_column_that_is_kept() {
    let csv = "Site name,Address line 1,Address line 2,City,Phone,Mobile,E-mail,Landlord\n\
        A,Shop 2,Main Rd,Paarl,,082 555 0101,a@x.example; b@x.example,P. Nel\n\
        B,1 Rd,,George,044 555 0102 / 044 555 0103,082 555 0104,,\n";
    let table = read(csv.as_bytes()).expect("readable");
    let mut mapping = guess(&table, country("ZA"));
    let landlord = table.header.iter().position(|header| header == "Landlord").expect("there");
    mapping.keep_in_notes(&[landlord, 0]);
    let checked = check(&table, &mapping, &settings());
    let [a, b] = [0, 1].map(|at| &checked.rows[at].details);
    assert_eq!(
        [a.address.as_str(), &a.contact_phone, &a.contact_email],
        ["Shop 2, Main Rd", "+27825550101", "a@x.example"]
    );
    assert_eq!(a.notes, "b@x.example; Landlord: P. Nel");
    assert_eq!([b.address.as_str(), &b.contact_phone], ["1 Rd", "+27445550102"]);
    assert_eq!(b.notes, "Mobile: +27825550104; +27445550103");
    // The same list again adds nothing to the notes, and what was typed there since stays.
    let mut typed = a.clone();
    typed.notes = format!("ring twice; {}", a.notes);
    let there =
        |id: &str, details: &SiteDetails| Existing { id: id.to_owned(), details: details.clone(), parent: None };
    let existing = vec![there("a", &typed), there("b", b)];
    let again = check(&table, &mapping, &Settings { existing, ..settings() });
    assert_eq!((again.summary.unchanged, again.summary.rows), (2, 2), "{:?}", again.rows);
}

#[test]
fn a_name_of_ten_thousand_characters_is_an_error_not_a_crash() {
    let checked = run(&format!("name,city\n{},Here\n", "x".repeat(10_000)), &settings());
    assert_eq!(checked.summary.errors, 1);
}

fn shared(path: &str) -> Option<Vec<u8>> {
    let full = format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(full).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} is not here");
    }
    bytes
}

#[test]
fn the_real_station_list_is_read_whole_with_its_prefixes_cleaned() {
    let Some(bytes) = shared("sites_za_dsfsi/EMS_Stations.csv") else { return };
    let table = read(&bytes).expect("readable");
    let checked = check(&table, &guess(&table, country("ZA")), &settings());
    let s = checked.summary;
    assert_eq!(s.rows, 678);
    assert_eq!(s.rows, s.new + s.changed + s.unchanged + s.skipped + s.errors);
    assert!(s.new > 600, "{s:?}");
    assert_eq!(checked.rows[0].details.name, "Matatiele EMS Station");
    assert_eq!(checked.rows[0].details.latitude, "-30.348");
}

#[test]
fn oddities_of_every_shared_file_are_read_or_refused_but_never_crash() {
    let root = format!("{}/../../../shared/data", env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for folder in
        ["parse_csv_spectrum/csvs", "parse_xlsx_calamine", "sites_za_dsfsi", "sites_uk_geolytix", "sites_us_walmart"]
    {
        let Ok(entries) = std::fs::read_dir(format!("{root}/{folder}")) else {
            eprintln!("skipped: {folder} is not here");
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // Known to reserve absurd memory inside the spreadsheet library; refused by size before reading is a later step.
            if path.to_string_lossy().contains("OOM") {
                eprintln!("skipped: {} exhausts memory in the library", path.display());
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            if let Ok(table) = read(&bytes) {
                let _ = check(&table, &guess(&table, country("ZA")), &settings());
            }
            seen += 1;
        }
    }
    eprintln!("{seen} shared files read");
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,400}") {
        if let Ok(table) = read(format!("name,province,email,lat,lon\n{text}").as_bytes()) {
            let _ = check(&table, &guess(&table, country("ZA")), &settings());
        }
    }
}
