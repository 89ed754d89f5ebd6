-- Map tiles that were seen, so that they are there again without a network.
CREATE TABLE map_tiles (
    source TEXT NOT NULL,
    z INTEGER NOT NULL,
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    image BLOB NOT NULL,
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (source, z, x, y)
) STRICT;
CREATE INDEX map_tiles_by_age ON map_tiles (fetched_at);
