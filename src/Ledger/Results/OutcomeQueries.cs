using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Reads what a report is made of: five queries, however many trials there are.</summary>
internal static class OutcomeQueries
{
    public static SweepOutcome Read(SqliteConnection connection, string sweep, int revision)
    {
        var (tableSpec, specText) = connection.QuerySingle<(string, string)>(
            "SELECT table_spec, spec_text FROM revisions WHERE sweep = @sweep AND revision = @revision",
            new { sweep, revision });
        var table = ColumnTypes.FromJson<TableSpec>(tableSpec);
        var attempts = (connection.Query<long, AttemptProvenance, (long Trial, AttemptProvenance Attempt)>(
            """
            SELECT a.trial, a.attempt, a.node, a.device_class AS deviceClass, a.started_at AS startedAt, a.ended_at
                AS endedAt, a.ending,
                   a.reason, a.resumed_at_epoch AS resumedAtEpoch, a.started_afresh AS startedAfresh, p.key
                       AS preflight,
                   p.is_exact AS isResumeExact, p.detail AS preflightDetail
            FROM revision_trials rt JOIN attempts a ON a.trial = rt.trial
            LEFT JOIN preflights p ON p.key = a.preflight AND p.device_class = a.device_class
            WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY a.trial, a.attempt
            """,
            static (trial, attempt) => (trial, attempt),
            new { sweep, revision },
            splitOn: "attempt")).ToLookup(static row => row.Trial, static row => row.Attempt);
        var trials = connection.Query<long, TrialOutcome, (long Id, TrialOutcome Trial)>(
            """
            SELECT t.id, t.key, t.spec, t.classes, t.state, t.reason, r.sha256 AS resultSha256
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
            (chosen.GetValueOrDefault(id) is not { } its ? trial : trial with
            {
                Constraint = its.Constraint,
                Reported = its.Reported is { } reported ? epochs[(id, reported)].Figures : null,
                Last = epochs[(id, its.Last)].Figures,
                Layers = epochs[(id, its.Reported ?? its.Last)].Layers,
                Epochs = [.. scores[id]],
            }) with
            {
                Attempts = [.. attempts[id]],
            };
    }

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

    // Only of the epochs that are shown: a layer's counts are long.
    private static Dictionary<(long Trial, int Epoch),
        (EpochMetrics Figures, IReadOnlyList<LayerRecord> Layers)> ReadEpochs(
        SqliteConnection connection, IReadOnlyDictionary<long, ChosenEpochs> chosen) =>
        connection.Query<long, EpochMetrics, string?, (long Trial, EpochMetrics Figures, string? Layers)>(
            """
            SELECT e.trial, e.epoch, e.correct, e.total, e.ones, e.weights, e.entropy, e.k0, e.k1, e.bops_pr AS bopsPr,
                e.bparams_pr AS bParamsPr,
                   (SELECT count(*) FROM layers l WHERE l.trial = e.trial AND l.epoch = e.epoch) AS layers,
                   (SELECT count(*) FROM layers l WHERE l.trial = e.trial AND l.epoch = e.epoch AND l.ones IN (0,
                       l.weights)) AS oneValuedLayers,
                   c.layers AS counts
            FROM (SELECT DISTINCT value ->> 0 AS trial, value ->> 1 AS epoch FROM json_each(@shown)) shown
            JOIN epochs e ON e.trial = shown.trial AND e.epoch = shown.epoch
            LEFT JOIN layer_counts c ON c.trial = e.trial AND c.epoch = e.epoch
            """,
            static (trial, figures, layers) => (trial, figures, layers),
            new
            {
                shown = JsonSerializer.Serialize(
                    chosen.SelectMany(static trial => trial.Value.Shown.Select(epoch => new[] { trial.Key, epoch }))),
            },
            splitOn: "epoch,counts").ToDictionary(
                static row => (row.Trial, row.Figures.Epoch),
                static row => (row.Figures,
                    row.Layers is null ? (IReadOnlyList<LayerRecord>)[] : EpochLayers.Read(row.Layers)));

    /// <summary>The epochs of a finished trial that a report shows.</summary>
    private sealed record ChosenEpochs(ConstraintOutcome Constraint, int? Reported, int Last)
    {
        public int[] Shown => [Last, Reported ?? Last];

        public static ChosenEpochs Of(TrialSpec spec, AccuracyChoice choice, IReadOnlyList<EpochScore> epochs) =>
            new(ReportedEpoch.Outcome(spec, epochs), ReportedEpoch.Choose(spec, choice, epochs)?.Epoch,
                epochs[^1].Epoch);
    }
}
