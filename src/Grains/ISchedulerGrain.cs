using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Assigns waiting trials to free slots. The head has exactly one such grain, with key 0.</summary>
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Reads the open trials from the ledger. Waiting trials start as slots become free, and running trials that no
    /// active sweep needs are stopped.
    /// </summary>
    Task RefreshAsync();

    /// <summary>
    /// Reports that a node is alive and which slots it offers; returns what it should run. Called about once a second
    /// and when something changed. Any call may be lost or repeated.
    /// </summary>
    [AlwaysInterleave]
    Task<NodeOrders> SyncAsync([Immutable] NodeReport report);

    /// <summary>
    /// Reports that a node has left, or was removed. Attempts that the ledger still lists as running on the node are
    /// lost, and their trials start on other nodes.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="how">What happened to the node, as words that follow its name in the reason of the lost attempts:
    /// "has left".</param>
    [AlwaysInterleave]
    Task LeaveAsync([Immutable] NodeName node, string how);

    /// <summary>
    /// Reports that an attempt's end is committed, so that its slot is free. Repeating the call changes nothing.
    /// </summary>
    [AlwaysInterleave]
    Task EndedAsync([Immutable] AttemptId attempt, AttemptFollowUp followUp);

    /// <summary>
    /// Reports how much GPU memory trials of a shape (the settings that decide a trial's memory) need, after the ledger
    /// has recorded it. The call may be lost, because the next refresh reads the value from the ledger, too.
    /// </summary>
    [AlwaysInterleave]
    Task MeasuredAsync([Immutable] ShapePeak peak);

    /// <summary>
    /// Stops starting trials and asks the nodes to stop their trainers, which write checkpoints and exit.
    /// </summary>
    Task DrainAsync();

    /// <summary>Counts the attempts that hold a slot now, on all nodes.</summary>
    [AlwaysInterleave]
    Task<int> CountOccupiedAsync();

    /// <summary>Counts the trials that have waited for a slot at least as long as <paramref name="atLeast"/>.</summary>
    [AlwaysInterleave]
    Task<int> CountWaitingAsync(TimeSpan atLeast);
}

/// <summary>What a node reports to the scheduler.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Offer">What the node offers.</param>
[Immutable]
public sealed record NodeReport(NodeName Node, NodeOffer Offer)
{
    /// <summary>Digests of images that the node lacks and cannot get now.</summary>
    public IReadOnlyList<string> LackedImages { get; init; } = [];
}
