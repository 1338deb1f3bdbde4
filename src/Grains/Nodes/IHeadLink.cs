using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// The calls that a node makes to its head. Every call may fail, with <see cref="HeadSilentException"/> when no answer
/// arrives. The head may have received such a call nevertheless, so the node repeats each call until it has the answer.
/// </summary>
public interface IHeadLink
{
    /// <summary>
    /// Reports that the node is alive, what it offers and which images it lacks; returns what the node should run.
    /// </summary>
    /// <exception cref="NodeRefusedException">The head refuses this node.</exception>
    Task<NodeOrders> SyncAsync(NodeOffer offer, IReadOnlyList<string> lackedImages);

    /// <summary>
    /// Returns what to run for an attempt; null when the attempt does not belong to this node, or has ended.
    /// </summary>
    /// <exception cref="NodeRefusedException">The head refuses this node.</exception>
    Task<TrainerOrder?> FindOrderAsync(AttemptId attempt);

    /// <summary>Reports that the node leaves: none of its trainers runs now.</summary>
    /// <exception cref="NodeRefusedException">The head refuses this node.</exception>
    Task LeaveAsync();

    /// <summary>Reports the progress or end of an attempt at a trial.</summary>
    /// <exception cref="NodeRefusedException">The head refuses this node.</exception>
    Task<ReportAnswer> ReportAsync(TrialKey trial, AttemptReport report);
}
