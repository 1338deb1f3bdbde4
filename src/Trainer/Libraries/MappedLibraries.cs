namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The shared libraries that this process has loaded, from whatever folder the loader took them.</summary>
internal static class MappedLibraries
{
    private const string Deleted = " (deleted)";

    /// <summary>The file of a loaded library; null when there is none of that name.</summary>
    /// <param name="isNamed">Tells it by its file's name.</param>
    public static string? Find(Func<string, bool> isNamed) =>
        File.Exists("/proc/self/maps") ? Find(File.ReadLines("/proc/self/maps"), isNamed) : null;

    /// <summary>The same, of these lines: address, rights, offset, device, inode, then the path.</summary>
    internal static string? Find(IEnumerable<string> maps, Func<string, bool> isNamed)
    {
        foreach (var line in maps)
        {
            var start = line.IndexOf('/', StringComparison.Ordinal);
            if (start < 0) continue;
            var path = line[start..];
            if (path.EndsWith(Deleted, StringComparison.Ordinal)) path = path[..^Deleted.Length];
            if (isNamed(Path.GetFileName(path))) return path;
        }

        return null;
    }
}
