using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>
/// Tests when only the ledger's file is read, without its write-ahead log. Such reads themselves are tested as another
/// user (OtherUserTests), because root may write to every folder.
/// </summary>
public sealed class ReadOnlyLedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_ReturnsNull_WhenTheFolderIsWritable()
    {
        await (await _folder.OpenAsync()).DisposeAsync();

        Assert.Null(ReadOnlyLedger.Find(_folder.Ledger));
    }

    [Fact]
    public void IsWritable_DistinguishesWritableAndReadOnlyFolders()
    {
        Assert.True(Posix.IsWritable(Path.GetDirectoryName(_folder.Ledger)!));
        Assert.False(Posix.IsWritable("/proc/sys/kernel/osrelease/none"));
    }
}
