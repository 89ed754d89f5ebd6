//! Reminding of tasks on this laptop, with or without a network. Invariant: one is reminded of a task once for each moment it is
//! due at, also after a crash; what was due while the program did not run is said at its next start.

use std::time::Duration;

use satchel_core::tasks::remind_at;
use satchel_core::time::Timestamp;

use super::queries::due_text;
use super::view::Reminder;
use crate::EngineEvent;
use crate::api::CommandError;
use crate::engine::{Engine, Open};

/// Between two looks: one is reminded at most so much late.
const LOOK: Duration = Duration::from_secs(20);
/// What is due for longer than this is not reminded of any more: it stands on Today.
const OLD_DAYS: i64 = 7;
/// Due for longer than this when it is said: it was missed.
const MISSED_MINUTES: i64 = 5;

/// Reminds for as long as the engine lives.
pub(crate) async fn run_forever(engine: Engine) {
    loop {
        if let Err(error) = look(&engine).await {
            tracing::debug!(code = error.code, "no reminders");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Says what is due now and was not said yet. Returns what it said.
///
/// # Errors
/// `workspace.*` where none is open, `store.*`.
pub async fn look(engine: &Engine) -> Result<Vec<Reminder>, CommandError> {
    let open = engine.workspace().await?;
    let due = due(&open).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    // Noted first: a crash in between costs a notification, which Today still shows, and never says it twice.
    let mut tx = open.store.begin().await?;
    let mut said = Vec::new();
    for (reminder, at) in due {
        let noted = sqlx::query("INSERT INTO reminders (task_id, due) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
            .bind(&reminder.id)
            .bind(at)
            .execute(tx.conn())
            .await?;
        if noted.rows_affected() > 0 {
            said.push(reminder);
        }
    }
    tx.commit().await?;
    if !said.is_empty() {
        engine.announce(EngineEvent::Reminders { tasks: said.clone() });
    }
    Ok(said)
}

/// Open tasks of the person who works now whose moment has come and was not said, each with that moment.
async fn due(open: &Open) -> Result<Vec<(Reminder, String)>, CommandError> {
    let now = open.now();
    let since = (open.today() - chrono::Days::new(OLD_DAYS.unsigned_abs())).to_string();
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT t.id, t.title, coalesce(a.name, ''), t.due_on, t.due_time FROM tasks t LEFT JOIN accounts a ON a.id = t.account_id \
         WHERE t.status = 'open' AND t.assigned_to = ?1 AND t.due_on BETWEEN ?2 AND ?3 AND NOT EXISTS ( \
           SELECT 1 FROM reminders r WHERE r.task_id = t.id AND r.due = t.due_on || ' ' || t.due_time) \
         ORDER BY t.due_on, t.due_time, t.id",
    )
    .bind(open.user.read().await.id.to_string())
    .bind(since)
    .bind(open.today().to_string())
    .fetch_all(open.store.read())
    .await?;
    let reminder = |(id, title, account, day, hour): (String, String, String, String, String)| {
        let at: Timestamp = remind_at(day.parse().ok()?, &hour, open.zone);
        let missed = now - at > chrono::Duration::minutes(MISSED_MINUTES);
        let text = due_text(&day, &hour);
        (at <= now).then(|| (Reminder { id, title, account, due_text: text, missed }, format!("{day} {hour}")))
    };
    Ok(rows.into_iter().filter_map(reminder).collect())
}
