namespace Sbnn.Sweeps.Silo.Home;

/// <summary>File systems that several machines can mount at the same time.</summary>
public static class SharedFileSystem
{
    private static readonly HashSet<string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "gfs", "gfs2", "gpfs", "lustre", "ncp", "nfs", "nfs4",
            "ocfs2", "orangefs", "panfs",
        "pvfs2", "smb", "smb2", "smb3", "smbfs", "virtiofs",
    };

    /// <summary>
    /// The warning for a home on a shared file system, because SQLite keeps the index of its log in memory that
    /// machines do not share. Null for a home on a local disk, or when the file system cannot be determined.
    /// </summary>
    public static string? Warning(HomeFolder home) => Find(home.Path) is not { } format ? null
        : $"--home: {home.Path} is on {format}, which other machines may have mounted, too; run only one sbnn on it, "
            + "on one machine, or use a home on a local disk";

    /// <summary>Why a long-running head must not use the home; null when it may.</summary>
    public static string? Refusal(HomeFolder home) => Find(home.Path) is not { } format ? null
        : $"--home: {home.Path} is on {format}, which other machines may have mounted, too, but SQLite needs memory "
            + "that machines do not share (allowed: a local disk); choose another home with --home, and copy the "
            + "tables from it";

    /// <summary>
    /// The type of the shared file system that contains a folder; null when the file system is not a shared one.
    /// </summary>
    public static string? Find(string folder)
    {
        try
        {
            return FindAmong(new DriveInfo(folder).DriveFormat);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // The folder does not exist yet, or its file system cannot be determined.
        }
    }

    /// <summary>Returns a file system's type when it is a shared one; otherwise null.</summary>
    public static string? FindAmong(string format) => Formats.Contains(format) ? format : null;
}
