use std::collections::BTreeMap;

use super::*;
use crate::accounts::FieldEdit;
use crate::ids::{AccountId, SiteId, TaskId, UserId};
use crate::people::Role;
use crate::time::parse_zone;

const ME: Uuid = Uuid::from_u128(9);
const OTHER: Uuid = Uuid::from_u128(8);
const ACCOUNT: Uuid = Uuid::from_u128(2);

fn me() -> Actor {
    Actor { id: UserId(ME), role: Role::Seller }
}

fn task() -> CreateTask {
    CreateTask {
        task_id: TaskId(Uuid::from_u128(1)),
        account_id: Some(AccountId(ACCOUNT)),
        site_id: None,
        quote_id: None,
        ticket_id: None,
        kind: "call".to_owned(),
        title: " Ask for the order ".to_owned(),
        notes: String::new(),
        due_on: "2026-11-30".parse().expect("a day"),
        due_time: "14:30".to_owned(),
        assigned_to: UserId(ME),
        repeats: "never".to_owned(),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn around() -> CreateWorld {
    CreateWorld { account: true, people: [ME, OTHER].into(), assignee_sees: true, ..CreateWorld::default() }
}

fn made(repeats: &str) -> Row {
    create(&CreateTask { repeats: repeats.to_owned(), ..task() }, &around(), &me()).expect("made")
}

fn world(task: &Row, next: Option<&Row>) -> UpdateWorld {
    UpdateWorld {
        task: Some(task.clone()),
        next: next.cloned(),
        people: [ME, OTHER].into(),
        assignee_sees: true,
        zone: parse_zone("Africa/Johannesburg").expect("a zone"),
    }
}

fn change(fields: &[(&str, &str, &str)], outcome: &str, day: i64) -> UpdateTask {
    let edit = |(field, base, mine): &(&str, &str, &str)| {
        ((*field).to_owned(), FieldEdit { base: (*base).to_owned(), mine: (*mine).to_owned() })
    };
    let start: Timestamp = "2026-11-28T09:00:00Z".parse().expect("an instant");
    UpdateTask {
        task_id: TaskId(Uuid::from_u128(1)),
        fields: fields.iter().map(edit).collect::<BTreeMap<_, _>>(),
        outcome: outcome.to_owned(),
        at: start + chrono::Duration::days(day),
    }
}

const DONE: (&str, &str, &str) = ("status", "open", "done");

fn code(result: Result<Vec<Row>, Refusal>) -> String {
    result.expect_err("refused").code
}

#[test]
fn a_task_says_what_who_and_when_or_is_refused_with_the_reason() {
    let row = made("never");
    assert_eq!((row.text("title"), row.scope_id()), (Ok("Ask for the order"), ACCOUNT));
    let refused = |args: CreateTask, world: CreateWorld| create(&args, &world, &me()).expect_err("refused").code;
    assert_eq!(refused(CreateTask { title: " ".to_owned(), ..task() }, around()), "task.title_missing");
    assert_eq!(refused(CreateTask { title: "x".repeat(201), ..task() }, around()), "task.too_long");
    assert_eq!(refused(CreateTask { kind: "party".to_owned(), ..task() }, around()), "task.unknown_value");
    assert_eq!(refused(CreateTask { due_time: "25:00".to_owned(), ..task() }, around()), "task.unknown_value");
    assert_eq!(refused(CreateTask { repeats: "often".to_owned(), ..task() }, around()), "task.unknown_value");
    assert_eq!(refused(task(), CreateWorld { account: false, ..around() }), "account.unknown");
    assert_eq!(refused(task(), CreateWorld { taken: true, ..around() }), "task.exists");
    assert_eq!(refused(task(), CreateWorld { people: [OTHER].into(), ..around() }), "task.person_unknown");
    assert_eq!(refused(task(), CreateWorld { assignee_sees: false, ..around() }), "task.person_without_account");
    let site = CreateTask { site_id: Some(SiteId(Uuid::from_u128(5))), ..task() };
    for owner in [None, Some(OTHER)] {
        let parts = vec![("site_id", owner)];
        assert_eq!(refused(site.clone(), CreateWorld { parts, ..around() }), "task.part_unknown");
    }
    assert!(create(&site, &CreateWorld { parts: vec![("site_id", Some(ACCOUNT))], ..around() }, &me()).is_ok());
}

#[test]
fn without_an_account_it_is_ones_own() {
    let own = CreateTask { account_id: None, ..task() };
    let row = create(&own, &CreateWorld { account: false, ..around() }, &me()).expect("made");
    assert_eq!((row.scope_id(), row.text_or_null("account_id")), (ME, None));
    let given = CreateTask { assigned_to: UserId(OTHER), ..own.clone() };
    assert_eq!(create(&given, &around(), &me()).expect_err("whose?").code, "task.own_only");
    let parts = vec![("site_id", Some(ACCOUNT))];
    assert_eq!(
        create(&own, &CreateWorld { parts, ..around() }, &me()).expect_err("whose?").code,
        "task.account_missing"
    );
    let given =
        update(&change(&[("assigned_to", &ME.to_string(), &OTHER.to_string())], "", 0), &world(&row, None), &me());
    assert_eq!(code(given), "task.own_only");
}

#[test]
fn it_is_done_with_what_came_of_it_opened_again_and_cancelled() {
    let row = made("never");
    let rows = update(&change(&[DONE], " They order on Monday ", 0), &world(&row, None), &me()).expect("done");
    let [done] = rows.as_slice() else { panic!("nothing follows") };
    assert_eq!((done.text("status"), done.text("outcome")), (Ok("done"), Ok("They order on Monday")));
    assert_eq!((done.uuid("done_by"), done.text("done_at")), (Ok(ME), Ok("2026-11-28T09:00:00.000Z")));
    let cancelled = change(&[("status", "done", "cancelled")], "", 1);
    assert_eq!(code(update(&cancelled, &world(done, None), &me())), "task.bad_step");
    let open =
        update(&change(&[("status", "done", "open")], "", 1), &world(done, None), &me()).expect("open").remove(0);
    assert!(open.get("done_at").is_null() && open.get("done_by").is_null());
    assert_eq!(open.text("outcome"), Ok("They order on Monday"), "what was typed stays");
    assert_eq!(code(update(&change(&[], " ", 1), &world(&open, None), &me())), "task.nothing");
}

#[test]
fn two_who_finish_it_at_once_both_say_what_came_of_it() {
    let row = made("weekly");
    let first = update(&change(&[DONE], "Reached them", 0), &world(&row, None), &me()).expect("done");
    let second =
        update(&change(&[DONE], "Left a word", 1), &world(&first[0], Some(&first[1])), &me()).expect("done too");
    assert_eq!(second.len(), 1, "no second next");
    assert_eq!(second[0].text("outcome"), Ok("Reached them\nLeft a word"));
    assert_eq!(second[0].text("done_at"), first[0].text("done_at"));
    let open = change(&[("status", "done", "open")], "", 2);
    let again = update(&open, &world(&second[0], Some(&first[1])), &me()).expect("open again");
    assert_eq!(
        again[1].text("status"),
        Ok("cancelled"),
        "its next one goes, also after the second said what came of it"
    );
}

#[test]
fn another_ones_change_of_the_field_is_a_conflict_of_another_field_it_merges() {
    let mut row = made("never");
    row.set("due_on", "2026-12-05");
    let merged = update(&change(&[("title", "Ask for the order", "Ask again")], "", 0), &world(&row, None), &me());
    assert_eq!(merged.expect("merges")[0].text("due_on"), Ok("2026-12-05"));
    let refused = update(&change(&[("due_on", "2026-11-30", "2026-12-01")], "", 0), &world(&row, None), &me());
    let refused = refused.expect_err("theirs");
    assert!(refused.conflict && refused.code == "task.changed_elsewhere");
    let bad = update(&change(&[("status", "open", "gone")], "", 0), &world(&row, None), &me());
    assert_eq!(code(bad), "task.unknown_value");
    let column = update(&change(&[("created_by", "", "x")], "", 0), &world(&row, None), &me());
    assert_eq!(code(column), "task.unknown_value");
}

#[test]
fn a_repeated_task_has_one_next_and_days_that_are_past_are_left_out() {
    let row = made("daily");
    let rows = update(&change(&[DONE], "", 10), &world(&row, None), &me()).expect("done");
    let next = &rows[1];
    assert_eq!((next.text("due_on"), next.text("status")), (Ok("2026-12-09"), Ok("open")));
    assert_eq!((next.uuid("follows"), next.id()), (Ok(row.id()), next_id(TaskId(row.id())).0));
    assert_eq!(next.text("due_time"), Ok("14:30"));
    // Opened again: the next one goes, and comes back when it is done after all.
    let reopen = change(&[("status", "done", "open")], "", 11);
    let again = update(&reopen, &world(&rows[0], Some(next)), &me()).expect("open");
    assert_eq!(again[1].text("status"), Ok("cancelled"));
    let done = update(&change(&[DONE], "", 12), &world(&again[0], Some(&again[1])), &me()).expect("done");
    assert_eq!(
        (done[1].id(), done[1].text("due_on"), done[1].text("status")),
        (next.id(), Ok("2026-12-11"), Ok("open"))
    );
    // A next one that somebody changed meanwhile stays as it is.
    let touched = next.clone().with("changed_at", "2026-12-08T10:00:00.000Z");
    assert_eq!(update(&reopen, &world(&rows[0], Some(&touched)), &me()).expect("open").len(), 1);
}
