-- What each import did here, so that it can be taken back. Written before the import: what is undone is what is there.
CREATE TABLE import_runs (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    at TEXT NOT NULL,
    quote_id TEXT,
    added TEXT NOT NULL,
    changed TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX import_runs_by_account ON import_runs (account_id, at);
