//! Making tasks and what happens to them.

use std::collections::BTreeMap;

use satchel_core::accounts::FieldEdit;
use satchel_core::ids::{AccountId, QuoteId, SiteId, TaskId, TicketId, UserId};
use satchel_core::tasks::{CreateTask as Create, UpdateTask as Update};
use satchel_core::wire::mutation::Intent;

use super::queries::view;
use super::view::{ChangeTask, CreateTask, TaskView};
use crate::api::CommandError;
use crate::engine::Engine;
use crate::store::load_row;
use crate::sync::{Subject, SubjectKind, mutate};

fn bad(field: &'static str, value: &str) -> CommandError {
    CommandError::new("task.unknown_value", value).at(field)
}

/// Makes a task. The same form sent twice makes one.
pub async fn create(engine: &Engine, args: CreateTask) -> Result<TaskView, CommandError> {
    let open = engine.workspace().await?;
    let id = TaskId::parse(&args.id).map_err(|_| bad("id", &args.id))?;
    let mut conn = open.store.read().acquire().await?;
    let there = load_row(&mut conn, crate::sync_spec("tasks")?, id.0).await?;
    drop(conn);
    if there.is_some() {
        return view(&open, &args.id).await;
    }
    let part = |field: &'static str, id: &Option<String>| {
        id.as_ref().map(|id| uuid::Uuid::parse_str(id).map_err(|_| bad(field, id))).transpose()
    };
    let title = args.title.trim().to_owned();
    let intent = Create {
        task_id: id,
        account_id: part("account_id", &args.account_id)?.map(AccountId),
        site_id: part("site_id", &args.site_id)?.map(SiteId),
        quote_id: part("quote_id", &args.quote_id)?.map(QuoteId),
        ticket_id: part("ticket_id", &args.ticket_id)?.map(TicketId),
        kind: args.kind,
        title: title.clone(),
        notes: args.notes,
        due_on: args.due_on.parse().map_err(|_| bad("due_on", &args.due_on))?,
        due_time: args.due_time,
        assigned_to: UserId::parse(&args.assigned_to).map_err(|_| bad("assigned_to", &args.assigned_to))?,
        repeats: args.repeats,
        at: open.now(),
    };
    let about = Subject { text: format!("Task: {title}"), kind: SubjectKind::Task, id: id.0 };
    mutate(engine, &open, Intent::TaskCreate(intent), about).await?;
    view(&open, &args.id).await
}

/// Changes a task, does it, cancels it or opens it again.
pub async fn change(engine: &Engine, args: ChangeTask) -> Result<TaskView, CommandError> {
    let open = engine.workspace().await?;
    let unknown = || CommandError::new("task.unknown", args.id.clone());
    let id = TaskId::parse(&args.id).map_err(|_| unknown())?;
    let mut conn = open.store.read().acquire().await?;
    let task = load_row(&mut conn, crate::sync_spec("tasks")?, id.0).await?.ok_or_else(unknown)?;
    drop(conn);
    let fields: BTreeMap<String, FieldEdit> = args
        .fields
        .into_iter()
        .map(|(field, mine)| {
            let stands = || task.text_or_null(&field).unwrap_or_default().to_owned();
            let base = args.shown.get(&field).cloned().unwrap_or_else(stands);
            (field, FieldEdit { base, mine })
        })
        .filter(|(_, edit)| edit.base != edit.mine)
        .collect();
    let about = Subject { text: format!("Task: {}", task.text("title")?), kind: SubjectKind::Task, id: id.0 };
    let intent = Update { task_id: id, fields, outcome: args.outcome, at: open.now() };
    mutate(engine, &open, Intent::TaskUpdate(intent), about).await?;
    view(&open, &args.id).await
}
