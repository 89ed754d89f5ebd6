//! Raising tickets and working on them.

use std::collections::BTreeMap;

use satchel_core::accounts::FieldEdit;
use satchel_core::ids::{AccountId, SiteId, TicketEventId, TicketId};
use satchel_core::tickets::{RaiseTicket as Raise, UpdateTicket as Update};
use satchel_core::wire::mutation::Intent;

use super::queries::view;
use super::view::{RaiseTicket, TicketView, WorkOnTicket};
use crate::api::CommandError;
use crate::engine::Engine;
use crate::store::load_row;
use crate::sync::{Subject, SubjectKind, mutate};

/// Raises a ticket.
pub async fn raise(engine: &Engine, args: RaiseTicket) -> Result<TicketView, CommandError> {
    let open = engine.workspace().await?;
    let account = || CommandError::new("account.unknown", args.account_id.clone()).at("account_id");
    let site = |id: &String| SiteId::parse(id).map_err(|_| CommandError::new("site.unknown", id.clone()).at("site_id"));
    let id = TicketId(uuid::Uuid::now_v7());
    let subject = args.subject.trim().to_owned();
    let intent = Raise {
        ticket_id: id,
        account_id: AccountId::parse(&args.account_id).map_err(|_| account())?,
        site_id: args.site_id.as_ref().map(site).transpose()?,
        category: args.category,
        priority: args.priority,
        subject: subject.clone(),
        description: args.description,
        reported_by: args.reported_by,
        at: open.now(),
    };
    let about = Subject { text: format!("Ticket: {subject}"), kind: SubjectKind::Ticket, id: id.0 };
    mutate(engine, &open, Intent::TicketRaise(intent), about).await?;
    view(&open, &id.to_string()).await
}

/// Records something on a ticket.
pub async fn work(engine: &Engine, args: WorkOnTicket) -> Result<TicketView, CommandError> {
    let open = engine.workspace().await?;
    let unknown = || CommandError::new("ticket.unknown", args.ticket_id.clone());
    let id = TicketId::parse(&args.ticket_id).map_err(|_| unknown())?;
    let mut conn = open.store.read().acquire().await?;
    let ticket = load_row(&mut conn, crate::sync_spec("tickets")?, id.0).await?.ok_or_else(unknown)?;
    drop(conn);
    let typed = [
        ("status", args.status),
        ("priority", args.priority),
        ("category", args.category),
        ("owner_id", args.owner_id),
    ];
    let fields: BTreeMap<String, FieldEdit> = typed
        .into_iter()
        .filter_map(|(field, mine)| Some((field, mine?)))
        .map(|(field, mine)| {
            (field, FieldEdit { base: ticket.text_or_null(field).unwrap_or_default().to_owned(), mine })
        })
        .filter(|(_, edit)| edit.base != edit.mine)
        .map(|(field, edit)| (field.to_owned(), edit))
        .collect();
    let intent = Update {
        event_id: TicketEventId(uuid::Uuid::now_v7()),
        ticket_id: id,
        account_id: AccountId(ticket.scope_id()),
        fields,
        note: args.note,
        told_customer: args.told_customer,
        at: open.now(),
    };
    let number = ticket.text("number")?;
    let name = if number.is_empty() { ticket.text("subject")? } else { number };
    let about = Subject { text: format!("Ticket: {name}"), kind: SubjectKind::Ticket, id: id.0 };
    mutate(engine, &open, Intent::TicketUpdate(intent), about).await?;
    view(&open, &id.to_string()).await
}
