using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>
/// Writes the rows of epochs and their layers. A trial has one row for each epoch, no matter which attempt trained the
/// epoch. A row first holds the values that the trainer reported in an event, and later those of the committed result.
/// Callers serialize layers with <see cref="EpochLayers"/> before they queue a write, because all writes run one after
/// another.
/// </summary>
internal sealed class EpochRows(SqliteConnection connection) : IDisposable
{
    // Seconds and speed come from events only, so they are kept when the result's values replace the event's. Usually
    // the values are equal. Then nothing is written, which saves a copy of the row in SQLite's log.
    private readonly Statement _putEpoch = new(
        connection,
        """
        INSERT INTO epochs (trial, epoch, attempt, learning_rate, train_loss, penalty, lambda, test_loss, correct,
            total, ones, weights,
            entropy, k0, k1, bops_pr, bparams_pr, validation_loss, validation_correct, validation_total, seconds,
                images_per_second)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (trial, epoch) DO UPDATE SET attempt = excluded.attempt, learning_rate = excluded.learning_rate,
            train_loss = excluded.train_loss, penalty = excluded.penalty, lambda = excluded.lambda,
                test_loss = excluded.test_loss,
            correct = excluded.correct, total = excluded.total, ones = excluded.ones, weights = excluded.weights,
            entropy = excluded.entropy, k0 = excluded.k0, k1 = excluded.k1, bops_pr = excluded.bops_pr,
                bparams_pr = excluded.bparams_pr,
            validation_loss = excluded.validation_loss, validation_correct = excluded.validation_correct,
                validation_total = excluded.validation_total,
            seconds = coalesce(excluded.seconds, seconds), images_per_second = coalesce(excluded.images_per_second,
                images_per_second)
        WHERE excluded.seconds IS NOT NULL
            OR (attempt, learning_rate, train_loss, penalty, lambda, test_loss, correct, total, ones, weights, entropy,
                k0, k1, bops_pr, bparams_pr,
                validation_loss, validation_correct, validation_total)
            IS NOT (excluded.attempt, excluded.learning_rate, excluded.train_loss, excluded.penalty, excluded.lambda,
                excluded.test_loss,
                excluded.correct, excluded.total, excluded.ones, excluded.weights, excluded.entropy, excluded.k0,
                    excluded.k1, excluded.bops_pr,
                excluded.bparams_pr, excluded.validation_loss, excluded.validation_correct, excluded.validation_total)
        """);

    private readonly Statement _putLayers = new(
        connection,
        """
        INSERT INTO layer_counts (trial, epoch, layers) VALUES (?, ?, ?)
        ON CONFLICT (trial, epoch) DO UPDATE SET layers = excluded.layers WHERE layers <> excluded.layers
        """);

    // A foreign key with ON DELETE CASCADE deletes the epochs' layers, too.
    private readonly Statement _deleteAfter = new(connection, "DELETE FROM epochs WHERE trial = ? AND epoch > ?");

    /// <summary>Writes an epoch that the running attempt has just trained.</summary>
    public void PutProvisional(long trial, int attempt, EpochCompleted trained, byte[] layers) =>
        Put(trial, attempt, trained.Epoch, layers, trained.Seconds, trained.ImagesPerSecond);

    /// <summary>
    /// Deletes the epochs after <paramref name="epoch"/>, because they will be trained again or are not part of the
    /// result.
    /// </summary>
    public void DeleteAfter(long trial, int epoch) => _deleteAfter.With(trial).With(epoch).Run();

    /// <summary>Replaces the trial's epochs with those of a result.</summary>
    public void Replace(long trial, int attempt, TrialResult result, IReadOnlyList<byte[]> layers)
    {
        DeleteAfter(trial, result.Last.Epoch);
        foreach (var (i, epoch) in result.Epochs.Index())
            Put(trial, attempt, epoch, layers[i], seconds: null, imagesPerSecond: null);
    }

    public void Dispose()
    {
        _putEpoch.Dispose();
        _putLayers.Dispose();
        _deleteAfter.Dispose();
    }

    private void Put(
        long trial, int attempt, EpochRecord epoch, byte[] layers, double? seconds, double? imagesPerSecond)
    {
        _putEpoch.With(trial).With(epoch.Epoch).With(attempt).With(epoch.LearningRate).With(epoch.TrainLoss)
            .With(epoch.Penalty)
            .With(epoch.Lambda).With(epoch.TestLoss).With(epoch.Correct).With(epoch.Total).With(epoch.Ones)
                .With(epoch.Weights)
            .With(epoch.Entropy).With(epoch.K0).With(epoch.K1).With(epoch.BopsPr).With(epoch.BParamsPr)
            .With(epoch.Validation?.Loss).With(epoch.Validation?.Correct).With(epoch.Validation?.Total).With(seconds)
                .With(imagesPerSecond)
            .Run();
        _putLayers.With(trial).With(epoch.Epoch).With(layers).Run();
    }
}
