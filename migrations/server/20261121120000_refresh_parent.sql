-- Which refresh token a token followed: a reply that was lost on the way must not sign a laptop out.
ALTER TABLE refresh_tokens ADD COLUMN parent bytea;
CREATE INDEX refresh_tokens_by_parent ON refresh_tokens (org_id, parent);
