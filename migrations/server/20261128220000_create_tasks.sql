-- Tasks: what somebody has to do for an account, or for themselves.
CREATE TABLE tasks (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid,
    site_id uuid,
    quote_id uuid,
    ticket_id uuid,
    kind text NOT NULL CHECK (kind IN ('call', 'visit', 'email', 'todo')),
    title text NOT NULL,
    notes text NOT NULL,
    due_on date NOT NULL,
    due_time text NOT NULL CHECK (due_time = '' OR due_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    assigned_to uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'done', 'cancelled')),
    outcome text NOT NULL,
    repeats text NOT NULL CHECK (repeats IN ('never', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly')),
    repeats_from date NOT NULL,
    follows uuid,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    done_by uuid,
    done_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, site_id) REFERENCES sites (org_id, id),
    FOREIGN KEY (org_id, ticket_id) REFERENCES tickets (org_id, id),
    FOREIGN KEY (org_id, follows) REFERENCES tasks (org_id, id),
    CHECK (account_id IS NOT NULL OR (site_id IS NULL AND quote_id IS NULL AND ticket_id IS NULL)),
    CHECK ((status = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX tasks_by_version ON tasks (org_id, sync_version);
CREATE INDEX tasks_by_scope ON tasks (org_id, scope_id);
CREATE INDEX tasks_by_site ON tasks (org_id, site_id) WHERE site_id IS NOT NULL;
CREATE UNIQUE INDEX tasks_one_next ON tasks (org_id, follows) WHERE follows IS NOT NULL;

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tasks USING (org_id = nullif(current_setting('satchel.org_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON tasks TO satchel_app;
