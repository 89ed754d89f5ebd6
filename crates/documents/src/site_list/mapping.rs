//! Which column is which field: by header names first, then by contents, with a confidence.

use std::sync::LazyLock;

use satchel_core::places::{Country, inside};
use serde::{Deserialize, Serialize};

use super::read::RawTable;
use super::values::{degrees, lines, lower, pair, province};

/// A target field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Site name.
    Name,
    /// Customer's site code.
    Code,
    /// Street address.
    Address,
    /// City or town.
    City,
    /// Province or state.
    Province,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
    /// Latitude.
    Latitude,
    /// Longitude.
    Longitude,
    /// Site manager.
    ContactName,
    /// Phone.
    ContactPhone,
    /// E-mail.
    ContactEmail,
    /// Package.
    Package,
    /// Site type.
    SiteType,
    /// Notes.
    Notes,
    /// The site above it in the customer's tree, by its code or its name.
    Parent,
}

/// All fields with their stable word and the header names they go by (plain form), the surest first.
pub const FIELDS: &[(Field, &str, &[&str])] = &[
    (
        Field::Name,
        "name",
        &[
            "site name",
            "name",
            "branch name",
            "facility name",
            "facilityname",
            "branch",
            "store name",
            "store",
            "site",
            "location name",
            "station",
            "outlet",
            "office",
            "location",
            "description",
        ],
    ),
    (
        Field::Code,
        "code",
        &[
            "site code",
            "code",
            "site id",
            "store number",
            "store no",
            "branch code",
            "branch no",
            "store num",
            "branch number",
            "site no",
            "site number",
            "site ref",
            "store id",
            "branch id",
            "store code",
            "number",
            "no",
            "num",
            "id",
            "ref",
            "reference",
        ],
    ),
    (
        Field::Address,
        "address",
        &[
            "address",
            "street address",
            "physical address",
            "street",
            "address line 1",
            "address 1",
            "addr",
            "street addr",
        ],
    ),
    (
        Field::City,
        "city",
        &[
            "city",
            "town",
            "city town",
            "suburb",
            "municipality",
            "localmunicipality",
            "local municipality",
            "localmunicapalityname",
            "local municipality name",
            "district",
            "districtname",
        ],
    ),
    (Field::Province, "province", &["province", "state", "region", "province name", "state province", "prov"]),
    (
        Field::PostalCode,
        "postal_code",
        &[
            "postal code",
            "postcode",
            "post code",
            "zip",
            "zip code",
            "postal",
            "pin",
            "pin code",
            "pincode",
            "postalcode",
            "code postal",
        ],
    ),
    (Field::Country, "country", &["country", "country code"]),
    (Field::Latitude, "latitude", &["latitude", "lat", "y", "y coord", "lat y"]),
    (Field::Longitude, "longitude", &["longitude", "lon", "lng", "long", "x", "x coord", "long x"]),
    (
        Field::ContactName,
        "contact_name",
        &["contact name", "contact", "contact person", "contactperson", "site manager", "manager", "manager name"],
    ),
    (
        Field::ContactPhone,
        "contact_phone",
        &["contact phone", "phone", "telephone", "tel", "contact number", "phone number", "mobile", "cell", "tel no"],
    ),
    (Field::ContactEmail, "contact_email", &["contact email", "email", "e mail", "email address", "mail"]),
    (Field::Package, "package", &["package", "service", "product", "plan", "speed", "bandwidth", "package name"]),
    (Field::SiteType, "site_type", &["site type", "type", "location type"]),
    (Field::Notes, "notes", &["notes", "note", "comments", "comment", "remarks"]),
    (
        Field::Parent,
        "parent",
        &[
            "parent site",
            "parent site code",
            "parent code",
            "parent branch",
            "parent store",
            "parent name",
            "parent",
            "reports to site",
        ],
    ),
];

impl Field {
    /// The stable word.
    pub fn word(self) -> &'static str {
        FIELDS.iter().find(|(field, _, _)| *field == self).map_or("name", |(_, word, _)| word)
    }

    /// The field of a stable word.
    pub fn parse(word: &str) -> Option<Self> {
        FIELDS.iter().find(|(_, known, _)| *known == word).map(|(field, _, _)| *field)
    }
}

/// Words that say nothing about which field a column is.
const QUALIFIERS: &[&str] = &[
    "str", "store", "site", "branch", "shop", "loc", "location", "gps", "the", "phys", "physical", "full", "main",
    "customer", "cust", "client", "primary", "official", "wgs84", "wgs", "84", "dd", "decimal", "deg", "degrees",
    "facility", "outlet", "office", "our", "your", "of", "in",
];
/// Words that make a column another one: a date of the store is not the store.
const OTHERS: &[&str] = &[
    "date", "status", "count", "number", "no", "num", "id", "url", "size", "area", "open", "opening", "closing",
    "hours", "year", "cost", "price", "fee", "amount", "total", "source", "tz", "fax", "website", "web", "type",
    "super", "day", "month",
];

/// The words of a header: `StoreCity (old)` is store, city.
fn words_of(header: &str) -> Vec<String> {
    let without_remark = header.split(['(', '[']).next().filter(|text| !text.trim().is_empty()).unwrap_or(header);
    let mut spaced = String::with_capacity(without_remark.len() + 8);
    let mut before = ' ';
    for c in without_remark.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(c);
        before = c;
    }
    lower(&spaced).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn compact(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

/// A word without the qualifiers that are glued to it: `strcity` is city.
fn unglued(word: &str) -> &str {
    let mut rest = word;
    for _ in 0..2 {
        let cut =
            QUALIFIERS.iter().filter(|q| q.len() >= 3).find_map(|q| rest.strip_prefix(q).filter(|r| r.len() >= 3));
        match cut {
            Some(cut) => rest = cut,
            None => break,
        }
    }
    rest
}

/// A header text taken apart once, to be held against every name.
struct HeaderText {
    full: String,
    glued: String,
    words: Vec<String>,
    stripped: String,
    unglued: Option<String>,
}

impl HeaderText {
    fn of(header: &str) -> Self {
        let (full, words) = (lower(header), words_of(header));
        let glued = compact(&full);
        let telling: Vec<&str> = words.iter().map(String::as_str).filter(|word| !QUALIFIERS.contains(word)).collect();
        let unglued = (words.len() == 1).then(|| unglued(&glued).to_owned());
        Self { stripped: telling.concat(), full, glued, words, unglued }
    }

    /// How surely it is this name, 0..100; 80 and more when it says nothing else. Names in front are surer.
    fn likeness(&self, name: &Name, rank: u32) -> u32 {
        let words = &self.words;
        let parts = &name.parts;
        // Of two names at the same place the longer one is meant.
        let longer = u32::try_from(parts.len()).unwrap_or(1);
        if self.full == name.text || self.glued == name.glued {
            98 - rank.min(13)
        } else if self.stripped == name.glued || self.unglued.as_ref() == Some(&name.glued) {
            84 - rank.min(4)
        } else if name.glued.len() >= 3 && words.ends_with(parts) {
            72 - rank.min(10) + longer
        } else if name.glued.len() >= 4
            && words.starts_with(parts)
            && !words[parts.len()..].iter().any(|word| OTHERS.contains(&word.as_str()))
        {
            62 - rank.min(10) + longer
        } else {
            0
        }
    }

    fn likeness_of(&self, field: usize) -> u32 {
        let names = NAMES[field].iter().zip(0..);
        names.map(|(name, rank)| self.likeness(name, rank)).max().unwrap_or(0)
    }
}

struct Name {
    text: String,
    glued: String,
    parts: Vec<String>,
}

/// The names of each field, taken apart once.
static NAMES: LazyLock<Vec<Vec<Name>>> = LazyLock::new(|| {
    let name = |text: String| Name { glued: compact(&text), parts: text.split(' ').map(str::to_owned).collect(), text };
    let others = |word: &str| {
        let lines = lines(include_str!("words/headers.txt")).filter_map(|line| line.split_once('|'));
        let own: Vec<&'static str> =
            lines.filter(|(field, _)| *field == word).flat_map(|(_, names)| names.split(',')).collect();
        own
    };
    let own = |(_, word, names): &(Field, &str, &[&'static str])| -> Vec<Name> {
        names.iter().copied().chain(others(word)).map(|text| name(lower(text))).collect()
    };
    FIELDS.iter().map(own).collect()
});

/// Whether a cell is the name of a field and nothing else.
pub(super) fn known_header(cell: &str) -> bool {
    let text = HeaderText::of(cell);
    (0..FIELDS.len()).any(|field| text.likeness_of(field) >= 80)
}

/// Whether a column holds provinces, towns or countries by its name.
pub(super) fn names_a_place(header: &str) -> bool {
    let text = HeaderText::of(header);
    let places = [Field::Province, Field::City, Field::Country];
    FIELDS.iter().enumerate().any(|(at, (field, ..))| places.contains(field) && text.likeness_of(at) >= 60)
}

/// A field with its column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// Field.
    pub field: Field,
    /// Column index from 0; `None` = not in the file.
    pub column: Option<usize>,
    /// 0..100.
    pub confidence: u32,
    /// `header_name`, `contents`, `chosen`, `remembered`, `none`.
    pub reason: String,
}

/// A mapping: every field once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// In the order of [`FIELDS`].
    pub fields: Vec<Mapped>,
}

impl Mapping {
    /// Column of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().find(|mapped| mapped.field == field).and_then(|mapped| mapped.column)
    }

    /// Sets a field's column by a person's choice; a column serves one field only.
    pub fn choose(&mut self, field: Field, column: Option<usize>, reason: &str) {
        for mapped in &mut self.fields {
            if mapped.field == field {
                *mapped = Mapped { field, column, confidence: 100, reason: reason.to_owned() };
            } else if column.is_some() && mapped.column == column {
                mapped.column = None;
                mapped.confidence = 0;
                "none".clone_into(&mut mapped.reason);
            }
        }
    }
}

/// Rows looked at for contents.
const SAMPLE: usize = 200;

/// Guesses the mapping of a table.
pub fn guess(table: &RawTable, country: Option<&Country>) -> Mapping {
    let columns = table.header.len();
    let mut taken = vec![false; columns];
    let mut found: Vec<(Field, Option<usize>, u32, &str)> = Vec::new();
    // The surest names first, so that "Local municipality" beats "District" for the city.
    let mut named: Vec<(u32, usize, usize)> = Vec::new();
    for (column, header) in table.header.iter().enumerate() {
        let header = HeaderText::of(header);
        for (at, (field, ..)) in FIELDS.iter().enumerate() {
            let sure = header.likeness_of(at);
            // Contents that contradict a name win over it.
            let repeated = sure < 80 && *field == Field::Name && !mostly_different(table, column);
            let counted = matches!(field, Field::Name | Field::Code) && running(table, column);
            if sure > 0 && !repeated && !counted && !contradicts(table, column, *field, sure) {
                named.push((sure, at, column));
            }
        }
    }
    named.sort_by_key(|(sure, at, column)| (std::cmp::Reverse(*sure), *at, *column));
    for (sure, at, column) in named {
        let field = FIELDS[at].0;
        if !taken[column] && !found.iter().any(|(known, ..)| *known == field) {
            taken[column] = true;
            found.push((field, Some(column), sure, "header_name"));
        }
    }
    swap_coordinates(table, country, &mut found);
    for (field, _, _) in FIELDS {
        if found.iter().any(|(known, ..)| known == field) {
            continue;
        }
        let by_contents = (0..columns)
            .filter(|column| !taken[*column])
            .map(|column| (column, likeness(table, column, *field, country)))
            .filter(|(_, likeness)| *likeness >= 70)
            .max_by_key(|(column, likeness)| (*likeness, std::cmp::Reverse(*column)));
        match by_contents {
            Some((column, likeness)) => {
                taken[column] = true;
                found.push((*field, Some(column), likeness.min(85), "contents"));
            }
            None => found.push((*field, None, 0, "none")),
        }
    }
    let mapped = |(field, column, confidence, reason): (Field, Option<usize>, u32, &str)| Mapped {
        field,
        column,
        confidence,
        reason: reason.to_owned(),
    };
    let mut fields: Vec<Mapped> = found.into_iter().map(mapped).collect();
    fields.sort_by_key(|mapped| FIELDS.iter().position(|(field, ..)| *field == mapped.field));
    Mapping { fields }
}

/// The country that most of the first rows are in, by their provinces or their coordinates, when no account says it.
pub fn likely_country(table: &RawTable) -> Option<&'static Country> {
    ["ZA", "IN"].into_iter().filter_map(satchel_core::places::country).find(|country| {
        let mapping = guess(table, Some(*country));
        let cell = |row: &[String], field: Field| {
            mapping
                .column(field)
                .and_then(|column| row.get(column))
                .map(|cell| cell.trim().to_owned())
                .unwrap_or_default()
        };
        let sample = table.rows.iter().take(200);
        let mut looked_at = 0;
        let mut there = 0;
        for (_, row) in sample {
            let province = cell(row, Field::Province);
            let point = (cell(row, Field::Latitude).parse::<f64>(), cell(row, Field::Longitude).parse::<f64>());
            let (known, located) = (self::province(&province, country).is_some(), matches!(point, (Ok(_), Ok(_))));
            if province.is_empty() && !located {
                continue;
            }
            looked_at += 1;
            let (south, west, north, east) = country.bounds;
            let inside = |lat: f64, lon: f64| {
                let (lat, lon) = (lat * 100.0, lon * 100.0);
                f64::from(south) <= lat && lat <= f64::from(north) && f64::from(west) <= lon && lon <= f64::from(east)
            };
            let inside = matches!(point, (Ok(lat), Ok(lon)) if inside(lat, lon) || inside(lon, lat));
            there += i32::from(known || inside);
        }
        there * 2 > looked_at
    })
}

/// Latitude and longitude whose headers were mixed up are swapped when the contents say so.
fn swap_coordinates(table: &RawTable, country: Option<&Country>, found: &mut [(Field, Option<usize>, u32, &str)]) {
    let column = |found: &[(Field, Option<usize>, u32, &str)], wanted| {
        found.iter().find(|(field, ..)| *field == wanted).and_then(|(_, column, ..)| *column)
    };
    let (Some(country), Some(lat), Some(lon)) =
        (country, column(found, Field::Latitude), column(found, Field::Longitude))
    else {
        return;
    };
    let share = |lat: usize, lon: usize| {
        sample(table)
            .filter(|row| point(&row[lat], &row[lon]).is_some_and(|(a, o)| inside(country.bounds, a, o)))
            .count()
    };
    if share(lon, lat) > share(lat, lon) {
        for entry in found.iter_mut() {
            match entry.0 {
                Field::Latitude => *entry = (Field::Latitude, Some(lon), 80, "contents"),
                Field::Longitude => *entry = (Field::Longitude, Some(lat), 80, "contents"),
                _ => {}
            }
        }
    }
}

fn sample(table: &RawTable) -> impl Iterator<Item = &Vec<String>> {
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
fn contradicts(table: &RawTable, column: usize, field: Field, sure: u32) -> bool {
    let test: fn(&str) -> bool = match field {
        Field::Latitude => |cell| degrees(cell).is_some() || pair(cell).is_some(),
        Field::Longitude => |cell| degrees(cell).is_some(),
        Field::ContactEmail => |cell| cell.contains('@') || cell.contains(" at "),
        Field::SiteType => |cell| super::cells::site_type_of(cell).is_some(),
        // A column called just that is that, whatever stands in it.
        Field::Name | Field::City | Field::Province if sure < 80 => |cell| cell.chars().any(char::is_alphabetic),
        _ => return false,
    };
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    cells.len() >= 3 && cells.iter().filter(|cell| test(cell)).count() * 10 < cells.len() * 3
}

/// A column whose texts are mostly different: what tells sites apart.
fn mostly_different(table: &RawTable, column: usize) -> bool {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    let different: std::collections::BTreeSet<&str> = cells.iter().copied().collect();
    different.len() * 2 > cells.len()
}

/// Whether a column counts the rows: 1, 2, 3 in file order. Such a number is another one in the next list.
fn running(table: &RawTable, column: usize) -> bool {
    let rows = table.rows.iter().filter(|(number, _)| !table.outside.contains(number)).take(SAMPLE);
    let cells: Vec<&str> = rows.map(|(_, row)| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    let number = |cell: &str| cell.trim_end_matches(".0").trim_end_matches('.').parse::<u32>().ok();
    let Some(first) = cells.first().and_then(|cell| number(cell)).filter(|first| *first <= 1) else { return false };
    let counts = |(cell, expected): (&&str, u32)| !cell.starts_with("00") && number(cell) == Some(expected);
    let right = cells.iter().zip(first..).filter(|pair| counts((pair.0, pair.1))).count();
    cells.len() >= 2 && right == cells.len()
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
fn likeness(table: &RawTable, column: usize, field: Field, country: Option<&Country>) -> u32 {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    if cells.len() < 3 {
        return 0;
    }
    let test: Box<dyn Fn(&str) -> bool + '_> = match (field, country) {
        (Field::Code, _) if !running(table, column) && looks_like_codes(table, column) => return 75,
        (Field::ContactEmail, _) => Box::new(|cell| cell.contains('@') && cell.contains('.')),
        (Field::Province, Some(country)) => Box::new(|cell| province(cell, country).is_some()),
        (Field::PostalCode, Some(country)) => {
            Box::new(|cell| cell.len() == country.postal_digits && cell.bytes().all(|b| b.is_ascii_digit()))
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

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
