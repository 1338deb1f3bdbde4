using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>Tests a ledger whose file is removed or replaced while the ledger is open.</summary>
public sealed class LostLedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_Fails_WhenTheFileWasRemoved()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
        File.Delete(_folder.Ledger);

        var error = await AssertFailsAsync(ledger, priority: 3);

        Assert.Equal(
            $"{_folder.Ledger}: the ledger was removed while an sbnn process was using it, so new results would be "
                + "lost",
            error.Message);
        Assert.False(error.IsTransient);
        Assert.Equal(error.Message, ledger.Writer.Loss?.Message);
        await AssertFailsAsync(ledger, priority: 4);
    }

    [Fact]
    public async Task Write_FailsWithoutChangingTheOtherFile_WhenTheFileWasReplaced()
    {
        await using (var ledger = await _folder.OpenAsync())
        {
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));
            await ledger.Reader.BackUpAsync(_folder.In("copy.db"));
            File.Move(_folder.In("copy.db"), _folder.Ledger, overwrite: true);
            File.Delete($"{_folder.Ledger}-wal");
            File.WriteAllText($"{_folder.Ledger}-wal", "another ledger's");

            var error = await AssertFailsAsync(ledger, priority: 3);
            Assert.Contains("the ledger was replaced by another file", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("another ledger's", File.ReadAllText($"{_folder.Ledger}-wal"));
    }

    [Fact]
    public async Task FindLoss_ReturnsNull_WhenTheFileIsReadThroughALink()
    {
        File.CreateSymbolicLink(_folder.In("link.db"), _folder.Ledger);
        await using (await _folder.OpenAsync())
        {
        }

        await using var ledger = await SweepLedger.OpenAsync(_folder.In("link.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial()));

        Assert.Null(ledger.Writer.FindLoss());
    }

    private static Task<LedgerUnavailableException> AssertFailsAsync(SweepLedger ledger, int priority) =>
        Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.Writer.SetPriorityAsync("first", priority));
}
