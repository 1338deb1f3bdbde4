using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Benchmarks.Ledger;

/// <summary>
/// Compares two forms of an epoch in SQLite: the ledger's (columns, and the layers as arrays), and the JSON of the
/// record as the trainer commits it, with generated columns for what reports query. Both forms take turns.
/// </summary>
internal static class EpochForms
{
    private const int Trials = 20;
    private const int EpochsPerTrial = 300;
    private const int Layers = 16;
    private const int Rounds = 5;

    private const string Columns =
        """
        CREATE TABLE epochs (
            trial INTEGER, epoch INTEGER, attempt INTEGER, learning_rate REAL, train_loss REAL, penalty REAL,
            lambda REAL, test_loss REAL, correct INTEGER, total INTEGER, ones INTEGER, weights INTEGER, entropy REAL,
            k0 REAL, k1 REAL, bops_pr REAL, bparams_pr REAL, validation_loss REAL, validation_correct INTEGER,
            validation_total INTEGER, seconds REAL, images_per_second REAL, PRIMARY KEY (trial, epoch)) STRICT;
        CREATE TABLE layer_counts (trial INTEGER, epoch INTEGER, layers TEXT, PRIMARY KEY (trial, epoch)) STRICT;
        """;

    private const string Json =
        """
        CREATE TABLE epochs (
            trial INTEGER, epoch INTEGER, attempt INTEGER, seconds REAL, images_per_second REAL, record TEXT,
            correct INTEGER AS (record ->> 'correct'), total INTEGER AS (record ->> 'total'),
            validation_correct INTEGER AS (record ->> '$.validation.correct'),
            ones INTEGER AS (record ->> 'ones'), weights INTEGER AS (record ->> 'weights'),
            PRIMARY KEY (trial, epoch)) STRICT;
        """;

    private const string Scores =
        "SELECT trial, epoch, correct, total, validation_correct, ones, weights FROM epochs ORDER BY trial, epoch";

    /// <summary>Prints the size of an epoch, and the times of a write and a read, in both forms.</summary>
    /// <param name="folder">The folder of the databases.</param>
    public static void Compare(string folder)
    {
        var (inColumns, inJson) = (new List<Measured>(), new List<Measured>());
        for (var round = 0; round < Rounds; round++)
        {
            inColumns.Add(Measure(Path.Combine(folder, $"columns{round}.db"), Columns, WriteColumns));
            inJson.Add(Measure(Path.Combine(folder, $"json{round}.db"), Json, WriteJson));
        }

        Print("columns and arrays", inColumns);
        Print("JSON with generated columns", inJson);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"JSON against columns: {Median(inJson, m => m.Bytes) / Median(inColumns, m => m.Bytes):F2} times the "
                + $"size, {Median(inJson, m => m.Write) / Median(inColumns, m => m.Write):F2} times the time of a "
                + $"write, {Median(inJson, m => m.Read) / Median(inColumns, m => m.Read):F2} times that of a score"));
    }

    private static Measured Measure(string file, string schema, Action<SqliteConnection, int, EpochRecord> write)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        connection.Execute(schema);
        var watch = Stopwatch.StartNew();
        for (var trial = 0; trial < Trials; trial++)
        {
            using var transaction = connection.BeginTransaction();
            for (var epoch = 1; epoch <= EpochsPerTrial; epoch++)
                write(connection, trial, MadeUpTrials.Epoch(epoch, Layers));
            transaction.Commit();
        }

        var written = watch.Elapsed.TotalSeconds;
        watch.Restart();
        _ = connection.Query(Scores).Count();
        const double Epochs = Trials * EpochsPerTrial;
        return new(new FileInfo(file).Length / Epochs, written / Epochs, watch.Elapsed.TotalSeconds / Epochs);
    }

    private static void WriteColumns(SqliteConnection connection, int trial, EpochRecord epoch)
    {
        connection.Execute(
            """
            INSERT INTO epochs VALUES (@trial, @Epoch, 1, @LearningRate, @TrainLoss, @Penalty, @Lambda, @TestLoss,
                @Correct, @Total, @Ones, @Weights, @Entropy, @K0, @K1, @BopsPr, @BParamsPr, NULL, NULL, NULL, 10.5,
                4700)
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
            });
        var layers = JsonSerializer.Serialize(epoch.Layers.Select(static layer => (double[])
        [
            layer.Order, layer.Weights, layer.Ones, layer.EmptyFilters, layer.DenseBops, layer.Tau, layer.Phi,
            .. layer.Hamming.Select(static count => (double)count),
        ]));
        connection.Execute("INSERT INTO layer_counts VALUES (@trial, @Epoch, @layers)",
            new { trial, epoch.Epoch, layers });
    }

    private static void WriteJson(SqliteConnection connection, int trial, EpochRecord epoch) =>
        connection.Execute(
            "INSERT INTO epochs (trial, epoch, attempt, seconds, images_per_second, record) "
                + "VALUES (@trial, @Epoch, 1, 10.5, 4700, @record)",
            new { trial, epoch.Epoch, record = JsonSerializer.Serialize(epoch, SbnnJson.Options) });

    private static void Print(string form, List<Measured> rounds) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{form,-28}: {Median(rounds, m => m.Bytes),5:F0} bytes an epoch, {1e6 * Median(rounds, m => m.Write),4:F0}"
                + $" µs to write it, {1e6 * Median(rounds, m => m.Read),5:F1} µs to read its score"));

    private static double Median(List<Measured> rounds, Func<Measured, double> value) =>
        rounds.Select(value).Order().ElementAt(Rounds / 2);

    /// <summary>What an epoch takes: bytes in the file, and seconds.</summary>
    private sealed record Measured(double Bytes, double Write, double Read);
}
