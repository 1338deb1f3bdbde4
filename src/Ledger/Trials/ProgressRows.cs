using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Reads trials with their current attempt and last epoch.</summary>
internal static class ProgressRows
{
    // The columns of a failure come last, because Dapper reads them into a record of their own, and into null when all
    // are null.
    private const string Columns =
        $"""
        t.key, t.spec, t.state, chosen.ordinal AS "order", t.attempt, t.reason, t.not_before AS notBefore,
            {TrialLookup.RunsAlone} AS runsAlone,
        {TrialLookup.ResumesOn} AS resumesOn,
        (SELECT sweep FROM live_trials WHERE trial = t.id ORDER BY priority DESC, sweep LIMIT 1) AS neededBy,
        a.node, a.doing, coalesce(e.epoch, 0) AS epoch, coalesce(e.correct, 0) AS correct, coalesce(e.total, 0)
            AS total,
        coalesce(e.ones, 0) AS ones, coalesce(e.weights, 0) AS weights, e.seconds AS epochTime,
        r.best_weights AS bestWeights, r.last_weights AS lastWeights, t.id,
        CASE t.state WHEN 'failed' THEN replace(a.ending, '-', '') END AS ending, a.exit_code AS exitCode,
        CASE t.state WHEN 'failed' THEN a.stderr_tail END AS stderrTail
        """;

    /// <summary>A trial, whose order is 0, and its row; null when the ledger does not have it.</summary>
    public static (long Row, TrialProgress Trial)? Find(SqliteConnection connection, TrialKey trial) =>
        Read(connection, "SELECT id, 0 AS ordinal FROM trials WHERE key = @Hex", "ordinal", new { trial.Hex })
            .ToList() is [var found] ? found : null;

    /// <summary>The trials that run now, by key. Their order is 0.</summary>
    public static IEnumerable<TrialProgress> ReadRunning(SqliteConnection connection) =>
        Read(connection, "SELECT id, 0 AS ordinal FROM trials WHERE state = 'running'", "t.key", new { })
            .Select(static row => row.Trial);

    /// <summary>Reads the trials that <paramref name="chosen"/> selects.</summary>
    /// <param name="connection">The ledger.</param>
    /// <param name="chosen">SQL: a SELECT of the trials' <c>id</c> and <c>ordinal</c>, and of the columns of
    /// <paramref name="orderBy"/>.</param>
    /// <param name="orderBy">The order, by columns of <c>chosen</c>.</param>
    /// <param name="parameters">The parameters of <paramref name="chosen"/>.</param>
    public static IEnumerable<(long Row, TrialProgress Trial)> Read(
        SqliteConnection connection, string chosen, string orderBy, object parameters) =>
        connection.Query<TrialProgress, long, Failure?, (long, TrialProgress)>(
            $"""
            WITH chosen AS MATERIALIZED ({chosen})
            SELECT {Columns}
            FROM chosen
            CROSS JOIN trials t ON t.id = chosen.id
            LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
            LEFT JOIN results r ON r.trial = t.id
            LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs WHERE trial = t.id)
            ORDER BY {orderBy}
            """,
            static (trial, row, failure) =>
                (row, failure is null ? trial : trial with { Failure = failure.ToRecord() }),
            parameters,
            splitOn: "id,ending");

    // Dapper takes the type of a computed column from the first row, where the ending may be null, so the ending is
    // read as text instead of an enum.
    private sealed record Failure
    {
        public string? Ending { get; init; }

        public int? ExitCode { get; init; }

        public string? StderrTail { get; init; }

        public TrialFailure ToRecord() =>
            new()
            {
                Ending = Enum.Parse<AttemptEnding>(Ending!, ignoreCase: true),
                ExitCode = ExitCode,
                StderrTail = StderrTail
            };
    }
}
