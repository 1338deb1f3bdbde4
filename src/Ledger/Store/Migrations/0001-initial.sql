CREATE TABLE sweeps (
    name        TEXT PRIMARY KEY,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    sweep        TEXT NOT NULL REFERENCES sweeps (name),
    revision     INTEGER NOT NULL CHECK (revision >= 1),
    spec_text    TEXT NOT NULL,
    table_spec   TEXT NOT NULL CHECK (json_valid(table_spec)),
    run_spec     TEXT NOT NULL CHECK (json_valid(run_spec)),
    digest       TEXT NOT NULL,
    recorded_at  INTEGER NOT NULL,
    PRIMARY KEY (sweep, revision)
) STRICT;

CREATE TABLE trials (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
    spec        TEXT NOT NULL CHECK (json_valid(spec)),
    state       TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'finished', 'failed', 'withdrawn')),
    attempt     INTEGER NOT NULL DEFAULT 0,
    failures    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER,
    reason      TEXT
) STRICT;
CREATE INDEX open_trials ON trials (state) WHERE state IN ('waiting', 'running');

CREATE TABLE revision_trials (
    sweep     TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL,
    trial     INTEGER NOT NULL REFERENCES trials (id),
    PRIMARY KEY (sweep, revision, ordinal),
    FOREIGN KEY (sweep, revision) REFERENCES revisions (sweep, revision)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX revisions_of_trial ON revision_trials (trial, sweep, revision);

CREATE TABLE attempts (
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
                                             'stopped', 'lease-expired', 'node-lost', 'unknown')),
    reason            TEXT,
    exit_code         INTEGER,
    stderr_tail       TEXT,
    counts            INTEGER NOT NULL DEFAULT 0 CHECK (counts IN (0, 1)),
    PRIMARY KEY (trial, attempt)
) STRICT;

CREATE TABLE epochs (
    trial              INTEGER NOT NULL REFERENCES trials (id),
    epoch              INTEGER NOT NULL CHECK (epoch >= 1),
    attempt            INTEGER NOT NULL,
    learning_rate      REAL NOT NULL,
    train_loss         REAL NOT NULL,
    penalty            REAL NOT NULL,
    lambda             REAL NOT NULL,
    test_loss          REAL NOT NULL,
    correct            INTEGER NOT NULL,
    total              INTEGER NOT NULL,
    ones               INTEGER NOT NULL,
    weights            INTEGER NOT NULL,
    entropy            REAL NOT NULL,
    k0                 REAL NOT NULL,
    k1                 REAL NOT NULL,
    bops_pr            REAL NOT NULL,
    bparams_pr         REAL NOT NULL,
    seconds            REAL,
    images_per_second  REAL,
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
    trial          INTEGER NOT NULL,
    epoch          INTEGER NOT NULL,
    layer          INTEGER NOT NULL CHECK (layer >= 1),
    weights        INTEGER NOT NULL,
    ones           INTEGER NOT NULL,
    empty_filters  INTEGER NOT NULL,
    dense_bops     INTEGER NOT NULL,
    tau            REAL NOT NULL,
    phi            REAL NOT NULL,
    h0 INTEGER, h1 INTEGER, h2 INTEGER, h3 INTEGER, h4 INTEGER, h5 INTEGER, h6 INTEGER, h7 INTEGER, h8 INTEGER, h9 INTEGER,
    PRIMARY KEY (trial, epoch, layer),
    FOREIGN KEY (trial, epoch) REFERENCES epochs (trial, epoch) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE results (
    trial         INTEGER PRIMARY KEY REFERENCES trials (id),
    attempt       INTEGER NOT NULL,
    sha256        TEXT NOT NULL CHECK (length(sha256) = 64),
    "constraint"  TEXT NOT NULL CHECK ("constraint" IN ('unconstrained', 'reached', 'missed', 'collapsed')),
    best_epoch    INTEGER,
    last_epoch    INTEGER NOT NULL,
    committed_at  INTEGER NOT NULL,
    FOREIGN KEY (trial, attempt) REFERENCES attempts (trial, attempt),
    FOREIGN KEY (trial, best_epoch) REFERENCES epochs (trial, epoch),
    FOREIGN KEY (trial, last_epoch) REFERENCES epochs (trial, epoch)
) STRICT;

CREATE TABLE nodes (
    name          TEXT PRIMARY KEY,
    device_class  TEXT,
    slots         INTEGER NOT NULL CHECK (slots >= 0),
    last_seen     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
