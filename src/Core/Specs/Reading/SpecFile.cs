using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// A sweep's file. It is read only once, so that the trained spec and the recorded text agree even if the file changes
/// meanwhile.
/// </summary>
/// <param name="Spec">The parsed spec.</param>
/// <param name="Text">The text of the file.</param>
public sealed record SpecFile(SweepSpec Spec, string Text)
{
    /// <summary>
    /// The maximum size in bytes (UTF-8) of a spec, and of the file of published values that it names.
    /// </summary>
    public const int Longest = 1 << 20;

    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>
    /// True when the file at a path can be read again; false for standard input and pipes, whose text can be read only
    /// once.
    /// </summary>
    public static bool CanBeReread(string path) =>
        !IsWrittenByProcess(path) && Posix.StatusOf(path, followsLink: true) is { Kind: FileKind.Regular };

    /// <summary>The text of the file of published values that the spec names; null when it names none.</summary>
    public string? Published { get; init; }

    /// <summary>The name of a path in messages.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>
    /// The folder to which a spec's references are relative: the spec's folder, or the working folder when the spec
    /// comes from a process.
    /// </summary>
    internal static string FolderOf(string path) => IsWrittenByProcess(path) ? "" : Path.GetDirectoryName(path) ?? "";

    // True for /dev/stdin, and for the paths that a shell substitutes for <(…).
    private static bool IsWrittenByProcess(string path) =>
        path == StandardInput
        || path.StartsWith("/dev/", StringComparison.Ordinal)
        || path.StartsWith("/proc/", StringComparison.Ordinal);
}
