using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// Reads a page of trials. It orders and limits the trials first, so that only those on the page are read in full.
/// </summary>
internal static class PageQueries
{
    /// <summary>
    /// SQL: the share of correct images in the last epoch of the trial <c>t</c>, as <see
    /// cref="TrialPosition.Accuracy"/> defines it.
    /// </summary>
    private const string Accuracy =
        "coalesce((SELECT 1.0 * correct / total FROM epochs WHERE trial = t.id ORDER BY epoch DESC LIMIT 1), -1.0)";

    /// <summary>SQL: the place of the trial's state in <see cref="ByActivity"/>.</summary>
    private const string ActivityRank =
        "CASE t.state WHEN 'running' THEN 0 WHEN 'failed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END";

    private static readonly TrialState[][] ByActivity =
        [[TrialState.Running], [TrialState.Failed], [TrialState.Waiting], [TrialState.Finished, TrialState.Withdrawn]];

    private static readonly TrialState[][] Together = [Enum.GetValues<TrialState>()];

    public static TrialPage Read(SqliteConnection connection, SweepSummary sweep, PageRequest request)
    {
        if (request.Positions is { } positions) return ReadPositions(connection, sweep, request, positions);
        var groups = request.Order == TrialOrder.Activity ? ByActivity : Together;
        var (skip, trials, last) = (request.Skip, new List<TrialProgress>(), request.After?.Group ?? 0);
        for (var group = last; group < groups.Length && trials.Count < request.Take; group++)
        {
            var states = groups[group].Where(state => request.State is null || state == request.State).ToList();
            var count = states.Sum(sweep.Counts.Of);
            var after = group == request.After?.Group ? request.After : null;
            if (count == 0) continue;
            if (after is null && skip >= count)
            {
                skip -= count;
                continue;
            }

            var read = ReadGroup(connection, sweep, request.Order, states, count, after, skip,
                request.Take - trials.Count);
            (skip, last) = (0, read.Count > 0 ? group : last);
            trials.AddRange(read);
        }

        var total = request.State is { } only ? sweep.Counts.Of(only) : sweep.Counts.Trials;
        var end = trials.Count == request.Take ? PositionOf(trials[^1], last, request.Order) : null;
        return new TrialPage(sweep, total, trials, end);
    }

    private static List<TrialProgress> ReadGroup(
        SqliteConnection connection, SweepSummary sweep, TrialOrder order, List<TrialState> states, int count,
        TrialPosition? after, int skip, int take)
    {
        // When few trials are in the states, the index by state is faster; when many are, walking along the grid until
        // the page is full is faster.
        const string ByState = "trials t CROSS JOIN revision_trials rt ON rt.trial = t.id";
        const string AlongGrid = "revision_trials rt CROSS JOIN trials t ON t.id = rt.trial";
        var words = string.Join(", ", states.Select(static state => $"'{EnumWords.Of(state)}'"));
        var (score, behind, orderBy) = order == TrialOrder.Accuracy
            ? (Accuracy, "(score < @Accuracy OR (score = @Accuracy AND rt.ordinal > @Order))", "score DESC, ordinal")
            : ("0.0", "rt.ordinal > @Order", "ordinal");
        return
        [
            .. ProgressRows.Read(
                connection,
                $"""
                SELECT t.id, rt.ordinal, {score} AS score FROM {(count < sweep.Counts.Trials / 8 ? ByState : AlongGrid)}
                WHERE rt.sweep = @Name AND rt.revision = @Revision
                    AND t.state IN ({words}) {(after is null ? "" : $"AND {behind}")}
                ORDER BY {orderBy} LIMIT @take OFFSET @skip
                """,
                orderBy,
                new { sweep.Name, sweep.Revision, after?.Accuracy, after?.Order, skip, take })
                    .Select(static row => row.Trial),
        ];
    }

    private static TrialPage ReadPositions(
        SqliteConnection connection, SweepSummary sweep, PageRequest request, IReadOnlyList<int> positions)
    {
        const string Chosen =
            """
            json_each(@positions) p
            CROSS JOIN revision_trials rt ON rt.sweep = @Name AND rt.revision = @Revision AND rt.ordinal = p.value
            CROSS JOIN trials t ON t.id = rt.trial
            WHERE (@state IS NULL OR t.state = @state)
            """;
        var (score, orderBy) = request.Order switch
        {
            TrialOrder.Accuracy => (Accuracy, "score DESC, place"),
            TrialOrder.Activity => (ActivityRank, "score, place"),
            _ => ("0", "place"),
        };
        var parameters = new
        {
            sweep.Name,
            sweep.Revision,
            positions = JsonSerializer.Serialize(positions),
            state = request.State is { } state ? EnumWords.Of(state) : null,
            request.Skip,
            request.Take,
        };
        var total = request.State is null
            ? positions.Count : connection.QuerySingle<int>($"SELECT count(*) FROM {Chosen}", parameters);
        var trials = ProgressRows.Read(
            connection,
            $"""
            SELECT t.id, rt.ordinal, p.key AS place, {score} AS score FROM {Chosen}
            ORDER BY {orderBy} LIMIT @Take OFFSET @Skip
            """,
            orderBy,
            parameters).Select(static row => row.Trial);
        return new TrialPage(sweep, total, [.. trials], End: null);
    }

    private static TrialPosition PositionOf(TrialProgress trial, int group, TrialOrder order)
    {
        var accuracy = order != TrialOrder.Accuracy ? 0 : trial.Total == 0 ? -1 : (double)trial.Correct / trial.Total;
        return new TrialPosition(group, accuracy, trial.Order);
    }
}
