-- A pull brings every scope to one version (meta `cursor_at`, `cursor_scopes`); only where a scope stands elsewhere has it a
-- version of its own.
CREATE TABLE own_cursors (
    scope_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER
) STRICT;
INSERT INTO own_cursors (scope_id, version) SELECT scope_id, version FROM cursors;
DROP TABLE cursors;
ALTER TABLE own_cursors RENAME TO cursors;
