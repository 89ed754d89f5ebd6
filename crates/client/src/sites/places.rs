//! What a map names besides sites: provinces and larger towns of the countries sold to.

use satchel_core::places::{IN_TOWNS, ZA_TOWNS, countries};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::{CommandError, Nothing};
use crate::engine::Engine;

/// A place with a name, in decimal degrees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MapPlace {
    /// Name.
    pub name: String,
    /// `province` or `town`.
    pub kind: String,
    /// Latitude.
    pub latitude: f64,
    /// Longitude.
    pub longitude: f64,
}

/// Provinces where their middle is, and towns. Borders are not drawn: which of them are shown is not ours to decide.
pub async fn list(_: &Engine, _: Nothing) -> Result<Vec<MapPlace>, CommandError> {
    let place = |name: &str, kind: &str, latitude: f64, longitude: f64| MapPlace {
        name: name.to_owned(),
        kind: kind.to_owned(),
        latitude,
        longitude,
    };
    let provinces = countries().into_iter().flat_map(|country| country.provinces).map(|province| {
        let (south, west, north, east) = province.bounds;
        place(province.name, "province", f64::from(south + north) / 200.0, f64::from(west + east) / 200.0)
    });
    let towns = ZA_TOWNS.iter().chain(IN_TOWNS).map(|(name, _, _, latitude, longitude)| {
        place(name, "town", f64::from(*latitude) / 10_000.0, f64::from(*longitude) / 10_000.0)
    });
    Ok(towns.chain(provinces).collect())
}
