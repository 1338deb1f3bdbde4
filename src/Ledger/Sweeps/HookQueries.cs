using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>Reads and records the calls of hooks.</summary>
internal static class HookQueries
{
    // SQL: whether a trial of the revision r has not ended. Only trials without a result are visited, through the index
    // by state, because this is asked after each change of the ledger.
    private const string HasOpenTrial =
        """
        EXISTS (SELECT 1 FROM trials t CROSS JOIN revision_trials rt ON rt.trial = t.id
                WHERE t.state IN ('waiting', 'running', 'withdrawn') AND rt.sweep = r.sweep AND rt.revision = r.revision)
        """;

    /// <summary>The hooks of ended sweeps that have not been called.</summary>
    public static IReadOnlyList<DueHook> ReadDue(SqliteConnection connection) =>
    [
        .. connection.Query<(string Sweep, int Revision, string Hook)>(
            $"""
            SELECT s.name AS sweep, s.revision AS revision, hook.value AS hook
            FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision,
                json_each(r.run_spec, '$.onFinish') hook
            WHERE NOT EXISTS (SELECT 1 FROM hook_calls c
                              WHERE c.sweep = s.name AND c.revision = s.revision AND c.hook = hook.value)
                AND NOT {HasOpenTrial}
            ORDER BY s.name, hook.id
            """).Select(static due => new DueHook(due.Sweep, due.Revision, due.Hook)),
    ];

    /// <summary>The hooks of a sweep's latest revision, in the order of its spec.</summary>
    public static IReadOnlyList<SweepHook> Read(SqliteConnection connection, string sweep) =>
    [
        .. connection.Query<SweepHook>(
            """
            SELECT hook.value AS name, coalesce(c.state, 'pending') AS state, c.reason, c.ended_at AS at
            FROM sweeps s JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision,
                json_each(r.run_spec, '$.onFinish') hook
            LEFT JOIN hook_calls c ON c.sweep = s.name AND c.revision = s.revision AND c.hook = hook.value
            WHERE s.name = @sweep ORDER BY hook.id
            """,
            new { sweep }),
    ];

    /// <summary>
    /// Records how a hook's call ended. Changes nothing when failed trials were retried during the call, because the
    /// hook must be called again when they have ended.
    /// </summary>
    public static int Record(SqliteConnection connection, DueHook due, HookOutcome outcome, long now) =>
        connection.Execute(
            $"""
            INSERT INTO hook_calls (sweep, revision, hook, state, reason, ended_at)
            SELECT r.sweep, r.revision, @Hook, @state, @Reason, @now
            FROM revisions r WHERE r.sweep = @Sweep AND r.revision = @Revision AND NOT {HasOpenTrial}
            ON CONFLICT (sweep, revision, hook) DO UPDATE SET
                state = excluded.state, reason = excluded.reason, ended_at = excluded.ended_at
            """,
            new { due.Sweep, due.Revision, due.Hook, state = EnumWords.Of(outcome.State), outcome.Reason, now });

    /// <summary>Makes the hooks of a revision due again, because its sweep will end again.</summary>
    public static void Forget(SqliteConnection connection, string sweep, int revision) => connection.Execute(
        "DELETE FROM hook_calls WHERE sweep = @sweep AND revision = @revision", new { sweep, revision });
}
