-- Mail to customers: asked for here, sent by the server, whose answer comes back with the row.
CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    sent_at TEXT
) STRICT;
CREATE INDEX mails_by_scope ON mails (scope_id);
CREATE INDEX mails_by_quote ON mails (quote_id);
