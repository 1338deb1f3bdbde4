using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Reads a trial's epochs with all their values, as they were reported.</summary>
internal static class EpochQueries
{
    public static IReadOnlyList<EpochRecord> Read(SqliteConnection connection, TrialKey trial)
    {
        var layers = (connection.Query<(int Epoch, string Layers)>(
            "SELECT c.epoch, c.layers FROM trials t JOIN layer_counts c ON c.trial = t.id WHERE t.key = @Hex",
            new { trial.Hex })).ToDictionary(static row => row.Epoch, static row => EpochLayers.Read(row.Layers));
        var epochs = connection.Query<EpochRecord, MeasuredAccuracy?, EpochRecord>(
            """
            SELECT e.epoch, e.learning_rate AS learningRate, e.train_loss AS trainLoss, e.penalty, e.lambda, e.test_loss
                AS testLoss, e.correct,
                   e.total, e.ones, e.weights, e.entropy, e.k0, e.k1, e.bops_pr AS bopsPr, e.bparams_pr AS bParamsPr,
                   e.validation_loss AS loss, e.validation_correct AS correct, e.validation_total AS total
            FROM trials t JOIN epochs e ON e.trial = t.id WHERE t.key = @Hex ORDER BY e.epoch
            """,
            static (epoch, validation) => epoch with { Validation = validation },
            new { trial.Hex },
            splitOn: "loss");
        return [.. epochs.Select(epoch => epoch with { Layers = layers[epoch.Epoch] })];
    }
}
