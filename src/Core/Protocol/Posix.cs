using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>The few calls of libc that .NET does not offer.</summary>
public static partial class Posix
{
    /// <summary>SIGTERM: please write a checkpoint and leave.</summary>
    public const int SigTerm = 15;

    /// <summary>SIGKILL: gone at once.</summary>
    public const int SigKill = 9;

    /// <summary>Sends a signal to a whole process group. False when there is no such group (any more).</summary>
    public static bool SignalGroup(int group, int signal) => Kill(-group, signal) == 0;

    /// <summary>A folder's path without symbolic links; null when it cannot be opened.</summary>
    public static string? TruePathOf(string folder)
    {
        using var opened = OpenFolder(folder);
        return opened.IsInvalid ? null : File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{opened.DangerousGetHandle()}"), returnFinalTarget: false)?.FullName;
    }

    internal static SafeFileHandle OpenFolder(string path) => Open(path, 0);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
