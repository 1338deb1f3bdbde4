CREATE TABLE attempts_anew (
    trial             INTEGER NOT NULL REFERENCES trials (id),
    attempt           INTEGER NOT NULL CHECK (attempt >= 1),
    node              TEXT NOT NULL,
    slot              INTEGER NOT NULL,
    started_at        INTEGER NOT NULL,
    device_class      TEXT,
    resumed_at_epoch  INTEGER,
    started_afresh    TEXT,
    last_sequence     INTEGER NOT NULL DEFAULT 0,
    checkpoint_epoch  INTEGER,
    checkpoint_step   INTEGER,
    ended_at          INTEGER,
    ending            TEXT CHECK (ending IN ('completed', 'crashed', 'killed', 'out-of-memory', 'diverged', 'bad-input',
                                             'stopped', 'lease-expired', 'node-lost', 'unknown', 'hung')),
    reason            TEXT,
    exit_code         INTEGER,
    stderr_tail       TEXT,
    counts            INTEGER NOT NULL DEFAULT 0 CHECK (counts IN (0, 1)),
    trace_parent      TEXT,
    PRIMARY KEY (trial, attempt)
) STRICT;
INSERT INTO attempts_anew
    SELECT trial, attempt, node, slot, started_at, device_class, resumed_at_epoch, started_afresh, last_sequence, checkpoint_epoch,
           checkpoint_step, ended_at, ending, reason, exit_code, stderr_tail, counts, trace_parent
    FROM attempts;
DROP TABLE attempts;
ALTER TABLE attempts_anew RENAME TO attempts;
