using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>Tests a ledger on a full disk: a real file system of two megabytes, which the tests fill up.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-small-disk-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Write_FailsOnAFullDisk_AndSucceedsWhenThereIsSpaceAgain()
    {
        using var disk = SmallDisk.MountOn(Path.Combine(_folder.FullName, "disk"), megabytes: 2);
        var file = Path.Combine(disk.Path, "ledger.db");
        await using var ledger = await SweepLedger.OpenAsync(file, TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("before", Sample.Trial(1)));
        disk.FillUp();

        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(WriteUntilRefusedAsync);
        Assert.Contains($"{file}: the disk is full", refused.Message, StringComparison.Ordinal);
        Assert.Equal("before", (await ledger.Reader.ReadSweepsAsync())[0].Name);
        Assert.Empty(await ledger.Reader.AuditAsync());

        disk.MakeRoom();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("later", Sample.Trial(2)));
        Assert.Contains("later", (await ledger.Reader.ReadSweepsAsync()).Select(static sweep => sweep.Name));

        async Task WriteUntilRefusedAsync()
        {
            for (var seed = 100; seed < 1100; seed++)
                await ledger.Writer.RecordRevisionAsync(Sample.Submission($"sweep-{seed}", Sample.Trial(seed)));
        }
    }

    [Fact]
    public async Task BackUp_ReportsThatTheDiskIsFull_AndLeavesNoFile()
    {
        using var disk = SmallDisk.MountOn(Path.Combine(_folder.FullName, "disk"), megabytes: 2);
        await using var ledger =
            await SweepLedger.OpenAsync(Path.Combine(_folder.FullName, "ledger.db"), TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", Sample.Trial(1)));
        disk.FillUp();

        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            ledger.Reader.BackUpAsync(Path.Combine(disk.Path, "copy.db")));

        Assert.EndsWith("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(["filler"], Directory.EnumerateFiles(disk.Path).Select(static file => Path.GetFileName(file)));
    }
}
