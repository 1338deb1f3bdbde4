using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>Gives waiting trials to free slots. There is one, with key 0, on the head.</summary>
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Reads the open trials from the ledger: what waits is started as slots become free, and what runs although no active sweep needs it is
    /// stopped.
    /// </summary>
    Task RefreshAsync();

    /// <summary>
    /// A node is alive and has so many slots; the answer is what it should run. Called about once a second and when something changed; any
    /// call may be lost or repeated.
    /// </summary>
    [AlwaysInterleave]
    Task<NodeOrders> SyncAsync([Immutable] NodeReport report);

    /// <summary>An attempt's end is committed: its slot is free. Repeating the call changes nothing.</summary>
    [AlwaysInterleave]
    Task EndedAsync([Immutable] AttemptId attempt, Sequel sequel);

    /// <summary>Stops starting trials and asks the nodes to stop their trainers, which write checkpoints and exit.</summary>
    Task DrainAsync();

    /// <summary>Attempts that are on a slot now, on all nodes.</summary>
    [AlwaysInterleave]
    Task<int> CountOccupiedAsync();
}

/// <summary>What a node reports to the scheduler.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Slots">How many trainers it runs at once.</param>
[Immutable]
public sealed record NodeReport(NodeName Node, int Slots);

/// <summary>What a node should run: all of it, every time. What it holds beyond this, it stops.</summary>
/// <param name="Desired">The attempts that belong on this node. What each one trains is known to its trial.</param>
/// <param name="Stopping">
/// Attempts that the ledger still has as running here, and that are to end. A node that has come back may find their trainers.
/// </param>
[Immutable]
public sealed record NodeOrders(IReadOnlyList<AttemptOrder> Desired, IReadOnlyList<AttemptId> Stopping);

/// <summary>An attempt that a node should run.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="HangAfter">
/// How long its trainer may show no sign of life before it is ended by force; zero: for ever. Here, and not with what is trained, because a
/// revision may change it while the attempt runs.
/// </param>
[Immutable]
public readonly record struct AttemptOrder(AttemptId Attempt, TimeSpan HangAfter);
