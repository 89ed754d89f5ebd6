//! Reading and writing wire rows by the column list that both sides share: the only SQL that is put together from names,
//! and the names are compiled in.

use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::{Column, Kind, TableSpec};
use serde_json::Value;
use sqlx::{AssertSqlSafe, SqliteConnection};
use uuid::Uuid;

use super::StoreError;

/// A column as JSON text inside `json_array(...)`.
fn read_expression(column: &Column) -> String {
    let name = column.name;
    match column.kind {
        Kind::Bool => format!("json(CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)"),
        Kind::Json => format!("json({name})"),
        Kind::Money => format!(
            "CASE WHEN {name} IS NULL THEN NULL ELSE printf('%s%d.%02d', CASE WHEN {name} < 0 THEN '-' ELSE '' END, abs({name}) / 100, abs({name}) % 100) END"
        ),
        Kind::Text | Kind::Uuid | Kind::Int | Kind::Instant | Kind::Date => name.to_owned(),
    }
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
    let columns: Vec<String> = spec.columns.iter().map(read_expression).collect();
    format!(
        "SELECT json_array(id, scope_id, sync_version, {}) FROM {} WHERE {condition}",
        columns.join(", "),
        spec.name
    )
}

fn upsert(spec: &TableSpec) -> String {
    let names: Vec<&str> = spec.columns.iter().map(|c| c.name).collect();
    let values: Vec<String> = spec.columns.iter().enumerate().map(|(i, c)| nullable_money(c, i + 3)).collect();
    let updates: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "INSERT INTO {table} (id, scope_id, sync_version, {columns}) \
         SELECT j.value ->> 0, j.value ->> 1, j.value ->> 2, {values} FROM json_each(?1) AS j WHERE true \
         ON CONFLICT (id) DO UPDATE SET scope_id = excluded.scope_id, sync_version = excluded.sync_version, {updates}",
        table = spec.name,
        columns = names.join(", "),
        values = values.join(", "),
        updates = updates.join(", "),
    )
}

fn parse(spec: &'static TableSpec, text: &str) -> Result<Row, StoreError> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|e| StoreError::Damaged(e.to_string()))?;
    Row::from_wire(spec, values).map_err(|e| StoreError::Damaged(e.to_string()))
}

/// The row with this id.
pub async fn load_row(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    id: Uuid,
) -> Result<Option<Row>, StoreError> {
    let sql = select(spec, "id = ?1");
    let text: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(conn).await?;
    text.map(|text| parse(spec, &text)).transpose()
}

/// The rows whose `column` (compiled in) has this value, in order of id.
pub async fn load_rows(
    conn: &mut SqliteConnection,
    spec: &'static TableSpec,
    column: &'static str,
    value: &str,
) -> Result<Vec<Row>, StoreError> {
    let sql = select(spec, &format!("{column} = ?1 ORDER BY id"));
    let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(value).fetch_all(conn).await?;
    texts.iter().map(|text| parse(spec, text)).collect()
}

/// Writes rows of one table in one statement.
pub(super) async fn upsert_values(
    conn: &mut SqliteConnection,
    spec: &TableSpec,
    rows: &[Value],
) -> Result<(), StoreError> {
    for chunk in rows.chunks(2_000) {
        let json = serde_json::to_string(chunk).map_err(|e| StoreError::Other(e.to_string()))?;
        sqlx::query(AssertSqlSafe(upsert(spec))).bind(json).execute(&mut *conn).await?;
    }
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
