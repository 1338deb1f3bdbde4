using Orleans.Concurrency;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The head's side of a node, which is a machine that runs trainers. Its key is the node's name. A node makes all its
/// calls to the head through this grain. Every call but the first carries the session that the first call opened. The
/// grain runs on the head.
/// </summary>
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>
    /// Joins the node, or refuses it. Request and answer are plain strings (<see cref="NodeHello"/>,
    /// <see cref="NodeAnswer"/>) in a form that never changes, so that two builds without a common record type can
    /// still identify each other.
    /// </summary>
    Task<Dictionary<string, string>> HelloAsync(Dictionary<string, string> hello);

    /// <summary>
    /// Reports that the node is alive and which slots it offers; returns what it should run. Nodes call it about once a
    /// second and when something changed. Any call may be lost or repeated.
    /// </summary>
    /// <param name="session">The session that <see cref="HelloAsync"/> opened.</param>
    /// <param name="offer">What the node offers.</param>
    /// <param name="lackedImages">Digests of images that the node lacks and cannot get now: it gets no trial that needs
    /// them.</param>
    /// <param name="node">The observer through which the head calls the node. Every call passes the observer, because a
    /// head that has restarted has none.</param>
    /// <exception cref="NoSuchSessionException">The head does not know the session; call <see cref="HelloAsync"/>
    /// again.</exception>
    Task<NodeOrders> SyncAsync(
        string session, NodeOffer offer, IReadOnlyList<string> lackedImages, INodeObserver node);

    /// <summary>
    /// Returns what the node needs to run an attempt; null when the attempt does not belong to the node, or is not
    /// running.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; call <see cref="HelloAsync"/>
    /// again.</exception>
    Task<TrainerOrder?> FindOrderAsync(string session, [Immutable] AttemptId attempt);

    /// <summary>
    /// Forwards the node's report about an attempt. The answer is stale when the attempt does not belong to the node,
    /// or is not the trial's current one.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; call <see cref="HelloAsync"/>
    /// again.</exception>
    Task<ReportAnswer> ReportAsync(string session, [Immutable] TrialKey trial, AttemptReport report);

    /// <summary>
    /// Reports that the node leaves. The node no longer runs a trainer, so its unfinished trials may start on other
    /// nodes immediately.
    /// </summary>
    /// <exception cref="NoSuchSessionException">The head does not know the session; call <see cref="HelloAsync"/>
    /// again.</exception>
    Task LeaveAsync(string session);

    /// <summary>
    /// Asks the node to synchronise now, because its orders changed. The call may be lost; the next regular
    /// synchronisation has the same effect.
    /// </summary>
    [OneWay]
    Task PokeAsync();
}
