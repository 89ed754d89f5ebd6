-- Jobs of technicians and what happened on them.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL,
    technician_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    account TEXT NOT NULL,
    site TEXT NOT NULL,
    address TEXT NOT NULL,
    contact TEXT NOT NULL,
    title TEXT NOT NULL,
    notes TEXT NOT NULL,
    window_from TEXT NOT NULL,
    window_to TEXT NOT NULL,
    status TEXT NOT NULL,
    needs_decision INTEGER NOT NULL,
    checked_in_at TEXT,
    checked_out_at TEXT
) STRICT;
CREATE INDEX jobs_by_scope ON jobs (scope_id);
CREATE INDEX jobs_by_window ON jobs (technician_id, window_from);

CREATE TABLE job_events (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    job_id TEXT NOT NULL,
    technician_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    device_time TEXT NOT NULL,
    proof TEXT NOT NULL,
    suspect INTEGER NOT NULL,
    received_at TEXT,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX job_events_by_scope ON job_events (scope_id);
CREATE INDEX job_events_by_job ON job_events (job_id, happened_at);
