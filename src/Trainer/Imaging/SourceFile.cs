using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>A file with images, as it was when it was looked at. Links are followed: what counts is the file behind them.</summary>
/// <param name="Path">Where it was looked for.</param>
/// <param name="Status">What is there.</param>
/// <param name="IsLinked">True when a link leads there.</param>
internal readonly record struct SourceFile(string Path, FileStatus Status, bool IsLinked)
{
    /// <summary>The file at a path; null when none is there. Throws <see cref="BadInputException"/> when a link there leads nowhere.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isBelowLink">True when one of the folders above is known to be a link.</param>
    public static SourceFile? Find(string path, bool isBelowLink = false) =>
        Follow(path, out var isLink) is { Kind: not FileKind.Folder } status ? new SourceFile(path, status, isLink || isBelowLink) : null;

    /// <summary>True for a folder, and for a link to one. Throws <see cref="BadInputException"/> when a link there leads nowhere.</summary>
    public static bool IsFolder(string path) => Follow(path, out _) is { Kind: FileKind.Folder };

    /// <summary>True for a link, wherever it leads.</summary>
    public static bool IsLink(string path) => Posix.StatusOf(path, followsLink: false) is { Kind: FileKind.Link };

    /// <summary>
    /// Changes whenever the content may have changed. A link can be turned to another file of the same length and time: then the file's number
    /// tells.
    /// </summary>
    public string Mark(string separator)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Status.Length}{separator}{Status.ModifiedUtc.Ticks}");
        return IsLinked ? string.Create(CultureInfo.InvariantCulture, $"{mark}{separator}{Status.Inode}") : mark;
    }

    private static FileStatus? Follow(string path, out bool isLink)
    {
        isLink = false;
        try
        {
            var status = Posix.StatusOf(path, followsLink: false);
            isLink = status is { Kind: FileKind.Link };
            if (!isLink) return status;
            return Posix.StatusOf(path, followsLink: true)
                ?? throw new BadInputException($"{path}: a link to {new FileInfo(path).LinkTarget}, which is not there; restore that file, or remove the link");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(error.Message, error);
        }
    }
}
