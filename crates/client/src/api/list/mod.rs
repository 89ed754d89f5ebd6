//! Lists in windows: filters, order and paging the same way everywhere. Invariant: column names are compiled in, values
//! are bound; an unknown filter or column is refused.

pub(crate) mod fields;
mod summary;
mod tree;

use std::collections::BTreeMap;

use sqlx::query::QueryAs;
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow};

use super::CommandError;
use super::list_view::ListField;
use super::view::{Facet, ListRequest, Sort, Window};
use crate::engine::Open;
pub(crate) use fields::Field;
use fields::Kind;
pub(crate) use summary::summary;
pub(crate) use tree::Today;

/// Most rows of one window.
const MAX_LIMIT: u32 = 1_000;
/// Most columns a list is sorted by.
const MAX_SORTS: usize = 4;

/// A list's query before its conditions.
pub(crate) struct ListSpec {
    /// The column that names a row.
    pub key: &'static str,
    /// `SELECT ...` of a row's columns.
    pub select: &'static str,
    /// `FROM ...` with joins.
    pub from: &'static str,
    /// The least `FROM ...` that filters, sorts and search need, where it is less than `from`: rows are found and counted
    /// with it.
    pub find: Option<&'static str>,
    /// What rows can be filtered by in a tree, sorted, grouped and summed by.
    pub fields: &'static [Field],
    /// The column with the currency of its amounts.
    pub currency: Option<&'static str>,
    /// Filter name to condition with one `?`: the chips, with conditions of their own.
    pub filters: &'static [(&'static str, &'static str)],
    /// Sort name to expression, where it is not a field's own order.
    pub sorts: &'static [(&'static str, &'static str)],
    /// Order without a wish.
    pub default_order: &'static str,
    /// Text searched by every typed word (lower case).
    pub search: &'static str,
}

/// Conditions with their values.
#[derive(Default)]
pub(crate) struct Conditions {
    sql: Vec<String>,
    values: Vec<String>,
    joined: bool,
}

impl Conditions {
    /// Adds a condition with one `?`.
    pub fn and(&mut self, sql: &str, value: &str) {
        self.sql.push(sql.to_owned());
        self.values.push(value.to_owned());
    }

    fn clause(&self) -> String {
        if self.sql.is_empty() { String::new() } else { format!(" WHERE {}", self.sql.join(" AND ")) }
    }
}

/// Conditions of a request on top of fixed ones.
pub(crate) fn conditions(
    open: &Open,
    spec: &ListSpec,
    request: &ListRequest,
    mut conditions: Conditions,
) -> Result<Conditions, CommandError> {
    for filter in &request.filters {
        let known = spec.filters.iter().find(|(name, _)| *name == filter.field);
        let (_, sql) = known.ok_or_else(|| CommandError::new("list.unknown_filter", &filter.field).at("filters"))?;
        conditions.and(sql, &filter.value);
    }
    if let Some(node) = &request.tree {
        let clause = tree::clause(spec, node, Today { now: open.now(), zone: open.zone })?;
        conditions.sql.push(clause.sql);
        conditions.values.extend(clause.values);
        conditions.joined |= clause.joined;
    }
    for word in request.text.as_deref().unwrap_or_default().split_whitespace().take(8) {
        let sql = format!("{} LIKE '%' || ? || '%' ESCAPE '\\'", spec.search);
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        conditions.and(&sql, &escaped);
    }
    Ok(conditions)
}

/// A window of rows.
pub(crate) async fn window<T>(
    open: &Open,
    spec: &ListSpec,
    request: &ListRequest,
    fixed: Conditions,
) -> Result<Window<T>, CommandError>
where
    T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
{
    let conditions = conditions(open, spec, request, fixed)?;
    let order = order(spec, request)?;
    let limit = if request.limit == 0 { 100 } else { request.limit.min(MAX_LIMIT) };
    let clause = conditions.clause();
    let find = found_in(spec, request, &conditions);
    if request.text.as_deref().is_some_and(|text| !text.trim().is_empty()) {
        return searched(open, spec, request, &conditions, &order, limit).await;
    }
    // First which rows, then what they show: the order must not carry every column of every row.
    let sql = format!(
        "{select} {from} WHERE {key} IN (SELECT {key} {find}{clause} ORDER BY {order} LIMIT {limit} OFFSET {offset}) ORDER BY {order}",
        select = spec.select,
        from = spec.from,
        find = find,
        key = spec.key,
        offset = request.offset,
    );
    let mut query: QueryAs<'_, Sqlite, T, SqliteArguments> = sqlx::query_as(AssertSqlSafe(sql));
    for value in &conditions.values {
        query = query.bind(value);
    }
    let rows = query.fetch_all(open.store.read()).await?;
    let count_sql = format!("SELECT count(*) {find}{clause}");
    let mut count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(count_sql));
    for value in &conditions.values {
        count = count.bind(value);
    }
    let total = count.fetch_one(open.store.read()).await?;
    Ok(Window { rows, offset: request.offset, total: u32::try_from(total).unwrap_or(u32::MAX) })
}

/// A window of what a text finds: looking at every row's text is what costs, so it is done once for rows and count.
async fn searched<T>(
    open: &Open,
    spec: &ListSpec,
    request: &ListRequest,
    conditions: &Conditions,
    order: &str,
    limit: u32,
) -> Result<Window<T>, CommandError>
where
    T: for<'r> FromRow<'r, SqliteRow> + Send + Unpin,
{
    let ids = found(open, spec, found_in(spec, request, conditions), conditions, order).await?;
    let wanted: Vec<&str> = ids.iter().map(String::as_str).skip(request.offset as usize).take(limit as usize).collect();
    let sql = format!(
        "{} {} WHERE {} IN (SELECT value FROM json_each(?)) ORDER BY {order}",
        spec.select, spec.from, spec.key
    );
    let rows = sqlx::query_as(AssertSqlSafe(sql))
        .bind(serde_json::to_string(&wanted).unwrap_or_default())
        .fetch_all(open.store.read())
        .await?;
    Ok(Window { rows, offset: request.offset, total: u32::try_from(ids.len()).unwrap_or(u32::MAX) })
}

/// Keys of all rows that a list's conditions find, in its order. One string: row by row costs more than the search itself.
async fn found(
    open: &Open,
    spec: &ListSpec,
    find: &str,
    conditions: &Conditions,
    order: &str,
) -> Result<Vec<String>, CommandError> {
    let (key, clause) = (spec.key, conditions.clause());
    let sql = format!("SELECT json_group_array(id) FROM (SELECT {key} AS id {find}{clause} ORDER BY {order})");
    let mut query = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql));
    for value in &conditions.values {
        query = query.bind(value);
    }
    let found = query.fetch_one(open.store.read()).await?;
    serde_json::from_str(&found).map_err(|e| CommandError::new("store.damaged", e.to_string()))
}

/// Keys of all rows of a list as requested, whatever its window.
pub(crate) async fn all_keys(
    open: &Open,
    spec: &ListSpec,
    request: &ListRequest,
    fixed: Conditions,
) -> Result<Vec<String>, CommandError> {
    let conditions = conditions(open, spec, request, fixed)?;
    let order = order(spec, request)?;
    found(open, spec, found_in(spec, request, &conditions), &conditions, &order).await
}

/// The least `FROM` that holds everything the request asks about.
fn found_in(spec: &ListSpec, request: &ListRequest, conditions: &Conditions) -> &'static str {
    let joined = |sort: &Sort| spec.fields.iter().any(|field| field.name == sort.column && field.joined);
    let all = conditions.joined || sorts(request).any(joined);
    spec.find.filter(|_| !all).unwrap_or(spec.from)
}

/// The wishes of order, the first first.
fn sorts(request: &ListRequest) -> impl Iterator<Item = &Sort> {
    request.sort.iter().chain(&request.sorts).take(MAX_SORTS)
}

fn order(spec: &ListSpec, request: &ListRequest) -> Result<String, CommandError> {
    let mut order = String::new();
    for sort in sorts(request) {
        let direction = if sort.descending { "DESC" } else { "ASC" };
        let own = spec.sorts.iter().find(|(name, _)| *name == sort.column).map(|(_, sql)| (*sql).to_owned());
        let field = || spec.fields.iter().find(|field| field.name == sort.column);
        let sql = own.or_else(|| field().map(|field| by_field(spec, field)));
        let sql = sql.ok_or_else(|| CommandError::new("list.unknown_sort", &sort.column).at("sort"))?;
        order.push_str(&format!("{sql} {direction}, "));
    }
    Ok(order + spec.default_order)
}

/// A field's own order: words whatever their case, amounts within their currency.
fn by_field(spec: &ListSpec, field: &Field) -> String {
    match (field.kind, spec.currency) {
        (Kind::Text | Kind::Word, _) => format!("{} COLLATE NOCASE", field.sql),
        (Kind::Money, Some(currency)) => format!("{currency}, {}", field.sql),
        _ => field.sql.to_owned(),
    }
}

/// What a list can be asked about.
pub(crate) fn fields_of(spec: &ListSpec) -> Vec<ListField> {
    spec.fields.iter().map(Field::view).collect()
}

/// Values of a column with counts, the most frequent first.
pub(crate) async fn facet(
    open: &Open,
    field: &'static str,
    column: &'static str,
    from: &'static str,
    account_id: Option<&str>,
) -> Result<Vec<Facet>, CommandError> {
    let condition = if account_id.is_some() { "WHERE account_id = ?" } else { "WHERE ? IS NULL" };
    let sql = format!("SELECT {column}, count(*) AS n {from} {condition} GROUP BY 1 ORDER BY n DESC, 1 LIMIT 60");
    let rows: Vec<(String, i64)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(account_id).fetch_all(open.store.read()).await?;
    Ok(most_frequent(field, rows.iter().map(|(value, n)| (value.as_str(), *n)).collect()))
}

/// Values with counts, the most frequent first; at most sixty.
pub(crate) fn most_frequent(field: &str, values: BTreeMap<&str, i64>) -> Vec<Facet> {
    let mut values: Vec<(&str, i64)> = values.into_iter().filter(|(value, _)| !value.is_empty()).collect();
    values.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), *value));
    let facet = |(value, n): (&str, i64)| Facet {
        field: field.to_owned(),
        value: value.to_owned(),
        count: u32::try_from(n).unwrap_or(u32::MAX),
    };
    values.into_iter().take(60).map(facet).collect()
}

impl<T> Window<T> {
    /// The same window with each row read; the first that cannot be read is the error.
    pub(crate) fn try_map<U, E>(self, read: impl FnMut(T) -> Result<U, E>) -> Result<Window<U>, E> {
        let rows = self.rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Window { rows, offset: self.offset, total: self.total })
    }

    /// The same window with each row changed.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> Window<U> {
        Window { rows: self.rows.into_iter().map(change).collect(), offset: self.offset, total: self.total }
    }
}
