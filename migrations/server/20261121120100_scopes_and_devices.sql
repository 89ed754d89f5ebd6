-- Who sees what: a grant of the organisation's id is a grant of everything, one of an account's id of that account.
-- The catalogue is everybody's.
CREATE TABLE scope_grants (
    org_id uuid NOT NULL REFERENCES tenants (id),
    user_id uuid NOT NULL,
    scope_id uuid NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id, scope_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);

-- Everybody who is there already keeps seeing everything.
INSERT INTO scope_grants (org_id, user_id, scope_id) SELECT org_id, id, org_id FROM users;

-- Outboxes and journals of revoked devices, until an operator has looked at them.
CREATE TABLE salvaged (
    org_id uuid NOT NULL REFERENCES tenants (id),
    client_id uuid NOT NULL,
    mutation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    entry jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, client_id, mutation_id)
);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['scope_grants', 'salvaged'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON scope_grants TO satchel_app;
GRANT SELECT, INSERT ON salvaged TO satchel_app;
GRANT DELETE ON tombstones TO satchel_app;

ALTER TABLE sync_client ADD COLUMN revoked_at timestamptz;
-- Tombstones up to here are gone: older cursors load again.
ALTER TABLE sync_tenant ADD COLUMN horizon bigint NOT NULL DEFAULT 0;
ALTER TABLE tombstones DROP CONSTRAINT tombstones_pkey;
ALTER TABLE tombstones ADD PRIMARY KEY (org_id, table_name, id, scope_id, sync_version);
-- Which quote a mutation was about, without reading its body.
CREATE INDEX sync_mutation_by_quote ON sync_mutation (org_id, ((intent -> 'args' ->> 'quote_id')), version);

-- A row that moves to another scope leaves a tombstone in the old one.
CREATE OR REPLACE FUNCTION stamp_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version text := current_setting('satchel.version', true);
BEGIN
    IF version IS NULL OR version = '' THEN
        RAISE EXCEPTION 'a synced row may only be written through tenant_tx' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.sync_version := version::bigint;
    IF TG_OP = 'UPDATE' AND OLD.scope_id <> NEW.scope_id THEN
        INSERT INTO tombstones (org_id, table_name, id, scope_id, sync_version)
        VALUES (OLD.org_id, TG_TABLE_NAME, OLD.id, OLD.scope_id, version::bigint)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEW;
END $$;
