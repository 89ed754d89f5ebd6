-- Files at accounts and quotes, and their bytes by digest.
CREATE TABLE attachments (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX attachments_by_version ON attachments (org_id, sync_version);
CREATE INDEX attachments_by_scope ON attachments (org_id, scope_id);
CREATE INDEX attachments_by_digest ON attachments (org_id, sha256);

CREATE TABLE blobs (
    org_id uuid NOT NULL REFERENCES tenants (id),
    sha256 text NOT NULL,
    size bigint NOT NULL CHECK (size BETWEEN 1 AND 26214400),
    complete boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, sha256)
);
CREATE TABLE blob_chunks (
    org_id uuid NOT NULL,
    sha256 text NOT NULL,
    n integer NOT NULL CHECK (n BETWEEN 0 AND 100),
    bytes bytea NOT NULL CHECK (octet_length(bytes) <= 262144),
    PRIMARY KEY (org_id, sha256, n),
    FOREIGN KEY (org_id, sha256) REFERENCES blobs (org_id, sha256)
);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON attachments FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON attachments FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['attachments', 'blobs', 'blob_chunks'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON attachments TO satchel_app;
GRANT SELECT, INSERT, UPDATE ON blobs TO satchel_app;
GRANT SELECT, INSERT, DELETE ON blob_chunks TO satchel_app;
