namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The shared libraries that this process has loaded, from any folder.</summary>
internal static class MappedLibraries
{
    private const string Deleted = " (deleted)";

    /// <summary>The file of a loaded library; null when no library of that name is loaded.</summary>
    /// <param name="isNamed">Returns true for the file name of the library.</param>
    public static string? Find(Func<string, bool> isNamed) =>
        File.Exists("/proc/self/maps") ? Find(File.ReadLines("/proc/self/maps"), isNamed) : null;

    /// <summary>
    /// Like the other overload, for given lines of <c>/proc/self/maps</c>: address, rights, offset, device, inode,
    /// path.
    /// </summary>
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
