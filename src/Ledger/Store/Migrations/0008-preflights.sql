CREATE TABLE preflights (
    key           TEXT NOT NULL CHECK (length(key) = 64),
    device_class  TEXT NOT NULL,
    spec          TEXT NOT NULL CHECK (json_valid(spec)),
    is_exact      INTEGER NOT NULL CHECK (is_exact IN (0, 1)),
    detail        TEXT NOT NULL,
    recorded_at   INTEGER NOT NULL,
    PRIMARY KEY (key, device_class)
) STRICT;
ALTER TABLE attempts ADD COLUMN preflight TEXT;
ALTER TABLE attempts ADD COLUMN doing TEXT;
ALTER TABLE results ADD COLUMN form INTEGER;
