using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Store;

/// <summary>
/// When the ledger's file alone is read. That it can be is tested as another user: root may write everywhere.
/// </summary>
public sealed class ReadOnlyLedgerTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_FindsNothing_WhereTheFolderMayBeWritten()
    {
        await (await _folder.OpenAsync()).DisposeAsync();

        Assert.Null(ReadOnlyLedger.Find(_folder.Ledger));
    }

    [Fact]
    public void IsWritable_TellsFoldersFromOneThatIsReadOnly()
    {
        Assert.True(Posix.IsWritable(Path.GetDirectoryName(_folder.Ledger)!));
        Assert.False(Posix.IsWritable("/proc/sys/kernel/osrelease/none"));
    }
}
