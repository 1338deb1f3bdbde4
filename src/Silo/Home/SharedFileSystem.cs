namespace Sbnn.Sweeps.Silo.Home;

/// <summary>File systems that several machines can have mounted at once.</summary>
public static class SharedFileSystem
{
    private static readonly HashSet<string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "gfs", "gfs2", "gpfs", "lustre", "ncp", "nfs", "nfs4",
            "ocfs2", "orangefs", "panfs",
        "pvfs2", "smb", "smb2", "smb3", "smbfs", "virtiofs",
    };

    /// <summary>
    /// What is to be said of a home there: SQLite keeps its log in memory that machines do not share. Null for a home
    /// on a disk of this machine, or where the system does not say.
    /// </summary>
    public static string? Warning(HomeFolder home) => Find(home.Path) is not { } format ? null
        : $"--home: {home.Path} lies on {format}, which other machines may have mounted too: run one sbnn on it, on "
            + "one machine, or use a home on a local disk";

    /// <summary>Why a head that stays may not have its home there; null when it may.</summary>
    public static string? Refusal(HomeFolder home) => Find(home.Path) is not { } format ? null
        : $"--home: {home.Path} lies on {format}, which other machines may have mounted too, "
        + "and SQLite keeps its log in memory that machines do not share "
        + "(allowed: a disk of this machine); name one with --home, and copy the tables from there";

    /// <summary>The name of the shared file system on which a folder lies; null when it is none.</summary>
    public static string? Find(string folder)
    {
        try
        {
            return FindAmong(new DriveInfo(folder).DriveFormat);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // It does not exist yet, or the system does not say.
        }
    }

    /// <summary>The format when it is one of those; null when it is not.</summary>
    internal static string? FindAmong(string format) => Formats.Contains(format) ? format : null;
}
