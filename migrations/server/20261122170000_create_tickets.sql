-- Tickets: what customers report, and what was done about it. A number is given once, here.
CREATE TABLE tickets (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    site_id uuid,
    number text NOT NULL,
    subject text NOT NULL,
    description text NOT NULL,
    category text NOT NULL
        CHECK (category IN ('connectivity', 'performance', 'equipment', 'installation', 'billing', 'other')),
    priority text NOT NULL CHECK (priority IN ('critical', 'high', 'medium', 'low')),
    status text NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting_customer', 'resolved', 'closed')),
    reported_by text NOT NULL,
    raised_by uuid,
    raised_at timestamptz NOT NULL,
    owner_id uuid,
    first_reply_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, site_id) REFERENCES sites (org_id, id),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((status IN ('resolved', 'closed')) = (resolved_at IS NOT NULL))
);
CREATE INDEX tickets_by_version ON tickets (org_id, sync_version);
CREATE INDEX tickets_by_scope ON tickets (org_id, scope_id);
CREATE INDEX tickets_by_site ON tickets (org_id, site_id) WHERE site_id IS NOT NULL;
CREATE UNIQUE INDEX tickets_one_per_number ON tickets (org_id, number);

CREATE TABLE ticket_events (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamptz NOT NULL,
    note text NOT NULL,
    told_customer boolean NOT NULL,
    differences jsonb NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, ticket_id) REFERENCES tickets (org_id, id)
);
CREATE INDEX ticket_events_by_version ON ticket_events (org_id, sync_version);
CREATE INDEX ticket_events_by_scope ON ticket_events (org_id, scope_id);
CREATE INDEX ticket_events_by_ticket ON ticket_events (org_id, ticket_id);

CREATE TABLE ticket_counters (
    org_id uuid NOT NULL PRIMARY KEY REFERENCES tenants (id),
    last_number bigint NOT NULL
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tickets', 'ticket_events'] LOOP
        EXECUTE format('CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_version()', name);
        EXECUTE format('CREATE TRIGGER tombstone AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION leave_tombstone()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['tickets', 'ticket_events', 'ticket_counters'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON tickets, ticket_events, ticket_counters TO satchel_app;
