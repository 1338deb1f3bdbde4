namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The native libraries that are packaged with this trainer.</summary>
internal static class PackagedLibraries
{
    // A build that is published for one system has the libraries beside the program. Any other build has a folder of
    // libraries for each system.
    private static readonly string[] Folders = ["", Path.Combine("runtimes", "linux-x64", "native")];

    /// <summary>The path of a library; null when it is not packaged.</summary>
    public static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(AppContext.BaseDirectory, folder, name)).FirstOrDefault(File.Exists);
}
