using System.Diagnostics;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Ledger;

/// <summary>A real file system of two megabytes, which a test fills up.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("sbnn-small-disk-");
    private bool _isMounted;

    private string Filler => Path.Combine(_disk.FullName, "filler");

    public void Dispose()
    {
        if (_isMounted) Run("umount", _disk.FullName);
        _disk.Delete(recursive: true);
    }

    [Fact]
    public async Task When_the_disk_is_full_nothing_committed_is_lost_and_it_goes_on_when_there_is_room_again()
    {
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _disk.FullName) == 0;
        Assert.SkipUnless(_isMounted, "a file system of this test's own cannot be mounted here: that needs root");
        var file = Path.Combine(_disk.FullName, "ledger.db");
        await using var ledger = await SweepLedger.OpenAsync(file, TimeProvider.System);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("before", Sample.Trial(1)));
        FillUp();

        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(WriteUntilRefusedAsync);
        Assert.Contains($"{file}: the disk is full", refused.Message, StringComparison.Ordinal);
        Assert.Equal("before", (await ledger.Reader.ReadSweepsAsync())[0].Name);
        Assert.Empty(await ledger.Reader.AuditAsync());

        File.Delete(Filler);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("later", Sample.Trial(2)));
        Assert.Contains("later", (await ledger.Reader.ReadSweepsAsync()).Select(static sweep => sweep.Name));

        async Task WriteUntilRefusedAsync()
        {
            for (var seed = 100; seed < 1100; seed++) await ledger.Writer.RecordRevisionAsync(Sample.Submission($"sweep-{seed}", Sample.Trial(seed)));
        }
    }

    private void FillUp()
    {
        try
        {
            using var filler = File.Create(Filler, bufferSize: 1);
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
