//! Who may build on what: every intent pushed by somebody who does not see what it names is answered exactly as one about an id
//! that nobody has, and leaves nothing. The person uses a program of their own; ids they know from when they had a grant.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use satchel_core::apply::with_ids_replaced;
use satchel_core::wire::tables::TABLES;
use satchel_core::wire::{Outcome, OutcomeStatus, SCHEMA};
use satchel_tests::protocol::Device;
use satchel_tests::{Desk, Office, connect, operate, quote};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// What the intents of a round name.
#[derive(Debug, Clone, Copy)]
struct Ids {
    account: Uuid,
    site: Uuid,
    quote: Uuid,
    ticket: Uuid,
    task: Uuid,
    /// Somebody who works here.
    person: Uuid,
    attachment: Uuid,
    link: Uuid,
    price: Uuid,
}

impl Ids {
    /// Ids that nobody has.
    fn made_up() -> Self {
        let id = Uuid::now_v7;
        Self {
            account: id(),
            site: id(),
            quote: id(),
            ticket: id(),
            task: id(),
            person: id(),
            attachment: id(),
            link: id(),
            price: id(),
        }
    }

    fn all(self) -> [Uuid; 8] {
        [self.account, self.site, self.quote, self.ticket, self.task, self.attachment, self.link, self.price]
    }
}

fn intent(name: &str, args: Value) -> Value {
    json!({ "name": name, "args": args })
}

/// What a person typed over something else.
fn typed(mine: &str) -> Value {
    json!({ "base": "nobody typed this", "mine": mine })
}

/// Every intent that builds on a row of an account's scope. `own`: an account and a site of it that the person does see.
fn intents(ids: Ids, own: (Uuid, Uuid), book: Uuid) -> Vec<Value> {
    let mut all = about_sites(ids, own);
    all.extend(about_the_account(ids, book));
    all.extend(about_customers(ids, own.0));
    all.extend(about_tasks(ids, own.0));
    all.extend(about_quotes(ids, book));
    all
}

fn about_sites(ids: Ids, (own, own_site): (Uuid, Uuid)) -> Vec<Value> {
    let at = Utc::now();
    let details = json!({ "name": "Theirs", "code": "", "site_type": "branch", "address": "", "city": "Paarl", "province": "",
        "postal_code": "", "country": "ZA", "latitude": "", "longitude": "", "contact_name": "", "contact_phone": "",
        "contact_email": "", "package": "", "notes": "" });
    let import = |account: Uuid, id: Uuid, new: bool| {
        let sites = json!([{ "id": id, "new": new, "details": details }]);
        intent("site.import", json!({ "account_id": account, "file_name": "a.csv", "at": at, "sites": sites }))
    };
    let edit = |account: Uuid, id: Uuid, field: &str, mine: &str| {
        let sites = json!([{ "id": id, "fields": { field: { "base": "", "mine": mine } } }]);
        intent("site.edit", json!({ "account_id": account, "reason": "", "at": at, "sites": sites }))
    };
    vec![
        import(ids.account, Uuid::now_v7(), true),
        import(own, ids.site, false),
        edit(ids.account, ids.site, "city", "Mine"),
        edit(ids.account, ids.site, "service_status", "suspended"),
        edit(own, own_site, "parent_id", &ids.site.to_string()),
        intent("site.remove", json!({ "account_id": ids.account, "site_ids": [ids.site] })),
    ]
}

fn about_the_account(ids: Ids, book: Uuid) -> Vec<Value> {
    let at = Utc::now();
    let day = at.date_naive();
    let terms = json!({ "kind": "lock", "price_book_id": book });
    vec![
        intent("account.edit", json!({ "account_id": ids.account, "fields": { "notes": typed("mine") } })),
        intent(
            "price.propose",
            json!({ "id": Uuid::now_v7(), "account_id": ids.account, "terms": terms, "valid_from": day, "valid_to": day + chrono::Days::new(30),
                "reason": "mine", "at": at }),
        ),
        intent(
            "price.decide",
            json!({ "id": ids.price, "account_id": ids.account, "approve": true, "note": "", "at": at }),
        ),
        intent("price.end", json!({ "id": ids.price, "account_id": ids.account, "last_day": day, "at": at })),
    ]
}

fn about_customers(ids: Ids, own: Uuid) -> Vec<Value> {
    let at = Utc::now();
    let raise = |account: Uuid| {
        let ticket = json!({ "ticket_id": Uuid::now_v7(), "account_id": account, "site_id": ids.site,
            "category": "connectivity", "priority": "high", "subject": "Mine", "description": "", "reported_by": "", "at": at });
        intent("ticket.raise", ticket)
    };
    vec![
        raise(ids.account),
        raise(own),
        intent(
            "ticket.update",
            json!({ "event_id": Uuid::now_v7(), "ticket_id": ids.ticket, "account_id": ids.account,
                "fields": { "priority": typed("low") }, "note": "", "told_customer": false, "at": at }),
        ),
        intent(
            "attachment.add",
            json!({ "id": Uuid::now_v7(), "account_id": ids.account, "subject_kind": "account", "subject_id": ids.account,
                "name": "a.pdf", "media_type": "application/pdf", "size": 3, "sha256": "ab".repeat(32), "at": at }),
        ),
        intent(
            "mail.send",
            json!({ "id": Uuid::now_v7(), "account_id": ids.account, "quote_id": ids.quote, "attachment_id": ids.attachment,
                "to": "me@elsewhere.example", "subject": "Yours", "body": "", "with_link": true, "at": at }),
        ),
        intent(
            "quote.message",
            json!({ "id": Uuid::now_v7(), "account_id": ids.account, "quote_id": ids.quote, "body": "Mine", "at": at }),
        ),
        intent("link.end", json!({ "link_id": ids.link, "at": at })),
    ]
}

/// For the account, and for an own one about what is theirs. The last one is for whoever pushes: the device fills in who.
fn about_tasks(ids: Ids, own: Uuid) -> Vec<Value> {
    let at = Utc::now();
    let create = |account: Uuid, part: Value| {
        let mut task = json!({ "task_id": Uuid::now_v7(), "account_id": account, "site_id": null, "quote_id": null,
            "ticket_id": null, "kind": "call", "title": "Mine", "notes": "", "due_on": at.date_naive(), "due_time": "",
            "assigned_to": ids.person, "repeats": "never", "at": at });
        for (key, value) in part.as_object().into_iter().flatten() {
            task[key] = value.clone();
        }
        intent("task.create", task)
    };
    vec![
        create(ids.account, json!({})),
        create(own, json!({ "site_id": ids.site })),
        create(own, json!({ "quote_id": ids.quote })),
        create(own, json!({ "ticket_id": ids.ticket })),
        intent(
            "task.update",
            json!({ "task_id": ids.task, "fields": { "title": { "base": "Mine", "mine": "Yours" } }, "outcome": "", "at": at }),
        ),
    ]
}

fn about_quotes(ids: Ids, book: Uuid) -> Vec<Value> {
    let at = Utc::now();
    let acceptance = json!({ "name": "Buyer", "title": "", "po_number": null, "at": at, "recorded_by": Uuid::nil(),
        "signature": null, "online": null });
    let mut all = vec![
        intent(
            "quote.create",
            json!({ "quote_id": Uuid::now_v7(), "number": "QTE-20261128-ZZ99", "account_id": ids.account, "title": "Mine",
                "price_book_id": book, "at": at }),
        ),
        intent(
            "quote.edit",
            json!({ "quote_id": ids.quote, "edits": [{ "op": "set_title", "title": "Mine" }], "at": at, "pricing_hash": "" }),
        ),
        intent("quote.discard", json!({ "quote_id": ids.quote, "at": at })),
        intent("quote.revise", json!({ "quote_id": ids.quote, "next_id": Uuid::now_v7(), "at": at })),
        intent(
            "quote.accept",
            json!({ "quote_id": ids.quote, "pricing_hash": "", "line_nets": {}, "acceptance": acceptance }),
        ),
    ];
    for step in ["request_approval", "approve_discount", "reject_discount", "send", "reject", "lose"] {
        let args = json!({ "quote_id": ids.quote, "pricing_hash": "", "note": "mine", "at": at });
        all.push(intent(&format!("quote.{step}"), args));
    }
    all
}

/// What an answer says, whatever the ids of its round are.
fn said(outcome: &Outcome, ids: Ids) -> (OutcomeStatus, Option<String>, Value) {
    let places = ids.all().into_iter().zip((1_u128..).map(Uuid::from_u128)).collect::<BTreeMap<_, _>>();
    (outcome.status, outcome.code.clone(), with_ids_replaced(&outcome.detail, &places))
}

/// Rows of a scope that were written after a version.
async fn written(owner: &PgPool, scope: Uuid, after: i64) -> Result<Vec<(&'static str, i64)>> {
    let mut found = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT count(*) FROM {} WHERE scope_id = $1 AND sync_version > $2", table.name);
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).bind(scope).bind(after).fetch_one(owner).await?;
        if rows > 0 {
            found.push((table.name, rows));
        }
    }
    Ok(found)
}

async fn one_of(owner: &PgPool, table: &str, account: Uuid) -> Result<Uuid> {
    let sql = format!("SELECT id FROM {table} WHERE scope_id = $1 ORDER BY sync_version DESC, id LIMIT 1");
    let id: Option<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql)).bind(account).fetch_optional(owner).await?;
    id.with_context(|| format!("no row of {table}"))
}

/// An account with everything that can hang on one: a sent quote, its file, its link, a ticket, a task, a price asked for.
async fn furnished(office: &Office, owner: &PgPool, book: Uuid) -> Result<Ids> {
    let desk = office.desk("director@demo.example").await?;
    let id = quote(&desk, 2).await?;
    desk.call("send_quote", json!({ "quote_id": id })).await?;
    let mail = json!({ "to": "buyer@customer.example", "subject": "Your quote", "body": "", "with_link": true });
    desk.call("send_mail", json!({ "quote_id": id, "file": { "kind": "quote" }, "mail": mail })).await?;
    desk.call("sync_now", json!({})).await?;
    let quote = Uuid::parse_str(&id)?;
    let account: Uuid =
        sqlx::query_scalar("SELECT account_id FROM quotes WHERE id = $1").bind(quote).fetch_one(owner).await?;
    let site = one_of(owner, "sites", account).await?;
    let mut device = Device::of(&office.server, "director@demo.example", SCHEMA).await?;
    let person: Uuid =
        sqlx::query_scalar("SELECT id FROM users WHERE email = 'director@demo.example'").fetch_one(owner).await?;
    let ids = Ids { account, site, quote, person, ..Ids::made_up() };
    // The same intents do what they say for somebody who sees the account: the test can fail.
    let names = ["ticket.raise", "price.propose", "quote.message", "attachment.add", "task.create"];
    // A task about a ticket needs one: it is not there yet.
    let wanted = |intent: &Value| {
        names.iter().any(|name| intent["name"] == *name) && intent["args"].get("ticket_id").is_none_or(Value::is_null)
            || intent["name"] == "ticket.raise"
    };
    let outcomes = device.push(intents(ids, (account, site), book).into_iter().filter(wanted)).await?;
    ensure!(outcomes.iter().all(|outcome| outcome.status.succeeded()), "{outcomes:?}");
    for _ in 0..100 {
        let links: i64 = sqlx::query_scalar("SELECT count(*) FROM quote_links WHERE scope_id = $1")
            .bind(account)
            .fetch_one(owner)
            .await?;
        if links > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(Ids {
        ticket: one_of(owner, "tickets", account).await?,
        task: one_of(owner, "tasks", account).await?,
        attachment: one_of(owner, "attachments", account).await?,
        link: one_of(owner, "quote_links", account).await?,
        price: one_of(owner, "agreed_prices", account).await?,
        ..ids
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_does_not_see_is_answered_like_what_is_not_there() -> Result<()> {
    let Some(office) = Office::open("unseen").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let book: Uuid =
        sqlx::query_scalar("SELECT id FROM price_books WHERE status = 'published' AND currency = 'ZAR' LIMIT 1")
            .fetch_one(&owner)
            .await?;
    let theirs = furnished(&office, &owner, book).await?;
    let (own, code): (Uuid, String) = sqlx::query_as(
        "SELECT id, code FROM accounts a WHERE id <> $1 \
         ORDER BY (SELECT count(*) FROM sites s WHERE s.account_id = a.id) DESC LIMIT 1",
    )
    .bind(theirs.account)
    .fetch_one(&owner)
    .await?;
    let own_site = one_of(&owner, "sites", own).await?;
    let before: i64 = sqlx::query_scalar("SELECT max(version) FROM sync_tenant").fetch_one(&owner).await?;
    let links: i64 = sqlx::query_scalar("SELECT count(*) FROM mails").fetch_one(&owner).await?;
    for role in ["seller", "manager", "director", "finance", "accounts", "admin", "technician"] {
        let email = format!("{role}@demo.example");
        if role != "technician" {
            operate(office.owner_url(), &["revoke", &email])?;
        }
        operate(office.owner_url(), &["grant", &email, "--account", &code])?;
        let mut device = Device::of(&office.server, &email, SCHEMA).await?;
        let nobody = Ids { person: theirs.person, ..Ids::made_up() };
        let (about_theirs, about_nothing) =
            (intents(theirs, (own, own_site), book), intents(nobody, (own, own_site), book));
        let names: Vec<String> = about_theirs.iter().map(|intent| intent["name"].to_string()).collect();
        let hidden = device.push(about_theirs).await?;
        let missing = device.push(about_nothing).await?;
        for ((name, hidden), missing) in names.iter().zip(&hidden).zip(&missing) {
            let (hidden, missing) = (said(hidden, theirs), said(missing, nobody));
            ensure!(hidden == missing, "{role} {name}: {hidden:?} about a row they do not see, else {missing:?}");
            ensure!(!hidden.0.succeeded() || name == "\"site.remove\"", "{role} {name}: {hidden:?}");
        }
        let changed = written(&owner, theirs.account, before).await?;
        ensure!(changed.is_empty(), "{role} wrote into an account they do not see: {changed:?}");
    }
    let after: i64 = sqlx::query_scalar("SELECT count(*) FROM mails").fetch_one(&owner).await?;
    ensure!(after == links, "nothing was mailed");
    Ok(())
}

/// A grant that ended while its person was offline: what they typed is refused, stays with them, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_under_a_grant_that_ended_stays_with_its_person() -> Result<()> {
    let Some(office) = Office::open("grant_ended").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let desk = office.desk("seller@demo.example").await?;
    let account: Uuid = sqlx::query_scalar("SELECT id FROM accounts ORDER BY code LIMIT 1").fetch_one(&owner).await?;
    let raise = json!({ "account_id": account, "site_id": null, "category": "connectivity", "priority": "high",
        "subject": "Typed in time", "description": "", "reported_by": "" });
    operate(office.owner_url(), &["revoke", "seller@demo.example"])?;
    desk.call("raise_ticket", raise).await?;
    let mut status = Value::Null;
    for _ in 0..10 {
        status = desk.call("sync_now", json!({})).await?;
        if status["waiting"] == 0 {
            break;
        }
    }
    ensure!(status["needs_you"] == 1, "{status}");
    let raised: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tickets WHERE subject = 'Typed in time'").fetch_one(&owner).await?;
    ensure!(raised == 0, "raised without a grant");
    Ok(())
}
