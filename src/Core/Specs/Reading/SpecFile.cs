using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// A sweep's file, read once: what is trained and what is recorded are the same, whatever happens to the file
/// meanwhile.
/// </summary>
/// <param name="Spec">What the text says.</param>
/// <param name="Text">The text.</param>
public sealed record SpecFile(SweepSpec Spec, string Text)
{
    /// <summary>The bytes that a spec, or a file that it names, may have in UTF-8.</summary>
    public const int Longest = 1 << 20;

    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>
    /// True when a path can be read again: neither standard input nor a pipe, whose text is gone once it is read.
    /// </summary>
    public static bool IsLasting(string path) =>
        !IsOfProcess(path) && Posix.StatusOf(path, followsLink: true) is { Kind: FileKind.Regular };

    /// <summary>The text of the file of published figures that it names; null: it names none.</summary>
    public string? Published { get; init; }

    /// <summary>What messages call a path.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>
    /// The folder to which a spec's references are relative: its own, or the working folder where its text comes from a
    /// process.
    /// </summary>
    internal static string FolderOf(string path) => IsOfProcess(path) ? "" : Path.GetDirectoryName(path) ?? "";

    // /dev/stdin, and what a shell writes for <(…).
    private static bool IsOfProcess(string path) =>
        path == StandardInput
        || path.StartsWith("/dev/", StringComparison.Ordinal)
        || path.StartsWith("/proc/", StringComparison.Ordinal);
}
