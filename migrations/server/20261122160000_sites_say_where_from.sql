-- When a site came, from whom and where from; not known of those that were there before.
ALTER TABLE sites
    ADD COLUMN created_at timestamptz,
    ADD COLUMN created_by uuid,
    ADD COLUMN created_from text;
