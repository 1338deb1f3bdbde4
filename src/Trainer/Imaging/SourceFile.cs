using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// A file with images, as it was when it was looked at. Links are followed: what counts is the file behind them.
/// </summary>
/// <param name="Path">Where it was looked for.</param>
/// <param name="Status">What is there.</param>
/// <param name="IsLinked">True when a link leads there.</param>
internal readonly record struct SourceFile(string Path, FileStatus Status, bool IsLinked)
{
    /// <summary>
    /// The file at a path; null when none is there. Throws <see cref="BadInputException"/> for what can only be a
    /// mistake: a link that leads nowhere, a name that is not UTF-8, and what has no content of its own. Reading a
    /// named pipe would wait without end.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="isBelowLink">True when one of the folders above is known to be a link.</param>
    public static SourceFile? Find(string path, bool isBelowLink = false) => Follow(path, out var isLink) switch
    {
        { Kind: FileKind.Regular } status => new SourceFile(path, status, isLink || isBelowLink),
        { Kind: not FileKind.Folder } other => throw new BadInputException(
            $"{path}: a {EnumWords.Of(other.Kind)}, not a file with images; remove it (allowed: files, and links to "
                + "files)"),
        _ => null,
    };

    /// <summary>
    /// True for a folder, and for a link to one. Throws as <see cref="Find"/> does for links and names.
    /// </summary>
    public static bool IsFolder(string path) => Follow(path, out _) is { Kind: FileKind.Folder };

    /// <summary>True for a link, wherever it leads.</summary>
    public static bool IsLink(string path) =>
        OrRefuse(path, () => Posix.StatusOf(path, followsLink: false)) is { Kind: FileKind.Link };

    /// <summary>
    /// Opens or reads. Throws <see cref="BadInputException"/> with the path and the reason when that is not possible.
    /// </summary>
    public static T OrRefuse<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException($"{path}: permission denied; make it readable for this user", error);
        }
        catch (IOException error)
        {
            throw new BadInputException(error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message
                : $"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// Changes whenever the content may have changed. A link can be turned to another file of the same length and time:
    /// then the file's number tells.
    /// </summary>
    public string Mark(string separator)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Status.Length}{separator}{Status.ModifiedUtc.Ticks}");
        return IsLinked ? string.Create(CultureInfo.InvariantCulture, $"{mark}{separator}{Status.Inode}") : mark;
    }

    private static FileStatus? Follow(string path, out bool isLink)
    {
        var status = OrRefuse(path, () => Posix.StatusOf(path, followsLink: false));
        isLink = status is { Kind: FileKind.Link };

        // Bytes that are not UTF-8 are read as this character, and written as others: the file is not found by its
        // name.
        if (status is null && path.Contains('\uFFFD', StringComparison.Ordinal))
            throw new BadInputException(
                $"{path}: the name is not UTF-8 (is it Latin-1?), so the file cannot be opened; rename it");
        return isLink
            ? OrRefuse(path, () => Posix.StatusOf(path, followsLink: true))
                ?? throw new BadInputException(
                    $"{path}: a link to {new FileInfo(path).LinkTarget}, which is not there; restore that file, or "
                        + "remove the link")
            : status;
    }
}
