using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Reads the data of a report, in five queries for any number of trials.</summary>
internal static class OutcomeQueries
{
    public static SweepOutcome Read(SqliteConnection connection, string sweep, int revision)
    {
        var (tableSpec, specText) = connection.QuerySingle<(string, string)>(
            "SELECT table_spec, spec_text FROM revisions WHERE sweep = @sweep AND revision = @revision",
            new { sweep, revision });
        var table = ColumnTypes.FromJson<TableSpec>(tableSpec);
        var attempts = AttemptQueries.Read(
            connection,
            "SELECT trial AS id FROM revision_trials WHERE sweep = @sweep AND revision = @revision",
            new { sweep, revision });
        var trials = connection.Query<long, TrialOutcome, (long Id, TrialOutcome Trial)>(
            """
            SELECT t.id, t.key, t.spec, t.classes, t.state, t.reason, r.sha256 AS resultSha256,
                   r.form AS resultForm, r.best_weights AS bestWeights, r.last_weights AS lastWeights
            FROM revision_trials rt
            JOIN trials t ON t.id = rt.trial
            LEFT JOIN results r ON r.trial = t.id
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal
            """,
            static (id, trial) => (id, trial),
            new { sweep, revision },
            splitOn: "key").ToList();
        var scores = ReadScores(connection, sweep, revision);
        var chosen = trials.Where(trial => scores.Contains(trial.Id)).ToDictionary(
            static trial => trial.Id, trial =>
                ChosenEpochs.Of(trial.Trial.Spec, table.Accuracy, [.. scores[trial.Id]]));
        var epochs = ReadEpochs(connection, chosen);
        return new SweepOutcome(sweep, revision, table, [.. trials.Select(trial => Complete(trial.Id, trial.Trial))])
        {
            SpecText = specText,
        };

        TrialOutcome Complete(long id, TrialOutcome trial) =>
            (chosen.GetValueOrDefault(id) is not { } choice ? trial : trial with
            {
                Constraint = choice.Constraint,
                Reported = choice.Reported is { } reported ? epochs[(id, reported)].Metrics : null,
                Last = epochs[(id, choice.Last)].Metrics,
                Layers = epochs[(id, choice.Reported ?? choice.Last)].Layers,
                Epochs = [.. scores[id]],
            }) with
            {
                Attempts = [.. attempts[id]],
            };
    }

    /// <summary>The table that a revision's spec describes.</summary>
    public static TableSpec ReadTable(SqliteConnection connection, string sweep, int revision) =>
        ColumnTypes.FromJson<TableSpec>(connection.QuerySingle<string>(
            "SELECT table_spec FROM revisions WHERE sweep = @sweep AND revision = @revision", new { sweep, revision }));

    private static ILookup<long, EpochScore> ReadScores(SqliteConnection connection, string sweep, int revision) =>
        connection.Query<long, EpochScore, (long Trial, EpochScore Score)>(
            """
            SELECT e.trial, e.epoch, e.correct, e.total, e.validation_correct AS validationCorrect, e.ones, e.weights
            FROM revision_trials rt
            JOIN results r ON r.trial = rt.trial
            JOIN epochs e ON e.trial = r.trial
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY e.trial, e.epoch
            """,
            static (trial, score) => (trial, score),
            new { sweep, revision },
            splitOn: "epoch").ToLookup(static row => row.Trial, static row => row.Score);

    // Reads only the epochs that the report shows, because the layer counts are large.
    private static Dictionary<(long Trial, int Epoch),
        (EpochMetrics Metrics, IReadOnlyList<LayerRecord> Layers)> ReadEpochs(
        SqliteConnection connection, IReadOnlyDictionary<long, ChosenEpochs> chosen) =>
        connection.Query<long, EpochMetrics, string?,
            (long Trial, EpochMetrics Metrics, IReadOnlyList<LayerRecord> Layers)>(
            """
            SELECT e.trial, e.epoch, e.correct, e.total, e.ones, e.weights, e.entropy, e.k0, e.k1, e.bops_pr AS bopsPr,
                e.bparams_pr AS bParamsPr, c.layers AS counts
            FROM (SELECT DISTINCT value ->> 0 AS trial, value ->> 1 AS epoch FROM json_each(@shown)) shown
            JOIN epochs e ON e.trial = shown.trial AND e.epoch = shown.epoch
            LEFT JOIN layer_counts c ON c.trial = e.trial AND c.epoch = e.epoch
            """,
            static (trial, metrics, layers) => (trial, metrics, layers is null ? [] : EpochLayers.Read(layers)),
            new
            {
                shown = JsonSerializer.Serialize(
                    chosen.SelectMany(static trial => trial.Value.Shown.Select(epoch => new[] { trial.Key, epoch }))),
            },
            splitOn: "epoch,counts").ToDictionary(
                static row => (row.Trial, row.Metrics.Epoch),
                static row => (row.Metrics with
                {
                    Layers = row.Layers.Count,
                    OneValuedLayers = row.Layers.Count(static layer => layer.Ones == 0 || layer.Ones == layer.Weights),
                }, row.Layers));

    /// <summary>The epochs of a finished trial that a report shows.</summary>
    private sealed record ChosenEpochs(ConstraintOutcome Constraint, int? Reported, int Last)
    {
        public int[] Shown => [Last, Reported ?? Last];

        public static ChosenEpochs Of(TrialSpec spec, AccuracyChoice choice, IReadOnlyList<EpochScore> epochs) =>
            new(ReportedEpoch.Outcome(spec, epochs), ReportedEpoch.Choose(spec, choice, epochs)?.Epoch,
                epochs[^1].Epoch);
    }
}
