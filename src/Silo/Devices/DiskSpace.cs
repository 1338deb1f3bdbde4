namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>The space on the disk of a folder, for display.</summary>
internal static class DiskSpace
{
    /// <summary>The disk's size and its free space in MiB; null for both when they cannot be read.</summary>
    public static (int? Size, int? Free) Of(string folder)
    {
        try
        {
            var disk = new DriveInfo(folder);
            return ((int)(disk.TotalSize >> 20), (int)(disk.AvailableFreeSpace >> 20));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, null);
        }
    }
}
