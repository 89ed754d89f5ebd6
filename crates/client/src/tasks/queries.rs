//! Reading tasks.

use satchel_core::tasks::{KINDS, Repeat, Status, next_id};
use satchel_core::time::parse_instant;
use sqlx::FromRow;

use super::view::{Due, ListTasks, TaskChoices, TaskRow, TaskView};
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{AsOf, Facet, Filter, ListRequest, Window};
use crate::api::{ById, CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::lists::Asked;
use crate::words;

/// Days that count as the coming week.
const WEEK_DAYS: u64 = 7;

const LIST: ListSpec = ListSpec {
    key: "t.id",
    select: "SELECT t.id, t.kind, t.title, t.status, t.due_on, t.due_time, t.account_id, coalesce(a.name, '') AS account, \
        t.site_id, coalesce(s.name, '') AS site, t.quote_id, coalesce(q.number, '') AS quote, t.ticket_id, \
        CASE WHEN k.number = '' THEN k.subject ELSE coalesce(k.number, '') END AS ticket, t.assigned_to, \
        coalesce(u.name, '') AS assignee, t.repeats, t.notes, t.outcome, t.follows, coalesce(c.name, '') AS created_by, \
        t.created_at, coalesce(d.name, '') AS done_by, t.done_at, \
        (SELECT count(*) FROM before_images b WHERE b.table_name = 'tasks' AND b.row_id = t.id) AS waiting",
    from: "FROM tasks t LEFT JOIN accounts a ON a.id = t.account_id LEFT JOIN sites s ON s.id = t.site_id \
        LEFT JOIN quotes q ON q.id = t.quote_id LEFT JOIN tickets k ON k.id = t.ticket_id \
        LEFT JOIN users u ON u.id = t.assigned_to LEFT JOIN users c ON c.id = t.created_by LEFT JOIN users d ON d.id = t.done_by",
    find: None,
    fields: &[
        Field::text("title", "t.title"),
        Field::word("kind", "t.kind"),
        Field::word("status", "t.status"),
        Field::text("account", "a.name").joined().grouped(),
        Field::text("assigned_to", "u.name").joined().grouped(),
        Field::word("repeats", "t.repeats"),
        Field::day("due_on", "t.due_on").grouped(),
        Field::instant("created", "t.created_at"),
        Field::instant("finished", "t.done_at"),
    ],
    currency: None,
    filters: &[("status", "t.status = ?"), ("kind", "t.kind = ?"), ("assigned_to", "coalesce(u.name, '') = ?")],
    sorts: &[
        ("due", "t.due_on || ' ' || CASE t.due_time WHEN '' THEN '24:00' ELSE t.due_time END"),
        ("title", "t.title COLLATE NOCASE"),
        ("account", "a.name COLLATE NOCASE"),
        ("assigned_to", "u.name COLLATE NOCASE"),
    ],
    default_order: "CASE t.status WHEN 'open' THEN 0 ELSE 1 END, t.due_on, CASE t.due_time WHEN '' THEN '24:00' ELSE t.due_time END, t.id",
    search: "(t.title || ' ' || coalesce(a.name, '') || ' ' || coalesce(s.name, ''))",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    kind: String,
    title: String,
    status: String,
    due_on: String,
    due_time: String,
    account_id: Option<String>,
    account: String,
    site_id: Option<String>,
    site: String,
    quote_id: Option<String>,
    quote: String,
    ticket_id: Option<String>,
    ticket: String,
    assigned_to: String,
    assignee: String,
    repeats: String,
    notes: String,
    outcome: String,
    follows: Option<String>,
    created_by: String,
    created_at: String,
    done_by: String,
    done_at: Option<String>,
    waiting: bool,
}

/// Now, as days and hours of tasks are compared with.
struct Now {
    day: String,
    minute: String,
    week: String,
}

impl Now {
    fn of(open: &Open) -> Self {
        let local = open.now().with_timezone(&open.zone);
        let today = open.today();
        let week = today.checked_add_days(chrono::Days::new(WEEK_DAYS)).unwrap_or(today);
        Self { day: today.to_string(), minute: local.format("%Y-%m-%d %H:%M").to_string(), week: week.to_string() }
    }

    /// A task at no hour is overdue when its day is over.
    fn group(&self, due_on: &str, due_time: &str) -> Due {
        let hour = if due_time.is_empty() { "24:00" } else { due_time };
        match () {
            () if format!("{due_on} {hour}") < self.minute => Due::Overdue,
            () if due_on == self.day => Due::Today,
            () if due_on <= self.week.as_str() => Due::Week,
            () => Due::Later,
        }
    }

    /// The conditions of a group: expression with one `?`, and its value. `due` is whatever is due by the end of today.
    fn conditions(&self, group: &str) -> Option<Vec<(&'static str, &str)>> {
        Some(match group {
            "overdue" => vec![(BEFORE, self.minute.as_str())],
            "today" => vec![(NOT_BEFORE, self.minute.as_str()), ("t.due_on = ?", &self.day)],
            "week" => vec![("t.due_on > ?", self.day.as_str()), ("t.due_on <= ?", &self.week)],
            "later" => vec![("t.due_on > ?", self.week.as_str())],
            "due" => vec![("t.due_on <= ?", self.day.as_str())],
            _ => return None,
        })
    }
}

const BEFORE: &str = "t.due_on || ' ' || CASE t.due_time WHEN '' THEN '24:00' ELSE t.due_time END < ?";
const NOT_BEFORE: &str = "t.due_on || ' ' || CASE t.due_time WHEN '' THEN '24:00' ELSE t.due_time END >= ?";

/// A day and an hour in words: `30 Nov 2026 14:30`.
pub(super) fn due_text(due_on: &str, due_time: &str) -> String {
    let day = due_on.parse().map_or_else(|_| due_on.to_owned(), words::date);
    if due_time.is_empty() { day } else { format!("{day} {due_time}") }
}

impl Listed {
    fn about(&self) -> String {
        let parts = [&self.site, &self.quote, &self.ticket];
        parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
    }

    fn row(&self, open: &Open, now: &Now, as_of: &AsOf) -> TaskRow {
        let due = (self.status == Status::Open.as_str()).then(|| now.group(&self.due_on, &self.due_time));
        TaskRow {
            id: self.id.clone(),
            kind: self.kind.clone(),
            title: self.title.clone(),
            status: self.status.clone(),
            due_on: self.due_on.clone(),
            due_time: self.due_time.clone(),
            due_text: due_text(&self.due_on, &self.due_time),
            due,
            account_id: self.account_id.clone(),
            account: self.account.clone(),
            about: self.about(),
            assigned_to: self.assigned_to.clone(),
            assignee: self.assignee.clone(),
            repeats: self.repeats.clone(),
            waiting: self.waiting && !open.demo,
            as_of: as_of.clone(),
        }
    }
}

/// Tasks: what is open first, the earliest due before the later.
pub async fn list(engine: &Engine, args: ListTasks) -> Result<Window<TaskRow>, CommandError> {
    let open = engine.workspace().await?;
    let now = Now::of(&open);
    let Asked { spec, request, fixed } = asked(&open, args).await?;
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    let as_of = open.cache_as_of().await;
    Ok(rows.map(|row| row.row(&open, &now, &as_of)))
}

/// The list as it is asked for: whose, and due when.
pub(crate) async fn asked(open: &Open, args: ListTasks) -> Result<Asked, CommandError> {
    let now = Now::of(open);
    let mut fixed = Conditions::default();
    if let Some(account) = &args.account_id {
        fixed.and("t.account_id = ?", account);
    }
    if args.mine {
        fixed.and("t.assigned_to = ?", &open.user.read().await.id.to_string());
    }
    let mut request = args.list;
    for group in request.filters.extract_if(.., |filter| filter.field == "due") {
        let unknown = || CommandError::new("list.unknown_filter", "due").at("filters");
        fixed.and("t.status = ?", Status::Open.as_str());
        for (sql, value) in now.conditions(&group.value).ok_or_else(unknown)? {
            fixed.and(sql, value);
        }
    }
    Ok(Asked { spec: &LIST, request, fixed })
}

/// What asks for something: my tasks that are overdue or due today.
pub(crate) async fn due_today(engine: &Engine, limit: u32) -> Result<Vec<TaskRow>, CommandError> {
    let due = Filter { field: "due".to_owned(), value: "due".to_owned() };
    let request = ListRequest { filters: vec![due], limit, ..ListRequest::default() };
    Ok(list(engine, ListTasks { account_id: None, mine: true, list: request }).await?.rows)
}

/// What tasks can be filtered by, with counts.
pub async fn facets(engine: &Engine, _: Nothing) -> Result<Vec<Facet>, CommandError> {
    let open = engine.workspace().await?;
    let found: Vec<(String, String, u32)> = sqlx::query_as(
        "SELECT 'status', status, count(*) FROM tasks GROUP BY status \
         UNION ALL SELECT 'kind', kind, count(*) FROM tasks GROUP BY kind \
         UNION ALL SELECT 'assigned_to', u.name, count(*) FROM tasks t JOIN users u ON u.id = t.assigned_to GROUP BY u.name",
    )
    .fetch_all(open.store.read())
    .await?;
    let days: Vec<(String, String, u32)> =
        sqlx::query_as("SELECT due_on, due_time, count(*) FROM tasks WHERE status = 'open' GROUP BY due_on, due_time")
            .fetch_all(open.store.read())
            .await?;
    let now = Now::of(&open);
    let mut groups = Due::ALL.map(|group| (group, 0));
    for (due_on, due_time, count) in days {
        let group = now.group(&due_on, &due_time);
        groups.iter_mut().filter(|(name, _)| *name == group).for_each(|(_, sum)| *sum += count);
    }
    let due = groups.into_iter().filter(|(_, count)| *count > 0);
    let mut facets: Vec<Facet> =
        due.map(|(group, count)| Facet { field: "due".to_owned(), value: group.as_str().to_owned(), count }).collect();
    let place = |facet: &Facet| {
        let statuses = Status::ALL.map(Status::as_str);
        let all: [&[&str]; 2] = [&statuses, &KINDS];
        all.iter().find_map(|list| list.iter().position(|value| *value == facet.value)).unwrap_or(usize::MAX)
    };
    let field = |facet: &Facet| ["status", "kind"].iter().position(|name| *name == facet.field).unwrap_or(2);
    let mut others: Vec<Facet> = found.into_iter().map(|(field, value, count)| Facet { field, value, count }).collect();
    others.sort_by(|a, b| (field(a), place(a), &a.value).cmp(&(field(b), place(b), &b.value)));
    facets.extend(others);
    Ok(facets)
}

async fn people(open: &Open) -> Result<Vec<(String, String)>, CommandError> {
    let me = open.user.read().await.id.to_string();
    Ok(sqlx::query_as("SELECT id, name FROM users WHERE active = 1 ORDER BY id <> ?1, name COLLATE NOCASE, id")
        .bind(me)
        .fetch_all(open.store.read())
        .await?)
}

/// What a task may be made with.
pub async fn choices(engine: &Engine, _: Nothing) -> Result<TaskChoices, CommandError> {
    let open = engine.workspace().await?;
    Ok(TaskChoices {
        kinds: KINDS.map(str::to_owned).into(),
        repeats: Repeat::ALL.map(|repeat| repeat.as_str().to_owned()).into(),
        people: people(&open).await?,
        today: open.today().to_string(),
    })
}

/// One task.
pub async fn get(engine: &Engine, args: ById) -> Result<TaskView, CommandError> {
    let open = engine.workspace().await?;
    view(&open, &args.id).await
}

pub(super) async fn view(open: &Open, id: &str) -> Result<TaskView, CommandError> {
    let mut one = Conditions::default();
    one.and("t.id = ?", id);
    let request = ListRequest { limit: 1, ..ListRequest::default() };
    let found: Window<Listed> = window(open, &LIST, &request, one).await?;
    let task = found.rows.into_iter().next().ok_or_else(|| CommandError::new("task.unknown", id))?;
    let next = match satchel_core::ids::TaskId::parse(id) {
        Ok(id) => next_id(id).to_string(),
        Err(_) => String::new(),
    };
    let next: Option<(String, String, String)> =
        sqlx::query_as("SELECT id, due_on, due_time FROM tasks WHERE id = ?1 AND status <> 'cancelled'")
            .bind(next)
            .fetch_optional(open.store.read())
            .await?;
    let mut people = people(open).await?;
    if task.account_id.is_none() {
        people.retain(|(id, _)| *id == task.assigned_to);
    }
    let by = |name: &str, at: &str| {
        let at = parse_instant(at).map_or_else(|| at.to_owned(), |at| words::moment(at, open.now(), open.zone));
        if name.is_empty() { at } else { format!("{at}, {name}") }
    };
    let status = Status::parse(&task.status);
    let steps = Status::ALL.into_iter().filter(|next| status.is_some_and(|now| now.may_become(*next)));
    let part = |id: &Option<String>, name: &str| id.clone().map(|id| (id, name.to_owned()));
    Ok(TaskView {
        row: task.row(open, &Now::of(open), &open.cache_as_of().await),
        site: part(&task.site_id, &task.site),
        quote: part(&task.quote_id, &task.quote),
        ticket: part(&task.ticket_id, &task.ticket),
        created_text: by(&task.created_by, &task.created_at),
        done_text: task.done_at.as_deref().map(|at| by(&task.done_by, at)),
        notes: task.notes,
        outcome: task.outcome,
        next: next.map(|(id, day, hour)| (id, due_text(&day, &hour))),
        previous: task.follows,
        steps: steps.map(|status| status.as_str().to_owned()).collect(),
        people,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_overdue_from_its_hour_or_the_end_of_its_day() {
        let now = Now { day: "2026-11-30".into(), minute: "2026-11-30 14:30".into(), week: "2026-12-07".into() };
        for (day, hour, group) in [
            ("2026-11-29", "", Due::Overdue),
            ("2026-11-30", "14:29", Due::Overdue),
            ("2026-11-30", "14:30", Due::Today),
            ("2026-11-30", "", Due::Today),
            ("2026-12-01", "08:00", Due::Week),
            ("2026-12-07", "", Due::Week),
            ("2026-12-08", "", Due::Later),
        ] {
            assert_eq!(now.group(day, hour), group, "{day} {hour}");
        }
    }
}
