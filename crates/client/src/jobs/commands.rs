//! Recording what happens on a job: durable before the button is up again.

use std::sync::atomic::Ordering;

use satchel_core::ids::{JobEventId, JobId};
use satchel_core::jobs::{MAX_NOTE, RecordJobEvent};
use satchel_core::wire::mutation::Intent;
use uuid::Uuid;

use super::view::{JobView, RecordOnJob};
use crate::api::{ById, CommandError};
use crate::engine::Engine;
use crate::sync::{Subject, mutate};

/// Records a departure, check-in or check-out with the device's clocks as they stand.
pub async fn record(engine: &Engine, args: RecordOnJob) -> Result<JobView, CommandError> {
    let open = engine.workspace().await?;
    let job_id = JobId::parse(&args.job_id).map_err(|e| CommandError::new("job.unknown", e.to_string()))?;
    if args.note.chars().count() > MAX_NOTE {
        return Err(CommandError::new("job.note_too_long", "note").with("max", MAX_NOTE.to_string()).at("note"));
    }
    let number: Option<String> = sqlx::query_scalar("SELECT number FROM jobs WHERE id = ?1")
        .bind(&args.job_id)
        .fetch_optional(open.store.read())
        .await?;
    let number = number.ok_or_else(|| CommandError::new("job.unknown", &args.job_id))?;
    // Without a server ever heard there is no offset to speak of.
    let heard = open.sync.read().await.last_sync.is_some();
    let event = RecordJobEvent {
        id: JobEventId(Uuid::now_v7()),
        job_id,
        kind: args.kind,
        clock: open.clock.read(),
        offset_ms: heard.then(|| open.clock_offset_ms.load(Ordering::Relaxed)),
        note: args.note.trim().to_owned(),
    };
    let words = match args.kind {
        satchel_core::jobs::EventKind::Depart => "departure",
        satchel_core::jobs::EventKind::CheckIn => "check-in",
        satchel_core::jobs::EventKind::CheckOut => "check-out",
    };
    let subject = Subject { text: format!("{number}: {words}"), kind: "job", id: job_id.0 };
    mutate(engine, &open, Intent::JobRecord(event), subject).await?;
    super::queries::get(engine, ById { id: args.job_id }).await
}
