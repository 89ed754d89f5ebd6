-- Agreed prices are asked for and decided; the clause library; what an order needs besides its quote.
ALTER TABLE agreed_prices ADD COLUMN status TEXT NOT NULL DEFAULT 'approved';
ALTER TABLE agreed_prices ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE agreed_prices ADD COLUMN proposed_by TEXT;
ALTER TABLE agreed_prices ADD COLUMN proposed_at TEXT;
ALTER TABLE agreed_prices ADD COLUMN decided_by TEXT;
ALTER TABLE agreed_prices ADD COLUMN decided_at TEXT;
ALTER TABLE agreed_prices ADD COLUMN decision_note TEXT NOT NULL DEFAULT '';

ALTER TABLE orders ADD COLUMN contract_from TEXT;
ALTER TABLE orders ADD COLUMN contract_to TEXT;
ALTER TABLE orders ADD COLUMN po_number TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN form TEXT;

CREATE TABLE clauses (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    family_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    by_default INTEGER NOT NULL,
    published_by TEXT,
    published_at TEXT NOT NULL
) STRICT;
CREATE INDEX clauses_by_scope ON clauses (scope_id);
CREATE INDEX clauses_by_family ON clauses (family_id);
