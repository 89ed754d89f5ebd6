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

fn written(table: &[Vec<String>], delimiter: char, end: &str, all: bool) -> String {
    let cell = |text: &String| {
        if all || text.contains(['"', delimiter, '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.clone()
        }
    };
    table.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + end).collect()
}

proptest! {
    /// Whatever a careful writer writes is read as it was.
    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(prop::collection::vec("[a-zA-Z0-9éü',;|\"]{0,8}[a-z]", 3), 1..12),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        all in any::<bool>(),
        encoding in 0..5_u8,
    ) {
        let mut table = vec![["Site name", "City", "Postal code"].map(str::to_owned).to_vec()];
        table.extend(rows);
        let text = written(&table, delimiter, end, all);
        let bytes: Vec<u8> = match encoding {
            0 => text.clone().into_bytes(),
            1 => ["\u{feff}", &text].concat().into_bytes(),
            2 => ["\u{feff}", &text].concat().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            3 => ["\u{feff}", &text].concat().encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        };
        let read = crate::site_list::read(&bytes).expect("readable");
        let cells: Vec<Vec<String>> = read.rows.into_iter().map(|(_, row)| row).collect();
        prop_assert_eq!(read.delimiter, delimiter.to_string());
        prop_assert_eq!(cells, &table[1..]);
    }
}
