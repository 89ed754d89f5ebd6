//! Tasks: what somebody has to do for a customer or for themselves, and what came of it (features 4-10).
//!
//! Invariant: a task of an account travels with the account, one without an account is its person's own. A task that is
//! repeated has one next at most, whoever finishes it, wherever and however often: its id is made from the task's.

mod repeat;
mod rules;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

pub use repeat::{Repeat, next_id};
pub use rules::{CreateWorld, UpdateWorld, create, update};

use crate::accounts::FieldEdit;
use crate::ids::{AccountId, QuoteId, SiteId, TaskId, TicketId, UserId};
use crate::time::{Timestamp, Zone, local_to_instant};

/// Longest title, characters.
pub const MAX_TITLE: usize = 200;
/// Longest notes and longest outcome, characters.
pub const MAX_NOTE: usize = 10_000;

crate::words! {
    /// What there is to do.
    pub enum TaskKind as "TaskKind" {
        /// Call somebody.
        Call = "call",
        /// Go there.
        Visit = "visit",
        /// Write to somebody.
        Email = "email",
        /// Anything else.
        Todo = "todo",
    }
}

/// What there is to do.
pub const KINDS: [&str; TaskKind::WORDS.len()] = TaskKind::WORDS;

/// Columns of a task that an update may change.
pub const CHANGEABLE: [&str; 8] = ["kind", "title", "notes", "due_on", "due_time", "assigned_to", "repeats", "status"];

crate::words! {
    /// Where a task stands.
    pub enum Status as "TaskStatus" {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not to be done any more.
        Cancelled = "cancelled",
    }
}

impl Status {
    /// Where it may go from here: what is done or cancelled is opened again first.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Open => next != Self::Open,
            Self::Done | Self::Cancelled => next == Self::Open,
        }
    }
}

/// Arguments of `task.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateTask {
    /// Id, made on the laptop.
    pub task_id: TaskId,
    /// Whose it is; without an account it is a task for oneself.
    pub account_id: Option<AccountId>,
    /// The site it is about, one of the account's.
    pub site_id: Option<SiteId>,
    /// The quote it is about, one of the account's.
    pub quote_id: Option<QuoteId>,
    /// The ticket it is about, one of the account's.
    pub ticket_id: Option<TicketId>,
    /// One of [`KINDS`].
    pub kind: String,
    /// In a line.
    pub title: String,
    /// In full; may be empty.
    pub notes: String,
    /// The day it is due, in the organisation's zone.
    pub due_on: NaiveDate,
    /// The hour, `HH:MM` in the organisation's zone; empty: any time that day.
    pub due_time: String,
    /// Who does it.
    pub assigned_to: UserId,
    /// A word of [`Repeat`].
    pub repeats: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `task.update`: it is changed, done, cancelled or opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateTask {
    /// Task.
    pub task_id: TaskId,
    /// What changes, by column of [`CHANGEABLE`].
    pub fields: BTreeMap<String, FieldEdit>,
    /// What came of it, where it is done or cancelled; may be empty.
    pub outcome: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// An hour of the day as tasks have it, `HH:MM`.
pub fn parse_hour(text: &str) -> Option<NaiveTime> {
    (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

/// The hour at which somebody is reminded of a task that is due on a day and at no hour.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(nine) => nine,
    None => NaiveTime::MIN,
};

/// When somebody is reminded of a task: at its hour, else at nine in the morning of its day, in the organisation's zone.
pub fn remind_at(due_on: NaiveDate, due_time: &str, zone: Zone) -> Timestamp {
    local_to_instant(due_on.and_time(parse_hour(due_time).unwrap_or(MORNING)), zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{format_instant_ms, parse_zone};

    #[test]
    fn one_is_reminded_at_the_hour_or_in_the_morning_of_the_organisations_zone() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day");
        let at = |zone: &str, hour: &str| format_instant_ms(remind_at(day, hour, parse_zone(zone).expect("a zone")));
        assert_eq!(at("Africa/Johannesburg", "14:30"), "2026-11-30T12:30:00.000Z");
        assert_eq!(at("Africa/Johannesburg", ""), "2026-11-30T07:00:00.000Z");
        assert_eq!(at("Asia/Kolkata", ""), "2026-11-30T03:30:00.000Z");
    }

    #[test]
    fn an_hour_is_two_digits_and_two_digits() {
        for (text, right) in [("00:00", true), ("23:59", true), ("24:00", false), ("9:30", false), ("09:3x", false)] {
            assert_eq!(parse_hour(text).is_some(), right, "{text}");
        }
    }
}
