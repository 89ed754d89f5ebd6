//! An account's sites as the customer's tree. Invariant: every site is shown exactly once; one whose site above is not here
//! stands at the top.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use ts_rs::TS;

use crate::api::CommandError;
use crate::api::view::{ListRequest, Window};
use crate::engine::Engine;

/// Deepest level shown; what stands lower is shown there.
const MAX_DEPTH: i64 = 60;
/// Most rows of one window.
const MAX_LIMIT: usize = 1_000;

/// Which part of a tree.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SiteTree {
    /// Account.
    pub account_id: String,
    /// Sites whose lower sites are not shown.
    pub closed: Vec<String>,
    /// Window; filters, text and order are not read.
    pub list: ListRequest,
}

/// A site in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteTreeRow {
    /// Site id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Customer's code.
    pub code: String,
    /// `headquarters`, `branch`, `warehouse`, `remote_office`.
    pub site_type: String,
    /// City.
    pub city: String,
    /// The service there.
    #[ts(as = "satchel_core::sites::Service")]
    pub service_status: String,
    /// Where its invoices go.
    #[ts(as = "satchel_core::sites::Billing")]
    pub billing: String,
    /// Monthly charge, formatted, empty when no service.
    pub monthly_text: String,
    /// Level, 0 at the top.
    pub depth: u32,
    /// Sites directly below.
    pub below: u32,
}

#[derive(FromRow)]
struct Stored {
    id: String,
    name: String,
    code: String,
    site_type: String,
    city: String,
    service_status: String,
    billing: String,
    monthly: Option<i64>,
    currency: String,
    below: i64,
}

/// The tree's rows from top to bottom, as a window.
pub async fn tree(engine: &Engine, args: SiteTree) -> Result<Window<SiteTreeRow>, CommandError> {
    let open = engine.workspace().await?;
    let all: String = sqlx::query_scalar(
        "WITH RECURSIVE shown (id, depth, path) AS ( \
           SELECT s.id, 0, lower(s.name) || char(31) || s.id FROM sites s WHERE s.account_id = ?1 AND (s.parent_id IS NULL \
             OR NOT EXISTS (SELECT 1 FROM sites p WHERE p.id = s.parent_id AND p.account_id = ?1)) \
           UNION ALL \
           SELECT s.id, shown.depth + 1, shown.path || char(30) || lower(s.name) || char(31) || s.id \
             FROM shown JOIN sites s ON s.account_id = ?1 AND s.parent_id = shown.id \
             WHERE shown.depth < ?3 AND shown.id NOT IN (SELECT value FROM json_each(?2))) \
         SELECT json_group_array(json_array(id, depth)) FROM (SELECT id, depth FROM shown ORDER BY path)",
    )
    .bind(&args.account_id)
    .bind(serde_json::to_string(&args.closed).unwrap_or_default())
    .bind(MAX_DEPTH)
    .fetch_one(open.store.read())
    .await?;
    let all: Vec<(String, u32)> =
        serde_json::from_str(&all).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
    let limit = if args.list.limit == 0 { 100 } else { (args.list.limit as usize).min(MAX_LIMIT) };
    let wanted: Vec<&(String, u32)> = all.iter().skip(args.list.offset as usize).take(limit).collect();
    let ids: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let stored: Vec<Stored> = sqlx::query_as(
        "SELECT s.id, s.name, s.code, s.site_type, s.city, s.service_status, s.billing, s.monthly, s.currency, \
         (SELECT count(*) FROM sites b WHERE b.account_id = s.account_id AND b.parent_id = s.id) AS below \
         FROM sites s WHERE s.id IN (SELECT value FROM json_each(?1))",
    )
    .bind(serde_json::to_string(&ids).unwrap_or_default())
    .fetch_all(open.store.read())
    .await?;
    let mut stored: HashMap<String, Stored> = stored.into_iter().map(|row| (row.id.clone(), row)).collect();
    let rows = wanted.iter().filter_map(|(id, depth)| {
        let row = stored.remove(id)?;
        Some(SiteTreeRow {
            monthly_text: row.monthly.map_or_else(String::new, |minor| open.money(minor, &row.currency)),
            id: row.id,
            name: row.name,
            code: row.code,
            site_type: row.site_type,
            city: row.city,
            service_status: row.service_status,
            billing: row.billing,
            depth: *depth,
            below: u32::try_from(row.below).unwrap_or(0),
        })
    });
    let rows = rows.collect();
    Ok(Window { rows, offset: args.list.offset, total: u32::try_from(all.len()).unwrap_or(u32::MAX) })
}
