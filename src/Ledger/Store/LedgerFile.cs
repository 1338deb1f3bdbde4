using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Detects that the ledger's file was deleted or replaced after it was opened. SQLite continues to write to the open
/// file then, and its commits are in a file that can no longer be opened.
/// </summary>
internal sealed class LedgerFile(string path)
{
    private readonly FileStatus? _opened = Posix.StatusOf(path, followsLink: true);
    private volatile LedgerUnavailableException? _loss;

    /// <summary>The loss that <see cref="FindLoss"/> found; null when there is none.</summary>
    public LedgerUnavailableException? Loss => _loss;

    /// <summary>
    /// Looks at the file with one call of stat; returns null while the path still leads to the opened file.
    /// </summary>
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
