//! Reading and writing wire rows by the shared column list: the only SQL put together from names, and the names are
//! compiled in.

use satchel_core::ids::OrgId;
use satchel_core::wire::rows::Row;
use satchel_core::wire::tables::{Column, Kind, TableSpec, table};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// The table called `name`; asking for one that is not synced is a bug.
pub fn spec(name: &str) -> &'static TableSpec {
    table(name).unwrap_or(&satchel_core::wire::tables::TABLES[0])
}

/// A column as JSON text. Put together as text: `json_build_array` looks up what each value is, for every row anew, and takes
/// twice as long.
fn read_expression(column: &Column) -> String {
    let name = column.name;
    let text = match column.kind {
        Kind::Money | Kind::Uuid | Kind::Date => format!("'\"' || {name} || '\"'"),
        Kind::Instant => {
            format!(r#"'"' || to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'"#)
        }
        Kind::Text => format!("to_json({name})::text"),
        Kind::Int | Kind::Bool | Kind::Json => format!("{name}::text"),
    };
    if column.nullable { format!("coalesce({text}, 'null')") } else { text }
}

/// A wire row as JSON text: `[id, scope, version, column ...]`.
pub fn array_expression(spec: &TableSpec) -> String {
    array_of(spec.columns)
}

/// The same with these columns: what a program of an older schema knows of the row.
pub fn array_of(columns: &[Column]) -> String {
    let columns: Vec<String> = columns.iter().map(read_expression).collect();
    format!(
        "'[\"' || id || '\",\"' || scope_id || '\",' || concat_ws(',', sync_version, {}) || ']'",
        columns.join(", ")
    )
}

fn record_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Uuid => "uuid",
        Kind::Int => "bigint",
        Kind::Bool => "boolean",
        Kind::Money => "numeric(20,2)",
        Kind::Json => "jsonb",
        Kind::Instant => "timestamptz",
        Kind::Date => "date",
    }
}

fn write_expression(index: usize, kind: Kind) -> String {
    match kind {
        // JSON null is a null column, not a JSON null.
        Kind::Json => format!("nullif(j -> {index}, 'null'::jsonb)"),
        other => format!("(j ->> {index})::{}", record_type(other)),
    }
}

fn upsert(spec: &TableSpec) -> String {
    let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    let values: Vec<String> =
        spec.columns.iter().enumerate().map(|(index, column)| write_expression(index + 3, column.kind)).collect();
    let updates: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "INSERT INTO {table} (org_id, id, scope_id, sync_version, {columns}) \
         SELECT $1, (j ->> 0)::uuid, (j ->> 1)::uuid, 0, {values} FROM jsonb_array_elements($2) AS j \
         ON CONFLICT (org_id, id) DO UPDATE SET scope_id = excluded.scope_id, {updates}",
        table = spec.name,
        columns = names.join(", "),
        values = values.join(", "),
        updates = updates.join(", "),
    )
}

/// Writes rows, each run of one table in one statement; the trigger stamps the transaction's version.
pub async fn put(conn: &mut PgConnection, org: OrgId, rows: &[Row]) -> Result<(), sqlx::Error> {
    let runs = rows.chunk_by(|a, b| a.table().name == b.table().name);
    for chunk in runs.flat_map(|run| run.chunks(2_000)) {
        let spec = chunk[0].table();
        let values: Vec<Value> = chunk.iter().map(|row| Value::Array(row.values().to_vec())).collect();
        sqlx::query(AssertSqlSafe(upsert(spec))).bind(org.0).bind(Value::Array(values)).execute(&mut *conn).await?;
    }
    Ok(())
}

fn parse(spec: &'static TableSpec, text: &str) -> Result<Row, sqlx::Error> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
    Row::from_wire(spec, values).map_err(|e| sqlx::Error::Decode(Box::new(e)))
}

/// The row with this id.
pub async fn load(conn: &mut PgConnection, table_name: &str, id: Uuid) -> Result<Option<Row>, sqlx::Error> {
    let spec = spec(table_name);
    let sql = format!("SELECT {} FROM {} WHERE id = $1", array_expression(spec), spec.name);
    let text: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_optional(conn).await?;
    text.map(|text| parse(spec, &text)).transpose()
}

/// The rows with these ids.
pub async fn load_many(conn: &mut PgConnection, table_name: &str, ids: &[Uuid]) -> Result<Vec<Row>, sqlx::Error> {
    let spec = spec(table_name);
    let sql = format!("SELECT {} FROM {} WHERE id = ANY($1)", array_expression(spec), spec.name);
    let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(ids).fetch_all(conn).await?;
    texts.iter().map(|text| parse(spec, text)).collect()
}

/// The rows whose UUID `column` (compiled in) has this value, in order of id.
pub async fn load_by(
    conn: &mut PgConnection,
    table_name: &str,
    column: &'static str,
    id: Uuid,
) -> Result<Vec<Row>, sqlx::Error> {
    let spec = spec(table_name);
    let sql = format!("SELECT {} FROM {} WHERE {column} = $1 ORDER BY id", array_expression(spec), spec.name);
    let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_all(conn).await?;
    texts.iter().map(|text| parse(spec, text)).collect()
}

/// The rows for which `condition` (compiled in) holds with these ids.
pub async fn load_where(
    conn: &mut PgConnection,
    table_name: &str,
    condition: &str,
    ids: &[Uuid],
) -> Result<Vec<Row>, sqlx::Error> {
    let spec = spec(table_name);
    let sql = format!("SELECT {} FROM {} WHERE {condition}", array_expression(spec), spec.name);
    let query = ids.iter().fold(sqlx::query_scalar(AssertSqlSafe(sql)), sqlx::query::QueryScalar::bind);
    let texts: Vec<String> = query.fetch_all(conn).await?;
    texts.iter().map(|text| parse(spec, text)).collect()
}

/// All rows of a table, in order of id.
pub async fn load_all(conn: &mut PgConnection, table_name: &str) -> Result<Vec<Row>, sqlx::Error> {
    load_where(conn, table_name, "true ORDER BY id", &[]).await
}

/// Removes rows, each run of one table in one statement; the trigger leaves their tombstones.
pub async fn remove(conn: &mut PgConnection, rows: &[(&'static str, Uuid)]) -> Result<(), sqlx::Error> {
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        let sql = format!("DELETE FROM {} WHERE id = ANY($1)", spec(run[0].0).name);
        let ids: Vec<Uuid> = run.iter().map(|(_, id)| *id).collect();
        sqlx::query(AssertSqlSafe(sql)).bind(ids).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Whether a column holds ids; else it is compared as text.
fn holds_ids(spec: &TableSpec, column: &str) -> bool {
    spec.columns.iter().any(|known| known.name == column && known.kind == Kind::Uuid)
}

/// What a UUID column is compared with.
fn id_of(value: &str) -> Result<Uuid, sqlx::Error> {
    Uuid::parse_str(value).map_err(|e| sqlx::Error::Decode(Box::new(e)))
}

/// The rows whose text or UUID `column` (compiled in) has this value, in order of id.
pub async fn load_by_text(
    conn: &mut PgConnection,
    table_name: &str,
    column: &'static str,
    value: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    if holds_ids(spec(table_name), column) {
        return load_by(conn, table_name, column, id_of(value)?).await;
    }
    load_texts(conn, table_name, column, value).await
}

/// How many rows have this value in a text or UUID `column` (compiled in).
pub async fn count_by(
    conn: &mut PgConnection,
    table_name: &str,
    column: &'static str,
    value: &str,
) -> Result<usize, sqlx::Error> {
    let spec = spec(table_name);
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {} WHERE {column} = $1", spec.name));
    let count: i64 = match holds_ids(spec, column) {
        true => sqlx::query_scalar(sql).bind(id_of(value)?).fetch_one(conn).await?,
        false => sqlx::query_scalar(sql).bind(value).fetch_one(conn).await?,
    };
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The rows whose text `column` (compiled in) has this value, in order of id.
pub async fn load_texts(
    conn: &mut PgConnection,
    table_name: &str,
    column: &'static str,
    value: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    let spec = spec(table_name);
    let sql = format!("SELECT {} FROM {} WHERE {column} = $1 ORDER BY id", array_expression(spec), spec.name);
    let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(value).fetch_all(conn).await?;
    texts.iter().map(|text| parse(spec, text)).collect()
}
