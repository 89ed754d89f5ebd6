-- When a site came, from whom and where from; not known of those that were there before.
ALTER TABLE sites ADD COLUMN created_at TEXT;
ALTER TABLE sites ADD COLUMN created_by TEXT;
ALTER TABLE sites ADD COLUMN created_from TEXT;
