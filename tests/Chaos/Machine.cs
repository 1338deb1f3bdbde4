using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>A machine of a cluster and its <c>sbnn serve</c>, which faults end and restart.</summary>
/// <param name="name">The machine's name.</param>
/// <param name="home">The machine's home.</param>
/// <param name="start">Starts the machine's <c>sbnn</c>.</param>
internal sealed class Machine(string name, string home, Func<RunningSbnn> start)
{
    private RunningSbnn? _sbnn;

    public string Name => name;

    public string Trials { get; } = Path.Combine(home, "trials");

    /// <summary>The process that runs, or ran last.</summary>
    public RunningSbnn Sbnn => _sbnn!;

    /// <summary>False while the machine is killed or stopped and will come back.</summary>
    public bool IsUp { get; private set; }

    /// <summary>False while the machine is frozen or cut off, which ends without a restart.</summary>
    public bool IsWhole { get; set; } = true;

    public void Start() => (_sbnn, IsUp) = (start(), true);

    /// <summary>The process that runs, or ran last; null before the first start.</summary>
    public RunningSbnn? TryFindSbnn() => _sbnn;

    /// <summary>
    /// Marks the machine as down, because its process is about to be ended, and returns the process ID.
    /// </summary>
    public int TakeDown()
    {
        IsUp = false;
        return Sbnn.Pid;
    }
}
