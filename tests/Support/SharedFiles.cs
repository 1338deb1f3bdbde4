namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Files in the shared folder that only maintainers have, next to the repository.</summary>
public static class SharedFiles
{
    /// <summary>
    /// Returns the path of a shared file. If the file does not exist, the test is skipped, or fails if SBNN_EXPECT
    /// names "shared".
    /// </summary>
    public static string Get(params string[] names)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Sbnn.Sweeps.sln"))) root = root.Parent;
        var path = root?.Parent is { } above ? Path.Combine([above.FullName, "shared", .. names]) : null;
        Expected.Require(File.Exists(path), "shared", $"../shared/{string.Join('/', names)} does not exist");
        return path!;
    }
}
