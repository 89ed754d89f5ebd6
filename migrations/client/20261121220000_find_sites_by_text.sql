-- What a text is looked for in, beside the order it is shown in: finding sites reads these and not the whole rows.
DROP INDEX sites_by_name;
CREATE INDEX sites_by_name ON sites (name COLLATE NOCASE, id, code, city, address);
