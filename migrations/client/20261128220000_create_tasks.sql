-- Tasks, found by the palette; and of which one was reminded on this laptop.
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT,
    site_id TEXT,
    quote_id TEXT,
    ticket_id TEXT,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    notes TEXT NOT NULL,
    due_on TEXT NOT NULL,
    due_time TEXT NOT NULL,
    assigned_to TEXT NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NOT NULL,
    repeats TEXT NOT NULL,
    repeats_from TEXT NOT NULL,
    follows TEXT,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    done_by TEXT,
    done_at TEXT
) STRICT;
CREATE INDEX tasks_by_scope ON tasks (scope_id);
CREATE INDEX tasks_by_account ON tasks (account_id, due_on) WHERE account_id IS NOT NULL;
CREATE INDEX tasks_by_site ON tasks (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX tasks_by_day ON tasks (status, due_on, due_time, id);

-- One row for each reminder that was shown: the task and the moment it was due at, so that a task put off reminds again.
CREATE TABLE reminders (
    task_id TEXT NOT NULL,
    due TEXT NOT NULL,
    PRIMARY KEY (task_id, due)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tasks_found AFTER INSERT ON tasks BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8 + 5, new.title, '');
END;
CREATE TRIGGER tasks_found_again AFTER UPDATE ON tasks WHEN new.title <> old.title BEGIN
    UPDATE search_index SET title = new.title, subtitle = '' WHERE rowid = new.rowid * 8 + 5;
END;
CREATE TRIGGER tasks_lost AFTER DELETE ON tasks BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8 + 5;
END;
