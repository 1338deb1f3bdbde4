using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>Sends signals with the system call kill(2).</summary>
internal static partial class Signals
{
    public const int Int = 2;
    public const int Kill = 9;
    public const int Term = 15;
    public const int Cont = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal to a process. Returns false when the process has ended.</summary>
    public static bool Send(int pid, int signal) => KillProcess(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillProcess(int pid, int signal);
}
