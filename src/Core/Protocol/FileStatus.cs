namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What a path leads to; see <see cref="Posix.StatusOf"/>.</summary>
/// <param name="Kind">The kind of file.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="ModifiedUtc">When its content was last written.</param>
/// <param name="Inode">The file's number on its file system, which distinguishes it from a file that replaced
/// it.</param>
/// <param name="Device">The number of its file system on this machine.</param>
public readonly record struct FileStatus(FileKind Kind, long Length, DateTime ModifiedUtc, ulong Inode, ulong Device);

/// <summary>The kinds of files, with the values of <c>st_mode</c>.</summary>
public enum FileKind
{
    /// <summary>A kind that is not known here.</summary>
    Unknown = 0,

    /// <summary>A named pipe, of which a read waits for a writer.</summary>
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
