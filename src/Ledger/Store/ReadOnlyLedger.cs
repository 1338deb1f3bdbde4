using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// A ledger in a folder that this user may not write. To read a ledger, SQLite needs two more files beside it
/// (<c>-wal</c> and <c>-shm</c>). The last writer removes them, and a reader creates them again. A reader that may not
/// create them can read the ledger's file alone, as long as no process writes it.
/// </summary>
internal sealed class ReadOnlyLedger
{
    private readonly string _path;
    private readonly FileStatus _file;

    private ReadOnlyLedger(string path, FileStatus file) => (_path, _file) = (path, file);

    /// <summary>The name that SQLite opens instead of the path. It makes SQLite treat the file as immutable.</summary>
    public string Source => $"file:{string.Join('/', _path.Split('/').Select(Uri.EscapeDataString))}?immutable=1";

    /// <summary>The ledger at a path; null when SQLite can open it normally, or cannot read the file alone.</summary>
    public static ReadOnlyLedger? Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (Posix.IsWritable(Path.GetDirectoryName(full)!) || File.Exists($"{full}-shm") || HasLog(full)) return null;
        return StatusOf(full) is { } file ? new ReadOnlyLedger(full, file) : null;
    }

    /// <summary>
    /// Must be called after each read. Throws <see cref="LedgerUnavailableException"/> when a process may have written
    /// the ledger during the read.
    /// </summary>
    public void ThrowIfWritten()
    {
        if (StatusOf(_path) == _file && !HasLog(_path)) return;
        throw new LedgerUnavailableException(
            $"{_path}: another process wrote the ledger while this process read it", isTransient: true);
    }

    private static bool HasLog(string path) => StatusOf($"{path}-wal") is { Length: > 0 };

    private static FileStatus? StatusOf(string path) => Posix.StatusOf(path, followsLink: true);
}
