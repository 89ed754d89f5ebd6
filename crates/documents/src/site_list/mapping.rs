//! Which column is which field: by header names first, then by contents, with a confidence.

use satchel_core::places::{Country, inside, plain};
use serde::{Deserialize, Serialize};

use super::read::RawTable;

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
            "id",
            "ref",
            "reference",
        ],
    ),
    (
        Field::Address,
        "address",
        &["address", "street address", "physical address", "street", "address line 1", "address 1", "addr"],
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
        &["postal code", "postcode", "post code", "zip", "zip code", "pin", "pin code", "pincode", "postalcode"],
    ),
    (Field::Country, "country", &["country", "country code"]),
    (Field::Latitude, "latitude", &["latitude", "lat", "gps lat", "y", "gps latitude"]),
    (Field::Longitude, "longitude", &["longitude", "lon", "lng", "long", "gps long", "x", "gps longitude"]),
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
    let headers: Vec<String> = table.header.iter().map(|header| plain(header)).collect();
    let mut taken = vec![false; headers.len()];
    let mut found: Vec<(Field, Option<usize>, u32, &str)> = Vec::new();
    // Exact header names in the order of their sureness, so that "Local municipality" beats "District" for the city.
    for (field, _, names) in FIELDS {
        let hit = names.iter().enumerate().find_map(|(rank, name)| {
            let column = headers.iter().enumerate().position(|(i, header)| !taken[i] && header == name)?;
            Some((column, u32::try_from(rank).unwrap_or(0)))
        });
        if let Some((column, rank)) = hit {
            taken[column] = true;
            found.push((*field, Some(column), 98_u32.saturating_sub(rank * 2), "header_name"));
        }
    }
    swap_coordinates(table, country, &mut found);
    for (field, _, _) in FIELDS {
        if found.iter().any(|(known, ..)| known == field) {
            continue;
        }
        let by_contents = (0..headers.len())
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

/// Latitude and longitude whose headers were mixed up are swapped when the contents say so.
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
            let (known, located) = (country.province(&province).is_some(), matches!(point, (Ok(_), Ok(_))));
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

/// How much a column's contents look like a field, 0..100.
fn likeness(table: &RawTable, column: usize, field: Field, country: Option<&Country>) -> u32 {
    let cells: Vec<&str> = sample(table).map(|row| row[column].as_str()).filter(|cell| !cell.is_empty()).collect();
    if cells.len() < 3 {
        return 0;
    }
    let test: Box<dyn Fn(&str) -> bool + '_> = match (field, country) {
        (Field::ContactEmail, _) => Box::new(|cell| cell.contains('@') && cell.contains('.')),
        (Field::Province, Some(country)) => Box::new(|cell| country.province(cell).is_some()),
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
mod tests {
    use satchel_core::places::country;

    use super::*;
    use crate::site_list::read;

    fn mapped(csv: &str) -> Vec<(&'static str, Option<usize>)> {
        let table = read(csv.as_bytes()).expect("readable");
        guess(&table, country("ZA")).fields.iter().map(|m| (m.field.word(), m.column)).collect()
    }

    #[test]
    fn odd_headers_with_longitude_before_latitude_are_recognised() {
        let fields = mapped(
            "Province,District,LocalMunicipality,Name,Longitude,Latitude,ContactPerson,Address,OrgUnitType\n\
             Gauteng,gp Ekurhuleni,gp East,gp Daveyton CDC,28.41445,-26.1526,,9307 Street,CDC\n",
        );
        for (field, column) in
            [("name", 3), ("province", 0), ("latitude", 5), ("longitude", 4), ("city", 2), ("address", 7)]
        {
            assert!(fields.contains(&(field, Some(column))), "{field}: {fields:?}");
        }
    }

    #[test]
    fn columns_without_names_are_known_by_their_contents() {
        let fields = mapped(
            "Branch,Where,c3,c4,c5\nA,Gauteng,2001,28.1,-26.1\nB,Free State,9301,26.2,-29.1\nC,Limpopo,0699,29.4,-23.9\n",
        );
        for (field, column) in [("province", 1), ("postal_code", 2), ("longitude", 3), ("latitude", 4)] {
            assert!(fields.contains(&(field, Some(column))), "{field}: {fields:?}");
        }
    }

    #[test]
    fn swapped_coordinate_headers_are_put_right() {
        let fields = mapped("name,lat,lon\nA,28.1,-26.1\nB,26.2,-29.1\n");
        assert!(fields.contains(&("latitude", Some(2))) && fields.contains(&("longitude", Some(1))));
    }
}
