//! Importing, editing and taking back sites. Invariant: all sites of one intent or none; a site id is used once; a site that
//! something was built on is never removed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use super::Refusal;
use crate::money::Currency;
use crate::people::Actor;
use crate::sites::{EDITABLE_FIELDS, EditSites, ImportSites, MAX_SITES_PER_IMPORT, RemoveSites};
use crate::wire::entities::{new_site_row, put_site_details, site_details_of};
use crate::wire::rows::Row;

/// What an import reads.
#[derive(Debug, Clone)]
pub struct SitesWorld {
    /// The account exists and has this currency.
    pub account_currency: Option<Currency>,
    /// Rows of the named sites that exist.
    pub sites: BTreeMap<Uuid, Row>,
}

/// The rows to write.
pub fn import_sites(import: &ImportSites, world: &SitesWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if !by.role.may_edit_accounts() {
        return Err(Refusal::rule("site.not_allowed"));
    }
    let currency = world.account_currency.ok_or_else(|| Refusal::rule("account.unknown"))?;
    if import.sites.len() > MAX_SITES_PER_IMPORT {
        return Err(Refusal::rule("site.too_many"));
    }
    let mut rows = Vec::with_capacity(import.sites.len());
    for site in &import.sites {
        site.details.check().map_err(|e| Refusal::with(e.code(), json!({ "site": site.details.name })))?;
        let mut row = match (world.sites.get(&site.id.0), site.new) {
            (Some(row), false) if row.scope_id() == import.account_id.0 => row.clone(),
            (None, true) => new_site_row(site.id, import.account_id, currency),
            (Some(_), _) => return Err(Refusal::rule("site.exists")),
            (None, false) => return Err(Refusal::rule("site.unknown")),
        };
        put_site_details(&mut row, &site.details);
        rows.push(row);
    }
    Ok(rows)
}

/// Applies edits of sites. A field that somebody else changed meanwhile is a conflict; the others' changes stay.
pub fn edit_sites(edit: &EditSites, sites: &BTreeMap<Uuid, Row>, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if !by.role.may_edit_accounts() {
        return Err(Refusal::rule("site.not_allowed"));
    }
    if edit.sites.len() > MAX_SITES_PER_IMPORT {
        return Err(Refusal::rule("site.too_many"));
    }
    let mut rows = Vec::with_capacity(edit.sites.len());
    for site in &edit.sites {
        let known = sites.get(&site.id.0).filter(|row| row.scope_id() == edit.account_id.0);
        let mut row = known.cloned().ok_or_else(|| Refusal::rule("site.unknown"))?;
        let name = row.text("name").unwrap_or_default().to_owned();
        let mut differences = Vec::new();
        for (field, change) in &site.fields {
            let limit = EDITABLE_FIELDS.iter().find(|(name, _)| name == field).map(|(_, limit)| *limit);
            let limit = limit.ok_or_else(|| Refusal::with("site.field_not_editable", json!({ "field": field })))?;
            if change.mine.chars().count() > limit {
                return Err(Refusal::with("site.too_long", json!({ "field": field, "max": limit })));
            }
            let theirs = row.text(field).unwrap_or_default().to_owned();
            if theirs != change.base && theirs != change.mine {
                // Of one site the field says enough; of several the name belongs to it.
                let label = if edit.sites.len() == 1 { field.clone() } else { format!("{name}: {field}") };
                differences.push(json!({ "label": label, "base": change.base, "mine": change.mine, "theirs": theirs }));
            }
            row.set(field, change.mine.clone());
        }
        if !differences.is_empty() {
            return Err(Refusal::conflict("site.field_conflict", json!({ "differences": differences })));
        }
        let details = site_details_of(&row).map_err(|_| Refusal::rule("site.unknown"))?;
        details.check().map_err(|e| Refusal::with(e.code(), json!({ "site": details.name })))?;
        put_site_details(&mut row, &details);
        rows.push(row);
    }
    Ok(rows)
}

/// What taking back reads.
#[derive(Debug, Clone, Default)]
pub struct RemovalWorld {
    /// Rows of the named sites that exist.
    pub sites: BTreeMap<Uuid, Row>,
    /// Those that a quote, an incident, a job or a month's figures name.
    pub used: BTreeSet<Uuid>,
}

/// The sites to remove; all or none.
pub fn remove_sites(remove: &RemoveSites, world: &RemovalWorld, by: &Actor) -> Result<Vec<Uuid>, Refusal> {
    if !by.role.may_edit_accounts() {
        return Err(Refusal::rule("site.not_allowed"));
    }
    if remove.site_ids.len() > MAX_SITES_PER_IMPORT {
        return Err(Refusal::rule("site.too_many"));
    }
    let mut gone = Vec::with_capacity(remove.site_ids.len());
    for id in &remove.site_ids {
        let Some(row) = world.sites.get(&id.0) else { continue };
        if row.scope_id() != remove.account_id.0 {
            return Err(Refusal::rule("site.unknown"));
        }
        let in_service = row.text("service_status") != Ok("none");
        if in_service || world.used.contains(&id.0) {
            let name = row.text("name").unwrap_or_default();
            return Err(Refusal::with("site.in_use", json!({ "site": name })));
        }
        gone.push(id.0);
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::FieldEdit;
    use crate::ids::{AccountId, SiteId, UserId};
    use crate::people::Role;
    use crate::sites::{EditedSite, SiteDetails};

    fn row(account: AccountId, id: Uuid, name: &str) -> Row {
        let mut row = new_site_row(SiteId(id), account, Currency::Zar);
        let name = name.to_owned();
        put_site_details(&mut row, &SiteDetails { name, site_type: "branch".to_owned(), ..SiteDetails::default() });
        row
    }

    fn seller() -> Actor {
        Actor { id: UserId(Uuid::nil()), role: Role::Seller }
    }

    #[test]
    fn other_fields_merge_and_the_same_field_is_a_conflict() {
        let (account, id) = (AccountId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let mut theirs = row(account, id, "North");
        theirs.set("city", "Durban");
        let sites = BTreeMap::from([(id, theirs)]);
        let edit = |field: &str, base: &str, mine: &str| EditSites {
            account_id: account,
            sites: vec![EditedSite {
                id: SiteId(id),
                fields: BTreeMap::from([(
                    field.to_owned(),
                    FieldEdit { base: base.to_owned(), mine: mine.to_owned() },
                )]),
            }],
        };
        let rows = edit_sites(&edit("name", "North", "Northern"), &sites, &seller()).expect("merges");
        assert_eq!((rows[0].text("name"), rows[0].text("city")), (Ok("Northern"), Ok("Durban")));
        let refused = edit_sites(&edit("city", "", "Pinetown"), &sites, &seller()).expect_err("conflict");
        assert!(refused.conflict && refused.code == "site.field_conflict");
        let refused = edit_sites(&edit("monthly", "", "1"), &sites, &seller()).expect_err("not a text");
        assert_eq!(refused.code, "site.field_not_editable");
        let refused = edit_sites(&edit("name", "North", " "), &sites, &seller()).expect_err("no name");
        assert_eq!(refused.code, "site.name_missing");
    }

    #[test]
    fn only_what_nothing_was_built_on_is_taken_back() {
        let (account, a, b) = (AccountId(Uuid::from_u128(1)), Uuid::from_u128(2), Uuid::from_u128(3));
        let remove =
            |ids: &[Uuid]| RemoveSites { account_id: account, site_ids: ids.iter().map(|id| SiteId(*id)).collect() };
        let mut world = RemovalWorld { sites: BTreeMap::from([(a, row(account, a, "A"))]), ..RemovalWorld::default() };
        // b is gone already: that is what was wanted.
        assert_eq!(remove_sites(&remove(&[a, b]), &world, &seller()), Ok(vec![a]));
        world.used.insert(a);
        assert_eq!(remove_sites(&remove(&[a]), &world, &seller()).expect_err("used").code, "site.in_use");
        let elsewhere = RemoveSites { account_id: AccountId(b), site_ids: vec![SiteId(a)] };
        assert_eq!(remove_sites(&elsewhere, &world, &seller()).expect_err("other account").code, "site.unknown");
    }
}
