-- Mail to customers: asked for on a laptop, sent by the server.
CREATE TABLE mails (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    quote_id uuid NOT NULL,
    attachment_id uuid NOT NULL,
    to_address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    problem text,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    sent_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, attachment_id) REFERENCES attachments (org_id, id),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX mails_by_version ON mails (org_id, sync_version);
CREATE INDEX mails_by_scope ON mails (org_id, scope_id);
CREATE INDEX mails_waiting ON mails (org_id, asked_at) WHERE state = 'queued';
CREATE INDEX mails_gone ON mails (org_id, sent_at) WHERE state = 'sent';

-- Tries, not synced: a try is claimed here before anything is sent, so that two servers never send the same mail at once.
CREATE TABLE mail_tries (
    org_id uuid NOT NULL,
    mail_id uuid NOT NULL,
    tries integer NOT NULL,
    next_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, mail_id),
    FOREIGN KEY (org_id, mail_id) REFERENCES mails (org_id, id) ON DELETE CASCADE
);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON mails FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON mails FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['mails', 'mail_tries'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON mails, mail_tries TO satchel_app;

-- The mail job runs for who has something waiting: this names them and tells nothing else.
CREATE FUNCTION list_tenants_with_mail() RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id FROM tenants t
    WHERE EXISTS (SELECT 1 FROM mails m WHERE m.org_id = t.id AND m.state = 'queued') ORDER BY t.id
$$;
REVOKE ALL ON FUNCTION list_tenants_with_mail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_tenants_with_mail() TO satchel_app;
