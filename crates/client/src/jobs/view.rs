//! What the window shows of jobs.

use satchel_core::jobs::EventKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::AsOf;

/// One row. Filters: `status`. Sort: `window`, `account`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobRow {
    /// Job id.
    pub id: String,
    /// `JOB-20251120-003`.
    pub number: String,
    /// What is to be done.
    pub title: String,
    /// Customer.
    pub account: String,
    /// Site.
    pub site: String,
    /// Where.
    pub address: String,
    /// Whose job.
    pub technician: String,
    /// `Thu 20 Nov 2025` in the organisation's zone.
    pub day: String,
    /// The agreed window, `08:00 – 09:00`.
    pub window_text: String,
    /// Where it stands.
    #[ts(as = "satchel_core::jobs::JobStatus")]
    pub status: String,
    /// Something was recorded although the job was cancelled: the dispatcher decides.
    pub needs_decision: bool,
    /// As of when.
    pub as_of: AsOf,
}

/// Something that happened on a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobEventView {
    /// Event id.
    pub id: String,
    /// What.
    #[ts(as = "EventKind")]
    pub kind: String,
    /// Who.
    pub by: String,
    /// When, corrected.
    pub at_text: String,
    /// What the device's clock said, when that is another time.
    pub device_text: Option<String>,
    /// `device`, `measured`, `offset`: how the corrected time is known.
    #[ts(as = "satchel_core::jobs::Proof")]
    pub proof: String,
    /// Its row has not reached the server yet.
    pub waiting: bool,
    /// Note.
    pub note: String,
}

/// A job with everything recorded on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JobView {
    /// The row.
    pub row: JobRow,
    /// Whom to ask for.
    pub contact: String,
    /// What to know before going.
    pub notes: String,
    /// What can be recorded now, the likely one first; empty for somebody else's job.
    pub next: Vec<EventKind>,
    /// Seconds on site so far, while the technician is there.
    pub on_site_s: Option<i64>,
    /// What happened, the newest first.
    pub events: Vec<JobEventView>,
}

/// Records something on a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordOnJob {
    /// Job.
    pub job_id: String,
    /// What happened.
    pub kind: EventKind,
    /// Note; may be empty.
    pub note: String,
}
