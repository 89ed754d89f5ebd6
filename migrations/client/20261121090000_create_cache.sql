-- The cache: every synced table with the columns of satchel-core's wire::tables, and its indexes.
-- Money is whole minor units beside an ISO currency; instants and dates are ISO text; JSON is text.

CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    zone TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;
CREATE INDEX organisations_by_scope ON organisations (scope_id);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_scope ON users (scope_id);

CREATE TABLE tax_rates (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    country TEXT NOT NULL,
    tax_code TEXT NOT NULL,
    label TEXT NOT NULL,
    rate_pct TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    withdrawn INTEGER NOT NULL
) STRICT;
CREATE INDEX tax_rates_by_scope ON tax_rates (scope_id);

CREATE TABLE price_books (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    valid_from TEXT NOT NULL
) STRICT;
CREATE INDEX price_books_by_scope ON price_books (scope_id);

CREATE TABLE price_items (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    price_book_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    charge_type TEXT NOT NULL,
    unit_dp INTEGER NOT NULL,
    list_price TEXT NOT NULL,
    cost TEXT,
    volume_eligible INTEGER NOT NULL,
    term_eligible INTEGER NOT NULL,
    tax_code TEXT NOT NULL,
    pos_rule TEXT NOT NULL,
    installation_item_id TEXT
) STRICT;
CREATE INDEX price_items_by_scope ON price_items (scope_id);

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    segment TEXT NOT NULL,
    status TEXT NOT NULL,
    registration_number TEXT NOT NULL,
    tax_number TEXT NOT NULL,
    industry TEXT NOT NULL,
    payment_terms TEXT NOT NULL,
    currency TEXT NOT NULL,
    city TEXT NOT NULL,
    province TEXT NOT NULL,
    state_code TEXT NOT NULL,
    country TEXT NOT NULL,
    notes TEXT NOT NULL,
    manager_id TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_by_scope ON accounts (scope_id);

CREATE TABLE contacts (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    is_primary INTEGER NOT NULL
) STRICT;
CREATE INDEX contacts_by_scope ON contacts (scope_id);

CREATE TABLE agreed_prices (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT
) STRICT;
CREATE INDEX agreed_prices_by_scope ON agreed_prices (scope_id);

CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    site_type TEXT NOT NULL,
    address TEXT NOT NULL,
    city TEXT NOT NULL,
    province TEXT NOT NULL,
    state_code TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country TEXT NOT NULL,
    latitude TEXT NOT NULL,
    longitude TEXT NOT NULL,
    contact_name TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    contact_email TEXT NOT NULL,
    package TEXT NOT NULL,
    notes TEXT NOT NULL,
    monthly INTEGER,
    currency TEXT NOT NULL,
    installation_status TEXT NOT NULL,
    service_status TEXT NOT NULL,
    service_from TEXT,
    service_to TEXT,
    monitored INTEGER NOT NULL
) STRICT;
CREATE INDEX sites_by_scope ON sites (scope_id);

CREATE TABLE quotes (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    family_id TEXT NOT NULL,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    title TEXT NOT NULL,
    currency TEXT NOT NULL,
    price_book_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    status TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    approval TEXT NOT NULL,
    pricing_hash TEXT NOT NULL,
    site_count INTEGER NOT NULL,
    monthly INTEGER NOT NULL,
    one_off INTEGER NOT NULL,
    tcv INTEGER NOT NULL,
    valid_until TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX quotes_by_scope ON quotes (scope_id);

CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    number TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    quote_number TEXT NOT NULL,
    account_id TEXT NOT NULL,
    status TEXT NOT NULL,
    site_count INTEGER NOT NULL,
    currency TEXT NOT NULL,
    monthly INTEGER NOT NULL,
    one_off INTEGER NOT NULL,
    tcv INTEGER NOT NULL,
    term_months INTEGER NOT NULL,
    accepted_at TEXT NOT NULL
) STRICT;
CREATE INDEX orders_by_scope ON orders (scope_id);

CREATE TABLE sla_agreements (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    terms TEXT NOT NULL,
    effective_from TEXT NOT NULL,
    effective_to TEXT
) STRICT;
CREATE INDEX sla_agreements_by_scope ON sla_agreements (scope_id);

CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    number TEXT NOT NULL,
    severity TEXT NOT NULL,
    cause TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    summary TEXT NOT NULL,
    site_ids TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_by_scope ON incidents (scope_id);

CREATE TABLE sla_site_months (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    site_id TEXT NOT NULL,
    month TEXT NOT NULL,
    guarantee_pct TEXT NOT NULL,
    period_s INTEGER NOT NULL,
    maintenance_s INTEGER NOT NULL,
    agreed_s INTEGER NOT NULL,
    downtime_s INTEGER NOT NULL,
    measured INTEGER NOT NULL,
    uptime_exact TEXT,
    uptime_display TEXT,
    breach INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    currency TEXT NOT NULL,
    limited_by TEXT,
    closed INTEGER NOT NULL,
    computed_at TEXT NOT NULL
) STRICT;
CREATE INDEX sla_site_months_by_scope ON sla_site_months (scope_id);

CREATE TABLE sla_account_months (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    month TEXT NOT NULL,
    uptime_display TEXT,
    compliance_pct TEXT,
    sites_measured INTEGER NOT NULL,
    sites_meeting INTEGER NOT NULL,
    sites_total INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    currency TEXT NOT NULL,
    closed INTEGER NOT NULL,
    computed_at TEXT NOT NULL
) STRICT;
CREATE INDEX sla_account_months_by_scope ON sla_account_months (scope_id);

CREATE INDEX price_items_by_book ON price_items (price_book_id);
CREATE INDEX accounts_by_name ON accounts (name COLLATE NOCASE);
CREATE INDEX contacts_by_account ON contacts (account_id);
CREATE INDEX agreed_prices_by_account ON agreed_prices (account_id);
CREATE INDEX sites_by_account ON sites (account_id, name COLLATE NOCASE);
CREATE INDEX sites_by_name ON sites (name COLLATE NOCASE);
CREATE INDEX quotes_by_family ON quotes (family_id);
CREATE INDEX quotes_by_account ON quotes (account_id);
CREATE INDEX quotes_by_updated ON quotes (updated_at);
CREATE INDEX orders_by_quote ON orders (quote_id);
CREATE INDEX orders_by_account ON orders (account_id);
CREATE INDEX incidents_by_account ON incidents (account_id);
CREATE INDEX sla_site_months_by_month ON sla_site_months (month, account_id);
CREATE INDEX sla_site_months_by_site ON sla_site_months (site_id);
CREATE INDEX sla_account_months_by_month ON sla_account_months (month, account_id);
