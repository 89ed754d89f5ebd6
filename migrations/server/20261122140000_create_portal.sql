-- The customer's portal: links to quotes, the thread beside them, and mail that the server writes itself.
ALTER TABLE mails ADD COLUMN with_link boolean NOT NULL DEFAULT false;

CREATE TABLE quote_links (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    quote_id uuid NOT NULL,
    to_address text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    first_viewed_at timestamptz,
    last_viewed_at timestamptz,
    views bigint NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, quote_id) REFERENCES quotes (org_id, id),
    CHECK ((first_viewed_at IS NULL) = (views = 0))
);
CREATE INDEX quote_links_by_version ON quote_links (org_id, sync_version);
CREATE INDEX quote_links_by_scope ON quote_links (org_id, scope_id);
CREATE INDEX quote_links_by_quote ON quote_links (org_id, quote_id);

CREATE TABLE quote_messages (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    quote_id uuid NOT NULL,
    user_id uuid,
    link_id uuid,
    author text NOT NULL,
    body text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, quote_id) REFERENCES quotes (org_id, id),
    FOREIGN KEY (org_id, link_id) REFERENCES quote_links (org_id, id),
    CHECK ((user_id IS NULL) <> (link_id IS NULL))
);
CREATE INDEX quote_messages_by_version ON quote_messages (org_id, sync_version);
CREATE INDEX quote_messages_by_scope ON quote_messages (org_id, scope_id);
CREATE INDEX quote_messages_by_quote ON quote_messages (org_id, quote_id);

CREATE TABLE quote_requests (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    quote_id uuid,
    contact text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    preferred text NOT NULL CHECK (preferred IN ('email', 'phone')),
    site_count bigint,
    bandwidth text NOT NULL,
    features text NOT NULL,
    budget text NOT NULL,
    message text NOT NULL,
    file_name text NOT NULL,
    left_out bigint NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, quote_id) REFERENCES quotes (org_id, id)
);
CREATE INDEX quote_requests_by_version ON quote_requests (org_id, sync_version);
CREATE INDEX quote_requests_by_scope ON quote_requests (org_id, scope_id);
CREATE INDEX quote_requests_by_time ON quote_requests (org_id, received_at);

-- Where the public form stands, and who gets what comes in. Set by an operator; without a row there is no form.
CREATE TABLE request_forms (
    org_id uuid PRIMARY KEY REFERENCES tenants (id),
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9-]{2,40}$'),
    owner_id uuid NOT NULL
);

-- Lists that were handed in and are not taken yet: some rows are wrong, and who sent them is looking. Kept a day.
CREATE TABLE request_lists (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    file_name text NOT NULL,
    bytes bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);

-- Numbers of quotes that the server itself makes, by day; its slot is the one that no device gets.
CREATE TABLE server_quote_counters (
    org_id uuid NOT NULL REFERENCES tenants (id),
    day date NOT NULL,
    next bigint NOT NULL,
    PRIMARY KEY (org_id, day)
);

-- What opens a link: the digest of its secret, never the secret. Not synced.
CREATE TABLE link_secrets (
    org_id uuid NOT NULL,
    link_id uuid NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    PRIMARY KEY (org_id, link_id),
    FOREIGN KEY (org_id, link_id) REFERENCES quote_links (org_id, id) ON DELETE CASCADE
);

-- Mail that the server writes itself: to people of the organisation about what customers did, and to customers about what was
-- answered. Not synced; written in the transaction of what it tells of, its id made from that, so that it is told once.
CREATE TABLE notices (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    to_address text NOT NULL,
    reply_to text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    -- The quote whose document goes with it, as it prints when it is sent; the link that stands below the text.
    link_id uuid,
    quote_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    tries integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    problem text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX notices_waiting ON notices (org_id, next_at) WHERE sent_at IS NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['quote_links', 'quote_messages', 'quote_requests'] LOOP
        EXECUTE format('CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_version()', name);
        EXECUTE format('CREATE TRIGGER tombstone AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION leave_tombstone()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['quote_links', 'quote_messages', 'quote_requests', 'request_forms', 'request_lists',
        'server_quote_counters', 'link_secrets', 'notices'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON quote_links, quote_messages, quote_requests, notices, server_quote_counters TO satchel_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON request_lists TO satchel_app;
GRANT SELECT ON request_forms TO satchel_app;
GRANT SELECT, INSERT ON link_secrets TO satchel_app;

-- Who opens a link is nobody's: this says whose it is and which, for who knows its secret.
CREATE FUNCTION find_link(wanted bytea) RETURNS TABLE (org_id uuid, link_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT s.org_id, s.link_id FROM link_secrets s WHERE s.secret_hash = wanted
$$;

CREATE OR REPLACE FUNCTION list_tenants_with_mail() RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id FROM tenants t
    WHERE EXISTS (SELECT 1 FROM mails m WHERE m.org_id = t.id AND m.state = 'queued')
       OR EXISTS (SELECT 1 FROM notices n WHERE n.org_id = t.id AND n.sent_at IS NULL AND n.next_at <= now()) ORDER BY t.id
$$;
CREATE FUNCTION find_request_form(wanted text) RETURNS TABLE (org_id uuid, owner_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT f.org_id, f.owner_id FROM request_forms f WHERE f.name = wanted
$$;
REVOKE ALL ON FUNCTION find_link(bytea), find_request_form(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_link(bytea), find_request_form(text) TO satchel_app;
