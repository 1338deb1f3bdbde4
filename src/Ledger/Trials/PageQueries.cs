using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Reads a page of trials: ordered and cut first, so that only what is shown is read whole.</summary>
internal static class PageQueries
{
    /// <summary>The columns of a <see cref="TrialProgress"/>, of trials as t with <see cref="ProgressJoins"/>.</summary>
    public const string Progress =
        $"""
        t.key, t.spec, t.state, t.attempt, t.reason, t.not_before AS notBefore, {TrialLookup.RunsAlone} AS runsAlone, a.node, a.doing,
        coalesce(e.epoch, 0) AS epoch, coalesce(e.correct, 0) AS correct, coalesce(e.total, 0) AS total, coalesce(e.ones, 0) AS ones,
        coalesce(e.weights, 0) AS weights, e.seconds AS epochSeconds
        """;

    /// <summary>A trial's current attempt as a, and its last epoch as e.</summary>
    public const string ProgressJoins =
        """
        LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
        LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs WHERE trial = t.id)
        """;

    public static TrialPage Read(SqliteConnection connection, string sweep, int revision, PageRequest request)
    {
        var state = request.State is { } only ? Knobs.WordOf(only) : null;
        var total = connection.QuerySingle<int>(
            """
            SELECT count(*) FROM revision_trials rt JOIN trials t ON t.id = rt.trial
            WHERE rt.sweep = @sweep AND rt.revision = @revision AND (@state IS NULL OR t.state = @state)
            """,
            new { sweep, revision, state });
        var trials = connection.Query<TrialProgress>(
            $"""
            WITH page AS (
                SELECT t.id, row_number() OVER (ORDER BY {OrderBy(request.Order)}) AS place
                FROM revision_trials rt JOIN trials t ON t.id = rt.trial
                WHERE rt.sweep = @sweep AND rt.revision = @revision AND (@state IS NULL OR t.state = @state)
                ORDER BY place LIMIT @Take OFFSET @Skip
            )
            SELECT {Progress}
            FROM page JOIN trials t ON t.id = page.id
            {ProgressJoins}
            ORDER BY page.place
            """,
            new { sweep, revision, state, request.Skip, request.Take });
        return new TrialPage(revision, total, [.. trials]);
    }

    private static string OrderBy(TrialOrder order) => order switch
    {
        TrialOrder.Activity => "CASE t.state WHEN 'running' THEN 0 WHEN 'failed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END, rt.ordinal",
        TrialOrder.Grid => "rt.ordinal",
        TrialOrder.Accuracy =>
            "(SELECT 1.0 * correct / total FROM epochs WHERE trial = t.id ORDER BY epoch DESC LIMIT 1) DESC NULLS LAST, rt.ordinal",
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no order of trials"),
    };
}
