//! Shapes of questions about lists: filter trees, what can be asked, groups and sums.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Conditions put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum FilterNode {
    /// All of them hold; none: every row.
    All {
        /// Conditions.
        nodes: Vec<FilterNode>,
    },
    /// One of them holds at least; none: no row.
    Any {
        /// Conditions.
        nodes: Vec<FilterNode>,
    },
    /// It does not hold.
    Not {
        /// Condition.
        node: Box<FilterNode>,
    },
    /// A field is as asked.
    Field {
        /// Its name.
        field: String,
        /// How it is compared.
        is: Operator,
        /// With what, as typed: an amount of money with its currency (`ZAR 1500`), a day as `2026-11-29`.
        values: Vec<String>,
    },
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal; texts whatever their case.
    Is,
    /// Not equal.
    IsNot,
    /// Equal to one of several.
    AnyOf,
    /// Has it inside.
    Contains,
    /// Does not have it inside.
    NotContains,
    /// Begins with it.
    StartsWith,
    /// Nothing is there.
    Empty,
    /// Something is there.
    NotEmpty,
    /// That or more.
    AtLeast,
    /// That or less.
    AtMost,
    /// From the first to the second, both included.
    Between,
    /// On that day.
    On,
    /// Before that day.
    Before,
    /// After that day.
    After,
    /// In the last so many days, today included.
    LastDays,
    /// In the next so many days, today included.
    NextDays,
}

/// What a field holds, for whoever asks about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Words as typed.
    Text,
    /// One of some words.
    Word,
    /// A number.
    Number,
    /// An amount with its currency.
    Money,
    /// A day of the organisation.
    Day,
}

/// A field that a list can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListField {
    /// Its name in requests.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// How it may be compared.
    pub operators: Vec<Operator>,
    /// Rows can be grouped by it.
    pub groups: bool,
    /// Sums of it mean something.
    pub sums: bool,
}

/// Rows of a list that share a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListGroup {
    /// The value; empty where none is known, and in the total.
    pub value: String,
    /// Rows.
    pub rows: u32,
    /// Sums of what can be summed, amounts one for each currency.
    pub sums: Vec<ListSum>,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListSum {
    /// Field.
    pub field: String,
    /// Currency of an amount; empty for a count.
    pub currency: String,
    /// The sum as it reads.
    pub text: String,
}

/// A list in groups with their sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListSummary {
    /// Groups, the largest first; none when nothing is grouped by.
    pub groups: Vec<ListGroup>,
    /// Groups that are left out because there are too many; their rows are in the total.
    pub left_out: u32,
    /// All rows together.
    pub total: ListGroup,
    /// What the list can be asked about.
    pub fields: Vec<ListField>,
}
