using Dapper;
using Microsoft.Data.Sqlite;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// Reads the rows behind an answer as a user of SQLite would: one plain query for each answer, through Dapper, on the
/// same ledger file.
/// </summary>
internal sealed class ByHand(string ledger) : IDisposable
{
    private const string Current =
        "revision_trials rt JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision "
        + "JOIN trials t ON t.id = rt.trial";

    private const string Trial =
        $"""
        SELECT t.key, t.spec, t.state, rt.ordinal, t.attempt, t.reason, a.node, a.doing, e.epoch, e.correct, e.total,
            e.ones, e.weights, e.seconds, r.best_weights, r.last_weights
        FROM {Current}
        LEFT JOIN attempts a ON a.trial = t.id AND a.attempt = t.attempt
        LEFT JOIN results r ON r.trial = t.id
        LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = (SELECT max(epoch) FROM epochs WHERE trial = t.id)
        WHERE rt.sweep = 'load'
        """;

    /// <summary>The sweeps with their trials counted by state.</summary>
    public const string Sweeps = $"SELECT s.name, t.state, count(*) FROM {Current} GROUP BY s.name, t.state";

    /// <summary>The hooks of the sweep.</summary>
    public const string Hooks =
        """
        SELECT hook.value, c.state, c.reason, c.ended_at FROM sweeps s
        JOIN revisions r ON r.sweep = s.name AND r.revision = s.revision, json_each(r.run_spec, '$.onFinish') hook
        LEFT JOIN hook_calls c ON c.sweep = s.name AND c.revision = s.revision AND c.hook = hook.value
        WHERE s.name = 'load'
        """;

    /// <summary>The reported values of all trials with results.</summary>
    public const string Results =
        $"""
        SELECT t.key, t.spec, t.state, e.correct, e.total, e.ones, e.weights, e.k0, e.k1, e.bops_pr, e.bparams_pr
        FROM {Current} LEFT JOIN results r ON r.trial = t.id
        LEFT JOIN epochs e ON e.trial = t.id AND e.epoch = r.best_epoch
        WHERE rt.sweep = 'load' ORDER BY rt.ordinal
        """;

    /// <summary>The trials that run.</summary>
    public const string Running = $"{Trial} AND t.state = 'running'";

    private readonly SqliteConnection _connection = new($"Data Source={ledger};Mode=ReadOnly;Pooling=False");

    /// <summary>Some trials.</summary>
    /// <param name="where">SQL: the condition.</param>
    /// <param name="orderBy">SQL: the order.</param>
    /// <param name="skip">The number of trials before the page.</param>
    /// <param name="take">The number of trials on the page.</param>
    public static string TrialsOf(string where = "1", string orderBy = Orders.Activity, int skip = 0, int take = 100) =>
        FormattableString.Invariant($"{Trial} AND {where} ORDER BY {orderBy} LIMIT {take} OFFSET {skip}");

    /// <summary>A trial with its attempts.</summary>
    public static string TrialOf(string key) =>
        $"""
        SELECT t.*, a.*, r.* FROM trials t LEFT JOIN attempts a ON a.trial = t.id LEFT JOIN results r ON r.trial = t.id
        WHERE t.key LIKE '{key}%'
        """;

    /// <summary>The epochs of a trial.</summary>
    public static string EpochsOf(string key, bool withLayers, int take = 100) => FormattableString.Invariant(
        $"""
        SELECT e.*{(withLayers ? ", c.layers" : "")} FROM trials t JOIN epochs e ON e.trial = t.id
        {(withLayers ? "JOIN layer_counts c ON c.trial = e.trial AND c.epoch = e.epoch" : "")}
        WHERE t.key = '{key}' ORDER BY e.epoch LIMIT {take}
        """);

    /// <summary>Runs a query and reads all its rows.</summary>
    public void Run(string sql) => _ = _connection.Query(sql).AsList();

    public void Dispose() => _connection.Dispose();

    /// <summary>SQL: the orders of trials.</summary>
    public static class Orders
    {
        public const string Activity =
            "CASE t.state WHEN 'running' THEN 0 WHEN 'failed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END, rt.ordinal";

        public const string Grid = "rt.ordinal";

        public const string Accuracy = "1.0 * e.correct / e.total DESC, rt.ordinal";
    }
}
