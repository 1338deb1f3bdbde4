namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Finds the files of this repository, and those in the maintainers' shared folder next to it.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// The path of a file in the shared folder. A user's clone does not have the folder, so the test is skipped, or
    /// fails if SBNN_EXPECT names "shared".
    /// </summary>
    public static string SharedFile(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        Expected.Require(File.Exists(path), "shared",
            $"the maintainers' file shared/{string.Join('/', parts)} is not part of a clone");
        return path;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sbnn.Sweeps.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not below the repository's root");
    }
}
