using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// The ledger's file as it was when it was opened. SQLite goes on with an open file that was deleted, or replaced by
/// another: what is committed then is in no file that anybody can open again.
/// </summary>
internal sealed class LedgerFile(string path)
{
    private readonly FileStatus? _opened = Posix.StatusOf(path, followsLink: true);
    private volatile LedgerUnavailableException? _loss;

    /// <summary>What was found to be wrong, by the latest look.</summary>
    public LedgerUnavailableException? Loss => _loss;

    /// <summary>Looks, at the cost of one stat; null while the path still leads to the file.</summary>
    public LedgerUnavailableException? FindLoss()
    {
        if (_loss is not null || _opened is not { } opened) return _loss;
        try
        {
            var found = Posix.StatusOf(path, followsLink: true);
            if (found is { } file && (file.Device, file.Inode) == (opened.Device, opened.Inode)) return null;
            var how = found is null ? "removed" : "replaced by another file";
            return _loss = LedgerUnavailableException.OfLoss(path, how);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // A folder above it is closed, or its disk does not answer: the open file may well be there.
        }
    }
}
