//! A list of sites in groups, with how many they are and what they are charged a month.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use ts_rs::TS;

use super::queries::LIST;
use crate::api::CommandError;
use crate::api::list::{Conditions, all_keys};
use crate::api::view::ListRequest;
use crate::engine::Engine;

/// Most groups shown; the smallest are left out, the total has them all.
const MAX_GROUPS: usize = 200;

/// What to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SiteGrouping {
    /// Everything together.
    Total,
    /// Account.
    Account,
    /// Province or state.
    Province,
    /// City.
    City,
    /// Package.
    Package,
    /// Service status.
    ServiceStatus,
    /// Kind of site.
    SiteType,
    /// How they are invoiced.
    Billing,
}

/// Which list, in which groups.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct GroupSites {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Filters and text; window and order are not read.
    pub list: ListRequest,
    /// By what.
    pub by: SiteGrouping,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteGroup {
    /// The value they share; empty where none is known.
    pub value: String,
    /// Sites.
    pub sites: u32,
    /// Monthly charges, one text a currency.
    pub monthly_texts: Vec<String>,
}

/// The groups, the largest first.
pub async fn groups(engine: &Engine, args: GroupSites) -> Result<Vec<SiteGroup>, CommandError> {
    let open = engine.workspace().await?;
    let mut fixed = Conditions::default();
    if let Some(account) = &args.account_id {
        fixed.and("s.account_id = ?", account);
    }
    let keys = all_keys(&open, &LIST, &args.list, fixed).await?;
    let column = match args.by {
        SiteGrouping::Total => "''",
        SiteGrouping::Account => "(SELECT name FROM accounts a WHERE a.id = s.account_id)",
        SiteGrouping::Province => "s.province",
        SiteGrouping::City => "s.city",
        SiteGrouping::Package => "s.package",
        SiteGrouping::ServiceStatus => "s.service_status",
        SiteGrouping::SiteType => "s.site_type",
        SiteGrouping::Billing => "s.billing",
    };
    let rows: Vec<(String, String, i64, i64, i64)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {column}, s.currency, count(*), count(s.monthly), coalesce(sum(s.monthly), 0) FROM sites s \
         WHERE s.id IN (SELECT value FROM json_each(?1)) GROUP BY 1, 2 ORDER BY 1, 2"
    )))
    .bind(serde_json::to_string(&keys).unwrap_or_default())
    .fetch_all(open.store.read())
    .await?;
    let mut groups: BTreeMap<String, SiteGroup> = BTreeMap::new();
    for (value, currency, sites, charged, monthly) in rows {
        let empty = SiteGroup { value: value.clone(), sites: 0, monthly_texts: Vec::new() };
        let group = groups.entry(value).or_insert(empty);
        group.sites += u32::try_from(sites).unwrap_or(0);
        if charged > 0 {
            group.monthly_texts.push(open.money(monthly, &currency));
        }
    }
    let mut groups: Vec<SiteGroup> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.sites));
    groups.truncate(MAX_GROUPS);
    Ok(groups)
}
