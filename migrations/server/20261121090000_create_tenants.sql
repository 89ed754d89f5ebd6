-- Organisations, people who sign in, devices and the record of every mutation. All carry org_id and are protected by
-- forced row-level security; the plain role satchel_app has no other way in.

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'satchel_app') THEN
        CREATE ROLE satchel_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
END $$;

CREATE TABLE server_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch uuid NOT NULL,
    signing_key bytea NOT NULL
);

CREATE TABLE tenants (
    id uuid PRIMARY KEY,
    name text NOT NULL
);

-- One row per organisation: whoever writes locks it first, so version order is commit order.
CREATE TABLE sync_tenant (
    org_id uuid PRIMARY KEY REFERENCES tenants (id),
    version bigint NOT NULL DEFAULT 0,
    next_slot integer NOT NULL DEFAULT 0
);

CREATE TABLE credentials (
    org_id uuid NOT NULL REFERENCES tenants (id),
    user_id uuid NOT NULL,
    email text NOT NULL,
    password_hash text NOT NULL,
    PRIMARY KEY (org_id, user_id)
);
CREATE UNIQUE INDEX credentials_email ON credentials (lower(email));

CREATE TABLE refresh_tokens (
    org_id uuid NOT NULL REFERENCES tenants (id),
    token_hash bytea NOT NULL,
    family uuid NOT NULL,
    user_id uuid NOT NULL,
    device_key_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, token_hash)
);

CREATE TABLE sync_client (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    device_key_hash bytea NOT NULL,
    device_slot integer NOT NULL CHECK (device_slot BETWEEN 0 AND 1022),
    incarnation integer NOT NULL,
    last_seq bigint NOT NULL DEFAULT 0,
    registered_by uuid NOT NULL,
    app_version text NOT NULL,
    last_seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, device_key_hash, incarnation),
    UNIQUE (org_id, device_slot)
);

-- Written in the transaction of the effect.
CREATE TABLE sync_mutation (
    org_id uuid NOT NULL REFERENCES tenants (id),
    client_id uuid NOT NULL,
    seq bigint NOT NULL,
    mutation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    body_hash text NOT NULL,
    intent jsonb NOT NULL,
    outcome jsonb NOT NULL,
    status text NOT NULL,
    version bigint NOT NULL,
    device_time text NOT NULL,
    mono_ms bigint NOT NULL,
    boot_id text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, client_id, seq),
    UNIQUE (org_id, mutation_id),
    FOREIGN KEY (org_id, client_id) REFERENCES sync_client (org_id, id)
);

CREATE TABLE tombstones (
    org_id uuid NOT NULL REFERENCES tenants (id),
    table_name text NOT NULL,
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, table_name, id, sync_version)
);
CREATE INDEX tombstones_by_version ON tombstones (org_id, sync_version);

CREATE TABLE order_counters (
    org_id uuid NOT NULL REFERENCES tenants (id),
    day date NOT NULL,
    last_number bigint NOT NULL,
    PRIMARY KEY (org_id, day)
);

-- Effects that leave the server (mail, webhooks, ERP) with the order id as idempotency key.
CREATE TABLE outgoing (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    event text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    delivered_at timestamptz,
    PRIMARY KEY (org_id, id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['sync_tenant', 'credentials', 'refresh_tokens', 'sync_client', 'sync_mutation',
        'tombstones', 'order_counters', 'outgoing'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;

ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON tenants USING (id = nullif(current_setting('satchel.org_id', true), '')::uuid);

-- Signing in happens before the organisation is known: these look one row up by its secret and say whose it is.
CREATE FUNCTION find_credential(wanted text)
RETURNS TABLE (org_id uuid, user_id uuid, password_hash text)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT c.org_id, c.user_id, c.password_hash FROM credentials c WHERE lower(c.email) = lower(wanted)
$$;
CREATE FUNCTION find_refresh_token(wanted bytea) RETURNS TABLE (org_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT t.org_id FROM refresh_tokens t WHERE t.token_hash = wanted
$$;
