namespace Sbnn.Sweeps.Core;

/// <summary>
/// Finds an installed libtorch, such as that of PyTorch, which trainers use instead of the packaged one.
/// </summary>
public static class TorchPlace
{
    /// <summary>The main library of libtorch.</summary>
    public const string MainLibrary = "libtorch_cpu.so";

    /// <summary>How messages name the two ways to choose a libtorch.</summary>
    public const string NamedBy = "--torch or " + OwnVariable.Torch;

    /// <summary>
    /// The folders that may contain the libraries: the named folder itself, or the one below a PyTorch
    /// (site-packages/torch) or below site-packages.
    /// </summary>
    public static IReadOnlyList<string> FoldersOf(string named)
    {
        var folder = Path.GetFullPath(named);
        return [folder, Path.Combine(folder, "lib"), Path.Combine(folder, "torch", "lib")];
    }

    /// <summary>The folder with the main library.</summary>
    /// <exception cref="BadInputException">None of <see cref="FoldersOf"/> has it.</exception>
    public static string Find(string named) =>
        FoldersOf(named).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, MainLibrary)))
        ?? throw new BadInputException(
            $"{NamedBy}: {named} has no {MainLibrary}, nor has its folder lib (allowed: a folder with {MainLibrary}, "
                + "such as site-packages/torch/lib); name the folder of a PyTorch, or name none to use the packaged "
                + "libtorch");
}
