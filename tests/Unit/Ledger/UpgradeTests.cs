using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Ledger;

/// <summary>Ledgers written by earlier versions, kept as files: what they hold must stay readable.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_ledger_of_version_1_is_brought_up_to_date_and_nothing_is_lost()
    {
        File.Copy(Kept("version-1.db"), _folder.Ledger);
        Assert.Contains("is of version 1", Assert.Throws<BadInputException>(() => LedgerReader.Open(_folder.Ledger)).Message, StringComparison.Ordinal);

        await using var ledger = await _folder.OpenAsync();

        var kept = Assert.Single(await ledger.Reader.ReadSweepsAsync());
        Assert.Equal(("kept", SweepWish.Active, 0, 3, 2, 1), (kept.Name, kept.Wish, kept.Priority, kept.Trials, kept.Finished, kept.Running));
        var running = Assert.Single((await ledger.Reader.ReadOpenAsync()).Running);
        Assert.True(running.IsWanted);
        Assert.Equal(("closed-form", 5000, 1), (Knobs.WordOf(running.Spec.Domain), running.Spec.Epochs, running.Attempt));
        Assert.Equal(2, (await ledger.Reader.FindOutcomeAsync("kept"))!.Trials.Count(static trial => trial.Last?.Total == 100));
        Assert.Equal(1, (await ledger.Writer.SetWishAsync("kept", SweepWish.Cancelled))!.Stopping);
    }

    private static string Kept(string name) => Path.Combine(AppContext.BaseDirectory, "Ledger", "ledgers", name);
}
