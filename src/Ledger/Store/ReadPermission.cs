using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Why a ledger that is there cannot be read: which file's permission is missing, and who can give it.
/// </summary>
internal static class ReadPermission
{
    /// <summary>In words, with what to do; null when no permission is missing.</summary>
    public static string? WhyMissing(string path)
    {
        var files = new[] { path, $"{path}-wal", $"{path}-shm" };
        if (Array.Find(files, static file => File.Exists(file) && !Posix.IsReadable(file)) is { } closed)
            return $"{closed}: permission denied to {Environment.UserName}; its owner can allow it: chmod a+r {closed}";

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return File.Exists(files[1]) && !File.Exists(files[2]) && !Posix.IsWritable(folder)
            ? $"{folder}: permission denied to {Environment.UserName} to write there, which reading {files[1]} takes; "
                + $"run `sbnn status --home {folder}` as its owner once, then repeat this command"
            : null;
    }
}
