using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// Finds the trials that changed since a mark, without reading the others. A trial of an active sweep changes only
/// while one of its attempts runs. So a changed trial was open at the mark (attempted, but not finished), is open now,
/// or began an attempt in between. Every other change of trials comes with a change of the sweep itself, and then all
/// trials are read.
/// </summary>
internal static class ChangeQueries
{
    private const string Candidates =
        """
        SELECT id FROM trials WHERE state IN ('running', 'failed')
        UNION SELECT trial FROM attempts WHERE rowid > @LastAttempt
        UNION SELECT value FROM json_each(@open)
        """;

    /// <summary>The mark of a sweep's current state.</summary>
    public static ChangeMark ReadMark(SqliteConnection connection, SweepSummary sweep) => MarkOf(
        connection,
        sweep,
        connection.Query<long>(
            """
            SELECT t.id FROM trials t CROSS JOIN revision_trials rt ON rt.trial = t.id
            WHERE t.state IN ('waiting', 'running', 'failed', 'withdrawn') AND t.attempt > 0
                AND rt.sweep = @Name AND rt.revision = @Revision
            """,
            new { sweep.Name, sweep.Revision }));

    public static ChangedTrials Read(SqliteConnection connection, SweepSummary sweep, ChangeMark? since)
    {
        var known = since is not null && sweep.Revision == since.Revision && sweep.DesiredState == since.DesiredState
            && sweep.Counts.Withdrawn == since.Withdrawn;
        var rows = ProgressRows.Read(
            connection,
            $"""
            SELECT rt.trial AS id, rt.ordinal
            FROM {(known ? $"({Candidates}) c CROSS JOIN revision_trials rt ON rt.trial = c.id" : "revision_trials rt")}
            WHERE rt.sweep = @Name AND rt.revision = @Revision
            """,
            "ordinal",
            new { sweep.Name, sweep.Revision, since?.LastAttempt, open = JsonSerializer.Serialize(since?.Open ?? []) })
                .ToList();
        var open = rows.Where(static row => row.Trial is { State: not TrialState.Finished, Attempt: > 0 })
            .Select(static row => row.Row);
        return new ChangedTrials(
            sweep, [.. rows.Select(static row => row.Trial)], MarkOf(connection, sweep, open));
    }

    // Row numbers of attempts only increase, because attempts are never deleted.
    private static ChangeMark MarkOf(SqliteConnection connection, SweepSummary sweep, IEnumerable<long> open) => new(
        sweep.Revision, sweep.DesiredState, sweep.Counts.Withdrawn,
        connection.QuerySingle<long>("SELECT coalesce(max(rowid), 0) FROM attempts"), [.. open]);
}
