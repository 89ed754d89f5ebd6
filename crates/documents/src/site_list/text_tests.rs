use proptest::prelude::*;

use super::*;

fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
    cut(text, None).expect("cut").0.records
}

#[test]
fn an_open_quote_costs_its_own_cell() {
    let (cut, _) =
        cut("name,address,city\nA,1 Road,X\n\"B,2 Road,X\nC,\"3 Road, Y\",X\nD,4 Road,X\n", None).expect("cut");
    assert_eq!((cut.records.len(), cut.open.as_slice()), (5, &[3][..]));
    assert_eq!(cut.records[2].1, ["B", "2 Road", "X"]);
    assert_eq!(cut.records[3].1, ["C", "3 Road, Y", "X"]);
    // Closed by a sign for inches far below: the lines between are records.
    let swallowed = rows("name,address,city\n\"B,2 Road,X\nC,3 Road,X\nRack 19\",4 Road,X\n");
    assert_eq!(swallowed.len(), 4);
}

#[test]
fn quotes_inside_cells_stay() {
    for (line, cell) in [
        ("Cabinet 19\" rack,b,c", "Cabinet 19\" rack"),
        ("\"The Vault\" annexe,b,c", "\"The Vault\" annexe"),
        ("\"Shop 32\" wide\",b,c", "Shop 32\" wide"),
        (" \"a, b\" ,b,c", "a, b"),
        ("\"say \\\"hi\\\" to\",b,c", "say \"hi\" to"),
        ("\"say \"\"hi\"\"\",b,c", "say \"hi\""),
    ] {
        let read = rows(&format!("name,city,code\n{line}\nX,Y,Z\n"));
        assert_eq!((read.len(), read[1].1.len(), read[1].1[0].as_str()), (3, 3, cell), "{line}");
    }
}

#[test]
fn rows_are_numbered_by_record_whatever_ends_a_line() {
    for text in ["a,b\rc,d\r\re,f\r", "a,b\nc,d\n\ne,f", "a,b\r\nc,d\r\n\r\ne,f\r\n", "a,b\nc,d\r\n\re,f\r\n"] {
        let numbers: Vec<u32> = rows(text).iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 2, 4], "{text:?}");
    }
}

#[test]
fn the_delimiter_is_the_one_that_finds_the_header() {
    for (text, delimiter, width) in [
        ("sep=|\nname|city\nA, b|C\n", b'|', 2),
        ("Site name;Address;City\nA;1 Road, X, Y;B\nC;2 Road, X, Y;D\n", b';', 3),
        ("\"name,city,code\"\n\"A,B,1\"\n\"\"\"C, D\"\",E,2\"\n", b',', 3),
    ] {
        let (cut, found) = cut(text, None).expect("cut");
        assert_eq!((found, cut.records[1].1.len()), (delimiter, width), "{text}");
    }
}

#[test]
fn a_text_of_several_lines_is_no_open_quote() {
    let read = rows("name,address,city\nA,\"Shop 2\nMall Rd, Gardens, Oranjezicht\",X\nB,\"1 Rd\n2 Rd\n3 Rd\",Y\n");
    let last = rows("name,city,notes\nA,X,\"ring\ntwice\"\nB,\"12 Rd, Y\nFloor 2\",Y\n");
    assert_eq!((last.len(), last[1].1[2].as_str(), last[2].1[1].as_str()), (3, "ring\ntwice", "12 Rd, Y\nFloor 2"));
    assert_eq!(
        (read.len(), read[1].1[1].as_str(), read[2].1[2].as_str()),
        (3, "Shop 2\nMall Rd, Gardens, Oranjezicht", "Y")
    );
}

/// How a program writes lists: delimiter, whether it quotes every cell, and whether it names its delimiter.
const DIALECTS: [(char, bool, bool); 6] = [
    (',', false, false),
    (',', true, false),
    (';', false, false),
    (';', false, true),
    ('\t', false, false),
    ('|', true, false),
];

fn written(table: &[Vec<String>], (delimiter, all, names): (char, bool, bool), end: &str) -> String {
    let cell = |text: &String| {
        if all || text.contains(['"', delimiter, '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end;
    let first = if names { format!("sep={delimiter}{end}") } else { String::new() };
    first + &table.iter().map(line).collect::<String>()
}

/// A cell: any signs on one line, or words on several. A text whose first line is a whole record cannot be told from a quote
/// that was never closed, so lines hold no delimiters.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9éü',;|\"]{0,8}[a-z]",
        1 => "[a-z]{1,5}(\n[a-zé\"]{1,5}){1,2}",
        1 => Just(String::new()),
    ]
}

proptest! {
    /// Whatever a careful writer writes is read as it was.
    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(("[a-z]{1,6}", cell(), cell()), 1..12),
        dialect in prop::sample::select(DIALECTS.to_vec()),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        encoding in 0..5_u8,
    ) {
        let mut table = vec![["Site name", "City", "Postal code"].map(str::to_owned).to_vec()];
        table.extend(rows.into_iter().map(|(name, a, b)| vec![format!("{name}!"), a, b]));
        let text = written(&table, dialect, end);
        let bytes: Vec<u8> = match encoding {
            0 => text.clone().into_bytes(),
            1 => ["\u{feff}", &text].concat().into_bytes(),
            2 => ["\u{feff}", &text].concat().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            3 => ["\u{feff}", &text].concat().encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        };
        // Five encodings stand for what can be known of them; a guess between those of one byte is another test.
        let wanted = (encoding == 4).then_some("windows-1252");
        let options = crate::site_list::ReadOptions { encoding: wanted, ..Default::default() };
        let read = crate::site_list::read_with(&bytes, options).expect("readable");
        let cells: Vec<Vec<String>> = read.rows.into_iter().map(|(_, row)| row).collect();
        prop_assert_eq!(read.delimiter, dialect.0.to_string());
        prop_assert_eq!(cells, &table[1..]);
    }
}
