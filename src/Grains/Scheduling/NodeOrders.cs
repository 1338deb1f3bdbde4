using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a node should run: all of it, every time. What it holds beyond this, it stops.</summary>
/// <param name="Desired">The attempts that belong on this node. What each one trains is known to its trial.</param>
/// <param name="Stopping">
/// Attempts that the ledger still has as running here, and that are to end. A node that has come back may find their
/// trainers.
/// </param>
[Immutable]
public sealed record NodeOrders(IReadOnlyList<AttemptOrder> Desired, IReadOnlyList<AttemptId> Stopping);

/// <summary>An attempt that a node should run.</summary>
/// <param name="Attempt">Which attempt.</param>
/// <param name="HangAfter">
/// How long its trainer may show no sign of life before it is ended by force; zero: for ever. Here, and not with what
/// is trained, because a revision may change it while the attempt runs.
/// </param>
[Immutable]
public readonly record struct AttemptOrder(AttemptId Attempt, TimeSpan HangAfter);
