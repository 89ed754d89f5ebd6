//! Publishing and withdrawing clauses of the organisation's library. Invariant: one version of a clause is in use; the
//! versions before it keep their words.

use serde_json::json;

use super::Refusal;
use crate::clauses::{ClauseStatus, MAX_CLAUSE_BODY, MAX_CLAUSE_TITLE, PublishClause, WithdrawClause};
use crate::ids::OrgId;
use crate::people::Actor;
use crate::time::format_instant_ms;
use crate::wire::entities::clause_of;
use crate::wire::rows::Row;

/// What a step about a clause reads.
#[derive(Debug, Clone)]
pub struct ClauseWorld {
    /// The organisation: the clause's scope.
    pub org_id: OrgId,
    /// Another row has the new version's id.
    pub taken: bool,
    /// The version named by the intent.
    pub clause: Option<Row>,
    /// All versions of its clause, the named one included.
    pub family: Vec<Row>,
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::with("clause.malformed", json!({ "reason": error.to_string() }))
}

/// The new version, and the one it takes the place of.
pub fn publish_clause(args: &PublishClause, world: &ClauseWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("clause.not_allowed"));
    }
    if world.taken {
        return Err(Refusal::rule("clause.exists"));
    }
    let (topic, title, body) = (args.topic.trim(), args.title.trim(), args.body.trim());
    for (field, text, max) in
        [("topic", topic, MAX_CLAUSE_TITLE), ("title", title, MAX_CLAUSE_TITLE), ("body", body, MAX_CLAUSE_BODY)]
    {
        if text.is_empty() || text.chars().count() > max {
            return Err(Refusal::with("clause.bad_text", json!({ "field": field, "max": max })));
        }
    }
    let mut rows = Vec::new();
    let (mut family_id, mut version) = (args.id, 1);
    if args.previous_id.is_some() {
        let row = world.clause.as_ref().ok_or_else(|| Refusal::rule("clause.unknown"))?;
        let previous = clause_of(row).map_err(malformed)?;
        if previous.status != ClauseStatus::Current {
            return Err(Refusal::conflict("clause.not_current", json!({ "version": previous.version })));
        }
        family_id = previous.family_id;
        let versions = world.family.iter().map(clause_of).collect::<Result<Vec<_>, _>>().map_err(malformed)?;
        version = versions.iter().map(|clause| clause.version).max().unwrap_or(previous.version) + 1;
        let mut older = row.clone();
        older.set("status", "superseded");
        rows.push(older);
    }
    rows.push(
        Row::new("clauses", args.id.0, world.org_id.0)
            .with("family_id", json!(family_id))
            .with("version", version)
            .with("topic", topic)
            .with("title", title)
            .with("body", body)
            .with("status", "current")
            .with("by_default", args.by_default)
            .with("published_by", json!(by.id))
            .with("published_at", format_instant_ms(args.at)),
    );
    Ok(rows)
}

/// The version as withdrawn.
pub fn withdraw_clause(_: &WithdrawClause, world: &ClauseWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if !by.role.may_publish() {
        return Err(Refusal::rule("clause.not_allowed"));
    }
    let row = world.clause.as_ref().ok_or_else(|| Refusal::rule("clause.unknown"))?;
    let clause = clause_of(row).map_err(malformed)?;
    if clause.status != ClauseStatus::Current {
        return Err(Refusal::conflict("clause.not_current", json!({ "version": clause.version })));
    }
    let mut row = row.clone();
    row.set("status", "withdrawn");
    Ok(vec![row])
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{ClauseId, UserId};
    use crate::people::Role;

    fn args(id: u128, previous: Option<u128>) -> PublishClause {
        PublishClause {
            id: ClauseId(Uuid::from_u128(id)),
            previous_id: previous.map(|id| ClauseId(Uuid::from_u128(id))),
            topic: "Service".to_owned(),
            title: "Support".to_owned(),
            body: "Four hours.".to_owned(),
            by_default: true,
            at: "2025-11-21T08:00:00Z".parse().expect("instant"),
        }
    }

    fn world(rows: &[Row], named: Option<usize>) -> ClauseWorld {
        let clause = named.map(|at| rows[at].clone());
        ClauseWorld { org_id: OrgId(Uuid::from_u128(7)), taken: false, clause, family: rows.to_vec() }
    }

    #[test]
    fn a_version_takes_the_place_of_the_one_in_use_and_of_no_other() {
        let director = Actor { id: UserId(Uuid::from_u128(1)), role: Role::Director };
        let first = publish_clause(&args(1, None), &world(&[], None), &director).expect("published");
        let second = publish_clause(&args(2, Some(1)), &world(&first, Some(0)), &director).expect("published");
        assert_eq!(second[0].text("status"), Ok("superseded"));
        assert_eq!((second[1].int("version"), second[1].text("status")), (Ok(2), Ok("current")));
        let late = publish_clause(&args(3, Some(1)), &world(&second, Some(0)), &director).map_err(|r| r.conflict);
        assert_eq!(late, Err(true));
        let seller = Actor { role: Role::Seller, ..director };
        assert!(publish_clause(&args(4, None), &world(&[], None), &seller).is_err());
    }
}
