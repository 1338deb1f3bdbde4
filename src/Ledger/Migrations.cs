using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// The schema, as numbered steps. A ledger of any earlier version is brought up to date, each step in a transaction. A released step
/// never changes: what follows is a new step.
/// </summary>
internal static class Migrations
{
    /// <summary>"SBNN" in SQLite's application id: tells a ledger from any other database.</summary>
    private const long ApplicationId = 0x53424E4E;

    private static readonly string[] Steps =
    [
        """
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
        """,
        """
        ALTER TABLE sweeps ADD COLUMN wish TEXT NOT NULL DEFAULT 'active' CHECK (wish IN ('active', 'paused', 'cancelled'));
        ALTER TABLE sweeps ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        UPDATE sweeps SET priority = coalesce(
            (SELECT run_spec ->> '$.priority' FROM revisions r WHERE r.sweep = sweeps.name AND r.revision = sweeps.revision), 0);
        ALTER TABLE revisions ADD COLUMN trace_parent TEXT;

        CREATE VIEW live_trials AS
            SELECT rt.trial, rt.ordinal, s.name AS sweep, s.priority, r.run_spec, r.trace_parent
            FROM sweeps s
            JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision
            JOIN revision_trials rt ON rt.sweep = s.name AND rt.revision = s.revision
            WHERE s.wish = 'active';
        """,
        """
        ALTER TABLE epochs ADD COLUMN validation_loss REAL;
        ALTER TABLE epochs ADD COLUMN validation_correct INTEGER;
        ALTER TABLE epochs ADD COLUMN validation_total INTEGER;
        """,
        """
        ALTER TABLE attempts ADD COLUMN trace_parent TEXT;

        DROP INDEX open_trials;
        CREATE INDEX trials_by_state ON trials (state);
        """,
        """
        CREATE TABLE layer_counts (
            trial   INTEGER NOT NULL,
            epoch   INTEGER NOT NULL,
            layers  TEXT NOT NULL CHECK (json_valid(layers)),
            PRIMARY KEY (trial, epoch),
            FOREIGN KEY (trial, epoch) REFERENCES epochs (trial, epoch) ON DELETE CASCADE
        ) STRICT;
        INSERT INTO layer_counts
            SELECT trial, epoch, '[' || group_concat(
                format('[%d,%d,%d,%d,%d,%s,%s', layer, weights, ones, empty_filters, dense_bops, round_trip(tau), round_trip(phi))
                    || iif(h0 IS NULL, '', format(',%d,%d,%d,%d,%d,%d,%d,%d,%d,%d', h0, h1, h2, h3, h4, h5, h6, h7, h8, h9)) || ']',
                ',' ORDER BY layer) || ']'
            FROM layers GROUP BY trial, epoch;
        DROP TABLE layers;
        CREATE VIEW layers AS
            SELECT c.trial, c.epoch, l.value ->> 0 AS layer, l.value ->> 1 AS weights, l.value ->> 2 AS ones, l.value ->> 3 AS empty_filters,
                   l.value ->> 4 AS dense_bops, l.value ->> 5 AS tau, l.value ->> 6 AS phi, l.value ->> 7 AS h0, l.value ->> 8 AS h1,
                   l.value ->> 9 AS h2, l.value ->> 10 AS h3, l.value ->> 11 AS h4, l.value ->> 12 AS h5, l.value ->> 13 AS h6,
                   l.value ->> 14 AS h7, l.value ->> 15 AS h8, l.value ->> 16 AS h9
            FROM layer_counts c, json_each(c.layers) l;
        """,
        """
        ALTER TABLE trials ADD COLUMN classes INTEGER CHECK (classes >= 1);
        """,
        """
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
        """,
        """
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
        """,
    ];

    /// <summary>The version that this build writes.</summary>
    public static int Latest => Steps.Length;

    /// <summary>Brings the file to <see cref="Latest"/>. A crash in between leaves a whole earlier version.</summary>
    public static void Apply(SqliteConnection connection, string path) => Apply(connection, path, Latest);

    /// <summary>Brings the file to a version, as the sbnn that wrote that version did; one of a later version is left as it is.</summary>
    internal static void Apply(SqliteConnection connection, string path, int version)
    {
        // SQLite's own text of a number has 15 digits.
        connection.CreateFunction("round_trip", static (double value) => value.ToString("R", CultureInfo.InvariantCulture), isDeterministic: true);

        // Dropping a table that others refer to, to put a new one in its place, would delete what refers to it. Off only between transactions.
        connection.Execute("PRAGMA foreign_keys = OFF");
        while (VersionOf(connection, path) < version)
        {
            // Asked again under the lock: another process may be migrating the same file.
            connection.Execute("BEGIN IMMEDIATE");
            var present = VersionOf(connection, path);
            if (present < version)
            {
                connection.Execute($"{Steps[present]} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {present + 1};");
                DemandReferences(connection, path, present);
            }

            connection.Execute("COMMIT");
        }

        connection.Execute("PRAGMA foreign_keys = ON");
    }

    /// <summary>Throws when a reader of this build cannot understand the file.</summary>
    public static void Demand(SqliteConnection connection, string path)
    {
        var version = VersionOf(connection, path);
        if (version < Latest)
        {
            throw new BadInputException(
                $"{path}: the ledger is of version {version}, and this sbnn reads version {Latest}; a command that writes it (sbnn run) brings it up to date");
        }
    }

    // Thrown before the commit: the file stays as it was.
    private static void DemandReferences(SqliteConnection connection, string path, int version)
    {
        if (connection.QueryFirstOrDefault<string>("SELECT \"table\" FROM pragma_foreign_key_check") is { } table)
            throw new BadInputException($"{path}: the ledger is of version {version} and cannot be brought up to date: rows of {table} refer to rows that are not there");
    }

    private static int VersionOf(SqliteConnection connection, string path)
    {
        // One statement, so that all three are of one moment.
        var (version, application, tables) = connection.QuerySingle<(int, long, long)>(
            """
            SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
                   (SELECT count(*) FROM sqlite_schema)
            """);
        var isEmpty = version == 0 && tables == 0;
        if (application != ApplicationId && !isEmpty)
            throw new BadInputException($"{path}: a SQLite database, but not a ledger of sbnn; it is left as it is");
        if (version > Latest)
            throw new BadInputException($"{path}: the ledger is of version {version}, from a newer sbnn; this one knows versions up to {Latest}");
        return version;
    }
}
