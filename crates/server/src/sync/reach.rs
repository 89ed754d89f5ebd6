//! What a push may build on: rows in its person's scopes. Any other row is absent, for every intent alike.

use std::collections::BTreeMap;

use satchel_core::apply::{references, with_ids_replaced};
use satchel_core::ids::{OrgId, UserId};
use satchel_core::wire::mutation::Intent;
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::scopes;
use crate::envelope::ApiError;
use crate::rows::spec;

/// Tables with rows that are a person's own: nobody else's, whatever else they see. A technician's are seen by who sees everything.
const PERSONAL: [&str; 1] = ["tasks"];

/// The scopes of a person, at the moment of a transaction.
pub(super) enum Reach {
    /// Everything in the organisation but what is another person's own.
    Everything(UserId),
    /// These scopes.
    Scopes(Vec<Uuid>),
}

/// An intent as its person may mean it: rows outside their reach carry ids that nobody has.
pub(super) struct Veiled {
    /// The intent to apply.
    pub intent: Intent,
    /// Made-up id to hidden one.
    hidden: BTreeMap<Uuid, Uuid>,
}

impl Veiled {
    /// A refusal's values with the ids that were named.
    pub fn lift(&self, detail: &Value) -> Value {
        if self.hidden.is_empty() { detail.clone() } else { with_ids_replaced(detail, &self.hidden) }
    }
}

impl Reach {
    /// What a person sees now.
    pub async fn of(conn: &mut PgConnection, org: OrgId, user: UserId) -> Result<Self, sqlx::Error> {
        if scopes::sees_everything(conn, org, user).await? {
            return Ok(Self::Everything(user));
        }
        Ok(Self::Scopes(scopes::of(conn, org, user).await?))
    }

    /// Those of some rows that are outside the reach.
    async fn outside(&self, conn: &mut PgConnection, table: &str, ids: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
        let table = spec(table).name;
        match self {
            Self::Everything(_) if !PERSONAL.contains(&table) => Ok(Vec::new()),
            Self::Everything(user) => {
                let sql = format!(
                    "SELECT id FROM {table} WHERE id = ANY($1) AND scope_id IN \
                     (SELECT id FROM users WHERE id <> $2 AND role <> 'technician')"
                );
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(ids).bind(user.0).fetch_all(conn).await
            }
            Self::Scopes(scopes) => {
                let sql = format!("SELECT id FROM {table} WHERE id = ANY($1) AND scope_id <> ALL($2)");
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(ids).bind(scopes).fetch_all(conn).await
            }
        }
    }

    /// The intent with every row outside the reach made absent.
    pub async fn veil(&self, conn: &mut PgConnection, intent: Intent) -> Result<Veiled, ApiError> {
        let as_it_is = |intent| Ok(Veiled { intent, hidden: BTreeMap::new() });
        let mut named: BTreeMap<&'static str, Vec<Uuid>> = BTreeMap::new();
        for (table, id) in references(&intent) {
            named.entry(table).or_default().push(id);
        }
        let mut hidden = BTreeMap::new();
        for (table, ids) in named {
            let found = self.outside(conn, table, &ids).await?;
            hidden.extend(found.into_iter().map(|id| (id, Uuid::now_v7())));
        }
        if hidden.is_empty() {
            return as_it_is(intent);
        }
        let unreadable = |error: serde_json::Error| {
            ApiError::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "server.failed", error.to_string())
        };
        let value = with_ids_replaced(&serde_json::to_value(&intent).map_err(unreadable)?, &hidden);
        let intent = serde_json::from_value(value).map_err(unreadable)?;
        Ok(Veiled { intent, hidden: hidden.into_iter().map(|(id, made_up)| (made_up, id)).collect() })
    }
}
