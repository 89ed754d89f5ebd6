-- Tickets, and what was done about them; found by the palette.
CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    site_id TEXT,
    number TEXT NOT NULL,
    subject TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    priority TEXT NOT NULL,
    status TEXT NOT NULL,
    reported_by TEXT NOT NULL,
    raised_by TEXT,
    raised_at TEXT NOT NULL,
    owner_id TEXT,
    first_reply_at TEXT,
    resolved_at TEXT,
    closed_at TEXT
) STRICT;
CREATE INDEX tickets_by_scope ON tickets (scope_id);
CREATE INDEX tickets_by_account ON tickets (account_id, raised_at);
CREATE INDEX tickets_by_site ON tickets (site_id, raised_at) WHERE site_id IS NOT NULL;
CREATE INDEX tickets_by_time ON tickets (raised_at, id);

CREATE TABLE ticket_events (
    id TEXT NOT NULL PRIMARY KEY,
    scope_id TEXT NOT NULL,
    sync_version INTEGER NOT NULL DEFAULT 0,
    account_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    note TEXT NOT NULL,
    told_customer INTEGER NOT NULL,
    differences TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_events_by_scope ON ticket_events (scope_id);
CREATE INDEX ticket_events_by_ticket ON ticket_events (ticket_id, made_at);

CREATE TRIGGER tickets_found AFTER INSERT ON tickets BEGIN
    INSERT INTO search_index (rowid, title, subtitle) VALUES (new.rowid * 8 + 4, new.number || ' ' || new.subject, new.status);
END;
CREATE TRIGGER tickets_found_again AFTER UPDATE ON tickets WHEN new.number <> old.number OR new.subject <> old.subject OR new.status <> old.status BEGIN
    UPDATE search_index SET title = new.number || ' ' || new.subject, subtitle = new.status WHERE rowid = new.rowid * 8 + 4;
END;
CREATE TRIGGER tickets_lost AFTER DELETE ON tickets BEGIN
    DELETE FROM search_index WHERE rowid = old.rowid * 8 + 4;
END;
