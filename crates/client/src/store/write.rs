//! A write: one transaction, before-images included, announced when durable.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::{TableSpec, table};
use serde_json::Value;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::{StoreError, rows};
use crate::EngineEvent;

/// Counts a commit at its start and at its end, also when it fails or is given up: while the count is odd nothing may be
/// kept by it.
struct UnderWay<'a>(&'a AtomicU64);

impl<'a> UnderWay<'a> {
    fn start(commits: &'a AtomicU64) -> Self {
        commits.fetch_add(1, Ordering::SeqCst);
        Self(commits)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// An open write. Dropped without [`WriteTx::commit`] it leaves no trace.
pub struct WriteTx {
    tx: Transaction<'static, Sqlite>,
    changed: BTreeSet<String>,
    events: broadcast::Sender<EngineEvent>,
    commits: Arc<AtomicU64>,
}

impl WriteTx {
    pub(super) fn new(
        tx: Transaction<'static, Sqlite>,
        events: broadcast::Sender<EngineEvent>,
        commits: Arc<AtomicU64>,
    ) -> Self {
        Self { tx, changed: BTreeSet::new(), events, commits }
    }

    /// The connection, for queries inside the write.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }

    /// Marks a local table as changed.
    pub fn touch(&mut self, name: &str) {
        self.changed.insert(name.to_owned());
    }

    /// Writes a row as a local change: the server's version of it is kept until the change is confirmed.
    pub async fn put(&mut self, row: Row) -> Result<(), StoreError> {
        let spec = row.table();
        self.keep_before_image(spec, row.id()).await?;
        self.changed.insert(spec.name.to_owned());
        rows::upsert_values(&mut self.tx, spec, &[Value::Array(row.into_values())]).await
    }

    /// Writes rows as a local change, each table's in one statement.
    pub async fn put_all(&mut self, list: Vec<Row>) -> Result<(), StoreError> {
        let mut tables: Vec<(&'static TableSpec, Vec<Uuid>, Vec<Value>)> = Vec::new();
        for row in list {
            let spec = row.table();
            let (id, values) = (row.id(), Value::Array(row.into_values()));
            match tables.iter_mut().find(|(known, ..)| known.name == spec.name) {
                Some((_, ids, rows)) => {
                    ids.push(id);
                    rows.push(values);
                }
                None => tables.push((spec, vec![id], vec![values])),
            }
        }
        for (spec, ids, values) in tables {
            self.keep_before_images(spec, &ids).await?;
            self.changed.insert(spec.name.to_owned());
            rows::upsert_values(&mut self.tx, spec, &values).await?;
        }
        Ok(())
    }

    /// Removes rows as a local change: the server's version of them is kept until the change is confirmed.
    pub async fn remove(&mut self, spec: &'static TableSpec, ids: &[Uuid]) -> Result<(), StoreError> {
        for id in ids {
            self.keep_before_image(spec, *id).await?;
            rows::delete(&mut self.tx, spec, *id).await?;
        }
        self.changed.insert(spec.name.to_owned());
        Ok(())
    }

    /// The same for many rows of a table: three statements, however many there are. One that is kept already stays.
    async fn keep_before_images(&mut self, spec: &'static TableSpec, ids: &[Uuid]) -> Result<(), StoreError> {
        if let [id] = ids {
            return self.keep_before_image(spec, *id).await;
        }
        let other = |e: serde_json::Error| StoreError::Other(e.to_string());
        let names: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let rows = rows::load_rows_by_ids(&mut self.tx, spec, &names).await?;
        let mut images: std::collections::BTreeMap<String, Option<String>> =
            names.into_iter().map(|id| (id, None)).collect();
        for row in rows {
            let id = row.id().to_string();
            images.insert(id, Some(Value::Array(row.into_values()).to_string()));
        }
        let images: Vec<(String, Option<String>)> = images.into_iter().collect();
        sqlx::query(
            "INSERT INTO before_images (table_name, row_id, row) \
             SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        )
        .bind(spec.name)
        .bind(serde_json::to_string(&images).map_err(other)?)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    async fn keep_before_image(&mut self, spec: &'static TableSpec, id: Uuid) -> Result<(), StoreError> {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM before_images WHERE table_name = ?1 AND row_id = ?2")
                .bind(spec.name)
                .bind(id.to_string())
                .fetch_optional(&mut *self.tx)
                .await?;
        if known.is_some() {
            return Ok(());
        }
        let row = rows::load_row(&mut self.tx, spec, id).await?;
        let image = row.map(|row| Value::Array(row.into_values()).to_string());
        sqlx::query("INSERT INTO before_images (table_name, row_id, row) VALUES (?1, ?2, ?3)")
            .bind(spec.name)
            .bind(id.to_string())
            .bind(image)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Writes rows as the server sent them.
    pub async fn put_confirmed(&mut self, spec: &'static TableSpec, list: &[Value]) -> Result<(), StoreError> {
        self.changed.insert(spec.name.to_owned());
        rows::upsert_values(&mut self.tx, spec, list).await
    }

    /// Writes rows as the server sent them, from the text of a JSON array of wire rows.
    pub async fn put_text(&mut self, spec: &'static TableSpec, rows: &str) -> Result<(), StoreError> {
        self.changed.insert(spec.name.to_owned());
        rows::upsert_text(&mut self.tx, spec, rows).await
    }

    /// Removes what is here of a row whose present form cannot be taken in.
    pub async fn remove_skipped(&mut self, spec: &'static TableSpec, id: &str) -> Result<(), StoreError> {
        match Uuid::parse_str(id) {
            Ok(id) => rows::delete(&mut self.tx, spec, id).await,
            Err(_) => Ok(()),
        }
    }

    /// Removes rows as the server said; one that has moved to another scope meanwhile stays.
    pub async fn remove_confirmed(
        &mut self,
        spec: &'static TableSpec,
        scope: Uuid,
        ids: &[Uuid],
    ) -> Result<(), StoreError> {
        self.changed.insert(spec.name.to_owned());
        for id in ids {
            rows::delete_in_scope(&mut self.tx, spec, scope, *id).await?;
            rows::forget_skipped(&mut self.tx, spec, scope, *id).await?;
        }
        Ok(())
    }

    /// Removes the rows of scopes.
    pub async fn drop_scopes(&mut self, scopes: &[Uuid]) -> Result<(), StoreError> {
        for spec in satchel_core::wire::tables::TABLES {
            rows::delete_scopes(&mut self.tx, spec, scopes).await?;
            self.changed.insert(spec.name.to_owned());
        }
        rows::forget_skipped_of(&mut self.tx, scopes).await
    }

    /// Takes the indexes of the synced tables away, within this transaction: a load into empty tables sorts each of them once
    /// at its end instead of placing every row. Returns how to make them again.
    pub async fn set_indexes_aside(&mut self) -> Result<Vec<String>, StoreError> {
        let found: Vec<(String, String, String)> =
            // One of few rows costs less while it is filled than looking for these few among all of them.
            sqlx::query_as(
                "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL \
                 AND sql NOT LIKE '% WHERE %'",
            )
                .fetch_all(&mut *self.tx)
                .await?;
        let mut aside = Vec::new();
        for (name, of, sql) in found.into_iter().filter(|(_, of, _)| table(of).is_some()) {
            tracing::debug!(name, of, "index set aside");
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP INDEX \"{name}\""))).execute(&mut *self.tx).await?;
            aside.push(sql);
        }
        Ok(aside)
    }

    /// Makes the indexes again that were set aside.
    pub async fn put_indexes_back(&mut self, aside: Vec<String>) -> Result<(), StoreError> {
        for sql in aside {
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    /// Removes all rows of a table.
    pub async fn clear(&mut self, spec: &'static TableSpec) -> Result<(), StoreError> {
        self.changed.insert(spec.name.to_owned());
        rows::delete_all(&mut self.tx, spec).await
    }

    /// Puts all before-images back: the cache is as the server last sent it.
    pub async fn restore_before_images(&mut self) -> Result<(), StoreError> {
        let images: Vec<(String, String, Option<String>)> =
            sqlx::query_as("SELECT table_name, row_id, row FROM before_images").fetch_all(&mut *self.tx).await?;
        for (name, id, image) in images {
            let (Some(spec), Ok(id)) = (table(&name), Uuid::parse_str(&id)) else { continue };
            self.changed.insert(name);
            match image {
                Some(text) => {
                    let value = serde_json::from_str(&text).map_err(|e| StoreError::Damaged(e.to_string()))?;
                    rows::upsert_values(&mut self.tx, spec, &[value]).await?;
                }
                None => rows::delete(&mut self.tx, spec, id).await?,
            }
        }
        sqlx::query("DELETE FROM before_images").execute(&mut *self.tx).await?;
        Ok(())
    }

    /// A value of the meta table.
    pub async fn meta(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1").bind(key).fetch_optional(&mut *self.tx).await?)
    }

    /// Sets a value of the meta table.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Makes the write durable and announces it.
    pub async fn commit(self) -> Result<(), StoreError> {
        let under_way = UnderWay::start(&self.commits);
        let committed = self.tx.commit().await;
        drop(under_way);
        committed?;
        if !self.changed.is_empty() {
            // Nobody listening is fine: queries read the store, not the feed.
            let _ = self.events.send(EngineEvent::Changed { tables: self.changed.into_iter().collect() });
        }
        Ok(())
    }
}
