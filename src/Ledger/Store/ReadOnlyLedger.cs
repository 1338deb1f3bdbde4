using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// A ledger that is at rest in a folder that this user may not write. SQLite reads a ledger with the help of files
/// beside it, which the last writer removes and a reader makes again; where it may not, the ledger's file alone can be
/// read for as long as nobody writes it.
/// </summary>
internal sealed class ReadOnlyLedger
{
    private readonly string _path;
    private readonly FileStatus _file;

    private ReadOnlyLedger(string path, FileStatus file) => (_path, _file) = (path, file);

    /// <summary>What SQLite opens instead of the path: it then takes the file for one that nobody changes.</summary>
    public string Source => $"file:{string.Join('/', _path.Split('/').Select(Uri.EscapeDataString))}?immutable=1";

    /// <summary>The ledger at a path; null when SQLite needs no such help, or more than that.</summary>
    public static ReadOnlyLedger? Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (Posix.IsWritable(Path.GetDirectoryName(full)!) || File.Exists($"{full}-shm") || HasLog(full)) return null;
        return StatusOf(full) is { } file ? new ReadOnlyLedger(full, file) : null;
    }

    /// <summary>
    /// To be asked after a read. Throws <see cref="LedgerUnavailableException"/> when somebody may have written
    /// meanwhile.
    /// </summary>
    public void DemandStillness()
    {
        if (StatusOf(_path) == _file && !HasLog(_path)) return;
        throw new LedgerUnavailableException(
            $"{_path}: another process wrote the ledger while it was read", isPassing: true);
    }

    private static bool HasLog(string path) => StatusOf($"{path}-wal") is { Length: > 0 };

    private static FileStatus? StatusOf(string path) => Posix.StatusOf(path, followsLink: true);
}
