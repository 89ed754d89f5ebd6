-- What a quote's next change depends on, also with thousands of changes waiting.
CREATE INDEX pending_by_subject ON pending (subject_id);
CREATE INDEX pending_unanswered ON pending (seq) WHERE outcome IS NULL;
