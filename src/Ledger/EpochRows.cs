using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// Writes the rows of epochs and their layers. A trial has one row for each epoch, whichever attempt trained it: provisional from an event,
/// then the result's.
/// </summary>
internal sealed class EpochRows(SqliteConnection connection) : IDisposable
{
    // Seconds and speed are known from events only, and kept when the result's figures replace the event's.
    private readonly Statement _putEpoch = new(
        connection,
        """
        INSERT INTO epochs (trial, epoch, attempt, learning_rate, train_loss, penalty, lambda, test_loss, correct, total, ones, weights,
            entropy, k0, k1, bops_pr, bparams_pr, validation_loss, validation_correct, validation_total, seconds, images_per_second)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (trial, epoch) DO UPDATE SET attempt = excluded.attempt, learning_rate = excluded.learning_rate,
            train_loss = excluded.train_loss, penalty = excluded.penalty, lambda = excluded.lambda, test_loss = excluded.test_loss,
            correct = excluded.correct, total = excluded.total, ones = excluded.ones, weights = excluded.weights,
            entropy = excluded.entropy, k0 = excluded.k0, k1 = excluded.k1, bops_pr = excluded.bops_pr, bparams_pr = excluded.bparams_pr,
            validation_loss = excluded.validation_loss, validation_correct = excluded.validation_correct, validation_total = excluded.validation_total,
            seconds = coalesce(excluded.seconds, seconds), images_per_second = coalesce(excluded.images_per_second, images_per_second)
        """);

    private readonly Statement _putLayer = new(
        connection,
        """
        INSERT OR REPLACE INTO layers
            (trial, epoch, layer, weights, ones, empty_filters, dense_bops, tau, phi, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly Statement _cut = new(connection, "DELETE FROM epochs WHERE trial = ? AND epoch > ?"); // Their layers go with them.

    /// <summary>Puts an epoch that the running attempt has just trained.</summary>
    public void PutProvisional(long trial, int attempt, EpochTrained trained) =>
        Put(trial, attempt, trained.Epoch, trained.Seconds, trained.ImagesPerSecond);

    /// <summary>Forgets the epochs after <paramref name="epoch"/>: they will be trained again, or are not the result's.</summary>
    public void CutAfter(long trial, int epoch) => _cut.With(trial).With(epoch).Run();

    /// <summary>Puts a result's epochs in place of whatever the trial has.</summary>
    public void Replace(long trial, int attempt, TrialResult result)
    {
        CutAfter(trial, result.Last.Epoch);
        foreach (var epoch in result.Epochs) Put(trial, attempt, epoch, seconds: null, imagesPerSecond: null);
    }

    public void Dispose()
    {
        _putEpoch.Dispose();
        _putLayer.Dispose();
        _cut.Dispose();
    }

    private void Put(long trial, int attempt, EpochRecord epoch, double? seconds, double? imagesPerSecond)
    {
        if (epoch.Layers.FirstOrDefault(static layer => layer.Hamming.Count is not (0 or 10)) is { } odd)
            throw new ArgumentException($"layer {odd.Order} has {odd.Hamming.Count} Hamming counts; a 3×3 layer has 10 and a 1×1 layer none");

        _putEpoch.With(trial).With(epoch.Epoch).With(attempt).With(epoch.LearningRate).With(epoch.TrainLoss).With(epoch.Penalty)
            .With(epoch.Lambda).With(epoch.TestLoss).With(epoch.Correct).With(epoch.Total).With(epoch.Ones).With(epoch.Weights)
            .With(epoch.Entropy).With(epoch.K0).With(epoch.K1).With(epoch.BopsPr).With(epoch.BParamsPr)
            .With(epoch.Validation?.Loss).With(epoch.Validation?.Correct).With(epoch.Validation?.Total).With(seconds).With(imagesPerSecond)
            .Run();
        foreach (var layer in epoch.Layers)
        {
            _putLayer.With(trial).With(epoch.Epoch).With(layer.Order).With(layer.Weights).With(layer.Ones).With(layer.EmptyFilters)
                .With(layer.DenseBops).With(layer.Tau).With(layer.Phi);
            for (var ones = 0; ones <= 9; ones++) _putLayer.With(layer.Hamming.Count > ones ? layer.Hamming[ones] : null);
            _putLayer.Run();
        }
    }
}
