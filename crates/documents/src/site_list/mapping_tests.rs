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
