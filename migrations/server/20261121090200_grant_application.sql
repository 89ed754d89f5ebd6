-- The application's role: rows of its organisation only, no schema changes, no deletes of the mutation record.

GRANT USAGE ON SCHEMA public TO satchel_app;
GRANT SELECT ON server_state TO satchel_app;
GRANT SELECT, INSERT, UPDATE ON tenants, sync_tenant, credentials, refresh_tokens, sync_client, sync_mutation,
    tombstones, order_counters, outgoing TO satchel_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON organisations, users, tax_rates, price_books, price_items, accounts, contacts, agreed_prices, sites, quotes, orders, sla_agreements, incidents, sla_site_months, sla_account_months TO satchel_app;
REVOKE ALL ON FUNCTION find_credential(text), find_refresh_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_credential(text), find_refresh_token(bytea) TO satchel_app;

-- Jobs run per organisation: this names them and tells nothing else.
CREATE FUNCTION list_tenants() RETURNS SETOF uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    SELECT t.id FROM tenants t ORDER BY t.id
$$;
REVOKE ALL ON FUNCTION list_tenants() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION list_tenants() TO satchel_app;
