using System.Globalization;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// Identifies a trainer's process, so that it can be signalled. (Whether a trainer lives is shown by its lock, not by
/// this mark.)
/// </summary>
/// <param name="Pid">The process id, which is also the id of its process group.</param>
/// <param name="StartTicks">
/// The start time in clock ticks since boot (field 22 of <c>/proc/pid/stat</c>); a later process with the same pid has
/// another start time.
/// </param>
/// <param name="BootId">The kernel's boot id, which changes when the machine restarts.</param>
public sealed record ProcessMark(int Pid, long StartTicks, string BootId)
{
    /// <summary>
    /// The real path of the attempt folder for which the process was started. With it, a copy of the folder is not
    /// mistaken for the folder of the process. Null when not recorded.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The mark of this process.</summary>
    public static ProcessMark Current() => Of(Environment.ProcessId);

    /// <summary>The mark of a running process.</summary>
    public static ProcessMark Of(int pid) => new(pid, StartTicksOf(pid) ?? 0, CurrentBootId());

    /// <summary>True when the process of this mark lives, so that its pid can be signalled.</summary>
    public bool IsAlive() => IsOfThisBoot() && StartTicksOf(Pid) == StartTicks;

    /// <summary>False when the machine has restarted since the mark was written.</summary>
    public bool IsOfThisBoot() => BootId == CurrentBootId();

    /// <summary>
    /// True when the process, or a process that it started in the same process group, still lives. Processes that have
    /// ended but were not yet reaped by their parent do not count.
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

    // The fields of /proc/pid/stat after the command's name, which is in parentheses and may contain spaces: state,
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
            return null; // The process does not exist, or ended during the read.
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
