-- Rows of the server that this laptop could not take in: counted, shown, and tried again when they come again.
CREATE TABLE skipped_rows (
    table_name TEXT NOT NULL,
    id TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (table_name, id)
) STRICT, WITHOUT ROWID;
