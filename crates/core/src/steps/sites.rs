//! Steps about accounts, their sites, and what happens there: jobs and tickets.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Changes, Moment, Reader, another_room};
use crate::apply::{
    AccountWorld, EditWorld, JobWorld, RaiseWorld, RemovalWorld, SitesWorld, TicketWorld, edit_account, edit_reads,
    edit_sites, import_sites, raise_ticket, record_job_event, remove_sites, update_ticket,
};
use crate::sites::{EditSites, ImportSites, RemoveSites};
use crate::tickets::{RaiseTicket, UpdateTicket};
use crate::wire::mutation::Intent;
use crate::wire::rows::Row;

/// Decides a step of this room.
pub(super) async fn decide<R: Reader>(db: &mut R, intent: &Intent, moment: &Moment<'_>) -> Result<Changes, R::Error> {
    let by = moment.actor;
    Ok(match intent {
        Intent::AccountEdit(edit) => {
            let id = edit.account_id.map_or(Uuid::nil(), |id| id.0);
            let account = db.one("accounts", id).await?;
            edit_account(edit, &AccountWorld { account }, by)?.into()
        }
        Intent::SiteImport(import) => import_sites(import, &import_world(db, import).await?, by)?.into(),
        Intent::SiteEdit(edit) => edit_sites(edit, &edit_world(db, edit).await?, by)?.into(),
        Intent::SiteRemove(remove) => {
            let gone = remove_sites(remove, &removal_world(db, remove).await?, by)?;
            Changes { removed: gone.into_iter().map(|id| ("sites", id)).collect(), ..Changes::default() }
        }
        Intent::JobRecord(event) => {
            let job = db.one("jobs", event.job_id.0).await?;
            let taken = db.has("job_events", event.id.0).await?;
            record_job_event(event, JobWorld { job, taken }, moment.receipt, by)?.into()
        }
        Intent::TicketRaise(raise) => raise_ticket(raise, &raise_world(db, raise).await?, by)?.into(),
        Intent::TicketUpdate(update) => update_ticket(update, &ticket_world(db, update).await?, by)?.into(),
        _ => return Err(another_room().into()),
    })
}

async fn sites_of<R: Reader>(db: &mut R, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Row>, R::Error> {
    Ok(db.many("sites", ids).await?.into_iter().map(|row| (row.id(), row)).collect())
}

async fn import_world<R: Reader>(db: &mut R, import: &ImportSites) -> Result<SitesWorld, R::Error> {
    let account = db.one("accounts", import.account_id.0).await?;
    let account_currency = account.map(|row| row.parse("currency")).transpose()?;
    let ids: Vec<Uuid> = import.sites.iter().map(|site| site.id.0).collect();
    Ok(SitesWorld { account_currency, sites: sites_of(db, &ids).await? })
}

/// The rows, and only where an edit asks for them the tree and the people.
async fn edit_world<R: Reader>(db: &mut R, edit: &EditSites) -> Result<EditWorld, R::Error> {
    let ids: Vec<Uuid> = edit.sites.iter().map(|site| site.id.0).collect();
    let mut world = EditWorld { sites: sites_of(db, &ids).await?, ..EditWorld::default() };
    let (tree, people) = edit_reads(edit);
    if tree {
        world.tree = db.site_tree(edit.account_id).await?;
    }
    if people {
        world.people = db.people().await?.into_keys().map(|id| id.0).collect();
    }
    Ok(world)
}

async fn removal_world<R: Reader>(db: &mut R, remove: &RemoveSites) -> Result<RemovalWorld, R::Error> {
    let ids: Vec<Uuid> = remove.site_ids.iter().map(|id| id.0).collect();
    Ok(RemovalWorld { sites: sites_of(db, &ids).await?, used: db.used_sites(remove.account_id, &ids).await? })
}

async fn raise_world<R: Reader>(db: &mut R, raise: &RaiseTicket) -> Result<RaiseWorld, R::Error> {
    let site = match raise.site_id {
        Some(id) => db.one("sites", id.0).await?,
        None => None,
    };
    Ok(RaiseWorld {
        account: db.has("accounts", raise.account_id.0).await?,
        site_of: site.map(|row| row.scope_id()),
        taken: db.has("tickets", raise.ticket_id.0).await?,
    })
}

async fn ticket_world<R: Reader>(db: &mut R, update: &UpdateTicket) -> Result<TicketWorld, R::Error> {
    let people = match update.fields.contains_key("owner_id") {
        true => db.people().await?.into_keys().map(|id| id.0).collect(),
        false => Default::default(),
    };
    Ok(TicketWorld {
        ticket: db.one("tickets", update.ticket_id.0).await?,
        taken: db.has("ticket_events", update.event_id.0).await?,
        events: db.count("ticket_events", "ticket_id", &update.ticket_id.to_string()).await?,
        people,
    })
}
