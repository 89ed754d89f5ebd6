//! What people do on a laptop: edits, quotes, sending, acceptance, check-ins.

use chrono::{DateTime, Duration, Utc};
use satchel_core::accounts::{EditAccount, FieldEdit};
use satchel_core::attachments::AddAttachment;
use satchel_core::ids::{
    AccountId, AttachmentId, ItemId, JobEventId, JobId, LineId, MailId, MessageId, PriceBookId, QuoteId, SiteId,
    TaskId, TicketEventId, TicketId, UserId,
};
use satchel_core::jobs::{EventKind, RecordJobEvent};
use satchel_core::mail::SendMail;
use satchel_core::money::Exact;
use satchel_core::portal::SendMessage;
use satchel_core::quotes::{Acceptance, Edit, NewLine, QuoteNumber};
use satchel_core::sites::{EditSites, EditedSite, ImportSites, ImportedSite, RemoveSites, SiteDetails};
use satchel_core::tasks::{self, CreateTask, KINDS, Repeat, UpdateTask};
use satchel_core::tickets::{CATEGORIES, PRIORITIES, RaiseTicket, Status, UpdateTicket};
use satchel_core::time::{DeviceClock, parse_zone};
use satchel_core::wire::entities::quote_of;
use satchel_core::wire::mutation::{AcceptQuote, CreateQuote, DiscardQuote, EditQuote, Intent, QuoteStep};
use satchel_core::wire::rows::Row;

use crate::catalogue;
use crate::disk::Disk;
use crate::random::Random;

/// Something to do with what this person sees, if there is anything.
pub fn intent(disk: &mut Disk, clock: &DeviceClock, random: &mut Random) -> Option<Intent> {
    let at = clock.device_time;
    match random.below(28) {
        12 => edit_site(disk, at, random),
        13 => move_site(disk, at, random),
        14..=16 => catalogue::intent(disk, at, random),
        17 => import(disk, at, random),
        18 => remove(disk, random),
        19 => attach(disk, at, random),
        20 => mail(disk, at, random),
        21 => message(disk, at, random),
        22 => raise(disk, at, random),
        23 => work_on(disk, at, random),
        24 => plan(disk, at, random),
        25 | 26 => finish(disk, at, random),
        27 => discard(disk, at, random),
        10 | 11 => Some(record(disk, clock, random)),
        0..=3 => edit_account(disk, at, random),
        4 | 5 => create_quote(disk, at, random),
        6 | 7 => add_line(disk, at, random),
        8 => send(disk, at, random),
        _ => accept(disk, at, random),
    }
}

pub(crate) fn pick<'a>(
    disk: &'a Disk,
    table: &'static str,
    random: &mut Random,
    wanted: impl Fn(&Row) -> bool,
) -> Option<&'a Row> {
    let rows: Vec<&Row> = disk.rows.table(table).filter(|row| wanted(row)).collect();
    random.pick(&rows).copied()
}

/// A file at a quote: its row; the bytes are not simulated.
fn attach(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let quote = pick(disk, "quotes", random, |_| true)?;
    Some(Intent::AttachmentAdd(AddAttachment {
        id: AttachmentId(random.uuid()),
        account_id: AccountId(quote.scope_id()),
        subject_kind: "quote".to_owned(),
        subject_id: quote.id(),
        name: "simulated.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 1,
        sha256: "0".repeat(64),
        at,
    }))
}

fn mail(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let file = pick(disk, "attachments", random, |row| row.text("subject_kind") == Ok("quote"))?;
    Some(Intent::MailSend(SendMail {
        id: MailId(random.uuid()),
        account_id: AccountId(file.scope_id()),
        quote_id: QuoteId(file.uuid("subject_id").ok()?),
        attachment_id: AttachmentId(file.id()),
        to: "simulated@customer.example".to_owned(),
        subject: "Simulated".to_owned(),
        body: String::new(),
        with_link: false,
        at,
    }))
}

/// A word in the thread of a quote that was sent.
fn message(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let quote = pick(disk, "quotes", random, |row| row.text("status") != Ok("draft"))?;
    Some(Intent::QuoteMessage(SendMessage {
        id: MessageId(random.uuid()),
        account_id: AccountId(quote.scope_id()),
        quote_id: QuoteId(quote.id()),
        body: format!("said {}", random.below(1_000)),
        at,
    }))
}

/// Something a customer reports, of one of their sites or of none.
fn raise(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = AccountId(pick(disk, "accounts", random, |_| true)?.id());
    let site = pick(disk, "sites", random, |row| row.scope_id() == account.0).map(Row::id);
    Some(Intent::TicketRaise(RaiseTicket {
        ticket_id: TicketId(random.uuid()),
        account_id: account,
        site_id: site.map(SiteId).filter(|_| random.once_in(2)),
        category: CATEGORIES[random.below(CATEGORIES.len())].to_owned(),
        priority: PRIORITIES[random.below(PRIORITIES.len())].to_owned(),
        subject: format!("reported {}", random.below(1_000)),
        description: String::new(),
        reported_by: String::new(),
        at,
    }))
}

/// A word on a ticket, and maybe a step: two laptops that take different ones at once are in conflict.
fn work_on(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let ticket = pick(disk, "tickets", random, |_| true)?;
    let from = ticket.text("status").ok().and_then(Status::parse)?;
    let next: Vec<Status> = Status::ALL.into_iter().filter(|next| *next != from && from.may_become(*next)).collect();
    let change = |next: &Status| FieldEdit { base: from.as_str().to_owned(), mine: next.as_str().to_owned() };
    let step = random.pick(&next).map(change).map(|change| ("status".to_owned(), change));
    Some(Intent::TicketUpdate(UpdateTicket {
        event_id: TicketEventId(random.uuid()),
        ticket_id: TicketId(ticket.id()),
        account_id: AccountId(ticket.scope_id()),
        fields: step.into_iter().collect(),
        note: format!("said {}", random.below(1_000)),
        told_customer: random.once_in(2),
        at,
    }))
}

/// A task for oneself, or for an account and whoever: some of them do not see it.
fn plan(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = pick(disk, "accounts", random, |_| true).map(|row| AccountId(row.id()));
    let account = account.filter(|_| !random.once_in(4));
    let anybody = pick(disk, "users", random, |_| true).map(|row| UserId(row.id()));
    let site = account.and_then(|account| pick(disk, "sites", random, |row| row.scope_id() == account.0)).map(Row::id);
    let quote =
        account.and_then(|account| pick(disk, "quotes", random, |row| row.scope_id() == account.0)).map(Row::id);
    Some(Intent::TaskCreate(CreateTask {
        task_id: TaskId(random.uuid()),
        account_id: account,
        site_id: site.map(SiteId).filter(|_| random.once_in(2)),
        quote_id: quote.map(QuoteId).filter(|_| random.once_in(2)),
        ticket_id: None,
        kind: KINDS[random.below(KINDS.len())].to_owned(),
        title: format!("planned {}", random.below(1_000)),
        notes: String::new(),
        due_on: at.date_naive() + chrono::Days::new(random.below(40) as u64),
        due_time: String::new(),
        assigned_to: anybody.filter(|_| account.is_some() && random.once_in(2)).unwrap_or(disk.user),
        repeats: Repeat::ALL[random.below(Repeat::ALL.len())].as_str().to_owned(),
        at,
    }))
}

/// A task is done, cancelled or opened again, and what came of it: two laptops that finish one make one next of it.
fn finish(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    // Mostly one that is repeated and was done before: that is where a second next one would come from.
    let repeated = |row: &Row| row.text("repeats") != Ok("never");
    let again =
        |row: &Row| repeated(row) && (row.text("status") == Ok("done") || row.text_or_null("done_at").is_some());
    let task = match random.below(3) {
        0 => pick(disk, "tasks", random, |_| true),
        1 => pick(disk, "tasks", random, repeated),
        _ => pick(disk, "tasks", random, again).or_else(|| pick(disk, "tasks", random, repeated)),
    }?;
    let from = task.text("status").ok().and_then(tasks::Status::parse)?;
    let next: Vec<_> = tasks::Status::ALL.into_iter().filter(|next| from.may_become(*next)).collect();
    let change = |next: &tasks::Status| FieldEdit { base: from.as_str().to_owned(), mine: next.as_str().to_owned() };
    let mut fields: std::collections::BTreeMap<_, _> =
        random.pick(&next).map(change).map(|change| ("status".to_owned(), change)).into_iter().collect();
    if random.once_in(4) {
        let base = task.text("title").ok()?.to_owned();
        fields.insert("title".to_owned(), FieldEdit { base, mine: format!("planned {}", random.below(1_000)) });
    }
    Some(Intent::TaskUpdate(UpdateTask {
        task_id: TaskId(task.id()),
        fields,
        outcome: if random.once_in(2) { format!("came of it {}", random.below(1_000)) } else { String::new() },
        at,
    }))
}

fn edit_account(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = pick(disk, "accounts", random, |_| true)?;
    let field = if random.once_in(2) { "notes" } else { "industry" };
    let change =
        FieldEdit { base: account.text(field).ok()?.to_owned(), mine: format!("typed {}", random.below(1_000)) };
    let account_id = Some(AccountId(account.id()));
    Some(Intent::AccountEdit(EditAccount { account_id, fields: [(field.to_owned(), change)].into(), at: Some(at) }))
}

fn of_site(site: &Row, at: DateTime<Utc>, field: &str, mine: String) -> Option<Intent> {
    let change = FieldEdit { base: site.text_or_null(field).unwrap_or_default().to_owned(), mine };
    Some(Intent::SiteEdit(EditSites {
        account_id: AccountId(site.scope_id()),
        sites: vec![EditedSite { id: SiteId(site.id()), fields: [(field.to_owned(), change)].into() }],
        reason: "simulated".to_owned(),
        at: Some(at),
    }))
}

fn edit_site(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let site = pick(disk, "sites", random, |_| true)?;
    let field = ["contact_name", "notes", "city"][random.below(3)];
    of_site(site, at, field, format!("typed {}", random.below(1_000)))
}

/// Under any other site of the account: two laptops that do so at once would turn the tree into a ring.
fn move_site(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let site = pick(disk, "sites", random, |_| true)?;
    let above = pick(disk, "sites", random, |row| row.scope_id() == site.scope_id() && row.id() != site.id())?;
    of_site(site, at, "parent_id", above.id().to_string())
}

/// A few sites from a list; nothing stands on them yet.
fn import(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = pick(disk, "accounts", random, |_| true)?;
    let country = account.text("country").ok()?.to_owned();
    let site = |n: usize, id: uuid::Uuid| ImportedSite {
        id: SiteId(id),
        new: true,
        details: SiteDetails {
            name: format!("Simulated {n}"),
            site_type: "branch".to_owned(),
            city: "Kimberley".to_owned(),
            country: country.clone(),
            ..SiteDetails::default()
        },
    };
    Some(Intent::SiteImport(ImportSites {
        account_id: AccountId(account.id()),
        file_name: "simulated.csv".to_owned(),
        sites: (0..1 + random.below(3)).map(|n| site(n, random.uuid())).collect(),
        at: Some(at),
    }))
}

/// Sites that nothing stands on, as far as this laptop knows.
fn remove(disk: &Disk, random: &mut Random) -> Option<Intent> {
    let unused = |row: &Row| row.text("service_status") == Ok("none");
    let site = pick(disk, "sites", random, unused)?;
    let account_id = AccountId(site.scope_id());
    Some(Intent::SiteRemove(RemoveSites { account_id, site_ids: vec![SiteId(site.id())] }))
}

/// Something on a job that may be there or not: it is kept either way.
fn record(disk: &Disk, clock: &DeviceClock, random: &mut Random) -> Intent {
    let job = pick(disk, "jobs", random, |_| true).map(Row::id);
    let kind = [EventKind::Depart, EventKind::CheckIn, EventKind::CheckOut][random.below(3)];
    Intent::JobRecord(RecordJobEvent {
        id: JobEventId(random.uuid()),
        job_id: JobId(job.unwrap_or_else(|| random.uuid())),
        kind,
        clock: clock.clone(),
        offset_ms: None,
        note: String::new(),
    })
}

fn create_quote(disk: &mut Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let account = pick(disk, "accounts", random, |_| true)?.clone();
    let currency = account.text("currency").ok()?.to_owned();
    let published = |row: &Row| row.text("currency") == Ok(&currency) && row.text("status") == Ok("published");
    let book = PriceBookId(pick(disk, "price_books", random, published)?.id());
    let zone = parse_zone(disk.rows.table("organisations").next()?.text("zone").ok()?)?;
    disk.counter += 1;
    let number = QuoteNumber::assign(i64::from(disk.slot), disk.counter, at, zone).ok()?;
    Some(Intent::QuoteCreate(CreateQuote {
        quote_id: QuoteId(random.uuid()),
        number: number.to_string(),
        account_id: AccountId(account.id()),
        title: "Simulated".to_owned(),
        price_book_id: book,
        at,
    }))
}

fn draft<'a>(disk: &'a Disk, random: &mut Random) -> Option<&'a Row> {
    pick(disk, "quotes", random, |row| row.text("status") == Ok("draft"))
}

fn add_line(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let quote = draft(disk, random)?;
    let (account, book) = (quote.text("account_id").ok()?, quote.text("price_book_id").ok()?);
    let site = pick(disk, "sites", random, |row| row.text("account_id") == Ok(account))?.id();
    let item = pick(disk, "price_items", random, |row| row.text("price_book_id") == Ok(book))?.id();
    let line = NewLine { id: LineId(random.uuid()), site_id: SiteId(site), item_id: ItemId(item), qty: Exact::from(1) };
    Some(Intent::QuoteEdit(EditQuote {
        quote_id: QuoteId(quote.id()),
        edits: vec![Edit::AddLines { lines: vec![line] }],
        at,
        pricing_hash: String::new(),
    }))
}

/// A draft goes; now and then a program of schema 2 gives it up, which means the same.
fn discard(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let quote = draft(disk, random)?;
    let quote_id = QuoteId(quote.id());
    if random.below(4) > 0 {
        return Some(Intent::QuoteDiscard(DiscardQuote { quote_id, at }));
    }
    let (pricing_hash, note) = (quote.text("pricing_hash").ok()?.to_owned(), "Not wanted".to_owned());
    Some(Intent::QuoteLose(QuoteStep { quote_id, pricing_hash, note, at }))
}

fn send(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let quote = draft(disk, random)?;
    Some(Intent::QuoteSend(QuoteStep {
        quote_id: QuoteId(quote.id()),
        pricing_hash: quote.text("pricing_hash").ok()?.to_owned(),
        note: String::new(),
        at,
    }))
}

fn accept(disk: &Disk, at: DateTime<Utc>, random: &mut Random) -> Option<Intent> {
    let row = pick(disk, "quotes", random, |row| row.text("status") == Ok("sent"))?;
    let quote = quote_of(row).ok()?;
    let at = at.max(quote.updated_at + Duration::seconds(1));
    Some(Intent::QuoteAccept(AcceptQuote {
        quote_id: quote.id,
        pricing_hash: row.text("pricing_hash").ok()?.to_owned(),
        acceptance: Acceptance {
            name: "Buyer".to_owned(),
            title: String::new(),
            po_number: None,
            at,
            recorded_by: disk.user,
            signature: None,
            online: None,
        },
        line_nets: std::collections::BTreeMap::new(),
    }))
}
