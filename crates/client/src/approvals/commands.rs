//! Letting somebody else approve for some days, seeing who does, taking it back.

use std::collections::BTreeMap;

use satchel_core::approvals::{DelegateApproval, EndDelegation};
use satchel_core::ids::{DelegationId, UserId};
use satchel_core::people::Role;
use satchel_core::wire::entities::delegation_of;
use satchel_core::wire::mutation::Intent;

use super::view::{DelegateArgs, DelegationList, DelegationState, DelegationView};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::Engine;
use crate::store::load_rows;
use crate::sync::{Subject, SubjectKind, mutate};
use crate::words;
use crate::workspace::organisation::person_name;

/// All delegations.
pub async fn list(engine: &Engine, _: Nothing) -> Result<DelegationList, CommandError> {
    let open = engine.workspace().await?;
    let actor = open.actor().await;
    let mut conn = open.store.read().acquire().await?;
    let spec = crate::sync_spec("approval_delegations")?;
    let rows = load_rows(&mut conn, spec, "scope_id", &open.org_id.to_string()).await?;
    let people: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, name, role FROM users").fetch_all(&mut *conn).await?;
    let people: BTreeMap<String, (String, String)> =
        people.into_iter().map(|(id, name, role)| (id, (name, role))).collect();
    let name = |id: UserId| people.get(&id.to_string()).map(|(name, _)| name.clone()).unwrap_or_default();
    let (now, today) = (open.now(), open.today());
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        // Of somebody who is not here (any more) nothing is in force.
        let Some((_, role)) = people.get(row.text("from_user")?) else { continue };
        let Some(from_role) = Role::parse(role) else { continue };
        let delegation = delegation_of(row, from_role)?;
        let state = match delegation.ended_at {
            Some(_) => DelegationState::Ended,
            None if delegation.in_force(now, today) => DelegationState::InForce,
            None if today < delegation.valid_from => DelegationState::Future,
            None => DelegationState::Over,
        };
        let own = delegation.from_user == actor.id || actor.role == Role::Admin;
        let days = format!("{} to {}", words::date(delegation.valid_from), words::date(delegation.valid_to));
        found.push((
            (delegation.valid_from, delegation.id),
            DelegationView {
                id: delegation.id.to_string(),
                from: name(delegation.from_user),
                role: role.clone(),
                to: name(delegation.to_user),
                days_text: days,
                note: row.text("note")?.to_owned(),
                state,
                may_end: own && matches!(state, DelegationState::InForce | DelegationState::Future),
            },
        ));
    }
    found.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
    Ok(DelegationList {
        delegations: found.into_iter().map(|(_, view)| view).collect(),
        may_delegate: actor.role.may_approve(),
        today: today.to_string(),
        me: actor.id.to_string(),
    })
}

fn day(text: &str, field: &str) -> Result<chrono::NaiveDate, CommandError> {
    text.trim().parse().map_err(|_| CommandError::new("price.bad_date", text).at(field))
}

/// Lets somebody else approve for some days.
pub async fn delegate(engine: &Engine, args: DelegateArgs) -> Result<DelegationList, CommandError> {
    let open = engine.workspace().await?;
    let id = DelegationId(uuid::Uuid::now_v7());
    let to_user = UserId::parse(&args.to).map_err(|e| CommandError::new("delegation.unknown_person", e.to_string()))?;
    let intent = Intent::ApprovalDelegate(DelegateApproval {
        id,
        to_user,
        valid_from: day(&args.valid_from, "valid_from")?,
        valid_to: day(&args.valid_to, "valid_to")?,
        note: args.note,
        at: open.now(),
    });
    let subject = Subject { text: person_name(&open, to_user).await?, kind: SubjectKind::Delegation, id: id.0 };
    mutate(engine, &open, intent, subject).await?;
    list(engine, Nothing {}).await
}

/// Takes a delegation back; what was decided under it stays.
pub async fn end(engine: &Engine, args: ById) -> Result<DelegationList, CommandError> {
    let open = engine.workspace().await?;
    let id = DelegationId::parse(&args.id).map_err(|e| CommandError::new("delegation.unknown", e.to_string()))?;
    let to: Option<String> = sqlx::query_scalar("SELECT to_user FROM approval_delegations WHERE id = ?1")
        .bind(id.to_string())
        .fetch_optional(open.store.read())
        .await?;
    let text = match to.as_deref().and_then(|to| UserId::parse(to).ok()) {
        Some(to) => person_name(&open, to).await?,
        None => String::new(),
    };
    let subject = Subject { text, kind: SubjectKind::Delegation, id: id.0 };
    mutate(engine, &open, Intent::ApprovalEndDelegation(EndDelegation { id, at: open.now() }), subject).await?;
    list(engine, Nothing {}).await
}
