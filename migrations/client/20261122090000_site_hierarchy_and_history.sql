-- Sites stand under sites, somebody looks after them, and what changed about them is remembered; what was changed for many at
-- once here, so that it can be taken back.
ALTER TABLE sites ADD COLUMN parent_id TEXT;
ALTER TABLE sites ADD COLUMN owner_id TEXT;
ALTER TABLE sites ADD COLUMN billing TEXT NOT NULL DEFAULT 'centralized';
CREATE INDEX sites_by_parent ON sites (account_id, parent_id);

CREATE TABLE site_changes (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    differences TEXT NOT NULL
) STRICT;
CREATE INDEX site_changes_by_scope ON site_changes (scope_id);
CREATE INDEX site_changes_by_site ON site_changes (site_id, changed_at);

CREATE TABLE site_runs (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    edits TEXT NOT NULL,
    undone_at TEXT
) STRICT;

-- The values to filter by, in one pass: two more than before.
DROP INDEX sites_by_facets;
CREATE INDEX sites_by_facets ON sites (account_id, province, package, service_status, installation_status, site_type, billing);
