-- What the laptop owes the server and what became of it. The cache may be rebuilt; these tables never are.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE cursors (
    scope_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT;

-- The outbox, in order, without gaps.
CREATE TABLE pending (
    seq INTEGER NOT NULL PRIMARY KEY,
    mutation_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    intent TEXT NOT NULL,
    base_versions TEXT NOT NULL,
    depends_on TEXT NOT NULL,
    device_time TEXT NOT NULL,
    mono_ms INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    outcome TEXT
) STRICT;

-- Rows as the server last sent them, while a pending mutation stands on top; row NULL = it did not exist.
CREATE TABLE before_images (
    table_name TEXT NOT NULL,
    row_id TEXT NOT NULL,
    row TEXT,
    PRIMARY KEY (table_name, row_id)
) STRICT;

-- Acknowledged mutations with their outcome, kept 30 days; those that need a person until one decides.
CREATE TABLE journal (
    mutation_id TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    intent TEXT NOT NULL,
    outcome TEXT NOT NULL,
    needs_person INTEGER NOT NULL,
    device_time TEXT NOT NULL,
    answered_at TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_answer ON journal (answered_at);

CREATE TABLE quote_counters (
    day TEXT NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT;

CREATE TABLE preferences (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT;

-- People who have signed in on this laptop; the verifier lets them switch offline.
CREATE TABLE known_users (
    user_id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    verifier TEXT NOT NULL
) STRICT;

-- Mappings remembered per account.
CREATE TABLE import_mappings (
    account_id TEXT NOT NULL PRIMARY KEY,
    mapping TEXT NOT NULL
) STRICT;
