//! Letting somebody else approve for some days, and taking it back.

use std::collections::BTreeMap;

use serde_json::json;

use super::Refusal;
use crate::approvals::{DelegateApproval, EndDelegation, MAX_DAYS, MAX_NOTE};
use crate::ids::{OrgId, UserId};
use crate::people::{Actor, Role};
use crate::time::format_instant_ms;
use crate::wire::rows::Row;

/// What a step about a delegation reads.
#[derive(Debug, Clone)]
pub struct DelegationWorld {
    /// The organisation: the delegation's scope.
    pub org_id: OrgId,
    /// The named delegation, when it exists.
    pub row: Option<Row>,
    /// Active people with their roles.
    pub people: BTreeMap<UserId, Role>,
}

/// The row of a new delegation.
pub fn delegate_approval(args: &DelegateApproval, world: &DelegationWorld, by: &Actor) -> Result<Row, Refusal> {
    if !by.role.may_approve() {
        return Err(Refusal::rule("delegation.not_approver"));
    }
    if world.row.is_some() {
        return Err(Refusal::rule("delegation.exists"));
    }
    if args.to_user == by.id {
        return Err(Refusal::rule("delegation.to_oneself"));
    }
    if !world.people.contains_key(&args.to_user) {
        return Err(Refusal::rule("delegation.unknown_person"));
    }
    let days = (args.valid_to - args.valid_from).num_days() + 1;
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Refusal::with("delegation.bad_days", json!({ "max": MAX_DAYS })));
    }
    let note = args.note.trim();
    if note.chars().count() > MAX_NOTE {
        return Err(Refusal::with("delegation.note_too_long", json!({ "max": MAX_NOTE })));
    }
    Ok(Row::new("approval_delegations", args.id.0, world.org_id.0)
        .with("from_user", json!(by.id))
        .with("to_user", json!(args.to_user))
        .with("valid_from", args.valid_from.to_string())
        .with("valid_to", args.valid_to.to_string())
        .with("note", note)
        .with("created_at", format_instant_ms(args.at))
        .with("ended_at", json!(null)))
}

/// The row as taken back: by the approver, or by who runs the organisation.
pub fn end_delegation(args: &EndDelegation, world: &DelegationWorld, by: &Actor) -> Result<Row, Refusal> {
    let row = world.row.as_ref().ok_or_else(|| Refusal::rule("delegation.unknown"))?;
    let own = row.text("from_user") == Ok(&by.id.to_string());
    if !own && by.role != Role::Admin {
        return Err(Refusal::rule("delegation.not_yours"));
    }
    if row.text_or_null("ended_at").is_some() {
        return Err(Refusal::conflict("delegation.ended", json!({})));
    }
    let mut row = row.clone();
    row.set("ended_at", format_instant_ms(args.at));
    Ok(row)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::DelegationId;

    fn person(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn args(to: u128, first: &str, last: &str) -> DelegateApproval {
        DelegateApproval {
            id: DelegationId(Uuid::from_u128(9)),
            to_user: person(to),
            valid_from: first.parse().expect("day"),
            valid_to: last.parse().expect("day"),
            note: " On leave ".to_owned(),
            at: "2025-11-21T08:00:00Z".parse().expect("instant"),
        }
    }

    fn world(row: Option<Row>) -> DelegationWorld {
        let people = BTreeMap::from([(person(1), Role::Director), (person(2), Role::AccountManager)]);
        DelegationWorld { org_id: OrgId(Uuid::from_u128(7)), row, people }
    }

    #[test]
    fn only_an_approver_delegates_and_only_to_somebody_else_for_sound_days() {
        let director = Actor { id: person(1), role: Role::Director };
        let code = |args: &DelegateApproval, by: &Actor| {
            delegate_approval(args, &world(None), by).map_err(|r| r.code).err().unwrap_or_default()
        };
        let good = args(2, "2025-11-24", "2025-11-28");
        assert_eq!(delegate_approval(&good, &world(None), &director).expect("made").text("note"), Ok("On leave"));
        assert_eq!(code(&good, &Actor { role: Role::Seller, ..director.clone() }), "delegation.not_approver");
        assert_eq!(code(&args(1, "2025-11-24", "2025-11-28"), &director), "delegation.to_oneself");
        assert_eq!(code(&args(3, "2025-11-24", "2025-11-28"), &director), "delegation.unknown_person");
        assert_eq!(code(&args(2, "2025-11-24", "2025-11-23"), &director), "delegation.bad_days");
        assert_eq!(code(&args(2, "2025-11-24", "2027-11-23"), &director), "delegation.bad_days");
    }

    #[test]
    fn it_is_taken_back_once_and_by_whom_it_belongs_to() {
        let director = Actor { id: person(1), role: Role::Director };
        let row = delegate_approval(&args(2, "2025-11-24", "2025-11-28"), &world(None), &director).expect("made");
        let end = EndDelegation {
            id: DelegationId(Uuid::from_u128(9)),
            at: "2025-11-25T08:00:00Z".parse().expect("instant"),
        };
        let stranger = Actor { id: person(2), role: Role::AccountManager };
        let refused = end_delegation(&end, &world(Some(row.clone())), &stranger).map_err(|r| r.code);
        assert_eq!(refused, Err("delegation.not_yours".to_owned()));
        let ended = end_delegation(&end, &world(Some(row)), &director).expect("ended");
        let twice = end_delegation(&end, &world(Some(ended)), &director).map_err(|r| r.conflict);
        assert_eq!(twice, Err(true));
    }
}
