-- A price book's next version while it is written, on this laptop only.
CREATE TABLE book_drafts (
    base_id TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL
) STRICT;
