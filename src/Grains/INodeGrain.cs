using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The head's side of a node, a machine that runs trainers; its key is the node's name. All that a node says to the
/// head goes through it, and every call but the first carries the session that the first one opened. Lives on the head.
/// </summary>
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>
    /// Joins the node, or refuses it. Words in, words out (<see cref="NodeHello"/>, <see cref="NodeAnswer"/>), in a
    /// form that never changes: two builds that share no record can still say what they are.
    /// </summary>
    Task<Dictionary<string, string>> HelloAsync(Dictionary<string, string> hello);

    /// <summary>
    /// The node is alive and offers some slots; the answer is what it should run. Called about once a second and when
    /// something changed; any call may be lost or repeated.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="offer">What the node offers.</param>
    /// <param name="lackedImages">Digests of images that the node lacks and cannot get now: it takes no trial of
    /// them.</param>
    /// <param name="node">How the head calls the node. With every call, because a head that has restarted knows
    /// none.</param>
    /// <exception cref="NoSuchSessionException">The head does not know the session; say hello again.</exception>
    Task<NodeOrders> SyncAsync(
        string session, NodeOffer offer, IReadOnlyList<string> lackedImages, INodeObserver node);

    /// <summary>
    /// What the node needs to run an attempt; null when the attempt is not its own, or is not the running one.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; say hello again.</exception>
    Task<TrainerOrder?> FindOrderAsync(string session, [Immutable] AttemptId attempt);

    /// <summary>
    /// Passes on what the node saw of an attempt; stale when the attempt is not its own, or is not the current one.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; say hello again.</exception>
    Task<ReportAnswer> ReportAsync(string session, [Immutable] TrialKey trial, AttemptReport report);

    /// <summary>
    /// The node ends: it no longer runs a trainer, and what is left of its trials may start elsewhere at once.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; say hello again.</exception>
    Task LeaveAsync(string session);

    /// <summary>
    /// Something changed for the node: it should synchronise now. May be lost; the next second's synchronisation does
    /// the same.
    /// </summary>
    [OneWay]
    Task PokeAsync();
}
