using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Benchmarks.Ledger;

/// <summary>
/// A straightforward ledger with which the real one is compared: a row for each epoch and for each of its layers,
/// Dapper's Execute, one transaction per event, and a lock around a single connection. It is as durable as the real
/// ledger, because it uses WAL with <c>synchronous=FULL</c>.
/// </summary>
internal sealed class PlainLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;

    public PlainLedger(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        _connection.Execute(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE epochs (
                trial INTEGER, epoch INTEGER, learning_rate REAL, train_loss REAL, penalty REAL, lambda REAL,
                    test_loss REAL, correct INTEGER,
                total INTEGER, ones INTEGER, weights INTEGER, entropy REAL, k0 REAL, k1 REAL, bops_pr REAL,
                    bparams_pr REAL, seconds REAL,
                images_per_second REAL, PRIMARY KEY (trial, epoch));
            CREATE TABLE layers (
                trial INTEGER, epoch INTEGER, layer INTEGER, weights INTEGER, ones INTEGER, empty_filters INTEGER,
                    dense_bops INTEGER, tau REAL,
                phi REAL, h0 INTEGER, h1 INTEGER, h2 INTEGER, h3 INTEGER, h4 INTEGER, h5 INTEGER, h6 INTEGER,
                    h7 INTEGER, h8 INTEGER,
                h9 INTEGER, PRIMARY KEY (trial, epoch, layer));
            """);
    }

    public void Record(int trial, EpochCompleted trained)
    {
        var epoch = trained.Epoch;
        lock (_gate)
        {
            using var transaction = _connection.BeginTransaction();
            _connection.Execute(
                """
                INSERT INTO epochs VALUES (@trial, @Epoch, @LearningRate, @TrainLoss, @Penalty, @Lambda, @TestLoss,
                    @Correct, @Total, @Ones,
                    @Weights, @Entropy, @K0, @K1, @BopsPr, @BParamsPr, @Seconds, @ImagesPerSecond)
                """,
                new
                {
                    trial,
                    epoch.Epoch,
                    epoch.LearningRate,
                    epoch.TrainLoss,
                    epoch.Penalty,
                    epoch.Lambda,
                    epoch.TestLoss,
                    epoch.Correct,
                    epoch.Total,
                    epoch.Ones,
                    epoch.Weights,
                    epoch.Entropy,
                    epoch.K0,
                    epoch.K1,
                    epoch.BopsPr,
                    epoch.BParamsPr,
                    trained.Seconds,
                    trained.ImagesPerSecond,
                },
                transaction);
            _connection.Execute(
                """
                INSERT INTO layers VALUES (@trial, @Epoch, @Order, @Weights, @Ones, @EmptyFilters, @DenseBops, @Tau,
                    @Phi,
                    @h0, @h1, @h2, @h3, @h4, @h5, @h6, @h7, @h8, @h9)
                """,
                epoch.Layers.Select(layer => new
                {
                    trial,
                    epoch.Epoch,
                    layer.Order,
                    layer.Weights,
                    layer.Ones,
                    layer.EmptyFilters,
                    layer.DenseBops,
                    layer.Tau,
                    layer.Phi,
                    h0 = layer.Hamming[0],
                    h1 = layer.Hamming[1],
                    h2 = layer.Hamming[2],
                    h3 = layer.Hamming[3],
                    h4 = layer.Hamming[4],
                    h5 = layer.Hamming[5],
                    h6 = layer.Hamming[6],
                    h7 = layer.Hamming[7],
                    h8 = layer.Hamming[8],
                    h9 = layer.Hamming[9],
                }),
                transaction);
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();
}
