-- The synced tables with the columns of satchel-core's wire::tables, sharded by organisation: (org_id, id) keys and
-- forced row-level security. Every write goes through tenant_tx, which holds the organisation's counter row and sets
-- satchel.version; the trigger refuses any other way.

CREATE TABLE organisations (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    zone text NOT NULL,
    settings jsonb NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX organisations_by_version ON organisations (org_id, sync_version);
CREATE INDEX organisations_by_scope ON organisations (org_id, scope_id);

CREATE TABLE users (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX users_by_version ON users (org_id, sync_version);
CREATE INDEX users_by_scope ON users (org_id, scope_id);

CREATE TABLE tax_rates (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    country text NOT NULL,
    tax_code text NOT NULL,
    label text NOT NULL,
    rate_pct text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    withdrawn boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX tax_rates_by_version ON tax_rates (org_id, sync_version);
CREATE INDEX tax_rates_by_scope ON tax_rates (org_id, scope_id);

CREATE TABLE price_books (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    name text NOT NULL,
    version bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    valid_from date NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX price_books_by_version ON price_books (org_id, sync_version);
CREATE INDEX price_books_by_scope ON price_books (org_id, scope_id);

CREATE TABLE price_items (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    price_book_id uuid NOT NULL,
    position bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    family text NOT NULL,
    charge_type text NOT NULL,
    unit_dp bigint NOT NULL,
    list_price text NOT NULL,
    cost text,
    volume_eligible boolean NOT NULL,
    term_eligible boolean NOT NULL,
    tax_code text NOT NULL,
    pos_rule text NOT NULL,
    installation_item_id uuid,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, price_book_id) REFERENCES price_books (org_id, id)
);
CREATE INDEX price_items_by_version ON price_items (org_id, sync_version);
CREATE INDEX price_items_by_scope ON price_items (org_id, scope_id);

CREATE TABLE accounts (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    segment text NOT NULL,
    status text NOT NULL,
    registration_number text NOT NULL,
    tax_number text NOT NULL,
    industry text NOT NULL,
    payment_terms text NOT NULL,
    currency text NOT NULL,
    city text NOT NULL,
    province text NOT NULL,
    state_code text NOT NULL,
    country text NOT NULL,
    notes text NOT NULL,
    manager_id uuid NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX accounts_by_version ON accounts (org_id, sync_version);
CREATE INDEX accounts_by_scope ON accounts (org_id, scope_id);

CREATE TABLE contacts (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    is_primary boolean NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX contacts_by_version ON contacts (org_id, sync_version);
CREATE INDEX contacts_by_scope ON contacts (org_id, scope_id);

CREATE TABLE agreed_prices (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    terms jsonb NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX agreed_prices_by_version ON agreed_prices (org_id, sync_version);
CREATE INDEX agreed_prices_by_scope ON agreed_prices (org_id, scope_id);

CREATE TABLE sites (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    site_type text NOT NULL,
    address text NOT NULL,
    city text NOT NULL,
    province text NOT NULL,
    state_code text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    latitude text NOT NULL,
    longitude text NOT NULL,
    contact_name text NOT NULL,
    contact_phone text NOT NULL,
    contact_email text NOT NULL,
    package text NOT NULL,
    notes text NOT NULL,
    monthly numeric(20,2),
    currency text NOT NULL,
    installation_status text NOT NULL,
    service_status text NOT NULL,
    service_from date,
    service_to date,
    monitored boolean NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX sites_by_version ON sites (org_id, sync_version);
CREATE INDEX sites_by_scope ON sites (org_id, scope_id);

CREATE TABLE quotes (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    family_id uuid NOT NULL,
    number text NOT NULL,
    version bigint NOT NULL,
    account_id uuid NOT NULL,
    title text NOT NULL,
    currency text NOT NULL,
    price_book_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    status text NOT NULL,
    state jsonb NOT NULL,
    content jsonb NOT NULL,
    approval jsonb NOT NULL,
    pricing_hash text NOT NULL,
    site_count bigint NOT NULL,
    monthly numeric(20,2) NOT NULL,
    one_off numeric(20,2) NOT NULL,
    tcv numeric(20,2) NOT NULL,
    valid_until date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, price_book_id) REFERENCES price_books (org_id, id)
);
CREATE INDEX quotes_by_version ON quotes (org_id, sync_version);
CREATE INDEX quotes_by_scope ON quotes (org_id, scope_id);

CREATE TABLE orders (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    number text NOT NULL,
    quote_id uuid NOT NULL,
    quote_number text NOT NULL,
    account_id uuid NOT NULL,
    status text NOT NULL,
    site_count bigint NOT NULL,
    currency text NOT NULL,
    monthly numeric(20,2) NOT NULL,
    one_off numeric(20,2) NOT NULL,
    tcv numeric(20,2) NOT NULL,
    term_months bigint NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, quote_id) REFERENCES quotes (org_id, id)
);
CREATE INDEX orders_by_version ON orders (org_id, sync_version);
CREATE INDEX orders_by_scope ON orders (org_id, scope_id);

CREATE TABLE sla_agreements (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    terms jsonb NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX sla_agreements_by_version ON sla_agreements (org_id, sync_version);
CREATE INDEX sla_agreements_by_scope ON sla_agreements (org_id, scope_id);

CREATE TABLE incidents (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    number text NOT NULL,
    severity text NOT NULL,
    cause text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    summary text NOT NULL,
    site_ids jsonb NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX incidents_by_version ON incidents (org_id, sync_version);
CREATE INDEX incidents_by_scope ON incidents (org_id, scope_id);

CREATE TABLE sla_site_months (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    site_id uuid NOT NULL,
    month text NOT NULL,
    guarantee_pct text NOT NULL,
    period_s bigint NOT NULL,
    maintenance_s bigint NOT NULL,
    agreed_s bigint NOT NULL,
    downtime_s bigint NOT NULL,
    measured boolean NOT NULL,
    uptime_exact text,
    uptime_display text,
    breach boolean NOT NULL,
    credit numeric(20,2) NOT NULL,
    currency text NOT NULL,
    limited_by text,
    closed boolean NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id),
    FOREIGN KEY (org_id, site_id) REFERENCES sites (org_id, id)
);
CREATE INDEX sla_site_months_by_version ON sla_site_months (org_id, sync_version);
CREATE INDEX sla_site_months_by_scope ON sla_site_months (org_id, scope_id);

CREATE TABLE sla_account_months (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    account_id uuid NOT NULL,
    month text NOT NULL,
    uptime_display text,
    compliance_pct text,
    sites_measured bigint NOT NULL,
    sites_meeting bigint NOT NULL,
    sites_total bigint NOT NULL,
    credit numeric(20,2) NOT NULL,
    currency text NOT NULL,
    closed boolean NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, account_id) REFERENCES accounts (org_id, id)
);
CREATE INDEX sla_account_months_by_version ON sla_account_months (org_id, sync_version);
CREATE INDEX sla_account_months_by_scope ON sla_account_months (org_id, scope_id);

CREATE UNIQUE INDEX quotes_one_version ON quotes (org_id, number, version);
CREATE UNIQUE INDEX orders_one_per_quote ON orders (org_id, quote_id);
CREATE UNIQUE INDEX orders_one_per_number ON orders (org_id, quote_number);
CREATE UNIQUE INDEX orders_number ON orders (org_id, number);
CREATE INDEX sites_by_account ON sites (org_id, account_id);
CREATE INDEX quotes_by_family ON quotes (org_id, family_id);
CREATE INDEX price_items_by_book ON price_items (org_id, price_book_id);

CREATE FUNCTION stamp_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version text := current_setting('satchel.version', true);
BEGIN
    IF version IS NULL OR version = '' THEN
        RAISE EXCEPTION 'a synced row may only be written through tenant_tx' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.sync_version := version::bigint;
    RETURN NEW;
END $$;

CREATE FUNCTION leave_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version text := current_setting('satchel.version', true);
BEGIN
    IF version IS NULL OR version = '' THEN
        RAISE EXCEPTION 'a synced row may only be deleted through tenant_tx' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO tombstones (org_id, table_name, id, scope_id, sync_version)
    VALUES (OLD.org_id, TG_TABLE_NAME, OLD.id, OLD.scope_id, version::bigint);
    RETURN OLD;
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['organisations', 'users', 'tax_rates', 'price_books', 'price_items', 'accounts', 'contacts', 'agreed_prices', 'sites', 'quotes', 'orders', 'sla_agreements', 'incidents', 'sla_site_months', 'sla_account_months'] LOOP
        EXECUTE format('CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_version()', name);
        EXECUTE format('CREATE TRIGGER tombstone AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION leave_tombstone()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = nullif(current_setting(%L, true), %L)::uuid)', name, 'satchel.org_id', '');
    END LOOP;
END $$;
