-- A quote of a thousand lines is half a megabyte in one column. Whatever stands behind it in the row is read through it:
-- so it stands last, and lists do not touch it.
CREATE TABLE quotes_anew (
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
    pricing_hash TEXT NOT NULL,
    site_count INTEGER NOT NULL,
    monthly INTEGER NOT NULL,
    one_off INTEGER NOT NULL,
    tcv INTEGER NOT NULL,
    valid_until TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    approval TEXT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;
INSERT INTO quotes_anew (id, scope_id, sync_version, family_id, number, version, account_id, title, currency, price_book_id,
    owner_id, status, pricing_hash, site_count, monthly, one_off, tcv, valid_until, created_at, updated_at, approval, state, content)
SELECT id, scope_id, sync_version, family_id, number, version, account_id, title, currency, price_book_id,
    owner_id, status, pricing_hash, site_count, monthly, one_off, tcv, valid_until, created_at, updated_at, approval, state, content
FROM quotes;
DROP TABLE quotes;
ALTER TABLE quotes_anew RENAME TO quotes;
CREATE INDEX quotes_by_scope ON quotes (scope_id);
CREATE INDEX quotes_by_family ON quotes (family_id);
CREATE INDEX quotes_by_account ON quotes (account_id);
CREATE INDEX quotes_by_updated ON quotes (updated_at);
CREATE TRIGGER quotes_found AFTER INSERT ON quotes BEGIN
    INSERT INTO search_index (title, subtitle, kind, row_id, account_id) VALUES (new.number || ' ' || new.title, new.status, 'quote', new.id, new.account_id);
    INSERT INTO search_rows (row_id, docid) VALUES (new.id, last_insert_rowid());
END;
CREATE TRIGGER quotes_found_again AFTER UPDATE ON quotes WHEN new.title <> old.title OR new.status <> old.status BEGIN
    UPDATE search_index SET title = new.number || ' ' || new.title, subtitle = new.status WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = new.id);
END;
CREATE TRIGGER quotes_lost AFTER DELETE ON quotes BEGIN
    DELETE FROM search_index WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = old.id);
    DELETE FROM search_rows WHERE row_id = old.id;
END;
