-- The palette's index, kept by triggers: whatever way a row comes in, it is found.

CREATE VIRTUAL TABLE search_index USING fts5 (
    title, subtitle, kind UNINDEXED, row_id UNINDEXED, account_id UNINDEXED,
    tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE search_rows (
    row_id TEXT NOT NULL PRIMARY KEY,
    docid INTEGER NOT NULL
) STRICT;

CREATE TRIGGER accounts_found AFTER INSERT ON accounts BEGIN
    INSERT INTO search_index (title, subtitle, kind, row_id, account_id) VALUES (new.name, new.code || ' ' || new.city, 'account', new.id, new.id);
    INSERT INTO search_rows (row_id, docid) VALUES (new.id, last_insert_rowid());
END;
CREATE TRIGGER accounts_found_again AFTER UPDATE ON accounts WHEN new.name <> old.name OR new.code <> old.code OR new.city <> old.city BEGIN
    UPDATE search_index SET title = new.name, subtitle = new.code || ' ' || new.city WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = new.id);
END;
CREATE TRIGGER accounts_lost AFTER DELETE ON accounts BEGIN
    DELETE FROM search_index WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = old.id);
    DELETE FROM search_rows WHERE row_id = old.id;
END;

CREATE TRIGGER sites_found AFTER INSERT ON sites BEGIN
    INSERT INTO search_index (title, subtitle, kind, row_id, account_id) VALUES (new.name, new.code || ' ' || new.city || ' ' || new.address, 'site', new.id, new.account_id);
    INSERT INTO search_rows (row_id, docid) VALUES (new.id, last_insert_rowid());
END;
CREATE TRIGGER sites_found_again AFTER UPDATE ON sites WHEN new.name <> old.name OR new.code <> old.code OR new.city <> old.city OR new.address <> old.address BEGIN
    UPDATE search_index SET title = new.name, subtitle = new.code || ' ' || new.city || ' ' || new.address WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = new.id);
END;
CREATE TRIGGER sites_lost AFTER DELETE ON sites BEGIN
    DELETE FROM search_index WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = old.id);
    DELETE FROM search_rows WHERE row_id = old.id;
END;

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

CREATE TRIGGER orders_found AFTER INSERT ON orders BEGIN
    INSERT INTO search_index (title, subtitle, kind, row_id, account_id) VALUES (new.number, new.quote_number, 'order', new.id, new.account_id);
    INSERT INTO search_rows (row_id, docid) VALUES (new.id, last_insert_rowid());
END;
CREATE TRIGGER orders_found_again AFTER UPDATE ON orders WHEN new.number <> old.number BEGIN
    UPDATE search_index SET title = new.number, subtitle = new.quote_number WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = new.id);
END;
CREATE TRIGGER orders_lost AFTER DELETE ON orders BEGIN
    DELETE FROM search_index WHERE rowid = (SELECT docid FROM search_rows WHERE row_id = old.id);
    DELETE FROM search_rows WHERE row_id = old.id;
END;

