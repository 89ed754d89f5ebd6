-- What a confirmed change needs to be offered again after the server was restored from a backup.
ALTER TABLE journal ADD COLUMN depends_on TEXT NOT NULL DEFAULT '[]';
ALTER TABLE journal ADD COLUMN mono_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal ADD COLUMN boot_id TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN body_hash TEXT NOT NULL DEFAULT '';
