-- Delegated approvals; what a package includes; consumers; orders of one site.
CREATE TABLE approval_delegations (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    from_user uuid NOT NULL,
    to_user uuid NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    note text NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (org_id, id),
    CHECK (from_user <> to_user),
    CHECK (valid_from <= valid_to)
);
CREATE INDEX approval_delegations_by_version ON approval_delegations (org_id, sync_version);
CREATE INDEX approval_delegations_by_scope ON approval_delegations (org_id, scope_id);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON approval_delegations FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON approval_delegations FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
ALTER TABLE approval_delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_delegations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON approval_delegations USING (org_id = nullif(current_setting('satchel.org_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON approval_delegations TO satchel_app;

ALTER TABLE price_items ADD COLUMN includes jsonb NOT NULL DEFAULT '[]';
ALTER TABLE accounts
    ADD COLUMN customer_type text NOT NULL DEFAULT 'business' CHECK (customer_type IN ('business', 'consumer'));
ALTER TABLE orders ADD COLUMN site_id uuid;

-- A quote comes to one order, or to one for each of its sites; never twice.
DROP INDEX orders_one_per_quote;
DROP INDEX orders_one_per_number;
CREATE UNIQUE INDEX orders_one_per_quote
    ON orders (org_id, quote_id, coalesce(site_id, '00000000-0000-0000-0000-000000000000'));
CREATE UNIQUE INDEX orders_one_per_number
    ON orders (org_id, quote_number, coalesce(site_id, '00000000-0000-0000-0000-000000000000'));

CREATE FUNCTION one_kind_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM orders o WHERE o.org_id = NEW.org_id AND o.quote_number = NEW.quote_number
               AND (o.quote_id <> NEW.quote_id OR (o.site_id IS NULL) <> (NEW.site_id IS NULL))) THEN
        RAISE EXCEPTION 'a quote has one order, or one for each site';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER one_kind BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION one_kind_of_order();
