using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// A file with images and its status. Links are followed, because the file behind a link is what counts.
/// </summary>
/// <param name="Path">The path at which it was found.</param>
/// <param name="Status">The status of the file.</param>
/// <param name="IsLinked">True when the path contains a link.</param>
internal readonly record struct SourceFile(string Path, FileStatus Status, bool IsLinked)
{
    /// <summary>
    /// The file at a path; null when none exists. Throws <see cref="BadInputException"/> for what can only be a
    /// mistake: a broken link, a name that is not UTF-8, and a special file such as a named pipe, of which a read would
    /// never end.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="isBelowLink">True when a folder of the path is known to be a link.</param>
    public static SourceFile? Find(string path, bool isBelowLink = false) => Follow(path, out var isLink) switch
    {
        { Kind: FileKind.Regular } status => new SourceFile(path, status, isLink || isBelowLink),
        { Kind: not FileKind.Folder } other => throw new BadInputException(
            $"{path}: a {EnumWords.Of(other.Kind)}, not a file with images; remove it (allowed: files, and links to "
                + "files)"),
        _ => null,
    };

    /// <summary>True for a folder, and for a link to one. Throws for links and names like <see cref="Find"/>.</summary>
    public static bool IsFolder(string path) => Follow(path, out _) is { Kind: FileKind.Folder };

    /// <summary>True for a link, whatever its target.</summary>
    public static bool IsLink(string path) =>
        OrRefuse(path, () => Posix.StatusOf(path, followsLink: false)) is { Kind: FileKind.Link };

    /// <summary>
    /// Opens or reads a file. Throws <see cref="BadInputException"/> with the path and the reason when that fails.
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
    /// A text that changes whenever the content may have changed. For a link it includes the file's number, because the
    /// link's new target may have the same length and time.
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

        // .NET reads bytes that are not UTF-8 as this character, and writes it as other bytes, so the file cannot be
        // opened by its name.
        if (status is null && path.Contains('\uFFFD', StringComparison.Ordinal))
            throw new BadInputException(
                $"{path}: the name is not UTF-8 (is it Latin-1?), so the file cannot be opened; rename it");
        return isLink
            ? OrRefuse(path, () => Posix.StatusOf(path, followsLink: true))
                ?? throw new BadInputException(
                    $"{path}: a link to {new FileInfo(path).LinkTarget}, which does not exist; restore that file, or "
                        + "remove the link")
            : status;
    }
}
