//! Importing, editing and taking back sites. Invariant: all sites of one intent or none; a site id is used once; a site that
//! something was built on is never removed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::Refusal;
use crate::money::Currency;
use crate::people::Actor;
use crate::places;
use crate::sites::rules::problem;
use crate::sites::{
    BILLING, EDITABLE_FIELDS, EditSites, EditedSite, IMPORT_TAKEN_BACK, IMPORTED, ImportSites, MAX_REASON,
    MAX_SITES_PER_IMPORT, RemoveSites, StateField, TAKEN_BACK,
};
use crate::time::{Timestamp, format_instant_ms};
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

/// The rows to write. A site that changes leaves a row of its history; a new one says itself when it came, from whom and where
/// from: a list of ten thousand is not twenty thousand rows.
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
        let known = world.sites.get(&site.id.0);
        let mut row = match (known, site.new) {
            (Some(row), false) if row.scope_id() == import.account_id.0 => row.clone(),
            (None, true) => new_site_row(site.id, import.account_id, currency),
            (Some(_), _) => return Err(Refusal::rule("site.exists")),
            (None, false) => return Err(Refusal::rule("site.unknown")),
        };
        put_site_details(&mut row, &site.details);
        let reason = format!("{IMPORTED}:{}", import.file_name);
        if let (None, Some(at)) = (known, import.at) {
            row.set("created_at", format_instant_ms(at));
            row.set("created_by", json!(by.id));
            row.set("created_from", reason.clone());
        }
        rows.extend(known.zip(import.at).and_then(|(before, at)| history(before, &row, &reason, at, by)));
        rows.push(row);
    }
    Ok(rows)
}

/// Where a site stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Whose it is.
    pub account_id: Uuid,
    /// The site above it.
    pub above: Option<Uuid>,
}

impl Placed {
    /// Where a site's row says it stands.
    pub fn of(row: &Row) -> Self {
        Self { account_id: row.scope_id(), above: row.uuid("parent_id").ok() }
    }
}

/// What an edit of sites reads.
#[derive(Debug, Clone, Default)]
pub struct EditWorld {
    /// Rows of the named sites that exist.
    pub sites: BTreeMap<Uuid, Row>,
    /// Every site of the account and whatever stands above them, also such as belong to another account by now; read only
    /// when an edit moves a site.
    pub tree: BTreeMap<Uuid, Placed>,
    /// People who may look after a site; read only when an edit names one.
    pub people: BTreeSet<Uuid>,
}

/// Which parts of [`EditWorld`] an edit needs beside the sites: the tree, and the people.
pub fn edit_reads(edit: &EditSites) -> (bool, bool) {
    let names = |field: StateField| edit.sites.iter().any(|site| site.fields.contains_key(field.column()));
    (names(StateField::Parent), names(StateField::Owner))
}

/// Applies edits of sites. A field that somebody else changed meanwhile is a conflict; the others' changes stay. Each changed
/// site leaves a row of its history.
pub fn edit_sites(edit: &EditSites, world: &EditWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    let service_only = |site: &EditedSite| !site.fields.is_empty() && site.fields.keys().all(|name| is_service(name));
    let may = |site| by.role.may_edit_accounts() || (service_only(site) && by.role.may_change_service());
    if !edit.sites.iter().all(may) {
        return Err(Refusal::rule("site.not_allowed"));
    }
    if edit.sites.iter().flat_map(|site| site.fields.keys()).any(|name| is_service(name))
        && !by.role.may_change_service()
    {
        return Err(Refusal::rule("site.service_not_allowed"));
    }
    if edit.sites.len() > MAX_SITES_PER_IMPORT {
        return Err(Refusal::rule("site.too_many"));
    }
    if edit.reason.chars().count() > MAX_REASON {
        return Err(Refusal::with("site.too_long", json!({ "field": "reason", "max": MAX_REASON })));
    }
    let mut rows = Vec::with_capacity(edit.sites.len() * 2);
    for site in &edit.sites {
        let known = world.sites.get(&site.id.0).filter(|row| row.scope_id() == edit.account_id.0);
        let before = known.ok_or_else(|| Refusal::rule("site.unknown"))?;
        let row = edited(before, site, edit, world)?;
        rows.extend(edit.at.and_then(|at| history(before, &row, &edit.reason, at, by)));
        rows.push(row);
    }
    no_cycles(edit, world)?;
    Ok(rows)
}

fn is_service(name: &str) -> bool {
    matches!(StateField::parse(name), Some(StateField::Service | StateField::Billing))
}

/// One site with its edits, or the fields that stand in the way.
fn edited(before: &Row, site: &EditedSite, edit: &EditSites, world: &EditWorld) -> Result<Row, Refusal> {
    let alone = edit.sites.len() == 1;
    // What is put back was there before, right or wrong.
    let back = [TAKEN_BACK, IMPORT_TAKEN_BACK].contains(&edit.reason.as_str());
    let mut row = before.clone();
    let name = row.text("name").unwrap_or_default().to_owned();
    let mut differences = Vec::new();
    let mut details = false;
    for (field, change) in &site.fields {
        let theirs = row.text_or_null(field).unwrap_or_default().to_owned();
        if theirs != change.base && theirs != change.mine {
            // Of one site the field says enough; of several the name belongs to it.
            let label = if alone { field.clone() } else { format!("{name}: {field}") };
            let values = json!({ "label": label, "base": change.base, "mine": change.mine, "theirs": theirs,
                "row": site.id, "field": field });
            differences.push(values);
            continue;
        }
        match StateField::parse(field) {
            Some(state) => {
                check_state(state, (&theirs, &change.mine), before.scope_id(), world)
                    .map_err(|code| Refusal::with(code, json!({ "site": name })))?;
                let empty = change.mine.is_empty();
                row.set(field, if empty { Value::Null } else { json!(change.mine) });
            }
            None => {
                let limit = EDITABLE_FIELDS.iter().find(|(name, _)| name == field).map(|(_, limit)| *limit);
                let limit = limit.ok_or_else(|| Refusal::with("site.field_not_editable", json!({ "field": field })))?;
                if change.mine.chars().count() > limit {
                    return Err(Refusal::with("site.too_long", json!({ "field": field, "max": limit })));
                }
                // The country the site is in once the edit is made.
                let country = site.fields.get("country").map(|edit| edit.mine.as_str());
                let country = country.or_else(|| before.text_or_null("country")).unwrap_or_default();
                let changes = !back && change.mine != theirs;
                if let Some(code) = problem(field, &change.mine, places::country(country)).filter(|_| changes) {
                    return Err(Refusal::with(code, json!({ "site": name, "value": change.mine })));
                }
                row.set(field, change.mine.clone());
                details = true;
            }
        }
    }
    if !differences.is_empty() {
        return Err(Refusal::conflict("site.field_conflict", json!({ "differences": differences })));
    }
    if details {
        let details = site_details_of(&row).map_err(|_| Refusal::rule("site.unknown"))?;
        details.check().map_err(|e| Refusal::with(e.code(), json!({ "site": details.name })))?;
        put_site_details(&mut row, &details);
    }
    Ok(row)
}

fn check_state(
    field: StateField,
    (from, to): (&str, &str),
    account: Uuid,
    world: &EditWorld,
) -> Result<(), &'static str> {
    let known = |set: &dyn Fn(&Uuid) -> bool| to.is_empty() || Uuid::parse_str(to).is_ok_and(|id| set(&id));
    let (fine, code) = match field {
        StateField::Service => (
            from == to || matches!((from, to), ("active", "suspended") | ("suspended", "active")),
            "site.not_in_service",
        ),
        StateField::Billing => (BILLING.contains(&to), "site.bad_billing"),
        StateField::Parent => {
            (known(&|id| world.tree.get(id).is_some_and(|placed| placed.account_id == account)), "site.parent_unknown")
        }
        StateField::Owner => (known(&|id| world.people.contains(id)), "site.owner_unknown"),
    };
    if fine { Ok(()) } else { Err(code) }
}

/// No site may stand above itself once all moves of the edit are made.
fn no_cycles(edit: &EditSites, world: &EditWorld) -> Result<(), Refusal> {
    let moved: BTreeMap<Uuid, Option<Uuid>> = edit
        .sites
        .iter()
        .filter_map(|site| Some((site.id.0, Uuid::parse_str(&site.fields.get(StateField::Parent.column())?.mine).ok())))
        .collect();
    let above = |id: &Uuid| moved.get(id).copied().unwrap_or_else(|| world.tree.get(id)?.above);
    for id in moved.keys() {
        let mut at = above(id);
        // A chain is never longer than there are sites.
        for _ in 0..=world.tree.len() {
            match at {
                Some(next) if next == *id => {
                    let name = world.sites.get(id).and_then(|row| row.text("name").ok()).unwrap_or_default();
                    return Err(Refusal::with("site.cycle", json!({ "site": name })));
                }
                Some(next) => at = above(&next),
                None => break,
            }
        }
    }
    Ok(())
}

/// What changed between two rows of a site, as a row of its history; none when nothing did. The same change at the same
/// instant is the same row.
fn history(before: &Row, after: &Row, reason: &str, at: Timestamp, by: &Actor) -> Option<Row> {
    let fields = EDITABLE_FIELDS.iter().map(|(field, _)| *field).chain(
        [StateField::Service, StateField::Billing, StateField::Parent, StateField::Owner].map(StateField::column),
    );
    let text = |row: &Row, field: &str| row.text_or_null(field).unwrap_or_default().to_owned();
    let differences: BTreeMap<&str, (String, String)> = fields
        .map(|field| (field, (text(before, field), text(after, field))))
        .filter(|(_, (was, is))| was != is)
        .collect();
    if differences.is_empty() {
        return None;
    }
    let differences = json!(differences);
    let at_text = format_instant_ms(at);
    let id = Uuid::new_v5(&before.id(), format!("{at_text} {} {differences}", by.id).as_bytes());
    let account = before.scope_id();
    Some(
        Row::new("site_changes", id, account)
            .with("account_id", json!(account))
            .with("site_id", json!(before.id()))
            .with("changed_by", json!(by.id))
            .with("changed_at", at_text)
            .with("reason", reason.trim())
            .with("differences", differences),
    )
}

/// What taking back reads.
#[derive(Debug, Clone, Default)]
pub struct RemovalWorld {
    /// Rows of the named sites that exist.
    pub sites: BTreeMap<Uuid, Row>,
    /// Those that a quote, an incident, a job, a ticket, a month's figures or a site below them name.
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
        let sites = EditWorld { sites: BTreeMap::from([(id, theirs)]), ..EditWorld::default() };
        let edit = |field: &str, base: &str, mine: &str| EditSites {
            account_id: account,
            sites: vec![EditedSite {
                id: SiteId(id),
                fields: BTreeMap::from([(
                    field.to_owned(),
                    FieldEdit { base: base.to_owned(), mine: mine.to_owned() },
                )]),
            }],
            reason: String::new(),
            at: None,
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
    fn a_field_takes_what_a_list_would_take_and_a_change_taken_back_takes_what_was_there() {
        let (account, id) = (AccountId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let mut there = row(account, id, "North");
        there.set("country", "ZA");
        there.set("contact_phone", "ask Jo");
        let world = EditWorld { sites: BTreeMap::from([(id, there)]), ..EditWorld::default() };
        let edit = |field: &str, (base, mine): (&str, &str), reason: &str| {
            let fields = [(field.to_owned(), FieldEdit { base: base.to_owned(), mine: mine.to_owned() })];
            let edit = EditSites {
                account_id: account,
                sites: vec![EditedSite { id: SiteId(id), fields: fields.into() }],
                reason: reason.to_owned(),
                at: None,
            };
            edit_sites(&edit, &world, &seller()).map(|_| ()).map_err(|refused| refused.code)
        };
        let refused = |code: &str| Err(code.to_owned());
        assert_eq!(edit("contact_phone", ("ask Jo", "call me"), ""), refused("site.bad_phone"));
        assert_eq!(edit("contact_phone", ("ask Jo", "call me"), TAKEN_BACK), Ok(()));
        assert_eq!(edit("contact_phone", ("ask Jo", "ask Jo"), ""), Ok(()), "what is there may stay");
        assert_eq!(edit("contact_phone", ("ask Jo", "011 555 0101"), ""), Ok(()));
        assert_eq!(edit("postal_code", ("", "38O001"), ""), refused("site.bad_postal_code"));
        assert_eq!(edit("name", ("North", "South"), ""), Ok(()), "a bad phone does not hold up the name");
    }

    fn move_to(account: AccountId, moves: &[(Uuid, Option<Uuid>)]) -> EditSites {
        let text = |id: Option<Uuid>| id.map_or_else(String::new, |id| id.to_string());
        let edited = |(id, to): &(Uuid, Option<Uuid>)| EditedSite {
            id: SiteId(*id),
            fields: BTreeMap::from([("parent_id".to_owned(), FieldEdit { base: String::new(), mine: text(*to) })]),
        };
        EditSites {
            account_id: account,
            sites: moves.iter().map(edited).collect(),
            reason: String::new(),
            at: Some(Timestamp::UNIX_EPOCH),
        }
    }

    fn placed(account: AccountId, above: Option<Uuid>) -> Placed {
        Placed { account_id: account.0, above }
    }

    #[test]
    fn a_ring_is_seen_also_through_a_site_that_went_to_another_account() {
        let (account, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(8)));
        let [a, b, c] = [2, 3, 4].map(Uuid::from_u128);
        // a stands under b, b under c; then the office gave b to another account.
        let tree = [(a, account, Some(b)), (b, other, Some(c)), (c, account, None)];
        let world = EditWorld {
            sites: BTreeMap::from([(c, row(account, c, "Site"))]),
            tree: tree.into_iter().map(|(id, account, above)| (id, placed(account, above))).collect(),
            ..EditWorld::default()
        };
        let code = |to| edit_sites(&move_to(account, &[(c, Some(to))]), &world, &seller()).expect_err("refused").code;
        assert_eq!((code(a), code(b)), ("site.cycle".to_owned(), "site.parent_unknown".to_owned()));
    }

    #[test]
    fn a_site_moves_under_another_but_never_under_itself() {
        let account = AccountId(Uuid::from_u128(1));
        let [a, b, c] = [2, 3, 4].map(Uuid::from_u128);
        let sites = [a, b, c].map(|id| (id, row(account, id, "Site")));
        let mut world = EditWorld {
            sites: BTreeMap::from(sites),
            tree: [a, b, c].into_iter().map(|id| (id, placed(account, None))).collect(),
            ..EditWorld::default()
        };
        let rows = edit_sites(&move_to(account, &[(b, Some(a))]), &world, &seller()).expect("moves");
        assert_eq!(rows.iter().map(|row| row.table().name).collect::<Vec<_>>(), ["site_changes", "sites"]);
        assert_eq!(rows[1].text("parent_id"), Ok(a.to_string().as_str()));
        assert_eq!(rows[0].get("differences")["parent_id"], json!(["", a.to_string()]));
        let code = |moves: &[(Uuid, Option<Uuid>)], world: &EditWorld| {
            edit_sites(&move_to(account, moves), world, &seller()).expect_err("refused").code
        };
        assert_eq!(code(&[(a, Some(a))], &world), "site.cycle");
        assert_eq!(code(&[(a, Some(b)), (b, Some(c)), (c, Some(a))], &world), "site.cycle");
        assert_eq!(code(&[(a, Some(Uuid::from_u128(9)))], &world), "site.parent_unknown");
        world.tree.insert(b, placed(account, Some(a)));
        assert_eq!(code(&[(a, Some(b))], &world), "site.cycle");
        // Two moves at once may turn a chain around.
        let mut turned = move_to(account, &[(a, Some(b)), (b, None)]);
        turned.sites[1].fields.get_mut("parent_id").expect("named").base = a.to_string();
        world.sites.get_mut(&b).expect("there").set("parent_id", json!(a));
        assert!(edit_sites(&turned, &world, &seller()).is_ok());
    }

    #[test]
    fn only_service_is_suspended_and_only_by_who_may() {
        let (account, id) = (AccountId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let suspend = |base: &str, mine: &str| EditSites {
            account_id: account,
            sites: vec![EditedSite {
                id: SiteId(id),
                fields: BTreeMap::from([(
                    "service_status".to_owned(),
                    FieldEdit { base: base.to_owned(), mine: mine.to_owned() },
                )]),
            }],
            reason: "unpaid".to_owned(),
            at: Some(Timestamp::UNIX_EPOCH),
        };
        let manager = Actor { id: UserId(Uuid::nil()), role: Role::AccountManager };
        let mut world = EditWorld { sites: BTreeMap::from([(id, row(account, id, "North"))]), ..EditWorld::default() };
        let code =
            |edit: &EditSites, world: &EditWorld, by: &Actor| edit_sites(edit, world, by).expect_err("refused").code;
        assert_eq!(code(&suspend("none", "suspended"), &world, &manager), "site.not_in_service");
        assert_eq!(code(&suspend("none", "active"), &world, &manager), "site.not_in_service");
        world.sites.get_mut(&id).expect("there").set("service_status", "active");
        assert_eq!(code(&suspend("active", "suspended"), &world, &seller()), "site.service_not_allowed");
        assert_eq!(code(&suspend("active", "cancelled"), &world, &manager), "site.not_in_service");
        let rows = edit_sites(&suspend("active", "suspended"), &world, &manager).expect("suspends");
        assert_eq!((rows[1].text("service_status"), rows[0].text("reason")), (Ok("suspended"), Ok("unpaid")));
        world.sites.get_mut(&id).expect("there").set("service_status", "cancelled");
        assert_eq!(code(&suspend("active", "suspended"), &world, &manager), "site.field_conflict");
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
