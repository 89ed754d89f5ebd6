-- Delegated approvals; what a package includes; consumers; orders of one site.
CREATE TABLE approval_delegations (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    from_user TEXT NOT NULL,
    to_user TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX approval_delegations_by_scope ON approval_delegations (scope_id);

ALTER TABLE price_items ADD COLUMN includes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE accounts ADD COLUMN customer_type TEXT NOT NULL DEFAULT 'business';
ALTER TABLE orders ADD COLUMN site_id TEXT;
