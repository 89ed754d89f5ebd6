-- A change that adds a file to a site is about the site: until now it said its account and carried the site's id.
UPDATE pending SET subject_kind = 'site'
WHERE name = 'attachment.add' AND subject_kind = 'account' AND subject_id IN (SELECT id FROM sites);
UPDATE journal SET subject_kind = 'site'
WHERE name = 'attachment.add' AND subject_kind = 'account' AND subject_id IN (SELECT id FROM sites);
