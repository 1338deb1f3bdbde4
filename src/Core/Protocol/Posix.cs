using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Functions of libc for which .NET has no equivalent.</summary>
public static partial class Posix
{
    /// <summary>SIGTERM: requests that the trainer write a checkpoint and exit.</summary>
    public const int SigTerm = 15;

    /// <summary>SIGKILL: ends a process immediately.</summary>
    public const int SigKill = 9;

    /// <summary>The operation of flock that takes a shared lock (LOCK_SH).</summary>
    internal const int SharedFlock = 1;

    /// <summary>The operation of flock that takes an exclusive lock (LOCK_EX).</summary>
    internal const int ExclusiveFlock = 2;

    private const int WithoutWaiting = 4; // LOCK_NB
    private const int ReadWrite = 0x2, Create = 0x40, CloseOnExec = 0x80000;
    private const int NotPermitted = 1, NoSuchFile = 2, WouldBlock = 11, NoAccess = 13, NotAFolder = 20;
    private const int CurrentFolder = -100, LinkItself = 0x100; // AT_FDCWD, AT_SYMLINK_NOFOLLOW
    private const int MayRead = 4, MayWrite = 2; // R_OK, W_OK
    private const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS
    private const int KindOfMode = 0xF000; // S_IFMT
    private const int GetDescriptionLock = 36, SetDescriptionLock = 37; // F_OFD_GETLK, F_OFD_SETLK
    private const short WriteLock = 1, NoLock = 2;

    /// <summary>Sends a signal to a whole process group. False when no such group exists.</summary>
    public static bool SignalGroup(int group, int signal) => Kill(-group, signal) == 0;

    /// <summary>A folder's path without symbolic links; null when it cannot be opened.</summary>
    public static string? RealPathOf(string folder)
    {
        using var opened = OpenFolder(folder);
        return opened.IsInvalid ? null
            : File.ResolveLinkTarget(
                string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{opened.DangerousGetHandle()}"),
                returnFinalTarget: false)?.FullName;
    }

    /// <summary>
    /// The status of the file at a path; null when no file exists there. The file is not opened, so the call neither
    /// waits for a pipe nor needs permission to read. Throws <see cref="IOException"/> with errno as its HResult (also
    /// for circular links), or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="followsLink">True for the target of a link, false for the link itself.</param>
    public static FileStatus? StatusOf(string path, bool followsLink)
    {
        if (Statx(CurrentFolder, path, followsLink ? 0 : LinkItself, BasicStatus, out var status) == 0)
        {
            var kind = (FileKind)(status.Mode & KindOfMode);
            return new FileStatus(kind, status.Length, status.ModifiedUtc, status.Inode, status.Device);
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotAFolder ? null : throw ErrorOf(path, error);
    }

    /// <summary>
    /// True when this process may write a file, or create files in a folder. False on a read-only file system.
    /// </summary>
    public static bool IsWritable(string path) => Access(path, MayWrite) == 0;

    /// <summary>True when this process may read a file.</summary>
    public static bool IsReadable(string path) => Access(path, MayRead) == 0;

    internal static SafeFileHandle OpenFolder(string path) => Open(path, 0, 0);

    /// <summary>
    /// Opens a file for reading and writing, and creates it if needed. Unlike .NET's streams, the call takes no lock.
    /// Throws <see cref="IOException"/> with errno as its HResult, or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    internal static SafeFileHandle OpenOrCreate(string path)
    {
        // The permissions rw-rw-rw-, reduced by the process's umask.
        var file = Open(path, ReadWrite | Create | CloseOnExec, 0x1B6);
        if (!file.IsInvalid) return file;
        throw ErrorOf(path, Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Opens a file for reading, without a lock; null when it does not exist. Throws like <see cref="OpenOrCreate"/>.
    /// </summary>
    internal static SafeFileHandle? TryOpenToRead(string path)
    {
        var file = Open(path, CloseOnExec, 0);
        if (!file.IsInvalid) return file;
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchFile or NotAFolder ? null : throw ErrorOf(path, error);
    }

    /// <summary>
    /// Takes an exclusive description lock on the whole file; false when another open file description holds one.
    /// </summary>
    internal static bool TryLockDescription(SafeFileHandle file)
    {
        var whole = new FileRange { Kind = WriteLock };
        return Fcntl(file, SetDescriptionLock, ref whole) == 0
            || Marshal.GetLastPInvokeError() is not (WouldBlock or NoAccess);
    }

    /// <summary>
    /// True when another open file description holds a lock of <see cref="TryLockDescription"/>. The test itself takes
    /// no lock.
    /// </summary>
    internal static bool IsDescriptionLocked(SafeFileHandle file)
    {
        var whole = new FileRange { Kind = WriteLock };
        return Fcntl(file, GetDescriptionLock, ref whole) == 0 && whole.Kind != NoLock;
    }

    /// <summary>
    /// Takes a flock, or changes this open file's flock (which is lost if the change fails); false when another flock
    /// excludes it.
    /// </summary>
    internal static bool TryFlock(SafeFileHandle file, int operation) =>
        Flock(file, operation | WithoutWaiting) == 0 || Marshal.GetLastPInvokeError() != WouldBlock;

    private static Exception ErrorOf(string path, int error)
    {
        var message = $"{path}: {Marshal.GetPInvokeErrorMessage(error)}";
        return error is NoAccess or NotPermitted ? new UnauthorizedAccessException(message)
            : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, ref FileRange range);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out StatxStatus status);

    /// <summary>struct statx, as on every Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxStatus
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public long Length;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        public readonly ulong Device => ((ulong)DeviceMajor << 32) | DeviceMinor;

        public readonly DateTime ModifiedUtc =>
            DateTimeOffset.FromUnixTimeSeconds(ModifiedSeconds)
                .AddTicks(ModifiedNanoseconds / TimeSpan.NanosecondsPerTick).UtcDateTime;
    }

    /// <summary>
    /// struct flock, as on every 64-bit Linux. A value in which only the kind is set covers the whole file.
    /// </summary>
    private struct FileRange
    {
        public short Kind;
        public short Whence;
        public long Start;
        public long Length;
        public int Pid;
    }
}
