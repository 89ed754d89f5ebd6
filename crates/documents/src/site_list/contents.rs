//! What the cells of a column look like: which field they may be, and which they cannot be.

use satchel_core::places::Country;

use super::fields::Field;
use super::read::RawTable;
use super::values::{degrees, pair, province};

/// Rows looked at for contents.
const SAMPLE: usize = 200;

pub(super) fn sample(table: &RawTable) -> impl Iterator<Item = &Vec<String>> {
    table.rows.iter().take(SAMPLE).map(|(_, row)| row)
}

/// A point in hundredths of a degree.
pub(super) fn point(latitude: &str, longitude: &str) -> Option<(i32, i32)> {
    Some((hundredths(latitude)?, hundredths(longitude)?))
}

/// Hundredths of a degree of a decimal text.
pub(super) fn hundredths(text: &str) -> Option<i32> {
    let value = satchel_core::money::Exact::parse(text.trim()).ok()?;
    value.round(2).units(2).and_then(|units| i32::try_from(units).ok())
}

/// Contents that cannot be the field: words where coordinates should be, no address in a column of e-mails.
pub(super) fn contradicts(table: &RawTable, column: usize, field: Field, sure: u32) -> bool {
    let test: fn(&str) -> bool = match field {
        Field::Latitude => |cell| degrees(cell).is_some() || pair(cell).is_some(),
        Field::Longitude => |cell| degrees(cell).is_some(),
        Field::ContactEmail => |cell| cell.contains('@') || cell.contains(" at "),
        Field::Country => |cell| satchel_core::places::country_code(cell, "ZA").is_some(),
        Field::SiteType => |cell| super::cells::site_type_of(cell).is_some(),
        // A column called just that is that, whatever stands in it.
        Field::Name | Field::City | Field::Province if sure < 80 => |cell| cell.chars().any(char::is_alphabetic),
        _ => return false,
    };
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    cells.len() >= 3 && cells.iter().filter(|cell| test(cell)).count() * 10 < cells.len() * 3
}

/// A column whose texts are mostly different: what tells sites apart.
pub(super) fn mostly_different(table: &RawTable, column: usize) -> bool {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    let different: std::collections::BTreeSet<&str> = cells.iter().copied().collect();
    different.len() * 2 > cells.len()
}

/// Whether a column counts the rows: 1, 2, 3 in file order, also with gaps or from 1 again in each group. Such a number is
/// another one in the next list.
pub(super) fn running(table: &RawTable, column: usize) -> bool {
    let rows = table.rows.iter().filter(|(number, _)| !table.outside.contains(number)).take(SAMPLE);
    let cells: Vec<&str> = rows.map(|(_, row)| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    let number = |cell: &str| {
        let digits = super::values::our_digits(cell);
        let bare = digits.as_deref().unwrap_or(cell).trim_end_matches(".0").trim_matches(['.', ')', '(', '#', ' ']);
        if bare.starts_with("00") { None } else { bare.parse::<u32>().ok() }
    };
    let Some(numbers) = cells.iter().map(|cell| number(cell)).collect::<Option<Vec<u32>>>() else { return false };
    let Some(first) = numbers.first().filter(|first| **first <= 1) else { return false };
    let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1 || pair[1] == *first).count();
    // Codes may ascend too, but they leave out more than they name.
    let dense = numbers.iter().max().is_some_and(|last| (*last as usize) <= numbers.len() + numbers.len() / 4 + 1);
    numbers.len() >= 2 && dense && steps * 4 >= (numbers.len() - 1) * 3
}

/// Whether a column holds numbers and no words.
pub(super) fn only_numbers(table: &RawTable, column: usize) -> bool {
    let mut cells = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.all(|cell| cell.chars().all(|c| c.is_numeric() || " .,-/#".contains(c)))
}

/// Codes are short, without spaces, and no two are alike; they stand in front.
fn looks_like_codes(table: &RawTable, column: usize) -> bool {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).collect();
    let plausible = |cell: &&str| {
        (1..=14).contains(&cell.len()) && !cell.contains([' ', '.', ',']) && cell.bytes().any(|b| b.is_ascii_digit())
            || (2..=6).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let unique: std::collections::BTreeSet<&str> = cells.iter().copied().collect();
    column < 2 && cells.len() >= 3 && unique.len() == cells.len() && cells.iter().all(plausible)
}

/// How much a column's contents look like a field, 0..100.
pub(super) fn likeness(table: &RawTable, column: usize, field: Field, country: Option<&Country>) -> u32 {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    if cells.len() < 3 {
        return 0;
    }
    let test: Box<dyn Fn(&str) -> bool + '_> = match (field, country) {
        // In a list without a header the first column of words that tell the rows apart is taken for their names, and asked about.
        (Field::Name, _) if table.header_rows.is_empty() && mostly_different(table, column) => {
            Box::new(|cell| cell.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !cell.contains('@'))
        }
        (Field::Code, _) if !running(table, column) && looks_like_codes(table, column) => return 75,
        (Field::ContactEmail, _) => Box::new(|cell| cell.contains('@') && cell.contains('.')),
        (Field::Province, Some(country)) => Box::new(|cell| province(cell, country).is_some()),
        (Field::PostalCode, Some(country)) => {
            // A year is as long as a postal code.
            if cells.iter().all(|cell| cell.parse::<u16>().is_ok_and(|year| (1_900..=2_040).contains(&year))) {
                return 0;
            }
            Box::new(|cell| country.postal_code_possible(cell))
        }
        (Field::Latitude, Some(country)) => Box::new(|cell| {
            cell.contains('.') && hundredths(cell).is_some_and(|v| (country.bounds.0..=country.bounds.2).contains(&v))
        }),
        (Field::Longitude, Some(country)) => Box::new(|cell| {
            cell.contains('.') && hundredths(cell).is_some_and(|v| (country.bounds.1..=country.bounds.3).contains(&v))
        }),
        (Field::Package, _) => {
            Box::new(|cell| cell.to_lowercase().contains("mbps") || cell.to_lowercase().contains("gbps"))
        }
        _ => return 0,
    };
    u32::try_from(cells.iter().filter(|cell| test(cell)).count() * 100 / cells.len()).unwrap_or(0)
}
