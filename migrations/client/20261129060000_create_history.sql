-- What changed about a record, by whom and when.
CREATE TABLE history (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    subject_table TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    intent TEXT NOT NULL,
    made_by TEXT,
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    note TEXT NOT NULL,
    differences TEXT NOT NULL,
    counts TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_scope ON history (scope_id, made_at);
CREATE INDEX history_by_subject ON history (subject_id, made_at);
