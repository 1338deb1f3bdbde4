using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger;

/// <summary>Reads the binary layers' counts.</summary>
internal static class LayerQueries
{
    /// <summary>The layers of a trial, in order, by epoch.</summary>
    public static Task<ILookup<long, LayerRecord>> ReadByEpochAsync(SqliteConnection connection, string trialKey) => ReadAsync(
        connection,
        """
        SELECT l.epoch AS owner, l.h0, l.h1, l.h2, l.h3, l.h4, l.h5, l.h6, l.h7, l.h8, l.h9,
               l.layer AS "order", l.weights, l.ones, l.empty_filters AS emptyFilters, l.dense_bops AS denseBops, l.tau, l.phi
        FROM trials t JOIN layers l ON l.trial = t.id WHERE t.key = @trialKey ORDER BY l.epoch, l.layer
        """,
        new { trialKey });

    /// <summary>The layers of a revision's finished trials at the reported epoch, in order, by the trial's row.</summary>
    public static Task<ILookup<long, LayerRecord>> ReadReportedAsync(SqliteConnection connection, string sweep, int revision, bool isLast) => ReadAsync(
        connection,
        """
        SELECT l.trial AS owner, l.h0, l.h1, l.h2, l.h3, l.h4, l.h5, l.h6, l.h7, l.h8, l.h9,
               l.layer AS "order", l.weights, l.ones, l.empty_filters AS emptyFilters, l.dense_bops AS denseBops, l.tau, l.phi
        FROM revision_trials rt
        JOIN results r ON r.trial = rt.trial
        JOIN layers l ON l.trial = r.trial AND l.epoch = iif(@isLast, r.last_epoch, r.best_epoch)
        WHERE rt.sweep = @sweep AND rt.revision = @revision ORDER BY rt.ordinal, l.layer
        """,
        new { sweep, revision, isLast });

    private static async Task<ILookup<long, LayerRecord>> ReadAsync(SqliteConnection connection, string sql, object parameters) =>
        (await connection.QueryAsync<KernelColumns, LayerRecord, (long Owner, LayerRecord Layer)>(
            sql, static (kernels, layer) => (kernels.Owner, layer with { Hamming = kernels.Hamming }), parameters, splitOn: "order"))
        .ToLookup(static row => row.Owner, static row => row.Layer);

    private sealed record KernelColumns
    {
        public long Owner { get; init; }

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
