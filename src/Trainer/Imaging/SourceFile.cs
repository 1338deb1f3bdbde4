using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// A file with images, and its status. Symbolic links are followed, so the status is that of the target.
/// </summary>
/// <param name="Path">The path at which the file was found.</param>
/// <param name="Status">The status of the file.</param>
/// <param name="IsLinked">True when the file or a folder above it is a link.</param>
internal readonly record struct SourceFile(string Path, FileStatus Status, bool IsLinked)
{
    /// <summary>
    /// The file at a path; null when the path does not exist or is a folder. Throws <see cref="BadInputException"/> for
    /// a broken link, for a name that is not UTF-8, and for a special file such as a named pipe, which could never be
    /// read to its end.
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
        Access(path, () => Posix.StatusOf(path, followsLink: false)) is { Kind: FileKind.Link };

    /// <summary>
    /// Runs a function that opens or reads a file. If it fails, throws <see cref="BadInputException"/> with the path
    /// and the reason.
    /// </summary>
    public static T Access<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new BadInputException(
                $"{path}: permission denied; make the file or folder readable for this user", error);
        }
        catch (IOException error)
        {
            throw new BadInputException(error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message
                : $"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// A text that changes whenever the file's content may have changed: length and time, and for a link also the inode
    /// of its target, because a new target may have the same length and time.
    /// </summary>
    public string Fingerprint(string separator)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Status.Length}{separator}{Status.ModifiedUtc.Ticks}");
        return IsLinked ? string.Create(CultureInfo.InvariantCulture, $"{mark}{separator}{Status.Inode}") : mark;
    }

    private static FileStatus? Follow(string path, out bool isLink)
    {
        var status = Access(path, () => Posix.StatusOf(path, followsLink: false));
        isLink = status is { Kind: FileKind.Link };

        // .NET replaces bytes that are not UTF-8 by U+FFFD when it lists names, so a file with such a name cannot be
        // opened.
        if (status is null && path.Contains('\uFFFD', StringComparison.Ordinal))
            throw new BadInputException(
                $"{path}: the name is not UTF-8 (is it Latin-1?), so the file cannot be opened; rename it");
        return isLink
            ? Access(path, () => Posix.StatusOf(path, followsLink: true))
                ?? throw new BadInputException(
                    $"{path}: a link to {new FileInfo(path).LinkTarget}, which does not exist; restore that file, or "
                        + "remove the link")
            : status;
    }
}
