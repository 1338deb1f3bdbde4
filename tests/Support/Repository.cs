namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Finds the files of this repository, and the maintainers' shared folder beside it.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// A file of the shared folder. A user's clone has none, so its test is skipped, unless SBNN_EXPECT says it should
    /// be there.
    /// </summary>
    public static string SharedFile(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        Expected.Demand(File.Exists(path), "shared",
            $"the maintainers' file shared/{string.Join('/', parts)} is not part of a clone");
        return path;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sbnn.Sweeps.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no repository above {AppContext.BaseDirectory}");
    }
}
