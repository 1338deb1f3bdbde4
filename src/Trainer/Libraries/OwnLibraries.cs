namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The native libraries that are packaged with this trainer.</summary>
internal static class OwnLibraries
{
    // A build that is published for one system has them beside the program; any other build has a folder for each
    // system.
    private static readonly string[] Folders = ["", Path.Combine("runtimes", "linux-x64", "native")];

    /// <summary>The path of a library; null when it is not packaged.</summary>
    public static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(AppContext.BaseDirectory, folder, name)).FirstOrDefault(File.Exists);
}
