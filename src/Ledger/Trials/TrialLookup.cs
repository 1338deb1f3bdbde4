using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// Finds single trials. Every start of an attempt reads its trial, so the statement is prepared once on each
/// connection.
/// </summary>
internal static class TrialLookup
{
    /// <summary>SQL: whether the trial <c>t</c> has run out of memory, so that it gets a device exclusively.</summary>
    public const string RunsAlone = "EXISTS (SELECT 1 FROM attempts WHERE trial = t.id AND ending = 'out-of-memory')";

    /// <summary>
    /// SQL: the kind of device on which the trial <c>t</c> last ran out of memory; 'any' when it never did.
    /// </summary>
    public const string RanOutOn =
        """
        coalesce((SELECT iif(gpu IS NULL, 'cpu', 'gpu') FROM attempts
                  WHERE trial = t.id AND ending = 'out-of-memory' ORDER BY attempt DESC LIMIT 1), 'any')
        """;

    /// <summary>
    /// SQL: the device class that wrote the latest checkpoint of the trial <c>t</c>; null when the trial has no
    /// checkpoint, or does not wait for a slot. Only waiting trials need the class, and computing it for all would slow
    /// down each start and report of an attempt.
    /// </summary>
    public const string ResumesOn =
        """
        CASE WHEN t.state = 'waiting' AND t.attempt > 0 THEN
            (SELECT device_class FROM attempts
             WHERE trial = t.id AND checkpoint_epoch IS NOT NULL ORDER BY attempt DESC LIMIT 1) END
        """;

    /// <summary>
    /// SQL: the total time that the epochs of a waiting trial <c>t</c> took, in whole seconds; 0 for other trials.
    /// </summary>
    public const string Trained =
        """
        iif(t.state = 'waiting' AND t.attempt > 0,
            (SELECT CAST(total(seconds) AS INTEGER) FROM epochs WHERE trial = t.id), 0)
        """;

    private static readonly string Sql =
        $$"""
        SELECT t.spec, t.state, t.attempt, t.failures, t.not_before, coalesce(a.last_sequence, 0),
            a.checkpoint_epoch IS NOT NULL,
               a.started_at, a.trace_parent, {{ColumnOfNeedingSweep("sweep")}},
                   coalesce({{ColumnOfNeedingSweep("run_spec")}}, '{}'),
                   {{ColumnOfNeedingSweep("trace_parent")}},
               {{RanOutOn}}, a.node, a.gpu, a.gpu_model, {{ResumesOn}}, {{Trained}},
               EXISTS (SELECT 1 FROM live_trials WHERE trial = t.id AND run_spec ->> '$.keep' = 'weights')
        FROM trials t
        LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
        WHERE t.key = ?
        """;

    /// <summary>Finds a trial with its current attempt; null when the ledger does not have the trial.</summary>
    public static TrialRow? Find(ReadConnection connection, TrialKey trial)
    {
        var isFound = connection.Statements[Sql].With(trial.Hex).TryRead(
            row => new TrialRow
            {
                Key = trial,
                Spec = ColumnTypes.FromJson<TrialSpec>(row.Text(0)!),
                State = Enum.Parse<TrialState>(row.Text(1)!, ignoreCase: true),
                Attempt = (int)row.Integer(2),
                Failures = (int)row.Integer(3),
                NotBefore = row.IsNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(4)),
                LastSequence = row.Integer(5),
                HasProgressed = row.Integer(6) != 0,
                AttemptStartedAt = row.IsNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(7)),
                AttemptTrace = row.Text(8),
                Sweep = row.Text(9),
                Run = ColumnTypes.FromJson<RunSpec>(row.Text(10)!),
                SubmissionTrace = row.Text(11),
                RanOutOn = Enum.Parse<DeviceKind>(row.Text(12)!, ignoreCase: true),
                Node = row.Text(13) is { } node ? new NodeName(node) : null,
                Gpu = row.Text(14) is { } gpu ? new AttemptGpu(gpu, row.Text(15)!) : null,
                ResumesOn = row.Text(16),
                Trained = TimeSpan.FromSeconds(row.Integer(17)),
                KeepsWeights = row.Integer(18) != 0,
            },
            out var found);
        return isFound ? found : null;
    }

    /// <summary>The node of an attempt; null when the ledger does not have the attempt.</summary>
    public static NodeName? FindNode(SqliteConnection connection, AttemptId attempt) =>
        connection.QuerySingleOrDefault<string>(
            "SELECT a.node FROM attempts a JOIN trials t ON t.id = a.trial WHERE t.key = @Hex AND a.attempt = @Attempt",
            new { attempt.Trial.Hex, attempt.Attempt }) is { } node ? new NodeName(node) : null;

    /// <summary>The attempt that finished a trial; null without a result.</summary>
    public static FinishedAttempt? FindFinished(SqliteConnection connection, TrialKey trial) =>
        connection.QuerySingleOrDefault<FinishedAttempt>(
            """
            SELECT a.attempt, a.node, r.best_weights AS bestWeights, r.last_weights AS lastWeights
            FROM results r JOIN trials t ON t.id = r.trial
            JOIN attempts a ON a.trial = r.trial AND a.attempt = r.attempt WHERE t.key = @Hex
            """,
            new { trial.Hex });

    // A column of the sweep for which the trial runs. A subquery for each column is faster than a join, for which
    // SQLite would compute the whole view for each trial.
    private static string ColumnOfNeedingSweep(string column) =>
        $"(SELECT {column} FROM live_trials WHERE trial = t.id ORDER BY priority DESC, sweep LIMIT 1)";
}
