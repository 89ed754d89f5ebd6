//! Reading and writing wire rows by the column list that both sides share: the only SQL that is put together from names,
//! and the names are compiled in.

use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::{Column, Kind, TableSpec};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use uuid::Uuid;

use super::StoreError;

/// Rows that are written one by one.
const FEW: usize = 16;

/// A column's value on the wire.
fn read(row: &SqliteRow, index: usize, kind: Kind) -> Result<Value, StoreError> {
    let text = |index| Ok::<_, StoreError>(row.try_get::<Option<String>, _>(index)?);
    let number = |index| Ok::<_, StoreError>(row.try_get::<Option<i64>, _>(index)?);
    Ok(match kind {
        Kind::Text | Kind::Uuid | Kind::Instant | Kind::Date => text(index)?.map_or(Value::Null, Value::String),
        Kind::Int => number(index)?.map_or(Value::Null, Value::from),
        Kind::Bool => number(index)?.map_or(Value::Null, |flag| Value::Bool(flag != 0)),
        Kind::Money => number(index)?.map_or(Value::Null, |minor| {
            let sign = if minor < 0 { "-" } else { "" };
            Value::String(format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100))
        }),
        Kind::Json => match text(index)? {
            Some(text) => serde_json::from_str(&text).map_err(|e| StoreError::Damaged(e.to_string()))?,
            None => Value::Null,
        },
    })
}

/// An element of a wire row inside `SELECT ... FROM json_each`.
fn write_expression(index: usize, kind: Kind) -> String {
    let element = format!("j.value ->> {index}");
    match kind {
        // Two decimals always: without the point it is the count of minor units.
        Kind::Money => format!("CAST(replace({element}, '.', '') AS INTEGER)"),
        Kind::Json => format!("j.value -> {index}"),
        Kind::Text | Kind::Uuid | Kind::Int | Kind::Bool | Kind::Instant | Kind::Date => element,
    }
}

fn nullable_money(column: &Column, index: usize) -> String {
    let expression = write_expression(index, column.kind);
    if column.kind == Kind::Money && column.nullable {
        format!("CASE WHEN j.value ->> {index} IS NULL THEN NULL ELSE {expression} END")
    } else {
        expression
    }
}

fn select(spec: &TableSpec, condition: &str) -> String {
    let columns: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    format!("SELECT id, scope_id, sync_version, {} FROM {} WHERE {condition}", columns.join(", "), spec.name)
}

fn upsert(spec: &TableSpec) -> String {
    let names: Vec<&str> = spec.columns.iter().map(|c| c.name).collect();
    let values: Vec<String> = spec.columns.iter().enumerate().map(|(i, c)| nullable_money(c, i + 3)).collect();
    let updates: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        // Taken apart once a row: a column of `json_each` would be written out as text for every value read from it.
        "WITH j (value) AS MATERIALIZED (SELECT jsonb(value) FROM json_each(?1)) \
         INSERT INTO {table} (id, scope_id, sync_version, {columns}) \
         SELECT j.value ->> 0, j.value ->> 1, j.value ->> 2, {values} FROM j WHERE true \
         ON CONFLICT (id) DO UPDATE SET scope_id = excluded.scope_id, sync_version = excluded.sync_version, {updates}",
        table = spec.name,
        columns = names.join(", "),
        values = values.join(", "),
        updates = updates.join(", "),
    )
}

fn parse(spec: &'static TableSpec, row: &SqliteRow) -> Result<Row, StoreError> {
    let own = [Kind::Uuid, Kind::Uuid, Kind::Int].into_iter();
    let kinds = own.chain(spec.columns.iter().map(|column| column.kind));
    let values = kinds.enumerate().map(|(index, kind)| read(row, index, kind)).collect::<Result<_, _>>()?;
    Row::from_wire(spec, values).map_err(|e| StoreError::Damaged(e.to_string()))
}

/// The row with this id.
pub async fn load_row(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    id: Uuid,
) -> Result<Option<Row>, StoreError> {
    let sql = select(spec, "id = ?1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(conn).await?;
    row.map(|row| parse(spec, &row)).transpose()
}

/// The version of the row with this id as last confirmed; 0 when it is not there.
pub(crate) async fn version_of(conn: &mut SqliteConnection, spec: &TableSpec, id: Uuid) -> Result<u64, StoreError> {
    let sql = format!("SELECT sync_version FROM {} WHERE id = ?1", spec.name);
    let version: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(conn).await?;
    Ok(version.map_or(0, i64::unsigned_abs))
}

/// The rows whose `column` (compiled in) has this value, in order of id.
pub async fn load_rows(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    column: &'static str,
    value: &str,
) -> Result<Vec<Row>, StoreError> {
    load_rows_where(conn, spec, &format!("{column} = ?1 ORDER BY id"), &[value.to_owned()]).await
}

/// All rows, in order of id.
pub async fn load_all(conn: &mut SqliteConnection, spec: &'static TableSpec) -> Result<Vec<Row>, StoreError> {
    load_rows_where(conn, spec, "true ORDER BY id", &[]).await
}

/// The rows for which `condition` (compiled in) holds with these values.
pub(crate) async fn load_rows_where(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    condition: &str,
    values: &[String],
) -> Result<Vec<Row>, StoreError> {
    let sql = select(spec, condition);
    let query = values.iter().fold(sqlx::query(AssertSqlSafe(sql)), sqlx::query::Query::bind);
    let rows = query.fetch_all(conn).await?;
    rows.iter().map(|row| parse(spec, row)).collect()
}

/// The rows with these ids, in the ids' order; an unknown id is left out.
pub async fn load_rows_by_ids(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    ids: &[String],
) -> Result<Vec<Row>, StoreError> {
    let sql = select(spec, "id IN (SELECT value FROM json_each(?1))");
    let list = serde_json::to_string(ids).map_err(|e| StoreError::Other(e.to_string()))?;
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(list).fetch_all(conn).await?;
    let rows = rows.iter().map(|row| parse(spec, row)).collect::<Result<Vec<_>, _>>()?;
    let mut by_id: std::collections::HashMap<String, Row> =
        rows.into_iter().map(|row| (row.id().to_string(), row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// Writes rows of one table: few with bound values, many in one statement that takes their JSON apart. (SQLite renders a
/// row's JSON anew for each of its columns, which a quote of a thousand lines would pay for.)
pub(super) async fn upsert_values(
    conn: &mut SqliteConnection,
    spec: &TableSpec,
    rows: &[Value],
) -> Result<(), StoreError> {
    if rows.len() <= FEW {
        for row in rows {
            upsert_one(conn, spec, row).await?;
        }
        return Ok(());
    }
    for chunk in rows.chunks(2_000) {
        let json = serde_json::to_string(chunk).map_err(|e| StoreError::Other(e.to_string()))?;
        sqlx::query(AssertSqlSafe(upsert(spec))).bind(json).execute(&mut *conn).await?;
    }
    Ok(())
}

async fn upsert_one(conn: &mut SqliteConnection, spec: &TableSpec, row: &Value) -> Result<(), StoreError> {
    let malformed = || StoreError::Damaged(format!("a malformed row of {}", spec.name));
    let values = row.as_array().filter(|values| values.len() == spec.columns.len() + 3).ok_or_else(malformed)?;
    let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    let places: Vec<String> = (1..=values.len()).map(|place| format!("?{place}")).collect();
    let updates: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let sql = format!(
        "INSERT INTO {table} (id, scope_id, sync_version, {columns}) VALUES ({places}) \
         ON CONFLICT (id) DO UPDATE SET scope_id = excluded.scope_id, sync_version = excluded.sync_version, {updates}",
        table = spec.name,
        columns = names.join(", "),
        places = places.join(", "),
        updates = updates.join(", "),
    );
    let own = [Kind::Uuid, Kind::Uuid, Kind::Int].into_iter();
    let kinds = own.chain(spec.columns.iter().map(|column| column.kind));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (value, kind) in values.iter().zip(kinds) {
        query = match (kind, value) {
            (_, Value::Null) => query.bind(None::<String>),
            (Kind::Json, value) => query.bind(value.to_string()),
            (Kind::Int, value) => query.bind(value.as_i64().ok_or_else(malformed)?),
            (Kind::Bool, value) => query.bind(i64::from(value.as_bool().ok_or_else(malformed)?)),
            (Kind::Money, value) => {
                // Two decimals always: without the point it is the count of minor units.
                let minor = value.as_str().and_then(|text| text.replace('.', "").parse::<i64>().ok());
                query.bind(minor.ok_or_else(malformed)?)
            }
            (_, value) => query.bind(value.as_str().ok_or_else(malformed)?),
        };
    }
    query.execute(conn).await?;
    Ok(())
}

/// Writes rows of one table from the text of a JSON array.
pub(super) async fn upsert_text(conn: &mut SqliteConnection, spec: &TableSpec, rows: &str) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(upsert(spec))).bind(rows).execute(conn).await?;
    Ok(())
}

/// Removes a row.
pub(super) async fn delete(conn: &mut SqliteConnection, spec: &TableSpec, id: Uuid) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE id = ?1", spec.name);
    sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).execute(conn).await?;
    Ok(())
}

/// Removes a row if it is still in this scope.
pub(super) async fn delete_in_scope(
    conn: &mut SqliteConnection,
    spec: &TableSpec,
    scope: Uuid,
    id: Uuid,
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE id = ?1 AND scope_id = ?2", spec.name);
    sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).bind(scope.to_string()).execute(conn).await?;
    Ok(())
}

/// Forgets a row of this scope that could not be taken in.
pub(super) async fn forget_skipped(
    conn: &mut SqliteConnection,
    spec: &TableSpec,
    scope: Uuid,
    id: Uuid,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM skipped_rows WHERE table_name = ?1 AND id = ?2 AND scope_id = ?3")
        .bind(spec.name)
        .bind(id.to_string())
        .bind(scope.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the rows of these scopes that could not be taken in.
pub(super) async fn forget_skipped_of(conn: &mut SqliteConnection, scopes: &[Uuid]) -> Result<(), StoreError> {
    let scopes = serde_json::to_string(scopes).map_err(|e| StoreError::Other(e.to_string()))?;
    sqlx::query("DELETE FROM skipped_rows WHERE scope_id IN (SELECT value FROM json_each(?1))")
        .bind(scopes)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes the rows of scopes.
pub(super) async fn delete_scopes(
    conn: &mut SqliteConnection,
    spec: &TableSpec,
    scopes: &[Uuid],
) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE scope_id IN (SELECT value FROM json_each(?1))", spec.name);
    let scopes = serde_json::to_string(scopes).map_err(|e| StoreError::Other(e.to_string()))?;
    sqlx::query(AssertSqlSafe(sql)).bind(scopes).execute(conn).await?;
    Ok(())
}

/// Removes all rows.
pub(super) async fn delete_all(conn: &mut SqliteConnection, spec: &TableSpec) -> Result<(), StoreError> {
    sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", spec.name))).execute(conn).await?;
    Ok(())
}
