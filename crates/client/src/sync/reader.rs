//! The cache as a reader of steps; its own SQL where row by row would cost too much.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::apply::Placed;
use satchel_core::ids::{AccountId, QuoteId};
use satchel_core::steps::{Reader, SiteService};
use satchel_core::wire::rows::Row;
use sqlx::{AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use super::local::spec;
use crate::api::CommandError;
use crate::store::{load_all, load_row, load_rows, load_rows_by_ids, load_rows_where};

/// Rows of the cache, read inside whatever transaction the connection is in.
pub struct Cache<'a>(pub &'a mut SqliteConnection);

fn id_list(ids: &[Uuid]) -> Vec<String> {
    ids.iter().map(Uuid::to_string).collect()
}

impl Reader for Cache<'_> {
    type Error = CommandError;

    async fn one(&mut self, table: &'static str, id: Uuid) -> Result<Option<Row>, CommandError> {
        Ok(load_row(self.0, spec(table)?, id).await?)
    }

    async fn many(&mut self, table: &'static str, ids: &[Uuid]) -> Result<Vec<Row>, CommandError> {
        Ok(load_rows_by_ids(self.0, spec(table)?, &id_list(ids)).await?)
    }

    async fn by(&mut self, table: &'static str, column: &'static str, value: &str) -> Result<Vec<Row>, CommandError> {
        Ok(load_rows(self.0, spec(table)?, column, value).await?)
    }

    async fn all(&mut self, table: &'static str) -> Result<Vec<Row>, CommandError> {
        Ok(load_all(self.0, spec(table)?).await?)
    }

    async fn has(&mut self, table: &'static str, id: Uuid) -> Result<bool, CommandError> {
        Ok(self.count(table, "id", &id.to_string()).await? > 0)
    }

    async fn count(&mut self, table: &'static str, column: &'static str, value: &str) -> Result<usize, CommandError> {
        let sql = format!("SELECT count(*) FROM {} WHERE {column} = ?1", spec(table)?.name);
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(value).fetch_one(&mut *self.0).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Most quotes have one version, and a large one is not read twice.
    async fn other_versions(&mut self, family: QuoteId, version: QuoteId) -> Result<Vec<Row>, CommandError> {
        let values = [family.to_string(), version.to_string()];
        Ok(load_rows_where(self.0, spec("quotes")?, "family_id = ?1 AND id <> ?2 ORDER BY id", &values).await?)
    }

    /// One string for all sites: row by row costs more than everything else a quote is judged with.
    async fn site_services(&mut self, account: AccountId) -> Result<Vec<SiteService>, CommandError> {
        let sites: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(id, state_code, service_status)) FROM sites WHERE account_id = ?1",
        )
        .bind(account.to_string())
        .fetch_one(&mut *self.0)
        .await?;
        let sites: Vec<(Uuid, String, String)> =
            serde_json::from_str(&sites).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
        let service = |(id, state_code, service_status)| SiteService { id, state_code, service_status };
        Ok(sites.into_iter().map(service).collect())
    }

    async fn site_tree(&mut self, account: AccountId) -> Result<BTreeMap<Uuid, Placed>, CommandError> {
        let tree: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "WITH RECURSIVE up (id, account_id, parent_id) AS ( \
               SELECT id, account_id, parent_id FROM sites WHERE account_id = ?1 \
               UNION SELECT s.id, s.account_id, s.parent_id FROM sites s JOIN up ON s.id = up.parent_id) \
             SELECT id, account_id, parent_id FROM up",
        )
        .bind(account.to_string())
        .fetch_all(&mut *self.0)
        .await?;
        let id = |text: &String| Uuid::parse_str(text).ok();
        let placed = |account: &String, above: &Option<String>| {
            Some(Placed { account_id: id(account)?, above: above.as_ref().and_then(id) })
        };
        Ok(tree.iter().filter_map(|(site, account, above)| Some((id(site)?, placed(account, above)?))).collect())
    }

    async fn used_sites(&mut self, account: AccountId, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, CommandError> {
        let found: Vec<String> = sqlx::query_scalar(
            "WITH used (id) AS ( \
               SELECT l.value ->> 'site_id' FROM quotes q, json_each(q.content, '$.lines') l WHERE q.account_id = ?1 \
               UNION SELECT e.value FROM incidents i, json_each(i.site_ids) e WHERE i.account_id = ?1 \
               UNION SELECT site_id FROM jobs WHERE account_id = ?1 \
               UNION SELECT site_id FROM tickets WHERE account_id = ?1 \
               UNION SELECT site_id FROM tasks WHERE account_id = ?1 \
               UNION SELECT site_id FROM sla_site_months WHERE account_id = ?1 \
               UNION SELECT parent_id FROM sites WHERE account_id = ?1 AND id NOT IN (SELECT value FROM json_each(?2))) \
             SELECT id FROM used WHERE id IN (SELECT value FROM json_each(?2))",
        )
        .bind(account.to_string())
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .fetch_all(&mut *self.0)
        .await?;
        Ok(found.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect())
    }

    async fn unit_decimals(&mut self, currency: &str) -> Result<BTreeMap<String, u32>, CommandError> {
        let decimals: Vec<(String, u32)> = sqlx::query_as(
            "SELECT i.code, max(i.unit_dp) FROM price_items i JOIN price_books b ON b.id = i.price_book_id \
             WHERE b.currency = ?1 GROUP BY i.code",
        )
        .bind(currency)
        .fetch_all(&mut *self.0)
        .await?;
        Ok(decimals.into_iter().collect())
    }
}
