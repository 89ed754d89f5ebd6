-- The palette's index keeps words and where they stand, not the texts a second time: a document is a row of a table, its number
-- that row's rowid times eight, plus 0 for an account, 1 for a site, 2 for a quote, 3 for an order; there is room for more. (A rowid stays as it is for as
-- long as its row is there: this database is never vacuumed.) Kept by triggers: whatever way a row comes in, it is found.

DROP TRIGGER accounts_found;
DROP TRIGGER accounts_found_again;
DROP TRIGGER accounts_lost;
DROP TRIGGER sites_found;
DROP TRIGGER sites_found_again;
DROP TRIGGER sites_lost;
DROP TRIGGER quotes_found;
DROP TRIGGER quotes_found_again;
DROP TRIGGER quotes_lost;
DROP TRIGGER orders_found;
DROP TRIGGER orders_found_again;
DROP TRIGGER orders_lost;
DROP TABLE search_index;
DROP TABLE search_rows;

CREATE VIRTUAL TABLE search_index USING fts5 (
    title, subtitle, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);

CREATE TRIGGER accounts_found AFTER INSERT ON accounts BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8, new.name, new.code || ' ' || new.city);
END;
CREATE TRIGGER accounts_found_again AFTER UPDATE ON accounts WHEN new.name <> old.name OR new.code <> old.code OR new.city <> old.city BEGIN
    UPDATE search_index SET title = new.name, subtitle = new.code || ' ' || new.city WHERE rowid = new.rowid * 8;
END;
CREATE TRIGGER accounts_lost AFTER DELETE ON accounts BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8;
END;

CREATE TRIGGER sites_found AFTER INSERT ON sites BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8 + 1, new.name, new.code || ' ' || new.city || ' ' || new.address);
END;
CREATE TRIGGER sites_found_again AFTER UPDATE ON sites WHEN new.name <> old.name OR new.code <> old.code OR new.city <> old.city OR new.address <> old.address BEGIN
    UPDATE search_index SET title = new.name, subtitle = new.code || ' ' || new.city || ' ' || new.address WHERE rowid = new.rowid * 8 + 1;
END;
CREATE TRIGGER sites_lost AFTER DELETE ON sites BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8 + 1;
END;

CREATE TRIGGER quotes_found AFTER INSERT ON quotes BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8 + 2, new.number || ' ' || new.title, new.status);
END;
CREATE TRIGGER quotes_found_again AFTER UPDATE ON quotes WHEN new.number <> old.number OR new.title <> old.title OR new.status <> old.status BEGIN
    UPDATE search_index SET title = new.number || ' ' || new.title, subtitle = new.status WHERE rowid = new.rowid * 8 + 2;
END;
CREATE TRIGGER quotes_lost AFTER DELETE ON quotes BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8 + 2;
END;

CREATE TRIGGER orders_found AFTER INSERT ON orders BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8 + 3, new.number, new.quote_number);
END;
CREATE TRIGGER orders_found_again AFTER UPDATE ON orders WHEN new.number <> old.number BEGIN
    UPDATE search_index SET title = new.number, subtitle = new.quote_number WHERE rowid = new.rowid * 8 + 3;
END;
CREATE TRIGGER orders_lost AFTER DELETE ON orders BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8 + 3;
END;

-- Rows of a laptop that was here before.
INSERT INTO search_index (rowid, title, subtitle) SELECT rowid * 8, name, code || ' ' || city FROM accounts;
INSERT INTO search_index (rowid, title, subtitle) SELECT rowid * 8 + 1, name, code || ' ' || city || ' ' || address FROM sites;
INSERT INTO search_index (rowid, title, subtitle) SELECT rowid * 8 + 2, number || ' ' || title, status FROM quotes;
INSERT INTO search_index (rowid, title, subtitle) SELECT rowid * 8 + 3, number, quote_number FROM orders;

-- Few sites stand below another one.
DROP INDEX sites_by_parent;
CREATE INDEX sites_by_parent ON sites (account_id, parent_id) WHERE parent_id IS NOT NULL;
