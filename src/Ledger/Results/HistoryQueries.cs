using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// Reads trials with all their epochs, a few trials at a time, because a large sweep does not fit into memory.
/// </summary>
internal static class HistoryQueries
{
    public static IReadOnlyList<TrialHistory> Read(
        SqliteConnection connection, string sweep, int revision, AccuracyChoice accuracy, int after, int take)
    {
        var trials = connection.Query<long, TrialHistory, (long Id, TrialHistory Trial)>(
            """
            SELECT t.id, rt.ordinal, t.key, t.spec, t.classes, t.state, t.reason, r.sha256 AS resultSha256,
                   r.committed_at AS committedAt
            FROM revision_trials rt
            JOIN trials t ON t.id = rt.trial
            LEFT JOIN results r ON r.trial = t.id
            WHERE rt.sweep = @sweep AND rt.revision = @revision AND rt.ordinal > @after
            ORDER BY rt.ordinal LIMIT @take
            """,
            static (id, trial) => (id, trial),
            new { sweep, revision, after, take },
            splitOn: "ordinal").ToList();
        var attempts = AttemptQueries.Read(
            connection,
            "SELECT value AS id FROM json_each(@ids)",
            new { ids = JsonSerializer.Serialize(trials.Select(static trial => trial.Id)) });
        return
        [
            .. trials.Select(trial => WithOutcome(
                trial.Trial with { Attempts = [.. attempts[trial.Id]], Epochs = ReadEpochs(connection, trial.Id) },
                accuracy)),
        ];
    }

    private static IReadOnlyList<RecordedEpoch> ReadEpochs(SqliteConnection connection, long trial) =>
    [
        .. connection.Query<EpochRecord, MeasuredAccuracy?, Origin, RecordedEpoch>(
            """
            SELECT e.epoch, e.learning_rate AS learningRate, e.train_loss AS trainLoss, e.penalty, e.lambda,
                   e.test_loss AS testLoss, e.correct, e.total, e.ones, e.weights, e.entropy, e.k0, e.k1,
                   e.bops_pr AS bopsPr, e.bparams_pr AS bParamsPr, e.validation_loss AS loss,
                   e.validation_correct AS correct, e.validation_total AS total, e.attempt, e.seconds,
                   e.images_per_second AS imagesPerSecond, c.layers
            FROM epochs e LEFT JOIN layer_counts c ON c.trial = e.trial AND c.epoch = e.epoch
            WHERE e.trial = @trial ORDER BY e.epoch
            """,
            static (metrics, validation, origin) => new RecordedEpoch(
                metrics with
                {
                    Validation = validation,
                    Layers = origin.Layers is null ? [] : EpochLayers.Read(origin.Layers),
                },
                origin.Attempt, origin.Seconds, origin.ImagesPerSecond),
            new { trial },
            splitOn: "loss,attempt"),
    ];

    private static TrialHistory WithOutcome(TrialHistory trial, AccuracyChoice accuracy)
    {
        if (trial.ResultSha256 is null) return trial;
        var scores = trial.Epochs.Select(static epoch => new EpochScore
        {
            Epoch = epoch.Metrics.Epoch,
            Correct = epoch.Metrics.Correct,
            Total = epoch.Metrics.Total,
            ValidationCorrect = epoch.Metrics.Validation?.Correct,
            Ones = epoch.Metrics.Ones,
            Weights = epoch.Metrics.Weights,
        }).ToList();
        return trial with
        {
            Constraint = Results.ReportedEpoch.Outcome(trial.Spec, scores),
            ReportedEpoch = Results.ReportedEpoch.Choose(trial.Spec, accuracy, scores)?.Epoch,
        };
    }

    private sealed record Origin
    {
        public required int Attempt { get; init; }

        public double? Seconds { get; init; }

        public double? ImagesPerSecond { get; init; }

        public string? Layers { get; init; }
    }
}
