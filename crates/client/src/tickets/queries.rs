//! Reading tickets.

use std::collections::BTreeMap;

use satchel_core::tickets::{CATEGORIES, PRIORITIES, Status};
use satchel_core::time::parse_instant;
use sqlx::FromRow;

use super::view::{LastTicket, ListTickets, TicketChoices, TicketEvent, TicketRow, TicketView};
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{AsOf, Facet, ListRequest, Window};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::lists::Asked;
use crate::words;

/// Events shown of one ticket.
const MAX_EVENTS: i64 = 500;

const LIST: ListSpec = ListSpec {
    key: "t.id",
    select: "SELECT t.id, t.number, t.subject, t.account_id, coalesce(a.name, '') AS account, t.site_id, \
        coalesce(s.name, '') AS site, t.category, t.priority, t.status, coalesce(u.name, '') AS owner, t.raised_at, t.owner_id, \
        t.description, t.reported_by, coalesce(r.name, '') AS raised_by, t.first_reply_at, t.resolved_at, t.closed_at, \
        (SELECT count(*) FROM before_images b WHERE b.table_name = 'tickets' AND b.row_id = t.id) AS waiting",
    from: "FROM tickets t LEFT JOIN accounts a ON a.id = t.account_id LEFT JOIN sites s ON s.id = t.site_id \
        LEFT JOIN users u ON u.id = t.owner_id LEFT JOIN users r ON r.id = t.raised_by",
    find: None,
    fields: &[
        Field::text("number", "t.number"),
        Field::text("subject", "t.subject"),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("site", "s.name").joined().grouped(),
        Field::word("category", "t.category"),
        Field::word("priority", "t.priority"),
        Field::word("status", "t.status"),
        Field::text("owner", "u.name").joined().grouped(),
        Field::instant("raised", "t.raised_at"),
        Field::instant("resolved", "t.resolved_at"),
    ],
    currency: None,
    filters: &[
        ("status", "t.status = ?"),
        ("priority", "t.priority = ?"),
        ("category", "t.category = ?"),
        ("owner", "coalesce(u.name, '') = ?"),
    ],
    sorts: &[
        ("raised", "t.raised_at"),
        ("priority", "CASE t.priority WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END"),
        ("account", "a.name COLLATE NOCASE"),
    ],
    default_order: "CASE t.status WHEN 'resolved' THEN 1 WHEN 'closed' THEN 1 ELSE 0 END, t.raised_at DESC, t.id",
    search: "(t.number || ' ' || t.subject || ' ' || coalesce(a.name, '') || ' ' || coalesce(s.name, ''))",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    number: String,
    subject: String,
    account_id: String,
    account: String,
    site_id: Option<String>,
    site: String,
    category: String,
    priority: String,
    status: String,
    owner: String,
    raised_at: String,
    owner_id: Option<String>,
    description: String,
    reported_by: String,
    raised_by: String,
    first_reply_at: Option<String>,
    resolved_at: Option<String>,
    closed_at: Option<String>,
    waiting: bool,
}

impl Listed {
    fn row(&self, open: &Open, as_of: &AsOf) -> TicketRow {
        TicketRow {
            id: self.id.clone(),
            number: self.number.clone(),
            subject: self.subject.clone(),
            account_id: self.account_id.clone(),
            account: self.account.clone(),
            site_id: self.site_id.clone(),
            site: self.site.clone(),
            category: self.category.clone(),
            priority: self.priority.clone(),
            status: self.status.clone(),
            owner: self.owner.clone(),
            raised_text: open.moment(&self.raised_at),
            waiting: self.waiting && !open.demo,
            as_of: as_of.clone(),
        }
    }
}

/// The list as it is asked for.
pub(crate) fn asked(args: ListTickets) -> Asked {
    let mut fixed = Conditions::default();
    if let Some(account) = &args.account_id {
        fixed.and("t.account_id = ?", account);
    }
    if let Some(site) = &args.site_id {
        fixed.and("t.site_id = ?", site);
    }
    Asked { spec: &LIST, request: args.list, fixed }
}

/// Tickets, what is not resolved before what is.
pub async fn list(engine: &Engine, args: ListTickets) -> Result<Window<TicketRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(args);
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    let as_of = open.cache_as_of().await;
    Ok(rows.map(|row| row.row(&open, &as_of)))
}

/// What tickets can be filtered by, with counts.
pub async fn facets(engine: &Engine, _: Nothing) -> Result<Vec<Facet>, CommandError> {
    let open = engine.workspace().await?;
    let found: Vec<(String, String, u32)> = sqlx::query_as(
        "SELECT 'status', status, count(*) FROM tickets GROUP BY status \
         UNION ALL SELECT 'priority', priority, count(*) FROM tickets GROUP BY priority \
         UNION ALL SELECT 'category', category, count(*) FROM tickets GROUP BY category \
         UNION ALL SELECT 'owner', u.name, count(*) FROM tickets t JOIN users u ON u.id = t.owner_id GROUP BY u.name",
    )
    .fetch_all(open.store.read())
    .await?;
    let place = |facet: &Facet| {
        let statuses = Status::ALL.map(Status::as_str);
        let all: [&[&str]; 3] = [&statuses, &PRIORITIES, &CATEGORIES];
        all.iter().find_map(|list| list.iter().position(|value| *value == facet.value)).unwrap_or(usize::MAX)
    };
    let field =
        |facet: &Facet| ["status", "priority", "category"].iter().position(|name| *name == facet.field).unwrap_or(3);
    let mut facets: Vec<Facet> = found.into_iter().map(|(field, value, count)| Facet { field, value, count }).collect();
    facets.sort_by(|a, b| (field(a), place(a), &a.value).cmp(&(field(b), place(b), &b.value)));
    Ok(facets)
}

/// What a ticket may be raised with.
pub async fn choices(_: &Engine, _: Nothing) -> Result<TicketChoices, CommandError> {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    Ok(TicketChoices { categories: words(&CATEGORIES), priorities: words(&PRIORITIES) })
}

/// One ticket with what happened on it.
pub async fn get(engine: &Engine, args: ById) -> Result<TicketView, CommandError> {
    let open = engine.workspace().await?;
    view(&open, &args.id).await
}

pub(super) async fn view(open: &Open, id: &str) -> Result<TicketView, CommandError> {
    let mut one = Conditions::default();
    one.and("t.id = ?", id);
    let request = ListRequest { limit: 1, ..ListRequest::default() };
    let found: Window<Listed> = window(open, &LIST, &request, one).await?;
    let ticket = found.rows.into_iter().next().ok_or_else(|| CommandError::new("ticket.unknown", id))?;
    let people: Vec<(String, String)> =
        sqlx::query_as("SELECT id, name FROM users WHERE active = 1 ORDER BY name COLLATE NOCASE, id")
            .fetch_all(open.store.read())
            .await?;
    let now = Status::parse(&ticket.status);
    let next = Status::ALL.into_iter().filter(|next| now.is_some_and(|now| now != *next && now.may_become(*next)));
    let moment = |at: &Option<String>| at.as_deref().map(|at| open.moment(at));
    Ok(TicketView {
        row: ticket.row(open, &open.cache_as_of().await),
        first_reply_text: moment(&ticket.first_reply_at),
        resolved_text: moment(&ticket.resolved_at),
        closed_text: moment(&ticket.closed_at),
        description: ticket.description,
        reported_by: ticket.reported_by,
        raised_by: ticket.raised_by,
        owner_id: ticket.owner_id,
        events: events(open, id).await?,
        next: next.map(|status| status.as_str().to_owned()).collect(),
        people,
    })
}

async fn events(open: &Open, ticket: &str) -> Result<Vec<TicketEvent>, CommandError> {
    let rows: Vec<(String, String, String, String, bool, String, i64)> = sqlx::query_as(
        "SELECT e.id, coalesce(u.name, ''), e.made_at, e.note, e.told_customer, e.differences, e.sync_version \
         FROM ticket_events e LEFT JOIN users u ON u.id = e.made_by WHERE e.ticket_id = ?1 \
         ORDER BY e.made_at DESC, e.id DESC LIMIT ?2",
    )
    .bind(ticket)
    .bind(MAX_EVENTS)
    .fetch_all(open.store.read())
    .await?;
    let names: BTreeMap<String, String> =
        sqlx::query_as("SELECT id, name FROM users").fetch_all(open.store.read()).await?.into_iter().collect();
    let now = open.now();
    let shown = |value: String| names.get(&value).cloned().unwrap_or(value);
    rows.into_iter()
        .map(|(id, by, at, note, told_customer, differences, version)| {
            let differences: BTreeMap<String, (String, String)> =
                serde_json::from_str(&differences).map_err(|e| CommandError::new("store.damaged", e.to_string()))?;
            Ok(TicketEvent {
                id,
                by,
                at_text: parse_instant(&at).map_or(at, |at| words::moment(at, now, open.zone)),
                note,
                told_customer,
                changes: differences.into_iter().map(|(field, (was, is))| (field, shown(was), shown(is))).collect(),
                waiting: version == 0 && !open.demo,
            })
        })
        .collect()
}

/// The latest ticket of a site.
pub(crate) async fn last_of_site(open: &Open, site: &str) -> Result<Option<LastTicket>, CommandError> {
    let found: Option<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT id, number, subject, status, raised_at FROM tickets WHERE site_id = ?1 ORDER BY raised_at DESC, id LIMIT 1",
    )
    .bind(site)
    .fetch_optional(open.store.read())
    .await?;
    Ok(found.map(|(id, number, subject, status, at)| LastTicket {
        id,
        label: if number.is_empty() { subject } else { format!("{number} {subject}") },
        status,
        raised_text: open.moment(&at),
    }))
}
