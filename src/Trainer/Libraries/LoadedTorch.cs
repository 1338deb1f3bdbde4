using System.Security.Cryptography;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// Identifies the libtorch that was loaded. TorchSharp itself only reports the version that it was built for.
/// </summary>
internal static class LoadedTorch
{
    private const string Main = "libtorch_cpu.so";
    private const int DigitsOfBuild = 12;

    /// <summary>
    /// Identifies a libtorch other than the packaged one by its version, if known, and the first digits of its build
    /// id; null for the packaged one, whatever its folder.
    /// </summary>
    /// <param name="version">The version, if known.</param>
    public static string? FindOther(string? version) => MappedLibraries.Find(IsMain) is { } loaded
        ? FindOther(loaded, OwnLibraries.Find(Main), version)
        : null;

    /// <summary>Compares a loaded file with the packaged one.</summary>
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
