namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>The status of the file at a path (<see cref="Posix.StatusOf"/>).</summary>
/// <param name="Kind">The kind of file.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="ModifiedUtc">The time at which the content was last written.</param>
/// <param name="Inode">The file's number on its file system, which distinguishes it from a file that replaced
/// it.</param>
/// <param name="Device">The number of the file's file system on this machine.</param>
public readonly record struct FileStatus(FileKind Kind, long Length, DateTime ModifiedUtc, ulong Inode, ulong Device);

/// <summary>The kinds of files, with the values of <c>st_mode</c>.</summary>
public enum FileKind
{
    /// <summary>A kind that this enum does not list.</summary>
    Unknown = 0,

    /// <summary>A named pipe. Reading it waits until another process writes to it.</summary>
    Fifo = 0x1000,

    /// <summary>A device that is read byte by byte.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A folder.</summary>
    Folder = 0x4000,

    /// <summary>A device that is read in blocks.</summary>
    BlockDevice = 0x6000,

    /// <summary>A regular file.</summary>
    Regular = 0x8000,

    /// <summary>A symbolic link.</summary>
    Link = 0xA000,

    /// <summary>A socket.</summary>
    Socket = 0xC000,
}
