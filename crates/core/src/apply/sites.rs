//! Importing sites. Invariant: all sites of one import or none; a site id is used once.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::Refusal;
use crate::money::Currency;
use crate::people::Actor;
use crate::sites::{ImportSites, MAX_SITES_PER_IMPORT};
use crate::wire::entities::{new_site_row, put_site_details};
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
