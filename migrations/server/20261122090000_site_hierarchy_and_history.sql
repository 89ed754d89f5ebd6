-- Sites stand under sites, somebody looks after them, and what changed about them is remembered.
ALTER TABLE sites
    ADD COLUMN parent_id uuid,
    ADD COLUMN owner_id uuid,
    ADD COLUMN billing text NOT NULL DEFAULT 'centralized' CHECK (billing IN ('centralized', 'per_site')),
    ADD CHECK (parent_id <> id);
CREATE INDEX sites_by_parent ON sites (org_id, account_id, parent_id);

CREATE TABLE site_changes (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    site_id uuid NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    reason text NOT NULL,
    differences jsonb NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX site_changes_by_version ON site_changes (org_id, sync_version);
CREATE INDEX site_changes_by_scope ON site_changes (org_id, scope_id);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON site_changes FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON site_changes FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
ALTER TABLE site_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE site_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON site_changes USING (org_id = nullif(current_setting('satchel.org_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON site_changes TO satchel_app;
