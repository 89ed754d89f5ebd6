-- Agreed prices are asked for and decided; the clause library; what an order needs besides its quote.
ALTER TABLE agreed_prices
    ADD COLUMN status text NOT NULL DEFAULT 'approved' CHECK (status IN ('proposed', 'approved', 'refused')),
    ADD COLUMN reason text NOT NULL DEFAULT '',
    ADD COLUMN proposed_by uuid,
    ADD COLUMN proposed_at timestamptz,
    ADD COLUMN decided_by uuid,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN decision_note text NOT NULL DEFAULT '';
CREATE INDEX agreed_prices_by_account ON agreed_prices (org_id, account_id);

ALTER TABLE orders
    ADD COLUMN contract_from date,
    ADD COLUMN contract_to date,
    ADD COLUMN po_number text NOT NULL DEFAULT '',
    ADD COLUMN form jsonb;

CREATE TABLE clauses (
    org_id uuid NOT NULL REFERENCES tenants (id),
    id uuid NOT NULL,
    scope_id uuid NOT NULL,
    sync_version bigint NOT NULL,
    family_id uuid NOT NULL,
    version bigint NOT NULL,
    topic text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    status text NOT NULL CHECK (status IN ('current', 'superseded', 'withdrawn')),
    by_default boolean NOT NULL,
    published_by uuid,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, family_id, version)
);
CREATE INDEX clauses_by_version ON clauses (org_id, sync_version);
CREATE INDEX clauses_by_scope ON clauses (org_id, scope_id);

CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON clauses FOR EACH ROW EXECUTE FUNCTION stamp_version();
CREATE TRIGGER tombstone AFTER DELETE ON clauses FOR EACH ROW EXECUTE FUNCTION leave_tombstone();
ALTER TABLE clauses ENABLE ROW LEVEL SECURITY;
ALTER TABLE clauses FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON clauses USING (org_id = nullif(current_setting('satchel.org_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON clauses TO satchel_app;

-- A published version never changes its words.
CREATE FUNCTION keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.family_id, NEW.version, NEW.topic, NEW.title, NEW.body) IS DISTINCT FROM
       (OLD.family_id, OLD.version, OLD.topic, OLD.title, OLD.body) THEN
        RAISE EXCEPTION 'a published clause keeps its words';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER words BEFORE UPDATE ON clauses FOR EACH ROW EXECUTE FUNCTION keep_words();
