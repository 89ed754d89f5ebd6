-- What a customer does with a quote online: links that were mailed, looks at them, and the thread beside the quote.
ALTER TABLE mails ADD COLUMN with_link INTEGER NOT NULL DEFAULT 0;

CREATE TABLE quote_links (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    to_address TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    first_viewed_at TEXT,
    last_viewed_at TEXT,
    views INTEGER NOT NULL
) STRICT;
CREATE INDEX quote_links_by_scope ON quote_links (scope_id);
CREATE INDEX quote_links_by_quote ON quote_links (quote_id);

CREATE TABLE quote_messages (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    user_id TEXT,
    link_id TEXT,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at TEXT NOT NULL
) STRICT;
CREATE INDEX quote_messages_by_scope ON quote_messages (scope_id);
CREATE INDEX quote_messages_by_quote ON quote_messages (quote_id);

-- What somebody asked for on the portal, beside the prospect and the draft it became.
CREATE TABLE quote_requests (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    quote_id TEXT,
    contact TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    preferred TEXT NOT NULL,
    site_count INTEGER,
    bandwidth TEXT NOT NULL,
    features TEXT NOT NULL,
    budget TEXT NOT NULL,
    message TEXT NOT NULL,
    file_name TEXT NOT NULL,
    left_out INTEGER NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX quote_requests_by_scope ON quote_requests (scope_id);
CREATE INDEX quote_requests_by_quote ON quote_requests (quote_id);
