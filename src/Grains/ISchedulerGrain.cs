using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Gives waiting trials to free slots. There is one, with key 0, on the head.</summary>
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Reads from the ledger what waits, with which priority, and what runs that nobody wants any more: the one is given out as it fits, the
    /// other is stopped.
    /// </summary>
    Task RefreshAsync();

    /// <summary>
    /// What a node runs, in exchange for what it should run. Called about once a second and when something changed; any call may be lost
    /// or repeated.
    /// </summary>
    [AlwaysInterleave]
    Task<NodeOrders> SyncAsync(NodeReport report);

    /// <summary>
    /// An attempt is over, and committed as such: its slot is free. <paramref name="retryAfter"/> says when the trial wants another
    /// attempt, on a node for itself if <paramref name="runsAlone"/>; null: it wants none. Repeating the call changes nothing.
    /// </summary>
    [AlwaysInterleave]
    Task ReleaseAsync([Immutable] TrialKey trial, int attempt, TimeSpan? retryAfter, bool runsAlone);

    /// <summary>Stops giving out trials and asks the nodes to stop their trainers, which write checkpoints and leave.</summary>
    Task DrainAsync();

    /// <summary>Attempts that are on a slot now, on all nodes.</summary>
    [AlwaysInterleave]
    Task<int> CountOccupiedAsync();
}

/// <summary>What a node tells the scheduler.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Slots">How many trainers it runs at once.</param>
/// <param name="Held">The attempts it holds: running, or ended but not yet acknowledged by their trial.</param>
[Immutable]
public sealed record NodeReport(string Node, int Slots, IReadOnlyList<AttemptId> Held);

/// <summary>What a node should run: all of it, every time. What it holds beyond this, it stops.</summary>
/// <param name="Desired">The attempts that belong on this node.</param>
/// <param name="Stopping">
/// Attempts that the ledger still has as running here, and that are to end. A node that has come back may find their trainers.
/// </param>
[Immutable]
public sealed record NodeOrders(IReadOnlyList<TrainerOrder> Desired, IReadOnlyList<TrainerOrder> Stopping);

/// <summary>An attempt that a node should run.</summary>
/// <param name="Id">Which attempt.</param>
/// <param name="Spec">What to train.</param>
/// <param name="Slot">The node's slot, 0, 1, ….</param>
/// <param name="CheckpointEverySeconds">Seconds between checkpoints within an epoch.</param>
/// <param name="ReadAfter">Events up to this sequence are in the ledger already.</param>
/// <param name="TraceParent">The W3C <c>traceparent</c> of the attempt's span, for its trainer; null: nobody traces.</param>
[Immutable]
public sealed record TrainerOrder(AttemptId Id, TrialSpec Spec, int Slot, double CheckpointEverySeconds, long ReadAfter, string? TraceParent = null)
{
    /// <summary>Seconds without an event after which its trainer is ended by force; 0: never.</summary>
    public double HangAfterSeconds { get; init; }
}
