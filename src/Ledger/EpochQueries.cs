using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>Reads a trial's epochs whole, as they were reported.</summary>
internal static class EpochQueries
{
    public static async Task<IReadOnlyList<EpochRecord>> ReadAsync(SqliteConnection connection, TrialKey trial)
    {
        var layers = (await connection.QueryAsync<KernelColumns, LayerRecord, (int Epoch, LayerRecord Layer)>(
            """
            SELECT l.epoch, l.h0, l.h1, l.h2, l.h3, l.h4, l.h5, l.h6, l.h7, l.h8, l.h9,
                   l.layer AS "order", l.weights, l.ones, l.empty_filters AS emptyFilters, l.dense_bops AS denseBops, l.tau, l.phi
            FROM trials t JOIN layers l ON l.trial = t.id WHERE t.key = @Hex ORDER BY l.epoch, l.layer
            """,
            static (kernels, layer) => (kernels.Epoch, layer with { Hamming = kernels.Hamming }),
            new { trial.Hex },
            splitOn: "order")).ToLookup(static row => row.Epoch, static row => row.Layer);
        var epochs = await connection.QueryAsync<EpochRecord, MeasuredAccuracy?, EpochRecord>(
            """
            SELECT e.epoch, e.learning_rate AS learningRate, e.train_loss AS trainLoss, e.penalty, e.lambda, e.test_loss AS testLoss, e.correct,
                   e.total, e.ones, e.weights, e.entropy, e.k0, e.k1, e.bops_pr AS bopsPr, e.bparams_pr AS bParamsPr,
                   e.validation_loss AS loss, e.validation_correct AS correct, e.validation_total AS total
            FROM trials t JOIN epochs e ON e.trial = t.id WHERE t.key = @Hex ORDER BY e.epoch
            """,
            static (epoch, validation) => epoch with { Validation = validation },
            new { trial.Hex },
            splitOn: "loss");
        return [.. epochs.Select(epoch => epoch with { Layers = [.. layers[epoch.Epoch]] })];
    }

    private sealed record KernelColumns
    {
        public int Epoch { get; init; }

        public long? H0 { get; init; }

        public long H1 { get; init; }

        public long H2 { get; init; }

        public long H3 { get; init; }

        public long H4 { get; init; }

        public long H5 { get; init; }

        public long H6 { get; init; }

        public long H7 { get; init; }

        public long H8 { get; init; }

        public long H9 { get; init; }

        public IReadOnlyList<long> Hamming => H0 is { } none ? [none, H1, H2, H3, H4, H5, H6, H7, H8, H9] : [];
    }
}
