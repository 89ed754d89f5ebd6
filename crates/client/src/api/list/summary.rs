//! A list in groups, counted and summed. Invariant: amounts are summed within one currency.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};

use super::super::CommandError;
use super::super::list_view::{ListGroup, ListSum, ListSummary};
use super::super::view::ListRequest;
use super::fields::{Field, Kind};
use super::{Conditions, ListSpec, conditions, fields_of};
use crate::engine::Open;

/// Most groups shown.
const MAX_GROUPS: usize = 500;

#[derive(Default)]
struct Group {
    rows: i64,
    counts: BTreeMap<&'static str, i64>,
    amounts: BTreeMap<(&'static str, String), i64>,
}

impl Group {
    fn add(&mut self, other: &Group) -> Result<(), CommandError> {
        self.rows += other.rows;
        for (field, n) in &other.counts {
            *self.counts.entry(field).or_insert(0) += n;
        }
        for (key, minor) in &other.amounts {
            let sum = self.amounts.entry(key.clone()).or_insert(0);
            *sum = sum.checked_add(*minor).ok_or_else(too_large)?;
        }
        Ok(())
    }

    fn view(self, open: &Open, value: String) -> ListGroup {
        let count =
            |(field, n): (&str, i64)| ListSum { field: field.to_owned(), currency: String::new(), text: n.to_string() };
        let amount = |((field, currency), minor): ((&str, String), i64)| ListSum {
            field: field.to_owned(),
            text: open.money(minor, &currency),
            currency,
        };
        let sums = self.counts.into_iter().map(count).chain(self.amounts.into_iter().map(amount)).collect();
        ListGroup { value, rows: u32::try_from(self.rows).unwrap_or(u32::MAX), sums }
    }
}

fn too_large() -> CommandError {
    CommandError::new("list.sum_too_large", "a sum beyond what an amount holds")
}

/// The rows that a request finds, grouped by a field of the list, the largest groups first.
pub(crate) async fn summary(
    open: &Open,
    spec: &ListSpec,
    request: &ListRequest,
    fixed: Conditions,
    group_by: Option<&str>,
) -> Result<ListSummary, CommandError> {
    let by = match group_by {
        None => "''",
        Some(name) => {
            let known = spec.fields.iter().find(|field| field.name == name && field.groups);
            known.ok_or_else(|| CommandError::new("list.unknown_group", name).at("group_by"))?.sql
        }
    };
    let conditions = conditions(open, spec, request, fixed)?;
    let summed: Vec<&Field> =
        spec.fields.iter().filter(|field| matches!(field.kind, Kind::Count | Kind::Money)).collect();
    let sums: String = summed.iter().map(|field| format!(", coalesce(sum({}), 0)", field.sql)).collect();
    let currency = spec.currency.unwrap_or("''");
    let sql = format!(
        "SELECT CAST(coalesce({by}, '') AS TEXT), {currency}, count(*){sums} {}{} GROUP BY 1, 2",
        spec.from,
        conditions.clause()
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in &conditions.values {
        query = query.bind(value);
    }
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut total = Group::default();
    for row in query.fetch_all(open.store.read()).await? {
        let (value, currency): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let mut part = Group { rows: row.try_get(2)?, ..Group::default() };
        for (place, field) in summed.iter().enumerate() {
            let sum: i64 = row.try_get(3 + place)?;
            match field.kind {
                Kind::Money if sum == 0 => {}
                Kind::Money => {
                    part.amounts.insert((field.name, currency.clone()), sum);
                }
                _ => {
                    part.counts.insert(field.name, sum);
                }
            }
        }
        total.add(&part)?;
        groups.entry(value).or_default().add(&part)?;
    }
    let mut groups: Vec<(String, Group)> = if group_by.is_some() { groups.into_iter().collect() } else { Vec::new() };
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.rows));
    let left_out = groups.len().saturating_sub(MAX_GROUPS);
    groups.truncate(MAX_GROUPS);
    Ok(ListSummary {
        groups: groups.into_iter().map(|(value, group)| group.view(open, value)).collect(),
        left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
        total: total.view(open, String::new()),
        fields: fields_of(spec),
    })
}
