//! Steps about tasks.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Changes, Reader, another_room};
use crate::apply::Refusal;
use crate::ids::UserId;
use crate::people::Actor;
use crate::tasks::{self, CreateTask, CreateWorld, UpdateTask, UpdateWorld, next_id};
use crate::time::parse_zone;
use crate::wire::mutation::Intent;

/// Decides a step of this room.
pub(super) async fn decide<R: Reader>(db: &mut R, intent: &Intent, by: &Actor) -> Result<Changes, R::Error> {
    Ok(match intent {
        Intent::TaskCreate(args) => tasks::create(args, &create_world(db, args, by).await?, by)?.into(),
        Intent::TaskUpdate(args) => tasks::update(args, &update_world(db, args, by).await?, by)?.into(),
        _ => return Err(another_room().into()),
    })
}

async fn people<R: Reader>(db: &mut R) -> Result<BTreeSet<Uuid>, R::Error> {
    Ok(db.people().await?.into_keys().map(|id| id.0).collect())
}

/// What one sees oneself was asked before the step; of others the store knows more or less.
async fn sees<R: Reader>(db: &mut R, who: UserId, scope: Uuid, by: &Actor) -> Result<bool, R::Error> {
    if who == by.id { Ok(true) } else { db.sees(who, scope).await }
}

async fn create_world<R: Reader>(db: &mut R, args: &CreateTask, by: &Actor) -> Result<CreateWorld, R::Error> {
    let named = [
        ("site_id", "sites", args.site_id.map(|id| id.0)),
        ("quote_id", "quotes", args.quote_id.map(|id| id.0)),
        ("ticket_id", "tickets", args.ticket_id.map(|id| id.0)),
    ];
    let mut parts = Vec::new();
    for (part, table, id) in named {
        if let Some(id) = id {
            parts.push((part, db.one(table, id).await?.map(|row| row.scope_id())));
        }
    }
    let mut world = CreateWorld {
        taken: db.has("tasks", args.task_id.0).await?,
        people: people(db).await?,
        parts,
        ..CreateWorld::default()
    };
    if let Some(account) = args.account_id {
        world.account = db.has("accounts", account.0).await?;
        world.assignee_sees = sees(db, args.assigned_to, account.0, by).await?;
    }
    Ok(world)
}

async fn update_world<R: Reader>(db: &mut R, args: &UpdateTask, by: &Actor) -> Result<UpdateWorld, R::Error> {
    let organisation = db.organisation().await?;
    let zone = parse_zone(organisation.text("zone")?).ok_or_else(|| Refusal::rule("organisation.bad_zone"))?;
    let mut world = UpdateWorld {
        task: db.one("tasks", args.task_id.0).await?,
        next: None,
        people: BTreeSet::new(),
        assignee_sees: true,
        zone,
    };
    if args.fields.contains_key("status") {
        world.next = db.one("tasks", next_id(args.task_id).0).await?;
    }
    if let Some(edit) = args.fields.get("assigned_to") {
        world.people = people(db).await?;
        if let (Some(task), Ok(who)) = (&world.task, UserId::parse(&edit.mine)) {
            world.assignee_sees = sees(db, who, task.scope_id(), by).await?;
        }
    }
    Ok(world)
}
