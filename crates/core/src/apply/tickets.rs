//! Raising tickets and working on them. Invariant: a field that somebody else changed meanwhile is a conflict; the first
//! answer to the customer, and when a ticket was resolved and closed, follow from its events.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Refusal;
use crate::people::Actor;
use crate::tickets::{
    CATEGORIES, CHANGEABLE, MAX_EVENTS, MAX_NOTE, MAX_SUBJECT, PRIORITIES, RaiseTicket, Status, UpdateTicket,
};
use crate::time::format_instant_ms;
use crate::wire::rows::Row;

/// What raising a ticket reads.
#[derive(Debug, Clone, Default)]
pub struct RaiseWorld {
    /// The account exists.
    pub account: bool,
    /// Whose the named site is, when it exists.
    pub site_of: Option<Uuid>,
    /// The id is taken.
    pub taken: bool,
}

/// What working on a ticket reads.
#[derive(Debug, Clone, Default)]
pub struct TicketWorld {
    /// The ticket, when it exists.
    pub ticket: Option<Row>,
    /// The event is there already.
    pub taken: bool,
    /// Events of the ticket so far.
    pub events: usize,
    /// People who may look after a ticket; read only when an update names one.
    pub people: BTreeSet<Uuid>,
}

fn short(field: &str, text: &str, max: usize) -> Result<(), Refusal> {
    if text.chars().count() > max {
        return Err(Refusal::with("ticket.too_long", json!({ "field": field, "max": max })));
    }
    Ok(())
}

fn one_of(field: &str, value: &str, list: &[&str]) -> Result<(), Refusal> {
    if !list.contains(&value) {
        return Err(Refusal::with("ticket.unknown_value", json!({ "field": field, "value": value })));
    }
    Ok(())
}

/// The row of a new ticket; its number is empty until the server gives one.
pub fn raise_ticket(raise: &RaiseTicket, world: &RaiseWorld, by: &Actor) -> Result<Row, Refusal> {
    if !world.account {
        return Err(Refusal::rule("account.unknown"));
    }
    if raise.site_id.is_some() && world.site_of != Some(raise.account_id.0) {
        return Err(Refusal::rule("site.unknown"));
    }
    if world.taken {
        return Err(Refusal::rule("ticket.exists"));
    }
    let subject = raise.subject.trim();
    if subject.is_empty() {
        return Err(Refusal::rule("ticket.subject_missing"));
    }
    short("subject", subject, MAX_SUBJECT)?;
    short("description", &raise.description, MAX_NOTE)?;
    short("reported_by", &raise.reported_by, MAX_SUBJECT)?;
    one_of("category", &raise.category, &CATEGORIES)?;
    one_of("priority", &raise.priority, &PRIORITIES)?;
    Ok(Row::new("tickets", raise.ticket_id.0, raise.account_id.0)
        .with("account_id", json!(raise.account_id))
        .with("site_id", json!(raise.site_id))
        .with("number", "")
        .with("subject", subject)
        .with("description", raise.description.trim())
        .with("category", raise.category.clone())
        .with("priority", raise.priority.clone())
        .with("status", Status::Open.as_str())
        .with("reported_by", raise.reported_by.trim())
        .with("raised_by", json!(by.id))
        .with("raised_at", format_instant_ms(raise.at)))
}

/// The ticket as it becomes, and the event. An event that is there already changes nothing.
pub fn update_ticket(update: &UpdateTicket, world: &TicketWorld, by: &Actor) -> Result<Vec<Row>, Refusal> {
    if world.taken {
        return Ok(Vec::new());
    }
    let known = world.ticket.as_ref().filter(|row| row.scope_id() == update.account_id.0);
    let mut ticket = known.ok_or_else(|| Refusal::rule("ticket.unknown"))?.clone();
    if world.events >= MAX_EVENTS {
        return Err(Refusal::with("ticket.too_many_events", json!({ "max": MAX_EVENTS })));
    }
    let note = update.note.trim();
    if note.is_empty() && update.fields.is_empty() {
        return Err(Refusal::rule("ticket.nothing"));
    }
    short("note", note, MAX_NOTE)?;
    let changed = change(&mut ticket, update, world)?;
    let at = format_instant_ms(update.at);
    if update.told_customer && ticket.get("first_reply_at").is_null() {
        ticket.set("first_reply_at", at.clone());
    }
    if changed.iter().any(|(field, _)| *field == "status") {
        let status = ticket.text("status").ok().and_then(Status::parse);
        let resolved = matches!(status, Some(Status::Resolved | Status::Closed));
        if !resolved {
            ticket.set("resolved_at", Value::Null);
        } else if ticket.get("resolved_at").is_null() {
            ticket.set("resolved_at", at.clone());
        }
        if status == Some(Status::Closed) {
            ticket.set("closed_at", at.clone());
        }
    }
    let differences: serde_json::Map<String, Value> =
        changed.into_iter().map(|(field, values)| (field.to_owned(), json!(values))).collect();
    let event = Row::new("ticket_events", update.event_id.0, update.account_id.0)
        .with("account_id", json!(update.account_id))
        .with("ticket_id", json!(update.ticket_id))
        .with("made_by", json!(by.id))
        .with("made_at", at)
        .with("note", note)
        .with("told_customer", update.told_customer)
        .with("differences", Value::Object(differences));
    Ok(vec![ticket, event])
}

/// Makes the changes of an update; returns what was and what is.
fn change<'a>(
    ticket: &mut Row,
    update: &'a UpdateTicket,
    world: &TicketWorld,
) -> Result<Vec<(&'a str, [String; 2])>, Refusal> {
    let (mut changed, mut conflicts) = (Vec::new(), Vec::new());
    for (field, edit) in &update.fields {
        if !CHANGEABLE.contains(&field.as_str()) {
            return Err(Refusal::with("ticket.unknown_value", json!({ "field": field, "value": edit.mine })));
        }
        let theirs = ticket.text_or_null(field).unwrap_or_default().to_owned();
        if theirs == edit.mine {
            continue;
        }
        if theirs != edit.base {
            let values = json!({ "label": field, "base": edit.base, "mine": edit.mine, "theirs": theirs,
                "row": update.ticket_id, "field": field });
            conflicts.push(values);
            continue;
        }
        match field.as_str() {
            "status" => {
                let steps = Status::parse(&theirs).zip(Status::parse(&edit.mine));
                if !steps.is_some_and(|(from, to)| from.may_become(to)) {
                    return Err(Refusal::with("ticket.bad_step", json!({ "from": theirs, "to": edit.mine })));
                }
            }
            "priority" => one_of(field, &edit.mine, &PRIORITIES)?,
            "category" => one_of(field, &edit.mine, &CATEGORIES)?,
            _ => {
                let known = Uuid::parse_str(&edit.mine).is_ok_and(|id| world.people.contains(&id));
                if !edit.mine.is_empty() && !known {
                    return Err(Refusal::rule("ticket.owner_unknown"));
                }
            }
        }
        let value = if edit.mine.is_empty() { Value::Null } else { json!(edit.mine) };
        ticket.set(field, value);
        changed.push((field.as_str(), [theirs, edit.mine.clone()]));
    }
    if !conflicts.is_empty() {
        return Err(Refusal::conflict("ticket.changed_elsewhere", json!({ "differences": conflicts })));
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::FieldEdit;
    use crate::ids::{AccountId, TicketEventId, TicketId, UserId};
    use crate::people::Role;
    use crate::time::Timestamp;

    fn technician() -> Actor {
        Actor { id: UserId(Uuid::from_u128(9)), role: Role::Technician }
    }

    fn raised() -> Row {
        let raise = RaiseTicket {
            ticket_id: TicketId(Uuid::from_u128(1)),
            account_id: AccountId(Uuid::from_u128(2)),
            site_id: None,
            category: "connectivity".to_owned(),
            priority: "high".to_owned(),
            subject: " No link ".to_owned(),
            description: String::new(),
            reported_by: String::new(),
            at: Timestamp::UNIX_EPOCH,
        };
        let world = RaiseWorld { account: true, ..RaiseWorld::default() };
        for bad in [
            RaiseTicket { subject: " ".to_owned(), ..raise.clone() },
            RaiseTicket { category: "weather".to_owned(), ..raise.clone() },
            RaiseTicket { site_id: Some(crate::ids::SiteId(Uuid::nil())), ..raise.clone() },
        ] {
            assert!(raise_ticket(&bad, &world, &technician()).is_err(), "{bad:?}");
        }
        raise_ticket(&raise, &world, &technician()).expect("raised")
    }

    fn update(fields: &[(&str, &str, &str)], note: &str, minute: i64) -> UpdateTicket {
        let edit = |(field, base, mine): &(&str, &str, &str)| {
            ((*field).to_owned(), FieldEdit { base: (*base).to_owned(), mine: (*mine).to_owned() })
        };
        UpdateTicket {
            event_id: TicketEventId(Uuid::from_u128(100 + minute.unsigned_abs() as u128)),
            ticket_id: TicketId(Uuid::from_u128(1)),
            account_id: AccountId(Uuid::from_u128(2)),
            fields: fields.iter().map(edit).collect(),
            note: note.to_owned(),
            told_customer: !note.is_empty(),
            at: Timestamp::UNIX_EPOCH + chrono::Duration::minutes(minute),
        }
    }

    fn step(ticket: Row, update: &UpdateTicket) -> Result<Row, Refusal> {
        let world = TicketWorld { ticket: Some(ticket), ..TicketWorld::default() };
        Ok(update_ticket(update, &world, &technician())?.remove(0))
    }

    #[test]
    fn a_ticket_goes_through_its_life_and_a_closed_one_stays_closed() {
        let ticket = raised();
        assert_eq!((ticket.text("subject"), ticket.text("status")), (Ok("No link"), Ok("open")));
        let ticket = step(ticket, &update(&[("status", "open", "in_progress")], "We are on it", 5)).expect("begun");
        let replied = ticket.get("first_reply_at").clone();
        assert_eq!(replied, json!("1970-01-01T00:05:00.000Z"));
        let ticket = step(ticket, &update(&[("status", "in_progress", "resolved")], "", 60)).expect("resolved");
        assert_eq!(ticket.get("resolved_at"), &json!("1970-01-01T01:00:00.000Z"));
        let ticket = step(ticket, &update(&[("status", "resolved", "in_progress")], "Again", 90)).expect("reopened");
        assert!(ticket.get("resolved_at").is_null() && ticket.get("first_reply_at") == &replied);
        let refused =
            step(ticket.clone(), &update(&[("status", "in_progress", "closed")], "", 91)).expect_err("a leap");
        assert_eq!(refused.code, "ticket.bad_step");
        let ticket = step(ticket, &update(&[("status", "in_progress", "resolved")], "", 95)).expect("resolved");
        let ticket = step(ticket, &update(&[("status", "resolved", "closed")], "", 100)).expect("closed");
        assert_eq!(ticket.get("closed_at"), &json!("1970-01-01T01:40:00.000Z"));
        assert!(step(ticket.clone(), &update(&[("status", "closed", "open")], "", 101)).is_err());
        assert!(step(ticket, &update(&[], "A word after all", 102)).is_ok(), "a word is always taken");
    }

    #[test]
    fn the_same_field_changed_elsewhere_is_a_conflict_another_one_merges() {
        let mut ticket = raised();
        ticket.set("priority", "critical");
        let merged = step(ticket.clone(), &update(&[("status", "open", "waiting_customer")], "", 1)).expect("merges");
        assert_eq!((merged.text("status"), merged.text("priority")), (Ok("waiting_customer"), Ok("critical")));
        let refused = step(ticket.clone(), &update(&[("priority", "high", "low")], "", 2)).expect_err("theirs");
        assert!(refused.conflict && refused.code == "ticket.changed_elsewhere");
        let same = step(ticket.clone(), &update(&[("priority", "high", "critical")], "", 3)).expect("the same thing");
        assert_eq!(same.text("priority"), Ok("critical"));
        assert_eq!(step(ticket.clone(), &update(&[], " ", 4)).expect_err("nothing").code, "ticket.nothing");
        let owner = update(&[("owner_id", "", "00000000-0000-0000-0000-000000000007")], "", 5);
        assert_eq!(step(ticket, &owner).expect_err("nobody").code, "ticket.owner_unknown");
    }

    #[test]
    fn the_same_event_twice_is_one() {
        let world = TicketWorld { ticket: Some(raised()), taken: true, ..TicketWorld::default() };
        let rows = update_ticket(&update(&[("status", "open", "resolved")], "", 1), &world, &technician());
        assert_eq!(rows.expect("taken already").len(), 0);
    }
}
