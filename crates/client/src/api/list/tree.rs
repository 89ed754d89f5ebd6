//! A filter tree as SQL. Invariant: field expressions are compiled in, every typed value is bound; what makes no sense is
//! refused with the field it stands at.

use chrono::{Days, NaiveDate};
use satchel_core::money::{Currency, Exact, parse_typed_money};
use satchel_core::time::{Timestamp, Zone, format_instant_ms, local_date, start_of_day};

use super::super::CommandError;
use super::super::list_view::{FilterNode, Operator};
use super::ListSpec;
use super::fields::{Field, Kind};

/// Deepest tree.
const MAX_DEPTH: usize = 5;
/// Most conditions of a tree.
const MAX_CONDITIONS: usize = 50;
/// Most values of one condition.
const MAX_VALUES: usize = 200;
/// Furthest days back or ahead.
const MAX_DAYS: u64 = 36_600;

/// The organisation's now, for days.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Today {
    /// Instant.
    pub now: Timestamp,
    /// Zone.
    pub zone: Zone,
}

impl Today {
    fn day(self) -> NaiveDate {
        local_date(self.now, self.zone)
    }
}

/// A condition with its values in the order of its question marks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Clause {
    /// With a `?` for each value.
    pub sql: String,
    /// Values.
    pub values: Vec<String>,
    /// It asks about a table that only the whole `FROM` joins.
    pub joined: bool,
    conditions: usize,
}

impl Clause {
    fn push(&mut self, sql: &str, values: impl IntoIterator<Item = String>) {
        self.sql.push_str(sql);
        self.values.extend(values);
    }
}

/// The tree as one condition.
pub(crate) fn clause(spec: &ListSpec, node: &FilterNode, today: Today) -> Result<Clause, CommandError> {
    let mut out = Clause::default();
    write(spec, node, today, MAX_DEPTH, &mut out)?;
    Ok(out)
}

fn write(spec: &ListSpec, node: &FilterNode, today: Today, depth: usize, out: &mut Clause) -> Result<(), CommandError> {
    let depth = depth.checked_sub(1).ok_or_else(too_large)?;
    match node {
        FilterNode::All { nodes } => joined_by(spec, nodes, ("1", " AND "), today, depth, out),
        FilterNode::Any { nodes } => joined_by(spec, nodes, ("0", " OR "), today, depth, out),
        FilterNode::Not { node } => {
            out.push("NOT coalesce(", []);
            write(spec, node, today, depth, out)?;
            out.push(", 0)", []);
            Ok(())
        }
        FilterNode::Field { field, is, values } => {
            out.conditions += 1;
            if out.conditions > MAX_CONDITIONS || values.len() > MAX_VALUES {
                return Err(too_large());
            }
            let known = spec.fields.iter().find(|known| known.name == field.as_str());
            let known = known.ok_or_else(|| CommandError::new("list.unknown_filter", field).at("tree"))?;
            if !known.kind.operators().contains(is) {
                return Err(bad(known, "this field is not compared so"));
            }
            out.joined |= known.joined;
            let asked = Asked { field: known, is: *is, values, today };
            match known.kind {
                Kind::Text | Kind::Word => asked.text(out),
                Kind::Count | Kind::Number => asked.number(out),
                Kind::Money => asked.money(spec.currency, out),
                Kind::Day | Kind::Instant => asked.day(out),
            }
        }
    }
}

fn joined_by(
    spec: &ListSpec,
    nodes: &[FilterNode],
    (none, between): (&str, &str),
    today: Today,
    depth: usize,
    out: &mut Clause,
) -> Result<(), CommandError> {
    if nodes.is_empty() {
        out.push(none, []);
        return Ok(());
    }
    for (place, node) in nodes.iter().enumerate() {
        out.push(if place == 0 { "(" } else { between }, []);
        write(spec, node, today, depth, out)?;
    }
    out.push(")", []);
    Ok(())
}

fn too_large() -> CommandError {
    CommandError::new("list.filter_too_large", "a filter that deep or long").at("tree")
}

fn bad(field: &Field, message: &str) -> CommandError {
    CommandError::new("list.bad_value", message).at("tree").with("field", field.name)
}

struct Asked<'a> {
    field: &'a Field,
    is: Operator,
    values: &'a [String],
    today: Today,
}

impl Asked<'_> {
    fn values<const N: usize>(&self) -> Result<[&str; N], CommandError> {
        let values: Vec<&str> = self.values.iter().map(|value| value.trim()).collect();
        <[&str; N]>::try_from(values).map_err(|_| bad(self.field, "another number of values"))
    }

    fn text(&self, out: &mut Clause) -> Result<(), CommandError> {
        let sql = self.field.sql;
        let like = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        match self.is {
            Operator::Is | Operator::IsNot => {
                let [value] = self.values()?;
                let not = if self.is == Operator::IsNot { "NOT " } else { "" };
                out.push(&format!("{not}(coalesce({sql}, '') = ? COLLATE NOCASE)"), [value.to_owned()]);
            }
            Operator::AnyOf => {
                let marks = vec!["?"; self.values.len()].join(", ");
                out.push(&format!("coalesce({sql}, '') COLLATE NOCASE IN ({marks})"), self.values.iter().cloned());
            }
            Operator::Contains | Operator::NotContains | Operator::StartsWith => {
                let [value] = self.values()?;
                let not = if self.is == Operator::NotContains { "NOT " } else { "" };
                let before = if self.is == Operator::StartsWith { "" } else { "'%' || " };
                let condition = format!("{not}(coalesce({sql}, '') LIKE {before}? || '%' ESCAPE '\\')");
                out.push(&condition, [like(value)]);
            }
            Operator::Empty => out.push(&format!("coalesce({sql}, '') = ''"), []),
            _ => out.push(&format!("coalesce({sql}, '') <> ''"), []),
        }
        Ok(())
    }

    fn number(&self, out: &mut Clause) -> Result<(), CommandError> {
        let number = |text: &str| {
            let number = Exact::parse(text).map_err(|_| bad(self.field, "not a number"))?;
            Ok::<_, CommandError>(number.to_string())
        };
        let values = self.values.iter().map(|value| number(value.trim())).collect::<Result<Vec<_>, _>>()?;
        self.compared(self.field.sql, "CAST(? AS NUMERIC)", &values, out)
    }

    /// Amounts compare with amounts of their own currency; another currency is never the larger or the smaller.
    fn money(&self, currency: Option<&str>, out: &mut Clause) -> Result<(), CommandError> {
        let column = currency.ok_or_else(|| bad(self.field, "a list without a currency"))?;
        let mut named = None;
        let mut minor = Vec::new();
        for value in self.values {
            let (code, amount) = value.trim().split_once(' ').ok_or_else(|| bad(self.field, "which currency?"))?;
            let currency = Currency::parse(code).ok_or_else(|| bad(self.field, "which currency?"))?;
            if *named.get_or_insert(currency) != currency {
                return Err(bad(self.field, "two currencies"));
            }
            let amount = parse_typed_money(amount, currency).map_err(|_| bad(self.field, "not an amount"))?;
            minor.push(amount.minor().to_string());
        }
        let currency = named.ok_or_else(|| bad(self.field, "which currency?"))?;
        out.push(&format!("({column} = ? AND "), [currency.code().to_owned()]);
        self.compared(self.field.sql, "CAST(? AS NUMERIC)", &minor, out)?;
        out.push(")", []);
        Ok(())
    }

    fn compared(&self, sql: &str, mark: &str, values: &[String], out: &mut Clause) -> Result<(), CommandError> {
        let operator = match (self.is, values) {
            (Operator::Between, [first, last]) => {
                out.push(&format!("{sql} BETWEEN {mark} AND {mark}"), [first.clone(), last.clone()]);
                return Ok(());
            }
            (Operator::Is, [_]) => "=",
            (Operator::IsNot, [_]) => "<>",
            (Operator::AtLeast, [_]) => ">=",
            (Operator::AtMost, [_]) => "<=",
            _ => return Err(bad(self.field, "another number of values")),
        };
        out.push(&format!("{sql} {operator} {mark}"), [values[0].clone()]);
        Ok(())
    }

    /// From the first day to the last, both included; `None` is open.
    fn days(&self) -> Result<(Option<NaiveDate>, Option<NaiveDate>), CommandError> {
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| bad(self.field, "not a day"));
        let count = |text: &str| {
            let days = text.parse::<u64>().ok().filter(|days| (1..=MAX_DAYS).contains(days));
            days.map(|days| Days::new(days - 1)).ok_or_else(|| bad(self.field, "not a number of days"))
        };
        let beyond = || bad(self.field, "not a day");
        let today = self.today.day();
        Ok(match self.is {
            Operator::On => {
                let [on] = self.values()?;
                (Some(day(on)?), Some(day(on)?))
            }
            Operator::Before => {
                let [before] = self.values()?;
                (None, Some(day(before)?.pred_opt().ok_or_else(beyond)?))
            }
            Operator::After => {
                let [after] = self.values()?;
                (Some(day(after)?.succ_opt().ok_or_else(beyond)?), None)
            }
            Operator::LastDays => {
                let [days] = self.values()?;
                (Some(today.checked_sub_days(count(days)?).ok_or_else(beyond)?), Some(today))
            }
            Operator::NextDays => {
                let [days] = self.values()?;
                (Some(today), Some(today.checked_add_days(count(days)?).ok_or_else(beyond)?))
            }
            _ => {
                let [first, last] = self.values()?;
                (Some(day(first)?), Some(day(last)?))
            }
        })
    }

    fn day(&self, out: &mut Clause) -> Result<(), CommandError> {
        let sql = self.field.sql;
        if matches!(self.is, Operator::Empty | Operator::NotEmpty) {
            let comparison = if self.is == Operator::Empty { "=" } else { "<>" };
            out.push(&format!("coalesce({sql}, '') {comparison} ''"), []);
            return Ok(());
        }
        let (first, last) = self.days()?;
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let instant = self.field.kind == Kind::Instant;
        let start = |day| format_instant_ms(start_of_day(day, self.today.zone));
        if let Some(first) = first {
            parts.push(format!("{sql} >= ?"));
            values.push(if instant { start(first) } else { first.to_string() });
        }
        if let Some(last) = last {
            let next = last.succ_opt().ok_or_else(|| bad(self.field, "not a day"))?;
            parts.push(if instant { format!("{sql} < ?") } else { format!("{sql} <= ?") });
            values.push(if instant { start(next) } else { last.to_string() });
        }
        // Nothing is there: neither before nor after any day.
        out.push(&format!("(coalesce({sql}, '') <> '' AND {})", parts.join(" AND ")), values);
        Ok(())
    }
}
