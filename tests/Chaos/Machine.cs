using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>A machine of a cluster with its <c>sbnn serve</c>, which comes and goes.</summary>
/// <param name="name">Its name.</param>
/// <param name="home">Its home.</param>
/// <param name="start">Starts its <c>sbnn</c>.</param>
internal sealed class Machine(string name, string home, Func<RunningSbnn> start)
{
    private RunningSbnn? _sbnn;

    public string Name => name;

    public string Trials { get; } = Path.Combine(home, "trials");

    /// <summary>The one that runs, or ran last.</summary>
    public RunningSbnn Sbnn => _sbnn!;

    /// <summary>False while it is killed or stopped and is to come back.</summary>
    public bool IsUp { get; private set; }

    /// <summary>
    /// False while something of it is taken away that comes back by itself: it is frozen, or cut off.
    /// </summary>
    public bool IsWhole { get; set; } = true;

    public void Start() => (_sbnn, IsUp) = (start(), true);

    /// <summary>The same; null before the first.</summary>
    public RunningSbnn? TryFindSbnn() => _sbnn;

    /// <summary>It is about to be ended; gives its process.</summary>
    public int TakeDown()
    {
        IsUp = false;
        return Sbnn.Pid;
    }
}
