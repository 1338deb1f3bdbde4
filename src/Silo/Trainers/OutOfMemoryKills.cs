using System.Globalization;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Counts the processes of this process's control group that the kernel killed for lack of memory. Trainers belong to
/// the same group. The counter is needed because a SIGKILL does not show its sender.
/// </summary>
/// <param name="counter">The file with the line <c>oom_kill n</c>.</param>
internal sealed class OutOfMemoryKills(string counter)
{
    /// <summary>
    /// Finds the counter of this process's memory group (cgroup v2, else v1), or the whole machine's counter when the
    /// process is in no group. In a container the group's own path may not be visible; then the group's counter is at
    /// the mount point.
    /// </summary>
    public static OutOfMemoryKills Find(string root = "/")
    {
        var groups = Path.Combine(root, "proc/self/cgroup");
        var memberships = File.Exists(groups) ? File.ReadAllLines(groups) : [];
        var counters =
            from line in memberships
            let parts = line.Split(':', 3)
            where parts.Length == 3 && (parts[0] == "0" || parts[1].Split(',').Contains("memory"))
            let mount = Path.Combine(root, parts[0] == "0" ? "sys/fs/cgroup" : "sys/fs/cgroup/memory")
            let file = parts[0] == "0" ? "memory.events" : "memory.oom_control"
            from folder in (string[])[Path.Join(mount, parts[2]), mount]
            select Path.Combine(folder, file);
        return new OutOfMemoryKills(counters.FirstOrDefault(File.Exists) ?? Path.Combine(root, "proc/vmstat"));
    }

    /// <summary>The number of kills for lack of memory so far; 0 when the kernel has no counter of them.</summary>
    public long Count()
    {
        const string Name = "oom_kill ";
        var line = File.Exists(counter) ? File.ReadLines(counter)
            .FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal)) : null;
        return line is null ? 0
            : long.Parse(line.AsSpan(Name.Length), NumberStyles.Integer, CultureInfo.InvariantCulture);
    }
}
