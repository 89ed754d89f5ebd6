//! Making a task, and what happens to it. Invariant: a field that somebody else changed meanwhile is a conflict; what came of
//! a task is kept, also when two people finish it at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CHANGEABLE, CreateTask, KINDS, MAX_NOTE, MAX_TITLE, Repeat, Status, UpdateTask, next_id, parse_hour};
use crate::apply::Refusal;
use crate::people::Actor;
use crate::time::{Timestamp, Zone, format_instant_ms, local_date};
use crate::wire::rows::Row;

/// What making a task reads.
#[derive(Debug, Clone, Default)]
pub struct CreateWorld {
    /// The id is taken.
    pub taken: bool,
    /// The account exists, where one is named.
    pub account: bool,
    /// Whose the named site, quote and ticket are, by the name of the argument; one that does not exist has none.
    pub parts: Vec<(&'static str, Option<Uuid>)>,
    /// Active people.
    pub people: BTreeSet<Uuid>,
    /// The assignee sees the account, as far as this side knows.
    pub assignee_sees: bool,
}

/// What changing a task reads.
#[derive(Debug, Clone)]
pub struct UpdateWorld {
    /// The task, when it exists.
    pub task: Option<Row>,
    /// The one that follows it, when it was made already.
    pub next: Option<Row>,
    /// Active people; read only when an update names one.
    pub people: BTreeSet<Uuid>,
    /// The new assignee sees the account, as far as this side knows.
    pub assignee_sees: bool,
    /// The organisation's zone: its day decides what is past.
    pub zone: Zone,
}

fn short(field: &str, text: &str, max: usize) -> Result<(), Refusal> {
    match text.chars().count() > max {
        true => Err(Refusal::with("task.too_long", json!({ "field": field, "max": max.to_string() }))),
        false => Ok(()),
    }
}

fn unknown(field: &str, value: &str) -> Refusal {
    Refusal::with("task.unknown_value", json!({ "field": field, "value": value }))
}

/// Whether a field may have this value.
fn check(field: &str, value: &str) -> Result<(), Refusal> {
    let known = match field {
        "kind" => KINDS.contains(&value),
        "repeats" => Repeat::parse(value).is_some(),
        "due_on" => value.parse::<NaiveDate>().is_ok(),
        "due_time" => value.is_empty() || parse_hour(value).is_some(),
        "status" => Status::parse(value).is_some(),
        "title" if value.trim().is_empty() => return Err(Refusal::rule("task.title_missing")),
        "title" => return short(field, value, MAX_TITLE),
        "notes" => return short(field, value, MAX_NOTE),
        _ => true,
    };
    if known { Ok(()) } else { Err(unknown(field, value)) }
}

/// Whether somebody may be given the task of an account, or of nobody but themselves.
fn check_assignee(to: Uuid, own: Option<Uuid>, people: &BTreeSet<Uuid>, sees: bool) -> Result<(), Refusal> {
    if !people.contains(&to) {
        return Err(Refusal::rule("task.person_unknown"));
    }
    match own {
        Some(owner) if owner != to => Err(Refusal::rule("task.own_only")),
        None if !sees => Err(Refusal::rule("task.person_without_account")),
        _ => Ok(()),
    }
}

/// The row of a new task.
///
/// # Errors
/// A refusal `account.unknown`, `task.*`.
pub fn create(args: &CreateTask, world: &CreateWorld, by: &Actor) -> Result<Row, Refusal> {
    if args.account_id.is_some() && !world.account {
        return Err(Refusal::rule("account.unknown"));
    }
    if world.taken {
        return Err(Refusal::rule("task.exists"));
    }
    for (part, owner) in &world.parts {
        if args.account_id.is_none() {
            return Err(Refusal::with("task.account_missing", json!({ "field": part })));
        }
        if *owner != args.account_id.map(|id| id.0) {
            return Err(Refusal::with("task.part_unknown", json!({ "field": part })));
        }
    }
    let due_on = args.due_on.to_string();
    for (field, value) in [
        ("title", &args.title),
        ("notes", &args.notes),
        ("kind", &args.kind),
        ("due_time", &args.due_time),
        ("repeats", &args.repeats),
        ("due_on", &due_on),
    ] {
        check(field, value)?;
    }
    let own = args.account_id.is_none().then_some(by.id.0);
    check_assignee(args.assigned_to.0, own, &world.people, world.assignee_sees)?;
    let scope = args.account_id.map_or(by.id.0, |id| id.0);
    Ok(Row::new("tasks", args.task_id.0, scope)
        .with("account_id", json!(args.account_id))
        .with("site_id", json!(args.site_id))
        .with("quote_id", json!(args.quote_id))
        .with("ticket_id", json!(args.ticket_id))
        .with("kind", args.kind.clone())
        .with("title", args.title.trim())
        .with("notes", args.notes.trim())
        .with("due_on", due_on.clone())
        .with("due_time", args.due_time.clone())
        .with("assigned_to", json!(args.assigned_to))
        .with("status", Status::Open.as_str())
        .with("outcome", "")
        .with("repeats", args.repeats.clone())
        .with("repeats_from", due_on)
        .with("created_by", json!(by.id))
        .with("created_at", format_instant_ms(args.at))
        .with("changed_at", format_instant_ms(args.at)))
}

/// The task as it becomes, and the next one where it is repeated.
///
/// # Errors
/// A refusal `task.*`; the conflict `task.changed_elsewhere`.
pub fn update(args: &UpdateTask, world: &UpdateWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    let mut task = world.task.clone().ok_or_else(|| Refusal::rule("task.unknown"))?;
    let outcome = args.outcome.trim();
    if args.fields.is_empty() && outcome.is_empty() {
        return Err(Refusal::rule("task.nothing"));
    }
    let changed = merge(&mut task, args, world, by)?;
    if !outcome.is_empty() {
        let before = task.text("outcome").unwrap_or_default();
        let both = match before {
            "" => outcome.to_owned(),
            same if same == outcome => same.to_owned(),
            before => format!("{before}\n{outcome}"),
        };
        short("outcome", &both, MAX_NOTE)?;
        task.set("outcome", both);
    }
    let at = format_instant_ms(args.at);
    // The next one was made when it was first finished; what is added to a finished one does not move that.
    let finished = task.text_or_null("done_at").unwrap_or_default().to_owned();
    task.set("changed_at", at.clone());
    let mut rows = Vec::new();
    if changed.contains("due_on") {
        task.set("repeats_from", task.get("due_on").clone());
    }
    if changed.contains("status") {
        let done = task.text("status") == Ok(Status::Done.as_str());
        task.set("done_by", if done { json!(by.id) } else { Value::Null });
        task.set("done_at", if done { json!(at) } else { Value::Null });
        rows.extend(if done { follow(&task, world, args.at) } else { take_back(world, &finished) });
    }
    rows.insert(0, task);
    Ok(rows)
}

/// Makes the changes; returns which.
fn merge(task: &mut Row, args: &UpdateTask, world: &UpdateWorld, by: &Actor) -> Result<BTreeSet<String>, Refusal> {
    let (mut changed, mut conflicts) = (BTreeSet::new(), Vec::new());
    for (field, edit) in &args.fields {
        if !CHANGEABLE.contains(&field.as_str()) {
            return Err(unknown(field, &edit.mine));
        }
        let theirs = task.text_or_null(field).unwrap_or_default().to_owned();
        let mine = if matches!(field.as_str(), "title" | "notes") { edit.mine.trim() } else { &edit.mine };
        if theirs == mine {
            continue;
        }
        if theirs != edit.base {
            conflicts.push(json!({ "label": field, "base": edit.base, "mine": mine, "theirs": theirs,
                "row": args.task_id, "field": field }));
            continue;
        }
        check(field, mine)?;
        match field.as_str() {
            "status" => {
                let steps = Status::parse(&theirs).zip(Status::parse(mine));
                if !steps.is_some_and(|(from, to)| from.may_become(to)) {
                    return Err(Refusal::with("task.bad_step", json!({ "from": theirs, "to": mine })));
                }
            }
            "assigned_to" => {
                let to = Uuid::parse_str(mine).map_err(|_| Refusal::rule("task.person_unknown"))?;
                let own = task.text_or_null("account_id").is_none().then_some(by.id.0);
                check_assignee(to, own, &world.people, world.assignee_sees)?;
            }
            _ => {}
        }
        task.set(field, mine);
        changed.insert(field.clone());
    }
    match conflicts.is_empty() {
        true => Ok(changed),
        false => Err(Refusal::conflict("task.changed_elsewhere", json!({ "differences": conflicts }))),
    }
}

/// The next task of a series, open. Days that are past are left out. One that is there and was worked on is left as it is.
fn follow(task: &Row, world: &UpdateWorld, at: Timestamp) -> Option<Row> {
    let day = |column: &str| task.parse::<NaiveDate>(column).ok();
    let repeat = Repeat::parse(task.text("repeats").ok()?)?;
    let after = day("due_on")?.max(local_date(at, world.zone));
    let due_on = repeat.next(day("repeats_from")?, after)?;
    if world.next.as_ref().is_some_and(|next| next.text("status") != Ok(Status::Cancelled.as_str())) {
        return None;
    }
    let mut next = Row::new("tasks", next_id(crate::ids::TaskId(task.id())).0, task.scope_id())
        .at_version(world.next.as_ref().map_or(0, Row::version));
    for column in [
        "account_id",
        "site_id",
        "quote_id",
        "ticket_id",
        "kind",
        "title",
        "notes",
        "due_time",
        "assigned_to",
        "repeats",
        "repeats_from",
        "created_by",
    ] {
        next.set(column, task.get(column).clone());
    }
    let at = format_instant_ms(at);
    Some(
        next.with("due_on", due_on.to_string())
            .with("status", Status::Open.as_str())
            .with("outcome", "")
            .with("follows", json!(task.id()))
            .with("created_at", at.clone())
            .with("changed_at", at),
    )
}

/// The next task of one that is opened again: nobody has to do it twice. One that somebody changed meanwhile stays.
fn take_back(world: &UpdateWorld, finished_at: &str) -> Option<Row> {
    let mut next = world.next.clone()?;
    let untouched = next.text("status") == Ok(Status::Open.as_str()) && next.text("changed_at") == Ok(finished_at);
    untouched.then(|| {
        next.set("status", Status::Cancelled.as_str());
        next
    })
}

#[cfg(test)]
mod tests;
