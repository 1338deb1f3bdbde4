using System.Globalization;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Which process a trainer is, for signals only: whether it lives is told by its lock.</summary>
/// <param name="Pid">Process id, which is also its process group's.</param>
/// <param name="StartTicks">Start time in clock ticks since boot (field 22 of <c>/proc/pid/stat</c>): tells a reused
/// pid.</param>
/// <param name="BootId">The kernel's boot id: tells a restarted machine.</param>
public sealed record ProcessMark(int Pid, long StartTicks, string BootId)
{
    /// <summary>
    /// The true path of the folder that the process was started for: a copy of the folder does not make it another's.
    /// Null: none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The mark of this process.</summary>
    public static ProcessMark Current() => Of(Environment.ProcessId);

    /// <summary>The mark of a process that is there now.</summary>
    public static ProcessMark Of(int pid) => new(pid, StartTicksOf(pid) ?? 0, CurrentBootId());

    /// <summary>True when the process that left this mark can still be signalled by its pid.</summary>
    public bool IsAlive() => IsOfThisBoot() && StartTicksOf(Pid) == StartTicks;

    /// <summary>False when the machine has gone down since the mark was left.</summary>
    public bool IsOfThisBoot() => BootId == CurrentBootId();

    /// <summary>
    /// True when some process of its group lives: it, or one that it started. Those that have ended and wait to be
    /// collected by their parent do not count.
    /// </summary>
    public bool HasLivingGroup()
    {
        if (BootId != CurrentBootId() || (StartTicksOf(Pid) ?? StartTicks) != StartTicks || !Posix.SignalGroup(Pid, 0))
            return false;
        var group = Pid.ToString(CultureInfo.InvariantCulture);
        return Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), out var pid) ? StatOf(pid) : null)
            .Any(stat => stat is not null && stat[2] == group && stat[0] is not ("Z" or "X"));
    }

    private static string CurrentBootId() =>
        File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id")
            .Trim() : "";

    private static long? StartTicksOf(int pid) =>
        StatOf(pid) is { } stat ? long.Parse(stat[19], CultureInfo.InvariantCulture) : null;

    // The fields of /proc/pid/stat after the command's name, which stands in parentheses and may hold spaces: state,
    // parent, group, ….
    private static string[]? StatOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
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
