namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>The native libraries that came with this trainer.</summary>
internal static class OwnLibraries
{
    // Published for one system they lie beside the program, else in a folder for each.
    private static readonly string[] Folders = ["", Path.Combine("runtimes", "linux-x64", "native")];

    /// <summary>The path of a library; null when it did not come with it.</summary>
    public static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(AppContext.BaseDirectory, folder, name)).FirstOrDefault(File.Exists);
}
