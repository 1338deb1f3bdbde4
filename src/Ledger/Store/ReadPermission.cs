using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>
/// Explains why an existing ledger cannot be read: which permission is missing, and who can grant it.
/// </summary>
internal static class ReadPermission
{
    /// <summary>
    /// A message that names the missing permission and what to do; null when no permission is missing.
    /// </summary>
    public static string? WhyMissing(string path)
    {
        var files = new[] { path, $"{path}-wal", $"{path}-shm" };
        if (Array.Find(files, static file => File.Exists(file) && !Posix.IsReadable(file)) is { } closed)
            return $"{closed}: the user {Environment.UserName} may not read this file; its owner can grant the "
                + "permission "
                + $"with `chmod a+r {closed}`";

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return File.Exists(files[1]) && !File.Exists(files[2]) && !Posix.IsWritable(folder)
            ? $"{folder}: the user {Environment.UserName} may not write in this folder, but reading {files[1]} "
                + "requires that; run "
                + $"`sbnn status --home {folder}` once as the folder's owner, then repeat this command"
            : null;
    }
}
