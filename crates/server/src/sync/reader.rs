//! The organisation's rows in Postgres as a reader of steps; its own SQL where row by row would cost too much.

use std::collections::{BTreeMap, BTreeSet};

use satchel_core::apply::Placed;
use satchel_core::ids::{AccountId, ClientId, MutationId, QuoteId, UserId};
use satchel_core::steps::{Reader, SiteService};
use satchel_core::wire::rows::Row;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::apply::Failure;
use crate::rows::{count_by, load, load_all, load_by_text, load_many, load_where, spec};

/// Rows of the organisation that the transaction is set to.
pub(crate) struct Tenant<'a> {
    conn: &'a mut PgConnection,
    own: Option<(ClientId, &'a [MutationId])>,
}

impl<'a> Tenant<'a> {
    /// For a step of somebody without a device: a customer, the server itself.
    pub fn of(conn: &'a mut PgConnection) -> Self {
        Self { conn, own: None }
    }

    /// For a device's step that stands on these mutations.
    pub fn for_device(conn: &'a mut PgConnection, client: ClientId, depends_on: &'a [MutationId]) -> Self {
        Self { conn, own: Some((client, depends_on)) }
    }
}

impl Reader for Tenant<'_> {
    type Error = Failure;

    async fn one(&mut self, table: &'static str, id: Uuid) -> Result<Option<Row>, Failure> {
        Ok(load(self.conn, table, id).await?)
    }

    async fn many(&mut self, table: &'static str, ids: &[Uuid]) -> Result<Vec<Row>, Failure> {
        Ok(load_many(self.conn, table, ids).await?)
    }

    async fn by(&mut self, table: &'static str, column: &'static str, value: &str) -> Result<Vec<Row>, Failure> {
        Ok(load_by_text(self.conn, table, column, value).await?)
    }

    async fn all(&mut self, table: &'static str) -> Result<Vec<Row>, Failure> {
        Ok(load_all(self.conn, table).await?)
    }

    async fn has(&mut self, table: &'static str, id: Uuid) -> Result<bool, Failure> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE id = $1)", spec(table).name);
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_one(&mut *self.conn).await?)
    }

    async fn count(&mut self, table: &'static str, column: &'static str, value: &str) -> Result<usize, Failure> {
        Ok(count_by(self.conn, table, column, value).await?)
    }

    async fn other_versions(&mut self, family: QuoteId, version: QuoteId) -> Result<Vec<Row>, Failure> {
        let condition = "family_id = $1 AND id <> $2 ORDER BY id";
        Ok(load_where(self.conn, "quotes", condition, &[family.0, version.0]).await?)
    }

    async fn others_changed(&mut self, quote: QuoteId, seen: u64) -> Result<bool, Failure> {
        let Some((client, depends_on)) = self.own else { return Ok(false) };
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM sync_mutation WHERE version > $1 AND status IN ('applied', 'merged') \
             AND intent -> 'args' ->> 'quote_id' = $2 AND client_id <> $3 AND mutation_id <> ALL($4))",
        )
        .bind(i64::try_from(seen).unwrap_or(i64::MAX))
        .bind(quote.to_string())
        .bind(client.0)
        .bind(depends_on.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_one(&mut *self.conn)
        .await?)
    }

    async fn site_services(&mut self, account: AccountId) -> Result<Vec<SiteService>, Failure> {
        let sites: Vec<(Uuid, String, String)> =
            sqlx::query_as("SELECT id, state_code, service_status FROM sites WHERE account_id = $1")
                .bind(account.0)
                .fetch_all(&mut *self.conn)
                .await?;
        let service = |(id, state_code, service_status)| SiteService { id, state_code, service_status };
        Ok(sites.into_iter().map(service).collect())
    }

    async fn site_tree(&mut self, account: AccountId) -> Result<BTreeMap<Uuid, Placed>, Failure> {
        let tree: Vec<(Uuid, Uuid, Option<Uuid>)> = sqlx::query_as(
            "WITH RECURSIVE up (id, account_id, parent_id) AS ( \
               SELECT id, account_id, parent_id FROM sites WHERE account_id = $1 \
               UNION SELECT s.id, s.account_id, s.parent_id FROM sites s JOIN up ON s.id = up.parent_id) \
             SELECT id, account_id, parent_id FROM up",
        )
        .bind(account.0)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(tree.into_iter().map(|(id, account_id, above)| (id, Placed { account_id, above })).collect())
    }

    async fn used_sites(&mut self, account: AccountId, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, Failure> {
        let found: Vec<Uuid> = sqlx::query_scalar(
            "WITH used (id) AS ( \
               SELECT (l ->> 'site_id')::uuid FROM quotes q, jsonb_array_elements(q.content -> 'lines') l WHERE q.account_id = $1 \
               UNION SELECT e::uuid FROM incidents i, jsonb_array_elements_text(i.site_ids) e WHERE i.account_id = $1 \
               UNION SELECT site_id FROM jobs WHERE account_id = $1 \
               UNION SELECT site_id FROM tickets WHERE account_id = $1 \
               UNION SELECT site_id FROM tasks WHERE account_id = $1 \
               UNION SELECT site_id FROM sla_site_months WHERE account_id = $1 \
               UNION SELECT parent_id FROM sites WHERE account_id = $1 AND id <> ALL($2)) \
             SELECT id FROM used WHERE id = ANY($2)",
        )
        .bind(account.0)
        .bind(ids)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(found.into_iter().collect())
    }

    async fn sees(&mut self, person: UserId, scope: Uuid) -> Result<bool, Failure> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM scope_grants WHERE user_id = $1 AND (scope_id = $2 OR scope_id = org_id))",
        )
        .bind(person.0)
        .bind(scope)
        .fetch_one(&mut *self.conn)
        .await?)
    }

    async fn unit_decimals(&mut self, currency: &str) -> Result<BTreeMap<String, u32>, Failure> {
        let decimals: Vec<(String, i64)> = sqlx::query_as(
            "SELECT i.code, max(i.unit_dp) FROM price_items i JOIN price_books b ON b.org_id = i.org_id AND b.id = i.price_book_id \
             WHERE b.currency = $1 GROUP BY i.code",
        )
        .bind(currency)
        .fetch_all(&mut *self.conn)
        .await?;
        Ok(decimals.into_iter().map(|(code, unit_dp)| (code, u32::try_from(unit_dp).unwrap_or(2))).collect())
    }
}
