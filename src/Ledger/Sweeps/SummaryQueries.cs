using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// Counts the trials of sweeps by state. Only trials without a result are visited, through the index by state; the
/// others are finished. So a summary of 40,000 finished trials takes about a millisecond.
/// </summary>
internal static class SummaryQueries
{
    private const string Sql =
        $"""
        WITH unfinished AS MATERIALIZED (
            SELECT s.name, t.state, CASE WHEN t.state IN ('waiting',
                'running') THEN (t.spec ->> '$.epochs') - coalesce(e.epoch, 0) END AS ahead,
                   e.seconds
            FROM trials t
            CROSS JOIN revision_trials rt ON rt.trial = t.id
            CROSS JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision
            LEFT JOIN epochs e
                ON t.state IN ('waiting', 'running') AND e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs
                WHERE trial = t.id)
            WHERE t.state IN ('waiting', 'running', 'failed', 'withdrawn') AND (@sweep IS NULL OR s.name = @sweep)
        ),
        counted AS (
            SELECT name, count(*) AS unfinished, sum(state = 'waiting') AS waiting, sum(state = 'running') AS running,
                   sum(state = 'failed') AS failed, sum(state = 'withdrawn') AS withdrawn,
                   (total(ahead * seconds) + avg(seconds) * total(CASE WHEN seconds IS NULL THEN ahead END))
                       / nullif(sum(state = 'running'), 0) AS timeLeft
            FROM unfinished GROUP BY name
        ),
        sized AS (
            SELECT *, (SELECT count(*) FROM revision_trials rt WHERE rt.sweep = s.name AND rt.revision = s.revision)
                AS trials
            FROM sweeps s
            WHERE (@sweep IS NULL OR s.name = @sweep) AND (@after IS NULL OR s.name > @after)
            ORDER BY s.name LIMIT @take
        )
        SELECT s.name, s.revision, s.{RevisionRows.DesiredStateColumn} AS desiredState, s.priority, c.timeLeft,
               s.trials, coalesce(c.waiting, 0) AS waiting, coalesce(c.running, 0) AS running,
               s.trials - coalesce(c.unfinished, 0) AS finished, coalesce(c.failed, 0) AS failed, coalesce(c.withdrawn,
                   0) AS withdrawn
        FROM sized s LEFT JOIN counted c ON c.name = s.name ORDER BY s.name
        """;

    /// <summary>The summary of a sweep; null when there is no such sweep.</summary>
    public static SweepSummary? Find(SqliteConnection connection, string sweep) =>
        Query(connection, sweep, after: null, take: 1).SingleOrDefault();

    /// <summary>
    /// At most <paramref name="take"/> sweeps whose names come after <paramref name="after"/>, by name.
    /// </summary>
    public static IReadOnlyList<SweepSummary> Read(SqliteConnection connection, string? after, int take) =>
        [.. Query(connection, sweep: null, after, take)];

    /// <summary>The number of attempts of the trials of a sweep's revision.</summary>
    public static long CountAttempts(SqliteConnection connection, SweepSummary sweep) =>
        connection.QuerySingle<long>(
            """
            SELECT coalesce(sum(t.attempt), 0) FROM revision_trials rt JOIN trials t ON t.id = rt.trial
            WHERE rt.sweep = @Name AND rt.revision = @Revision
            """,
            new { sweep.Name, sweep.Revision });

    /// <summary>
    /// The state that the sweeps desire whose latest revision contains a trial: active if one is active, otherwise
    /// paused if one is paused.
    /// </summary>
    public static DesiredState FindDesiredState(SqliteConnection connection, TrialKey trial) =>
        connection.Query<string>(
            $"""
            SELECT s.{RevisionRows.DesiredStateColumn} FROM trials t JOIN revision_trials rt ON rt.trial = t.id
            JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision WHERE t.key = @Hex
            """,
            new { trial.Hex })
            .Select(static word => Enum.Parse<DesiredState>(word, ignoreCase: true)).Order().FirstOrDefault();

    private static IEnumerable<SweepSummary> Query(
        SqliteConnection connection, string? sweep, string? after, int take) =>
        connection.Query<SweepSummary, TrialCounts, SweepSummary>(
            Sql, static (summary, counts) =>
                summary with { Counts = counts }, new { sweep, after, take }, splitOn: "trials");
}
