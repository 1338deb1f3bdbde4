using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>The complete list of what a node should run. The node stops everything else that it runs.</summary>
/// <param name="Desired">The attempts that the node should run. Their trainers' settings come from
/// <see cref="INodeGrain.FindOrderAsync"/>.</param>
/// <param name="Stopping">Attempts that the ledger still lists as running on this node, but that must end. A node that
/// has restarted may find their trainers.</param>
[Immutable]
public sealed record NodeOrders(IReadOnlyList<AttemptOrder> Desired, IReadOnlyList<AttemptId> Stopping);

/// <summary>An attempt that a node should run.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="HangAfter">How long the trainer may show no sign of life before it is killed; zero: without limit.
/// The order has its own value beside the one in <see cref="TrainerOrder"/>, because a revision may change the limit
/// while the attempt runs.</param>
[Immutable]
public readonly record struct AttemptOrder(AttemptId Attempt, TimeSpan HangAfter);
