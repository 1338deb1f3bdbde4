using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger;

/// <summary>
/// The rows of epochs and layers: thousands for one result, so their statements are prepared once and only their values change.
/// </summary>
internal sealed class ResultRows : IDisposable
{
    private readonly SqliteCommand _clearLayers;
    private readonly SqliteCommand _clearEpochs;
    private readonly SqliteCommand _putEpoch;
    private readonly SqliteCommand _putLayer;

    public ResultRows(SqliteConnection connection)
    {
        _clearLayers = Prepare(connection, "DELETE FROM layers WHERE trial = $1", 1);
        _clearEpochs = Prepare(connection, "DELETE FROM epochs WHERE trial = $1", 1);
        _putEpoch = Prepare(
            connection,
            """
            INSERT OR REPLACE INTO epochs (trial, epoch, attempt, sequence, learning_rate, train_loss, penalty, lambda, test_loss,
                correct, total, ones, weights, entropy, k0, k1, bops_pr, bparams_pr, seconds)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            19);
        _putLayer = Prepare(
            connection,
            """
            INSERT INTO layers (trial, epoch, layer, weights, ones, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, empty_filters, dense_bops, tau, phi)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            """,
            19);
    }

    /// <summary>Puts a provisional epoch, in place of one that an earlier attempt left.</summary>
    public void PutEpoch(long trial, int attempt, long? sequence, EpochRecord epoch, double? seconds) => Run(
        _putEpoch, trial, epoch.Epoch, attempt, sequence, epoch.LearningRate, epoch.TrainLoss, epoch.Penalty, epoch.Lambda, epoch.TestLoss,
        epoch.Correct, epoch.Total, epoch.Ones, epoch.Weights, epoch.Entropy, epoch.K0, epoch.K1, epoch.BopsPr, epoch.BParamsPr, seconds);

    /// <summary>Replaces whatever epochs a trial has by its result's, with their layers.</summary>
    public void Replace(long trial, int attempt, TrialResult result)
    {
        Run(_clearLayers, trial);
        Run(_clearEpochs, trial);
        foreach (var epoch in result.Epochs)
        {
            PutEpoch(trial, attempt, sequence: null, epoch, seconds: null);
            foreach (var layer in epoch.Layers)
            {
                object? H(int weight) => layer.Hamming.Count > weight ? layer.Hamming[weight] : null;
                Run(
                    _putLayer, trial, epoch.Epoch, layer.Order, layer.Weights, layer.Ones, H(0), H(1), H(2), H(3), H(4), H(5), H(6), H(7), H(8),
                    H(9), layer.EmptyFilters, layer.DenseBops, layer.Tau, layer.Phi);
            }
        }
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_clearLayers, _clearEpochs, _putEpoch, _putLayer]) command.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }
}
