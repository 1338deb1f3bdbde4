using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// How a node speaks to its head. Every call may fail, with <see cref="HeadSilentException"/> when there is no answer,
/// and then may have been heard all the same: the node says everything again until it has the answer.
/// </summary>
public interface IHeadLink
{
    /// <summary>
    /// Says that the node is alive, what it offers and that it lacks the images of some digests, and learns what it
    /// should run.
    /// </summary>
    /// <exception cref="NodeRefusedException">The head does not take this node.</exception>
    Task<NodeOrders> SyncAsync(NodeOffer offer, IReadOnlyList<string> lackedImages);

    /// <summary>Learns what to run for an attempt; null when it is not this node's, or has ended.</summary>
    /// <exception cref="NodeRefusedException">The head does not take this node.</exception>
    Task<TrainerOrder?> FindOrderAsync(AttemptId attempt);

    /// <summary>Says goodbye: no trainer runs here now.</summary>
    /// <exception cref="NodeRefusedException">The head does not take this node.</exception>
    Task LeaveAsync();

    /// <summary>Says what was seen of an attempt at a trial.</summary>
    /// <exception cref="NodeRefusedException">The head does not take this node.</exception>
    Task<ReportAnswer> ReportAsync(TrialKey trial, AttemptReport report);
}
