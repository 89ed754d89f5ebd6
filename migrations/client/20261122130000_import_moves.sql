-- Sites that an import put under another one.
ALTER TABLE import_runs ADD COLUMN moved TEXT NOT NULL DEFAULT '[]';
