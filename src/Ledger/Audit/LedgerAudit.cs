using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Audit;

/// <summary>
/// Checks every invariant of the ledger that the schema's constraints do not enforce. Each invariant is a query for the
/// rows that violate it. All queries read one snapshot, so a ledger can be audited while it is written.
/// </summary>
internal static class LedgerAudit
{
    private const string Restore = "restore a copy made by sbnn backup, or report this with the ledger";
    private const string RunAgain = "report this with the ledger; running the sweep again queues the trial";

    /// <summary>The first version of the ledger that records the format of a result's bytes.</summary>
    private const int DigestsSince = 8;

    // Since: the first version of the ledger that has the columns that the query reads.
    private static readonly (string Sql, string Remedy, int Since)[] Invariants =
    [
        (
            """
            SELECT "table" || ' row ' || coalesce(rowid, '?') AS place, 'the row refers to a missing row of ' || parent
                AS what
            FROM pragma_foreign_key_check
            """,
            Restore, 1),
        (
            """
            SELECT t.key || '/' || e.attempt AS place,
                'epoch ' || e.epoch || ' of this attempt replaced the epoch of attempt '
                || r.attempt || ', whose result was committed' AS what
            FROM results r JOIN trials t ON t.id = r.trial JOIN epochs e ON e.trial = r.trial
            WHERE e.attempt <> r.attempt
            """,
            Restore, 1),
        (
            """
            SELECT t.key || '/' || a.attempt AS place,
                'the resume preflight of the attempt has no recorded result' AS what
            FROM attempts a JOIN trials t ON t.id = a.trial
            WHERE a.preflight IS NOT NULL AND NOT EXISTS (SELECT 1 FROM preflights p WHERE p.key = a.preflight
                AND (a.device_class IS NULL OR p.device_class = a.device_class))
            """,
            Restore, 8),
        (
            """
            SELECT key AS place, 'the trial is finished, but has no result' AS what FROM trials t
            WHERE state = 'finished' AND NOT EXISTS (SELECT 1 FROM results WHERE trial = t.id)
            """,
            Restore, 1),
        (
            """
            SELECT key AS place, 'the trial has a result, but is ' || state AS what FROM trials t
            JOIN results r ON r.trial = t.id WHERE state <> 'finished'
            """,
            Restore, 1),
        (
            """
            SELECT t.key || '/' || r.attempt AS place, 'the result was committed by an attempt that '
                || coalesce('ended as ' || a.ending, 'has not ended') AS what
            FROM results r JOIN trials t ON t.id = r.trial JOIN attempts a ON a.trial = r.trial
                AND a.attempt = r.attempt
            WHERE a.ending IS NOT 'completed'
            """,
            Restore, 1),
        (
            """
            SELECT t.key || '/' || a.attempt AS place, 'the attempt completed, but has no result in the ledger' AS what
            FROM attempts a JOIN trials t ON t.id = a.trial LEFT JOIN results r ON r.trial = a.trial
                AND r.attempt = a.attempt
            WHERE a.ending = 'completed' AND r.trial IS NULL
            """,
            Restore, 1),
        (
            """
            SELECT t.key AS place,
                'the trial does not have each epoch from 1 to ' || r.last_epoch || ' exactly once' AS what
            FROM results r JOIN trials t ON t.id = r.trial
            WHERE (SELECT count(*) FROM epochs e WHERE e.trial = r.trial) <> r.last_epoch
               OR (SELECT max(epoch) FROM epochs e WHERE e.trial = r.trial) <> r.last_epoch
            """,
            Restore, 1),
        (
            """
            SELECT t.key AS place,
                'the ' || count(*) || ' attempts of the trial are not numbered 1 to ' || t.attempt AS what
            FROM trials t LEFT JOIN attempts a ON a.trial = t.id
            GROUP BY t.id HAVING count(a.attempt) <> t.attempt OR coalesce(max(a.attempt), 0) <> t.attempt
            """,
            Restore, 1),
        (
            """
            SELECT t.key || '/' || a.attempt AS place, 'the attempt has no recorded end, but the trial is '
                || t.state || ' at attempt ' || t.attempt AS what
            FROM attempts a JOIN trials t ON t.id = a.trial
            WHERE a.ending IS NULL AND (t.state <> 'running' OR t.attempt <> a.attempt)
            """,
            RunAgain, 1),
        (
            """
            SELECT t.key AS place, 'the trial is running, but its current attempt has ended' AS what
            FROM trials t JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt WHERE t.state = 'running'
                AND a.ending IS NOT NULL
            """,
            RunAgain, 1),
        (
            """
            SELECT key AS place, 'the trial waits, but no active sweep needs it' AS what FROM trials t
            WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM live_trials WHERE trial = t.id)
            """,
            RunAgain, 2),
        (
            """
            SELECT key AS place, 'the trial is withdrawn, but an active sweep needs it' AS what FROM trials t
            WHERE state = 'withdrawn' AND EXISTS (SELECT 1 FROM live_trials WHERE trial = t.id)
            """,
            RunAgain, 2),
        (
            """
            SELECT key AS place, 'the trial has failed, but no reason is recorded' AS what FROM trials
            WHERE state = 'failed' AND reason IS NULL
            """,
            RunAgain, 1),
        (
            """
            SELECT key AS place, 'the trial counts ' || failures || ' failures, but its attempts count '
                || (SELECT total(counts) FROM attempts WHERE trial = t.id) AS what
            FROM trials t WHERE failures > (SELECT total(counts) FROM attempts WHERE trial = t.id)
            """,
            RunAgain, 1),
        (
            """
            SELECT name AS place,
                'the latest revision of the sweep, ' || revision || ', is missing' AS what FROM sweeps s
            WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE sweep = s.name AND revision = s.revision)
            """,
            Restore, 1),
    ];

    public static IReadOnlyList<Finding> Run(SqliteConnection connection, int version)
    {
        List<Finding> findings = [.. CheckFile(connection)];
        if (findings.Count > 0) return findings;
        foreach (var (sql, remedy, _) in Invariants.Where(invariant => invariant.Since <= version))
        {
            var violations = connection.Query<(string Place, string What)>(sql);
            findings.AddRange(violations.Select(row => new Finding(Severity.Problem, row.Place, row.What, remedy)));
        }

        findings.AddRange(CheckSpecs(connection));
        if (version >= DigestsSince) findings.AddRange(CheckResults(connection));
        return findings;
    }

    // Specs of all trials are checked, because a trial without a result is trained or shown from its spec.
    private static IEnumerable<Finding> CheckSpecs(SqliteConnection connection) =>
        from stored in connection.Query<(TrialKey Key, string Spec)>(
            "SELECT key, spec FROM trials ORDER BY id", buffered: false)
        let why = WhyNotReadable(stored.Spec, out _)
        where why is not null
        select new Finding(
            Severity.Problem, stored.Key.Hex, $"the trial's spec cannot be read: {why}",
            "use the sbnn that recorded the trial, or restore a copy made by sbnn backup");

    private static IReadOnlyList<Finding> CheckFile(SqliteConnection connection)
    {
        try
        {
            var damages = connection.Query<string>(
                "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'");
            return [.. damages.Select(static what => new Finding(Severity.Problem, Finding.LedgerFile, what, Restore))];
        }
        catch (SqliteException error) when (LedgerUnavailableException.IsDamage(error))
        {
            return [new Finding(Severity.Problem, Finding.LedgerFile, error.Message, Restore)];
        }
    }

    // Reports compute their tables from the recorded epochs, so these must serialize to the same bytes as the committed
    // result. (The bytes of a result in an older format can no longer be produced.) This check reads all epochs.
    private static List<Finding> CheckResults(SqliteConnection connection)
    {
        var findings = new List<Finding>();
        var results = connection.Query<CommittedResult>(
            """
            SELECT t.key, t.spec, r."constraint", r.best_epoch AS bestEpoch, r.sha256 FROM results r
            JOIN trials t ON t.id = r.trial
            WHERE r.form = @Form ORDER BY t.id
            """,
            new { TrialResult.Form });
        foreach (var committed in results)
        {
            if (WhyNotReadable(committed.Spec, out var spec) is not null) continue; // CheckSpecs reports this trial.
            var found = FindDigest(connection, committed, spec!);
            if (found == committed.Sha256) continue;
            findings.Add(new Finding(
                Severity.Problem, committed.Key.Hex,
                "the trial's result was altered: "
                    + $"{(found is null ? "its epochs cannot be read" : $"its SHA-256 is {found}")}, "
                    + $"but {committed.Sha256} was committed",
                Restore));
        }

        return findings;
    }

    private static string? FindDigest(SqliteConnection connection, CommittedResult committed, TrialSpec spec)
    {
        try
        {
            return ResultDigest.Of(new TrialResult
            {
                Trial = committed.Key,
                Spec = spec.WithoutPlaces(),
                Constraint = committed.Constraint,
                BestEpoch = committed.BestEpoch,
                Epochs = [.. EpochQueries.Read(connection, committed.Key).Select(epoch => WithSign(epoch, spec))],
            });
        }
        catch (Exception error) when (error is not SqliteException)
        {
            return null; // The epochs' layers are missing or cannot be parsed.
        }
    }

    private static string? WhyNotReadable(string text, out TrialSpec? spec)
    {
        spec = null;
        try
        {
            spec = ColumnTypes.FromJson<TrialSpec>(text);
            return null;
        }
        catch (JsonException error)
        {
            return error.Message; // The message names the JSON member.
        }
    }

    // SQLite does not store the sign of a zero, but the trainer's BOPs PR is −0 when no kernel is saved. The sign is
    // recomputed from the counts.
    private static EpochRecord WithSign(EpochRecord epoch, TrialSpec spec)
    {
        if (epoch.BopsPr != 0) return epoch;
        var counted = new KernelStatistics(epoch.Layers, spec.Method.PatternBits()).BopsPr;
        return counted == 0 ? epoch with { BopsPr = counted } : epoch;
    }

    private sealed record CommittedResult
    {
        public required TrialKey Key { get; init; }

        public required string Spec { get; init; }

        public required ConstraintOutcome Constraint { get; init; }

        public int? BestEpoch { get; init; }

        public required string Sha256 { get; init; }
    }
}
