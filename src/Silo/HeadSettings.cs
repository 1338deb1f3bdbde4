using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Silo;

/// <summary>The settings of a head.</summary>
/// <param name="Home">The head's home.</param>
/// <param name="DataRoot">The folder of the head's prepared images.</param>
/// <param name="TrainerPath">The path of the trainer's executable, which prepares images.</param>
/// <param name="Grace">How long trainers continue without a sign of life from their node. A silent node counts as lost
/// a little later (<see cref="Grains.ClusterTiming.LeaseFor"/>).</param>
/// <param name="Port">The port of the HTTP API and the dashboard on the loopback interface; 0: any free one.</param>
/// <param name="Tables">The folder for the tables of a run, or the parent folder for the tables of all sweeps.</param>
/// <param name="Verbose">True to also log information messages.</param>
public sealed record HeadSettings(
    HomeFolder Home, string DataRoot, string TrainerPath, TimeSpan Grace, int Port, string Tables, bool Verbose)
{
    /// <summary>The node within the head's own process; null: trials run only on other machines.</summary>
    public NodeSettings? Node { get; init; }

    /// <summary>
    /// The addresses at which nodes and remote commands reach the head; null: other machines cannot reach it.
    /// </summary>
    public ListenSettings? Listen { get; init; }

    /// <summary>
    /// True to serve Orleans' own dashboard. It measures each call of a grain, so it is off by default.
    /// </summary>
    public bool HasOrleansDashboard { get; init; }

    /// <summary>
    /// The shell command that is called when trials wait for a slot; null: none
    /// (<see cref="OnDemand.OnDemandNodes"/>).
    /// </summary>
    public string? OnDemand { get; init; }

    /// <summary>The folder in which the head stores the checkpoints that nodes upload.</summary>
    public string Checkpoints { get; init; } = Home.Checkpoints;

    /// <summary>The limits on the checkpoints that the head stores.</summary>
    public CheckpointLimits CheckpointLimits { get; init; } = new();
}
