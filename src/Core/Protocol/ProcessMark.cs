namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Which process a trainer is, for signals only: whether it lives is told by its lock.</summary>
/// <param name="Pid">Process id, which is also its process group's.</param>
/// <param name="StartTicks">Start time in clock ticks since boot (field 22 of <c>/proc/pid/stat</c>): tells a reused pid.</param>
/// <param name="BootId">The kernel's boot id: tells a restarted machine.</param>
public sealed record ProcessMark(int Pid, long StartTicks, string BootId)
{
    /// <summary>The mark of this process.</summary>
    public static ProcessMark Current() => new(Environment.ProcessId, StartTicksOf(Environment.ProcessId) ?? 0, CurrentBootId());

    /// <summary>True when the process that left this mark can still be signalled by its pid.</summary>
    public bool IsAlive() => IsOfThisBoot() && StartTicksOf(Pid) == StartTicks;

    /// <summary>False when the machine has gone down since the mark was left.</summary>
    public bool IsOfThisBoot() => BootId == CurrentBootId();

    private static string CurrentBootId() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    private static long? StartTicksOf(int pid)
    {
        try
        {
            // The command's name stands in parentheses and may hold spaces; the fields after it are counted from 3.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // No such process (or it ended while we read).
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
