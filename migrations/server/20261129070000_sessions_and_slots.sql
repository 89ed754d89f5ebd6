-- Sessions are ended by family, person and device; a device has a slot of quote numbers only while it needs one; when a
-- device was last heard of, by whatever it asked.
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (org_id, family);
CREATE INDEX refresh_tokens_by_person ON refresh_tokens (org_id, user_id);
CREATE INDEX refresh_tokens_by_device ON refresh_tokens (org_id, device_key_hash);
CREATE INDEX sync_client_by_person ON sync_client (org_id, registered_by);
ALTER TABLE sync_client ALTER COLUMN device_slot DROP NOT NULL;
ALTER TABLE sync_client ADD COLUMN registered_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE sync_client ADD COLUMN last_contact timestamptz NOT NULL DEFAULT now();
UPDATE sync_client SET registered_at = last_seen, last_contact = last_seen;
GRANT DELETE ON refresh_tokens TO satchel_app;

-- What these read is the public schema's, whatever a session has made for itself.
ALTER FUNCTION find_credential(text) SET search_path = public, pg_temp;
ALTER FUNCTION find_refresh_token(bytea) SET search_path = public, pg_temp;
ALTER FUNCTION list_tenants() SET search_path = public, pg_temp;
ALTER FUNCTION list_tenants_with_mail() SET search_path = public, pg_temp;
ALTER FUNCTION find_link(bytea) SET search_path = public, pg_temp;
ALTER FUNCTION find_request_form(text) SET search_path = public, pg_temp;
