//! Reminders of tasks: without a network, once for each moment something is due at, what was missed at the next start.

use std::path::Path;

use chrono::{Duration, TimeZone};
use satchel_client::api::{ById, Nothing};
use satchel_client::keys::Secrets;
use satchel_client::tasks::commands::{change, create};
use satchel_client::tasks::queries::{choices, get};
use satchel_client::tasks::reminders::look;
use satchel_client::tasks::view::{ChangeTask, CreateTask};
use satchel_client::workspace::commands::{open_demo_with, state};
use satchel_client::{Clock, Engine, EngineConfig};
use satchel_core::demo::DemoSpec;

fn engine(folder: &Path, secrets: &Secrets, clock: &Clock) -> Engine {
    Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets: secrets.clone(),
        app_version: "test".to_owned(),
        clock: clock.clone(),
        spreadsheet_reader: std::env::current_exe().ok(),
    })
}

async fn task(engine: &Engine, title: &str, due: chrono::DateTime<chrono_tz::Tz>) -> String {
    let choices = choices(engine, Nothing {}).await.expect("choices");
    let id = uuid::Uuid::now_v7().to_string();
    let form = CreateTask {
        id: id.clone(),
        account_id: None,
        site_id: None,
        quote_id: None,
        ticket_id: None,
        kind: "todo".to_owned(),
        title: title.to_owned(),
        notes: String::new(),
        due_on: due.date_naive().to_string(),
        due_time: due.format("%H:%M").to_string(),
        assigned_to: choices.people[0].0.clone(),
        repeats: "never".to_owned(),
    };
    create(engine, form).await.expect("made");
    id
}

fn titles(said: Vec<satchel_client::tasks::view::Reminder>) -> Vec<(String, bool)> {
    said.into_iter().map(|task| (task.title, task.missed)).collect()
}

#[tokio::test]
async fn one_is_reminded_once_of_each_moment_and_of_what_was_missed_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let (secrets, clock) = (Secrets::memory(), Clock::default());
    let zone = chrono_tz::Africa::Johannesburg;
    // Noon of some day, so that an hour more or less stays in it.
    let noon = zone.from_local_datetime(&"2026-11-30T12:00:00".parse().expect("noon")).single().expect("noon");
    let at = |clock: &Clock, now: chrono::DateTime<chrono_tz::Tz>| {
        clock.set_wrong(now.signed_duration_since(chrono::Utc::now()));
    };
    at(&clock, noon);
    let first = engine(folder.path(), &secrets, &clock);
    open_demo_with(&first, &DemoSpec::small("2026-11-30T06:00:00Z".parse().expect("instant"))).await.expect("open");
    look(&first).await.expect("what the demo brings is said");
    let now_due = task(&first, "Due now", noon).await;
    task(&first, "Due at two", noon + Duration::hours(2)).await;
    assert_eq!(titles(look(&first).await.expect("said")), [("Due now".to_owned(), false)]);
    assert_eq!(titles(look(&first).await.expect("said")), [], "once");
    // Put off: said again when the new moment comes, and not before.
    let put_off = ChangeTask {
        id: now_due.clone(),
        fields: [("due_time".to_owned(), "13:00".to_owned())].into(),
        ..ChangeTask::default()
    };
    change(&first, put_off).await.expect("put off");
    assert_eq!(titles(look(&first).await.expect("said")), []);
    first.close().await;
    drop(first);
    // The program does not run for three hours.
    at(&clock, noon + Duration::hours(3));
    let second = engine(folder.path(), &secrets, &clock);
    state(&second, Nothing {}).await.expect("open");
    let missed = [("Due now".to_owned(), true), ("Due at two".to_owned(), true)];
    assert_eq!(titles(look(&second).await.expect("said")), missed);
    assert_eq!(titles(look(&second).await.expect("said")), []);
    // What is done is not reminded of.
    let done = task(&second, "Done in time", noon + Duration::hours(4)).await;
    let finish = ChangeTask {
        id: done.clone(),
        fields: [("status".to_owned(), "done".to_owned())].into(),
        outcome: "Reached them".to_owned(),
        ..ChangeTask::default()
    };
    change(&second, finish).await.expect("done");
    at(&clock, noon + Duration::hours(5));
    assert_eq!(titles(look(&second).await.expect("said")), []);
    let view = get(&second, ById { id: done }).await.expect("there");
    assert_eq!((view.row.status.as_str(), view.outcome.as_str()), ("done", "Reached them"));
    second.close().await;
}
