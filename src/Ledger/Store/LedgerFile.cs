using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Detects that the ledger's file was deleted or replaced after it was opened. In that case SQLite continues to write
/// to the open file, and the new commits are lost, because no path leads to that file.
/// </summary>
internal sealed class LedgerFile(string path)
{
    private readonly FileStatus? _opened = Posix.StatusOf(path, followsLink: true);
    private volatile LedgerUnavailableException? _loss;

    /// <summary>The error that <see cref="FindLoss"/> returned; null while the file is not known to be lost.</summary>
    public LedgerUnavailableException? Loss => _loss;

    /// <summary>Checks the path with one call of stat; returns null while it still leads to the opened file.</summary>
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
            return null; // The path cannot be examined now, which does not mean that the file is lost.
        }
    }
}
