//! What the window shows of tasks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::{AsOf, ListRequest};

satchel_core::words! {
    /// When a task that is open is due.
    pub enum Due as "TaskDue" {
        /// Its day or hour is over.
        Overdue = "overdue",
        /// Today.
        Today = "today",
        /// Within seven days.
        Week = "week",
        /// After that.
        Later = "later",
    }
}

/// Which tasks.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListTasks {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Only those of the person who works now.
    pub mine: bool,
    /// Window, filters (`status`, `kind`, `assigned_to`, `due`: `overdue`, `today`, `week`, `later`), text, order (`due`,
    /// `title`, `account`, `assigned_to`).
    pub list: ListRequest,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskRow {
    /// Task id.
    pub id: String,
    /// What there is to do.
    #[ts(as = "satchel_core::tasks::TaskKind")]
    pub kind: String,
    /// In a line.
    pub title: String,
    /// Where it stands.
    #[ts(as = "satchel_core::tasks::Status")]
    pub status: String,
    /// The day it is due, ISO.
    pub due_on: String,
    /// `HH:MM`; empty when any time that day.
    pub due_time: String,
    /// Day and hour in words.
    pub due_text: String,
    /// Absent when it is not open.
    pub due: Option<Due>,
    /// Whose it is; none: one's own.
    pub account_id: Option<String>,
    /// Account; empty when none.
    pub account: String,
    /// What it is about besides: site, quote or ticket, by name; empty when nothing.
    pub about: String,
    /// Who does it.
    pub assigned_to: String,
    /// Their name.
    pub assignee: String,
    /// How often it is repeated.
    #[ts(as = "satchel_core::tasks::Repeat")]
    pub repeats: String,
    /// Made or changed here and not confirmed by the server.
    pub waiting: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// A task whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskView {
    /// As in the list.
    pub row: TaskRow,
    /// In full; may be empty.
    pub notes: String,
    /// What came of it; may be empty.
    pub outcome: String,
    /// Site it is about: id and name.
    pub site: Option<(String, String)>,
    /// Quote it is about: id and number.
    pub quote: Option<(String, String)>,
    /// Ticket it is about: id and name.
    pub ticket: Option<(String, String)>,
    /// Who made it and when, in words.
    pub created_text: String,
    /// Who did it and when, in words.
    pub done_text: Option<String>,
    /// The task that follows it: id and day, in words.
    pub next: Option<(String, String)>,
    /// The task before it.
    pub previous: Option<String>,
    /// Statuses it may have next.
    #[ts(as = "Vec<satchel_core::tasks::Status>")]
    pub steps: Vec<String>,
    /// Who could do it: id and name; of one's own task nobody else.
    pub people: Vec<(String, String)>,
}

/// What a task may be made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskChoices {
    /// Kinds.
    #[ts(as = "Vec<satchel_core::tasks::TaskKind>")]
    pub kinds: Vec<String>,
    /// How often it may be repeated, `never` first.
    #[ts(as = "Vec<satchel_core::tasks::Repeat>")]
    pub repeats: Vec<String>,
    /// Who could do it: id and name, oneself first.
    pub people: Vec<(String, String)>,
    /// Today in the organisation's zone, ISO.
    pub today: String,
}

/// A new task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CreateTask {
    /// Id made by the form, so that the same form saved twice makes one task.
    pub id: String,
    /// Whose it is; none: a task for oneself.
    pub account_id: Option<String>,
    /// Site it is about.
    pub site_id: Option<String>,
    /// Quote it is about.
    pub quote_id: Option<String>,
    /// Ticket it is about.
    pub ticket_id: Option<String>,
    /// Kind.
    #[ts(as = "satchel_core::tasks::TaskKind")]
    pub kind: String,
    /// In a line.
    pub title: String,
    /// In full; may be empty.
    pub notes: String,
    /// The day it is due, ISO.
    pub due_on: String,
    /// `HH:MM`; empty: any time that day.
    pub due_time: String,
    /// Who does it.
    pub assigned_to: String,
    /// How often it is repeated.
    #[ts(as = "satchel_core::tasks::Repeat")]
    pub repeats: String,
}

/// Something that happens to a task. What is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ChangeTask {
    /// Task.
    pub id: String,
    /// What was shown, by field, of what changes: a change made elsewhere meanwhile is a conflict and is not lost.
    pub shown: std::collections::BTreeMap<String, String>,
    /// What it becomes, by field: `kind`, `title`, `notes`, `due_on`, `due_time`, `assigned_to`, `repeats`, `status`.
    pub fields: std::collections::BTreeMap<String, String>,
    /// What came of it; may be empty.
    pub outcome: String,
}

/// A task that one is reminded of now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reminder {
    /// Task.
    pub id: String,
    /// In a line.
    pub title: String,
    /// Account; empty when none.
    pub account: String,
    /// Day and hour in words.
    pub due_text: String,
    /// It was due while the program did not run.
    pub missed: bool,
}
