-- Jobs of technicians and what happened on them. An event has no foreign key to its job: it is kept whatever becomes of it.
CREATE TABLE jobs (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    number text NOT NULL,
    technician_id uuid NOT NULL,
    account_id uuid NOT NULL,
    site_id uuid NOT NULL,
    account text NOT NULL,
    site text NOT NULL,
    address text NOT NULL,
    contact text NOT NULL,
    title text NOT NULL,
    notes text NOT NULL,
    window_from timestamptz NOT NULL,
    window_to timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('planned', 'travelling', 'on_site', 'done', 'cancelled')),
    needs_decision boolean NOT NULL,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, number),
    FOREIGN KEY (org_id, technician_id) REFERENCES users (org_id, id)
);
CREATE INDEX jobs_by_version ON jobs (org_id, sync_version);
CREATE INDEX jobs_by_scope ON jobs (org_id, scope_id);

CREATE TABLE job_events (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    job_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    kind text NOT NULL,
    happened_at timestamptz NOT NULL,
    device_time timestamptz NOT NULL,
    proof text NOT NULL,
    suspect boolean NOT NULL,
    received_at timestamptz,
    note text NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX job_events_by_version ON job_events (org_id, sync_version);
CREATE INDEX job_events_by_scope ON job_events (org_id, scope_id);
CREATE INDEX job_events_by_job ON job_events (org_id, job_id);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['jobs', 'job_events'] LOOP
        EXECUTE format('CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_version()', name);
        EXECUTE format('CREATE TRIGGER tombstone AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION leave_tombstone()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
-- What was recorded stays as it was.
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE ON job_events FOR EACH ROW EXECUTE FUNCTION refuse_update();

-- A technician's own scope is granted like an account.
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO satchel_app;
-- UPDATE is asked for by INSERT ... ON CONFLICT; the trigger refuses it.
GRANT SELECT, INSERT, UPDATE ON job_events TO satchel_app;
