//! Reading and publishing clauses.

use satchel_core::clauses::{Clause, ClauseStatus, PublishClause as Publish, WithdrawClause};
use satchel_core::ids::ClauseId;
use satchel_core::wire::entities::clause_of;
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::rows::Row;

use super::view::{ClauseLibrary, ClauseView, PublishClause};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::store::load_rows;
use crate::sync::{Subject, SubjectKind, mutate};

fn view(open: &Open, row: &Row, people: &[(String, String)]) -> Result<ClauseView, CommandError> {
    let clause: Clause = clause_of(row)?;
    let by = row.text_or_null("published_by");
    let name = by.and_then(|id| people.iter().find(|(person, _)| person == id)).map(|(_, name)| name.clone());
    let when = row.text("published_at").map(|at| open.moment(at))?;
    Ok(ClauseView {
        id: clause.id.to_string(),
        family_id: clause.family_id.to_string(),
        version: clause.version,
        topic: clause.topic,
        title: clause.title,
        body: clause.body,
        status: clause.status,
        by_default: clause.by_default,
        published_text: [name, Some(when)].into_iter().flatten().collect::<Vec<_>>().join(", "),
    })
}

async fn rows(open: &Open, column: &'static str, value: &str) -> Result<Vec<ClauseView>, CommandError> {
    let mut conn = open.store.read().acquire().await?;
    let rows = load_rows(&mut conn, crate::sync_spec("clauses")?, column, value).await?;
    let people: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM users").fetch_all(&mut *conn).await?;
    rows.iter().map(|row| view(open, row, &people)).collect()
}

/// Every clause in its latest version, what is in use first.
pub(crate) async fn latest(open: &Open) -> Result<Vec<ClauseView>, CommandError> {
    let all = rows(open, "scope_id", &open.org_id.to_string()).await?;
    let mut latest: Vec<ClauseView> = all.into_iter().filter(|c| c.status != ClauseStatus::Superseded).collect();
    let order = |c: &ClauseView| (c.status != ClauseStatus::Current, c.topic.clone(), c.title.clone(), c.id.clone());
    latest.sort_by_key(order);
    Ok(latest)
}

/// The library.
pub async fn list(engine: &Engine, _: Nothing) -> Result<ClauseLibrary, CommandError> {
    let open = engine.workspace().await?;
    let may_publish = open.actor().await.role.may_publish();
    Ok(ClauseLibrary { clauses: latest(&open).await?, may_publish })
}

/// All versions of a clause, the newest first; `id` is the one they share.
pub async fn versions(engine: &Engine, args: ById) -> Result<Vec<ClauseView>, CommandError> {
    let open = engine.workspace().await?;
    let mut all = rows(&open, "family_id", &args.id).await?;
    all.sort_by_key(|clause| std::cmp::Reverse(clause.version));
    Ok(all)
}

fn parse(id: &str) -> Result<ClauseId, CommandError> {
    ClauseId::parse(id).map_err(|e| CommandError::new("clause.unknown", e.to_string()))
}

/// Publishes a clause, or the next version of one.
pub async fn publish(engine: &Engine, args: PublishClause) -> Result<ClauseLibrary, CommandError> {
    let open = engine.workspace().await?;
    let id = ClauseId(uuid::Uuid::now_v7());
    let previous_id = args.previous_id.as_deref().map(parse).transpose()?;
    let subject = Subject { text: args.title.trim().to_owned(), kind: SubjectKind::Clause, id: id.0 };
    let intent = Intent::ClausePublish(Publish {
        id,
        previous_id,
        topic: args.topic,
        title: args.title,
        body: args.body,
        by_default: args.by_default,
        at: open.now(),
    });
    mutate(engine, &open, intent, subject).await?;
    list(engine, Nothing {}).await
}

/// Takes a clause out of use; quotes that carry it keep it.
pub async fn withdraw(engine: &Engine, args: ById) -> Result<ClauseLibrary, CommandError> {
    let open = engine.workspace().await?;
    let id = parse(&args.id)?;
    let title: Option<String> = sqlx::query_scalar("SELECT title FROM clauses WHERE id = ?1")
        .bind(&args.id)
        .fetch_optional(open.store.read())
        .await?;
    let subject = Subject { text: title.unwrap_or_default(), kind: SubjectKind::Clause, id: id.0 };
    mutate(engine, &open, Intent::ClauseWithdraw(WithdrawClause { id, at: open.now() }), subject).await?;
    list(engine, Nothing {}).await
}
