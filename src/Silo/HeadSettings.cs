using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Silo;

/// <summary>What a head serves, and where.</summary>
/// <param name="Home">The home.</param>
/// <param name="DataRoot">Where its images are.</param>
/// <param name="TrainerPath">The trainer's executable, which prepares images.</param>
/// <param name="Grace">How long trainers continue while they do not see their node. A node is given up a little later
/// (<see cref="Grains.ClusterTiming.LeaseFor"/>).</param>
/// <param name="Port">The port of the HTTP API and the dashboard on the loopback interface; 0: any free one.</param>
/// <param name="Tables">The folder in which the tables of a run end up, or below which those of all sweeps do.</param>
/// <param name="Verbose">True: log what happens inside.</param>
public sealed record HeadSettings(
    HomeFolder Home, string DataRoot, string TrainerPath, TimeSpan Grace, int Port, string Tables, bool Verbose)
{
    /// <summary>The node within the head's own process; null: the head trains nothing itself.</summary>
    public NodeSettings? Node { get; init; }

    /// <summary>Where nodes and remote commands reach the head; null: no other machine may.</summary>
    public ListenSettings? Listen { get; init; }

    /// <summary>Where the checkpoints of nodes are kept.</summary>
    public string Checkpoints { get; init; } = Home.Checkpoints;

    /// <summary>How much of them is kept.</summary>
    public CheckpointLimits CheckpointLimits { get; init; } = new();
}
