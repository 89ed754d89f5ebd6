-- What changed about a record, by whom and when: one entry for each step, never written again.
CREATE TABLE history (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    subject_table text NOT NULL,
    subject_id uuid NOT NULL,
    intent text NOT NULL,
    made_by uuid,
    author text NOT NULL,
    made_at timestamptz NOT NULL,
    note text NOT NULL,
    differences jsonb NOT NULL,
    counts jsonb NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX history_by_version ON history (org_id, sync_version);
CREATE INDEX history_by_scope ON history (org_id, scope_id);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON history FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON history FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
ALTER TABLE history ENABLE ROW LEVEL SECURITY;
ALTER TABLE history FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON history USING (org_id = nullif(current_setting('satchel.org_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON history TO satchel_app;
