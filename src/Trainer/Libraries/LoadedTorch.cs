using System.Security.Cryptography;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// Identifies the libtorch that this process loaded, because TorchSharp only reports the version for which it was
/// built.
/// </summary>
internal static class LoadedTorch
{
    private const string Main = "libtorch_cpu.so";
    private const int DigitsOfBuild = 12;

    /// <summary>
    /// The version (if known) and the first digits of the build id of the loaded libtorch; null when it is the packaged
    /// libtorch, in any folder.
    /// </summary>
    /// <param name="version">The version of the loaded libtorch; null when unknown.</param>
    public static string? FindOther(string? version) => MappedLibraries.Find(IsMain) is { } loaded
        ? FindOther(loaded, PackagedLibraries.Find(Main), version)
        : null;

    /// <summary>Compares a loaded libtorch with the packaged one.</summary>
    internal static string? FindOther(string loaded, string? packaged, string? version)
    {
        if (loaded == packaged || loaded.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal)) return null;
        var build = BuildOf(loaded);
        if (packaged is not null && BuildOf(packaged) == build) return null;
        return string.Join('-', new[] { version, build[..DigitsOfBuild] }.OfType<string>());
    }

    private static bool IsMain(string file) => file == Main || file.StartsWith(Main + ".", StringComparison.Ordinal);

    private static string BuildOf(string path)
    {
        if (ElfLibrary.Read(path).BuildId is { Length: >= DigitsOfBuild } id) return id;
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
