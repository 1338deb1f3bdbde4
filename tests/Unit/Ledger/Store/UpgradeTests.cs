using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>Tests upgrades of ledgers that earlier versions wrote. All their content must be kept.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_UpgradesALedgerOfVersion1_WithoutDataLoss()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        Assert.Contains("has version 1",
            Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.Ledger)).Message,
            StringComparison.Ordinal);

        await using var ledger = await _folder.OpenAsync();

        var kept = Assert.Single(await ledger.Reader.ReadSweepsAsync());
        Assert.Equal(("kept", DesiredState.Active, 0, 3, 2, 1),
            (kept.Name, kept.DesiredState, kept.Priority, kept.Counts.Trials, kept.Counts.Finished,
                kept.Counts.Running));
        var running = Assert.Single((await ledger.Reader.ReadOpenAsync()).Running);
        Assert.True(running.IsNeeded);
        var trial = (await ledger.Reader.FindTrialAsync(running.Trial.Key))!;
        Assert.Equal(TrialShape.Of(trial.Spec).Text, running.Trial.Shape);
        Assert.Equal(("closed-form", 5000, 1),
            (EnumWords.Of(trial.Spec.Domain), trial.Spec.Epochs, running.Trial.Attempt));
        Assert.Equal(2,
            (await ledger.Reader.FindOutcomeAsync("kept"))!.Trials.Count(static trial => trial.Last?.Total == 100));
        Assert.Equal(1, (await ledger.Writer.SetDesiredStateAsync("kept", DesiredState.Cancelled))!.Stopping);
    }

    [Fact]
    public async Task Open_KeepsEveryBitOfTheLayers_InALedgerOfVersion2OrEarlier()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        List<OldLayer> rows;
        using (var old = _folder.OpenOtherConnection())
        {
            old.Execute("UPDATE layers SET h0 = NULL, h1 = NULL, h2 = NULL, h3 = NULL, h4 = NULL, h5 = NULL, h6 = "
                + "NULL, h7 = NULL, h8 = NULL, h9 = NULL WHERE layer = 4");
            rows = [.. old.Query<OldLayer>(
                """
                SELECT t.key AS trial, l.epoch, l.layer, l.weights, l.ones, l.empty_filters AS emptyFilters,
                    l.dense_bops AS denseBops, l.tau, l.phi,
                       coalesce(l.h0 || ' ' || l.h1 || ' ' || l.h2 || ' ' || l.h3 || ' ' || l.h4 || ' ' || l.h5 || ' '
                           || l.h6 || ' ' || l.h7 || ' '
                           || l.h8 || ' ' || l.h9, '') AS kernels
                FROM layers l JOIN trials t ON t.id = l.trial ORDER BY t.key, l.epoch, l.layer
                """)];
        }

        await using var ledger = await _folder.OpenAsync();

        var kept = new List<OldLayer>();
        foreach (var trial in rows.Select(static row => row.Trial).Distinct())
        {
            kept.AddRange(
                from epoch in _folder.ReadEpochs(new TrialKey(trial))
                from layer in epoch.Layers
                select new OldLayer(
                    trial, epoch.Epoch, layer.Order, layer.Weights, layer.Ones, layer.EmptyFilters, layer.DenseBops,
                    layer.Tau, layer.Phi,
                    string.Join(' ', layer.Hamming)));
        }

        Assert.Equal(464, rows.Count);
        Assert.Equal(rows, kept);
    }

    [Fact]
    public async Task Open_KeepsAttemptsAndReferences_InALedgerOfVersion5OrEarlier()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        const string Attempts =
            "SELECT group_concat(trial || ' ' || attempt || ' ' || node || ' ' || last_sequence || ' ' || "
                + "coalesce(ending, '-') || ' ' || started_at) FROM attempts";
        var before = _folder.Query(Attempts);
        Assert.NotNull(before);

        await using var ledger = await _folder.OpenAsync();

        Assert.Equal(before, _folder.Query(Attempts));
        Assert.Empty(await ledger.Reader.AuditAsync());
        var running = Assert.Single((await ledger.Reader.ReadOpenAsync()).Running);
        Assert.True(await ledger.Writer.EndAttemptAsync(new(running.Trial.Key, 1),
            Sample.Conclusion(AttemptEnding.Hung)));
        Assert.Equal("hung", _folder.Query("SELECT ending FROM attempts WHERE ending NOT IN ('completed')"));

        // The migration switched foreign keys off; afterwards the writer's connection must enforce them again.
        Assert.Equal(1L, ledger.Connection.ExecuteScalar<long>("PRAGMA foreign_keys"));
        Assert.Equal(19,
            Assert.Throws<SqliteException>(() =>
                _folder.Query("DELETE FROM attempts WHERE ending = 'completed'")).SqliteErrorCode);
    }

    [Fact]
    public async Task Open_LeavesALedgerUnchanged_WhenRowsReferToMissingRows()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        _folder.Query("PRAGMA foreign_keys = OFF; DELETE FROM attempts WHERE ending = 'completed'");

        var refused = await Assert.ThrowsAsync<BadInputException>(() => _folder.OpenAsync());

        Assert.Contains(
            "has version 1 and cannot be upgraded: rows of results refer to missing rows",
            refused.Message, StringComparison.Ordinal);
        Assert.Equal("1", _folder.Query("PRAGMA user_version"));
    }

    private static string Kept(string name) => Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", name);

    private sealed record OldLayer(
        string Trial, long Epoch, long Layer, long Weights, long Ones, long EmptyFilters, long DenseBops, double Tau,
        double Phi, string Kernels);
}
