using System.Security.Cryptography;

namespace Sbnn.Sweeps.Trainer.Libraries;

/// <summary>
/// Which libtorch was really loaded: TorchSharp's own answer is the version that it was built against.
/// </summary>
internal static class LoadedTorch
{
    private const string Main = "libtorch_cpu.so";
    private const int DigitsOfBuild = 12;

    /// <summary>
    /// Names a libtorch that is not the packaged one, by its version, if known, and the first digits of its build; null
    /// for the packaged one, wherever it lies.
    /// </summary>
    /// <param name="version">Its version, if known.</param>
    public static string? Foreign(string? version) => MappedLibraries.Find(IsMain) is { } loaded
        ? Foreign(loaded, OwnLibraries.Find(Main), version)
        : null;

    /// <summary>The same of a loaded file and the packaged one.</summary>
    internal static string? Foreign(string loaded, string? packaged, string? version)
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
