using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Gives waiting trials to free slots. There is one, with key 0, on the head.</summary>
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Reads the open trials from the ledger: what waits is started as slots become free, and what runs although no
    /// active sweep needs it is stopped.
    /// </summary>
    Task RefreshAsync();

    /// <summary>
    /// A node is alive and offers some slots; the answer is what it should run. Called about once a second and when
    /// something changed; any call may be lost or repeated.
    /// </summary>
    [AlwaysInterleave]
    Task<NodeOrders> SyncAsync([Immutable] NodeReport report);

    /// <summary>
    /// A node has left, or was removed: what the ledger still has as running there is lost, and starts elsewhere.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="how">What happened, for the attempts' reason: has left.</param>
    [AlwaysInterleave]
    Task LeaveAsync([Immutable] NodeName node, string how);

    /// <summary>An attempt's end is committed: its slot is free. Repeating the call changes nothing.</summary>
    [AlwaysInterleave]
    Task EndedAsync([Immutable] AttemptId attempt, AttemptFollowUp sequel);

    /// <summary>
    /// It is recorded how much GPU memory trials of a shape take. May be lost: the next refresh reads it.
    /// </summary>
    [AlwaysInterleave]
    Task MeasuredAsync([Immutable] ShapePeak peak);

    /// <summary>
    /// Stops starting trials and asks the nodes to stop their trainers, which write checkpoints and exit.
    /// </summary>
    Task DrainAsync();

    /// <summary>Attempts that are on a slot now, on all nodes.</summary>
    [AlwaysInterleave]
    Task<int> CountOccupiedAsync();
}

/// <summary>What a node reports to the scheduler.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Offer">What it offers.</param>
[Immutable]
public sealed record NodeReport(NodeName Node, NodeOffer Offer)
{
    /// <summary>Digests of images that it lacks and cannot get now.</summary>
    public IReadOnlyList<string> LackedImages { get; init; } = [];
}
