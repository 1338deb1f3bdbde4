using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// A real file system of a few megabytes, which a test can fill up. If the file system cannot be mounted, the test is
/// skipped, or fails if SBNN_EXPECT names "mounts".
/// </summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string path) => (Path, _filler) = (path, System.IO.Path.Combine(path, "filler"));

    public string Path { get; }

    /// <summary>
    /// Mounts a file system with a size in megabytes and a maximum number of files and folders (0: no limit).
    /// </summary>
    public static SmallDisk MountOn(string folder, int megabytes, int files = 0)
    {
        Directory.CreateDirectory(folder);
        var isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,nr_inodes={files}", "tmpfs", folder) == 0;
        Expected.Require(
            isMounted, "mounts", "the test cannot mount a file system; that requires root");
        return new SmallDisk(folder);
    }

    /// <summary>Fills the file system in whole pages, and leaves a number of bytes free.</summary>
    public void FillUp(int leave = 0)
    {
        try
        {
            using var filler = File.Create(_filler, bufferSize: 1);
            while (true) filler.Write(new byte[4096]);
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            using var filler = File.OpenWrite(_filler);
            filler.SetLength(filler.Length - leave);
        }
    }

    public void MakeRoom() => File.Delete(_filler);

    public void Dispose() => Run("umount", "-l", Path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
