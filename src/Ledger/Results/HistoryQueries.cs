using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

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
                trial.Trial with
                {
                    Attempts = [.. attempts[trial.Id]],
                    Epochs = ReadEpochs(connection, trial.Id, after: 0, int.MaxValue, withLayers: true),
                },
                accuracy)),
        ];
    }

    /// <summary>A trial with its attempts and all epochs; null when the ledger does not have it.</summary>
    public static TrialDetail? Find(SqliteConnection connection, TrialKey trial)
    {
        if (ProgressRows.Find(connection, trial) is not var (id, progress)) return null;
        var detail = connection.QuerySingle<TrialDetail>(
            """
            SELECT t.classes, r.sha256 AS resultSha256, r.committed_at AS committedAt,
                   (SELECT json_group_array(DISTINCT s.name) FROM revision_trials rt
                    JOIN sweeps s ON s.name = rt.sweep AND s.revision = rt.revision WHERE rt.trial = t.id) AS sweeps
            FROM trials t LEFT JOIN results r ON r.trial = t.id WHERE t.id = @id
            """,
            new { id });
        var epochs = ReadEpochs(connection, id, after: 0, int.MaxValue, withLayers: false);
        return detail with
        {
            Progress = progress,
            Attempts = [.. AttemptQueries.Read(connection, "SELECT @id AS id", new { id })[id]],
            Epochs = epochs,
            Constraint = detail.ResultSha256 is null
                ? null : Results.ReportedEpoch.Outcome(progress.Spec, [.. epochs.Select(ScoreOf)]),
        };
    }

    /// <summary>Some epochs of a trial, first to last; empty when the ledger does not have the trial.</summary>
    /// <param name="connection">The ledger.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="after">Only epochs after this one; 0: from the first.</param>
    /// <param name="take">The largest number of epochs.</param>
    /// <param name="withLayers">Whether to read the counts of each layer, which take most of the space.</param>
    public static IReadOnlyList<RecordedEpoch> ReadEpochs(
        SqliteConnection connection, TrialKey trial, int after, int take, bool withLayers) =>
        connection.QuerySingleOrDefault<long?>("SELECT id FROM trials WHERE key = @Hex", new { trial.Hex }) is { } id
            ? ReadEpochs(connection, id, after, take, withLayers)
            : [];

    private static IReadOnlyList<RecordedEpoch> ReadEpochs(
        SqliteConnection connection, long trial, int after, int take, bool withLayers) =>
    [
        .. connection.Query<EpochRecord, MeasuredAccuracy?, Origin, RecordedEpoch>(
            $"""
            SELECT e.epoch, e.learning_rate AS learningRate, e.train_loss AS trainLoss, e.penalty, e.lambda,
                   e.test_loss AS testLoss, e.correct, e.total, e.ones, e.weights, e.entropy, e.k0, e.k1,
                   e.bops_pr AS bopsPr, e.bparams_pr AS bParamsPr, e.validation_loss AS loss,
                   e.validation_correct AS correct, e.validation_total AS total, e.attempt, e.seconds,
                   e.images_per_second AS imagesPerSecond, {(withLayers ? "c.layers" : "NULL AS layers")}
            FROM epochs e LEFT JOIN layer_counts c ON c.trial = e.trial AND c.epoch = e.epoch
            WHERE e.trial = @trial AND e.epoch > @after ORDER BY e.epoch LIMIT @take
            """,
            static (metrics, validation, origin) => new RecordedEpoch(
                metrics with
                {
                    Validation = validation,
                    Layers = origin.Layers is null ? [] : EpochLayers.Read(origin.Layers),
                },
                origin.Attempt, origin.Seconds, origin.ImagesPerSecond),
            new { trial, after, take },
            splitOn: "loss,attempt"),
    ];

    private static TrialHistory WithOutcome(TrialHistory trial, AccuracyChoice accuracy)
    {
        if (trial.ResultSha256 is null) return trial;
        var scores = trial.Epochs.Select(ScoreOf).ToList();
        return trial with
        {
            Constraint = Results.ReportedEpoch.Outcome(trial.Spec, scores),
            ReportedEpoch = Results.ReportedEpoch.Choose(trial.Spec, accuracy, scores)?.Epoch,
        };
    }

    private static EpochScore ScoreOf(RecordedEpoch epoch) => new()
    {
        Epoch = epoch.Metrics.Epoch,
        Correct = epoch.Metrics.Correct,
        Total = epoch.Metrics.Total,
        ValidationCorrect = epoch.Metrics.Validation?.Correct,
        Ones = epoch.Metrics.Ones,
        Weights = epoch.Metrics.Weights,
    };

    private sealed record Origin
    {
        public required int Attempt { get; init; }

        public double? Seconds { get; init; }

        public double? ImagesPerSecond { get; init; }

        public string? Layers { get; init; }
    }
}
