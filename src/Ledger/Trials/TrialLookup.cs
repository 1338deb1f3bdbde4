using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// Finds single trials. Each start of an attempt needs one, so the statement is prepared once on each connection.
/// </summary>
internal static class TrialLookup
{
    /// <summary>
    /// SQL: whether the trial <c>t</c> has run out of memory, and so gets a node for itself from then on.
    /// </summary>
    public const string RunsAlone = "EXISTS (SELECT 1 FROM attempts WHERE trial = t.id AND ending = 'out-of-memory')";

    private static readonly string Sql =
        $$"""
        SELECT t.spec, t.state, t.attempt, t.failures, t.not_before, coalesce(a.last_sequence, 0), a.checkpoint_epoch IS NOT NULL,
               a.started_at, a.trace_parent, {{Wanting("sweep")}}, coalesce({{Wanting("run_spec")}}, '{}'), {{Wanting("trace_parent")}},
               {{RunsAlone}}, a.node
        FROM trials t
        LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
        WHERE t.key = ?
        """;

    /// <summary>Null when the ledger does not know the trial.</summary>
    public static TrialRow? Find(ReadConnection connection, TrialKey trial)
    {
        var isFound = connection.Statements[Sql].With(trial.Hex).TryRead(
            row => new TrialRow
            {
                Key = trial,
                Spec = ColumnTypes.FromJson<TrialSpec>(row.Text(0)!),
                State = Enum.Parse<TrialState>(row.Text(1)!, ignoreCase: true),
                Attempt = (int)row.Whole(2),
                Failures = (int)row.Whole(3),
                NotBefore = row.IsNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Whole(4)),
                LastSequence = row.Whole(5),
                HasProgressed = row.Whole(6) != 0,
                AttemptStartedAt = row.IsNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Whole(7)),
                AttemptTrace = row.Text(8),
                Sweep = row.Text(9),
                Run = ColumnTypes.FromJson<RunSpec>(row.Text(10)!),
                SubmissionTrace = row.Text(11),
                RunsAlone = row.Whole(12) != 0,
                Node = row.Text(13) is { } node ? new NodeName(node) : null,
            },
            out var found);
        return isFound ? found : null;
    }

    // Of the sweep on whose behalf it runs. Asked one by one: joined, the view would be made whole for each trial,
    // all sweeps' trials of it.
    private static string Wanting(string column) =>
        $"(SELECT {column} FROM live_trials WHERE trial = t.id ORDER BY priority DESC, sweep LIMIT 1)";
}
