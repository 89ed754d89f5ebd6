//! Rows that cannot be taken in. Invariant: one of them never holds up the others; it is counted as had, so that its scope is
//! not loaded again for it, and a person sees which it is until it comes in a form that fits, goes, or leaves their sight.

use satchel_core::wire::tables::TableSpec;
use serde_json::Value;
use serde_json::value::RawValue;

use super::view::SkippedRow;
use crate::api::CommandError;
use crate::store::{Store, StoreError, WriteTx};

/// Where they are kept.
pub(super) const TABLE: &str = "skipped_rows";

/// Whether there are any.
pub(super) async fn any(tx: &mut WriteTx) -> Result<bool, CommandError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM skipped_rows)").fetch_one(tx.conn()).await?)
}

/// How many there are.
pub(super) async fn count(store: &Store) -> Result<i64, CommandError> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM skipped_rows").fetch_one(store.read()).await?)
}

/// Rows of a frame come anew: whether they fit now is seen when they are written.
pub(super) async fn came_again(tx: &mut WriteTx, spec: &TableSpec, rows: &str) -> Result<(), CommandError> {
    sqlx::query(
        "DELETE FROM skipped_rows WHERE table_name = ?1 AND id IN (SELECT value ->> 0 FROM json_each(?2) \
         WHERE json_valid(?2))",
    )
    .bind(spec.name)
    .bind(rows)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the row is what does not fit: a full disk or a damaged file is no row's fault.
pub(super) fn only_the_row(error: &StoreError) -> Result<(), CommandError> {
    match error {
        StoreError::Other(_) => Ok(()),
        StoreError::DiskFull => Err(CommandError::new("store.disk_full", error.to_string())),
        StoreError::Damaged(_) | StoreError::WrongKey | StoreError::InUse => {
            Err(CommandError::new("store.damaged", error.to_string()))
        }
    }
}

/// Takes the rows of a frame in one by one and notes those that do not fit.
pub(super) async fn one_by_one(
    tx: &mut WriteTx,
    spec: &'static TableSpec,
    rows: &RawValue,
) -> Result<(), CommandError> {
    let not_ours = |e: &dyn std::fmt::Display| CommandError::new("sync.not_satchel", e.to_string());
    let rows: Vec<&RawValue> = serde_json::from_str(rows.get()).map_err(|e| not_ours(&e))?;
    for row in rows {
        let Err(error) = tx.put_text(spec, &format!("[{}]", row.get())).await else { continue };
        only_the_row(&error)?;
        let Own { id, scope, version } = own(row.get()).ok_or_else(|| not_ours(&"a row without an id"))?;
        tracing::warn!(table = spec.name, id, %error, "a row is left out");
        tx.remove_skipped(spec, &id).await?;
        sqlx::query(
            "INSERT INTO skipped_rows (table_name, id, scope_id, sync_version, reason) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (table_name, id) DO UPDATE SET scope_id = excluded.scope_id, \
             sync_version = excluded.sync_version, reason = excluded.reason",
        )
        .bind(spec.name)
        .bind(id)
        .bind(scope)
        .bind(version)
        .bind(error.to_string().chars().take(500).collect::<String>())
        .execute(tx.conn())
        .await?;
        tx.touch("journal");
    }
    Ok(())
}

/// What every row begins with.
struct Own {
    id: String,
    scope: String,
    version: i64,
}

fn own(row: &str) -> Option<Own> {
    let values: Vec<Value> = serde_json::from_str(row).ok()?;
    let text = |place: usize| values.get(place)?.as_str().map(str::to_owned);
    Some(Own { id: text(0)?, scope: text(1)?, version: values.get(2)?.as_i64()? })
}

/// What the Sync Centre says of them.
pub(super) async fn items(store: &Store) -> Result<Vec<SkippedRow>, CommandError> {
    let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT table_name, id, sync_version, reason FROM skipped_rows ORDER BY table_name, id LIMIT 200",
    )
    .fetch_all(store.read())
    .await?;
    let item = |(table, id, version, reason): (String, String, i64, String)| SkippedRow {
        support: format!("Satchel {}\nrow {id} of {table}, version {version}\n{reason}", env!("CARGO_PKG_VERSION")),
        table,
        id,
    };
    Ok(rows.into_iter().map(item).collect())
}
