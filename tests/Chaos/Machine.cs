using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>A machine of a cluster with its <c>sbnn serve</c>, which is ended by faults and restarted.</summary>
/// <param name="name">The machine's name.</param>
/// <param name="home">The machine's home.</param>
/// <param name="start">Starts the machine's <c>sbnn serve</c>.</param>
internal sealed class Machine(string name, string home, Func<RunningSbnn> start)
{
    private RunningSbnn? _sbnn;

    public string Name => name;

    public string Trials { get; } = Path.Combine(home, "trials");

    /// <summary>The current or last process.</summary>
    public RunningSbnn Sbnn => _sbnn!;

    /// <summary>False from the moment when a fault ends the process until the process is restarted.</summary>
    public bool IsUp { get; private set; }

    /// <summary>False while the process is frozen or its link is cut.</summary>
    public bool IsReachable { get; set; } = true;

    public void Start() => (_sbnn, IsUp) = (start(), true);

    /// <summary>The current or last process; null before the first start.</summary>
    public RunningSbnn? TryFindSbnn() => _sbnn;

    /// <summary>
    /// Marks the machine as down before its process is ended, and returns the process ID.
    /// </summary>
    public int MarkDown()
    {
        IsUp = false;
        return Sbnn.Pid;
    }
}
