//! What an organisation sets for everybody: how it looks on paper, where its map comes from.

use serde_json::json;

use super::Refusal;
use crate::organisations::{EditBranding, EditMapTiles, OrgSettings};
use crate::people::Actor;
use crate::wire::rows::Row;

/// The organisation's row with another map. What somebody else changed meanwhile is a conflict.
pub fn edit_map_tiles(args: &EditMapTiles, organisation: Option<&Row>, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("map.not_allowed"));
    }
    let mut row = organisation.cloned().ok_or_else(|| Refusal::rule("organisation.unknown"))?;
    let malformed = |error: String| Refusal::with("organisation.malformed", json!({ "reason": error }));
    let mut settings: OrgSettings = row.parse("settings").map_err(|e| malformed(e.to_string()))?;
    if settings.map_tiles != args.base && settings.map_tiles != args.mine {
        return Err(Refusal::conflict("map.changed_elsewhere", json!({})));
    }
    if let Some(tiles) = &args.mine {
        tiles.check().map_err(|field| Refusal::with("map.bad_field", json!({ "field": field })))?;
    }
    settings.map_tiles.clone_from(&args.mine);
    row.set("settings", serde_json::to_value(&settings).map_err(|e| malformed(e.to_string()))?);
    Ok(row)
}

/// The organisation's row with another branding. What somebody else changed meanwhile is a conflict.
pub fn edit_branding(args: &EditBranding, organisation: Option<&Row>, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("branding.not_allowed"));
    }
    let mut row = organisation.cloned().ok_or_else(|| Refusal::rule("organisation.unknown"))?;
    let malformed = |error: String| Refusal::with("organisation.malformed", json!({ "reason": error }));
    let mut settings: OrgSettings = row.parse("settings").map_err(|e| malformed(e.to_string()))?;
    if settings.branding != args.base && settings.branding != args.mine {
        return Err(Refusal::conflict("branding.changed_elsewhere", json!({})));
    }
    args.mine.check().map_err(|field| Refusal::with("branding.bad_field", json!({ "field": field })))?;
    settings.branding = args.mine.clone();
    row.set("settings", serde_json::to_value(&settings).map_err(|e| malformed(e.to_string()))?);
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoSpec, rows};
    use crate::ids::UserId;
    use crate::organisations::MapTiles;
    use crate::people::Role;

    #[test]
    fn a_map_is_set_by_who_may_and_names_a_tile_once() {
        let at = "2025-11-21T06:00:00Z".parse().expect("instant");
        let all = rows(&DemoSpec::small(at));
        let row = all.iter().find(|row| row.table().name == "organisations");
        let admin = Actor { id: UserId(uuid::Uuid::from_u128(1)), role: Role::Admin };
        let tiles = |url: &str| MapTiles { url: url.to_owned(), attribution: "The surveyors".to_owned(), max_zoom: 18 };
        let set = |url: &str, by: &Actor| {
            edit_map_tiles(&EditMapTiles { base: None, mine: Some(tiles(url)), at }, row, by).map_err(|r| r.code)
        };
        let good = "https://tiles.example/{z}/{x}/{y}.png";
        let settings: OrgSettings = set(good, &admin).expect("set").parse("settings").expect("settings");
        assert_eq!(settings.map_tiles.expect("tiles").address(3, 4, 5), "https://tiles.example/3/4/5.png");
        assert_eq!(set(good, &Actor { role: Role::Seller, ..admin.clone() }), Err("map.not_allowed".to_owned()));
        for bad in
            ["http://tiles.example/{z}/{x}/{y}.png", "https://tiles.example/{z}/{x}.png", "https://t/{z}/{x}/{y}{y}"]
        {
            assert_eq!(set(bad, &admin), Err("map.bad_field".to_owned()), "{bad}");
        }
    }
}
