namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Files that exist only next to the maintainers' repository.</summary>
public static class SharedFiles
{
    /// <summary>
    /// The path of such a file. If it does not exist, the test is skipped, or fails if SBNN_EXPECT names "shared".
    /// </summary>
    public static string Get(params string[] names)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Sbnn.Sweeps.sln"))) root = root.Parent;
        var path = root?.Parent is { } above ? Path.Combine([above.FullName, "shared", .. names]) : null;
        Expected.Demand(File.Exists(path), "shared", $"../shared/{string.Join('/', names)} does not exist");
        return path!;
    }
}
