//! Reading jobs.

use satchel_core::jobs::EventKind;
use satchel_core::time::{local_date, parse_instant};
use sqlx::FromRow;

use super::view::{JobEventView, JobRow, JobView};
use crate::api::list::{Conditions, Field, ListSpec, window};
use crate::api::view::{AsOf, ListRequest, Window};
use crate::api::{ById, CommandError};
use crate::engine::{Engine, Open};
use crate::lists::Asked;
use crate::words;

const LIST: ListSpec = ListSpec {
    key: "j.id",
    select: "SELECT j.id, j.number, j.title, j.account, j.site, j.address, coalesce(u.name, '') AS technician, j.window_from, \
        j.window_to, j.status, j.needs_decision, j.contact, j.notes, j.technician_id, j.checked_in_at",
    from: "FROM jobs j LEFT JOIN users u ON u.id = j.technician_id",
    find: None,
    fields: &[
        Field::text("number", "j.number"),
        Field::text("title", "j.title"),
        Field::text("account", "j.account").grouped(),
        Field::text("site", "j.site"),
        Field::text("technician", "u.name").joined().grouped(),
        Field::word("status", "j.status"),
        Field::instant("window", "j.window_from"),
    ],
    currency: None,
    filters: &[("status", "j.status = ?"), ("id", "j.id = ?")],
    sorts: &[("window", "j.window_from"), ("account", "j.account COLLATE NOCASE")],
    default_order: "j.window_from, j.id",
    search: "(j.number || ' ' || j.title || ' ' || j.account || ' ' || j.site || ' ' || j.address)",
};

#[derive(FromRow)]
struct Listed {
    id: String,
    number: String,
    title: String,
    account: String,
    site: String,
    address: String,
    technician: String,
    window_from: String,
    window_to: String,
    status: String,
    needs_decision: bool,
    contact: String,
    notes: String,
    technician_id: String,
    checked_in_at: Option<String>,
}

impl Listed {
    fn row(&self, open: &Open, as_of: AsOf) -> JobRow {
        let clock = |text: &str| parse_instant(text).map(|at| at.with_timezone(&open.zone));
        let (from, to) = (clock(&self.window_from), clock(&self.window_to));
        let time =
            |at: Option<chrono::DateTime<chrono_tz::Tz>>| at.map_or(String::new(), |at| at.format("%H:%M").to_string());
        JobRow {
            id: self.id.clone(),
            number: self.number.clone(),
            title: self.title.clone(),
            account: self.account.clone(),
            site: self.site.clone(),
            address: self.address.clone(),
            technician: self.technician.clone(),
            day: from.map_or(String::new(), |at| at.format("%a %-d %b %Y").to_string()),
            window_text: format!("{} – {}", time(from), time(to)),
            status: self.status.clone(),
            needs_decision: self.needs_decision,
            as_of,
        }
    }
}

/// Jobs: a technician's own, everybody's for the office.
pub async fn list(engine: &Engine, request: ListRequest) -> Result<Window<JobRow>, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(&open, request);
    let rows: Window<Listed> = window(&open, spec, &request, fixed).await?;
    let as_of = open.cache_as_of().await;
    Ok(rows.map(|row| row.row(&open, as_of.clone())))
}

/// The list as it is asked for: from today on.
pub(crate) fn asked(open: &Open, request: ListRequest) -> Asked {
    let mut fixed = Conditions::default();
    // What is past stays behind what is to come.
    let today = satchel_core::time::start_of_day(local_date(open.now(), open.zone), open.zone);
    fixed.and("j.window_to >= ?", &satchel_core::time::format_instant_ms(today));
    Asked { spec: &LIST, request, fixed }
}

/// One job with what happened on it.
pub async fn get(engine: &Engine, args: ById) -> Result<JobView, CommandError> {
    let open = engine.workspace().await?;
    let request = ListRequest { offset: 0, limit: 1, ..ListRequest::default() };
    let mut only = Conditions::default();
    only.and("j.id = ?", &args.id);
    let found: Window<Listed> = window(&open, &LIST, &request, only).await?;
    let job = found.rows.into_iter().next().ok_or_else(|| CommandError::new("job.unknown", &args.id))?;
    let mine = open.user.read().await.id.to_string() == job.technician_id;
    let next = match (mine, job.status.as_str()) {
        (true, "planned") => vec![EventKind::CheckIn, EventKind::Depart],
        (true, "travelling") => vec![EventKind::CheckIn],
        (true, "on_site") => vec![EventKind::CheckOut],
        // Going again, or a job that the office cancelled meanwhile: what he does is kept.
        (true, _) => vec![EventKind::CheckIn],
        (false, _) => Vec::new(),
    };
    let since = job.checked_in_at.as_deref().and_then(parse_instant).filter(|_| job.status == "on_site");
    let row = job.row(&open, open.cache_as_of().await);
    Ok(JobView {
        row,
        on_site_s: since.map(|since| (open.now() - since).num_seconds().max(0)),
        contact: job.contact,
        notes: job.notes,
        next,
        events: events(&open, &args.id).await?,
    })
}

type Event = (String, String, String, String, String, String, bool, i64, String);

async fn events(open: &Open, job: &str) -> Result<Vec<JobEventView>, CommandError> {
    let rows: Vec<Event> = sqlx::query_as(
        "SELECT e.id, e.kind, coalesce(u.name, ''), e.happened_at, e.device_time, e.proof, e.suspect, e.sync_version, e.note \
         FROM job_events e LEFT JOIN users u ON u.id = e.technician_id WHERE e.job_id = ?1 ORDER BY e.happened_at DESC, e.id DESC",
    )
    .bind(job)
    .fetch_all(open.store.read())
    .await?;
    let now = open.now();
    let moment = |text: &str| parse_instant(text).map_or(text.to_owned(), |at| words::moment(at, now, open.zone));
    Ok(rows
        .into_iter()
        .map(|(id, kind, by, at, device, proof, suspect, version, note)| JobEventView {
            id,
            kind,
            by,
            at_text: moment(&at),
            device_text: suspect.then(|| moment(&device)),
            proof,
            waiting: version == 0 && !open.demo,
            note,
        })
        .collect())
}
