using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// Calls the head's <see cref="INodeGrain"/>. Within the head's process, the calls go through the silo's grain factory;
/// on another machine, through the grain factory of an Orleans client. The link sends its hello before the first call,
/// and again when the head no longer has the session.
/// </summary>
/// <param name="grains">The factory of references to the head's grains.</param>
/// <param name="hello">This node's identity.</param>
public sealed class GrainHeadLink(IGrainFactory grains, NodeHello hello) : IHeadLink, INodeObserver, IDisposable
{
    private readonly SemaphoreSlim _helloGate = new(1); // Reports run concurrently, and one hello serves them all.
    private volatile string? _session;
    private INodeObserver? _self;

    /// <summary>The node's name.</summary>
    public NodeName Name => hello.Name;

    /// <summary>The logs on this node, which the head may read; null: none.</summary>
    public IAttemptLogs? Logs { get; init; }

    /// <summary>Raised, on any thread, when the head asks this node to synchronise.</summary>
    public event Action? Poked;

    /// <summary>Raised when the head has answered a synchronisation.</summary>
    public event Action? Synced;

    private INodeGrain Head => grains.GetGrain<INodeGrain>(hello.Name.Value);

    /// <inheritdoc/>
    public async Task<NodeOrders> SyncAsync(NodeOffer offer, IReadOnlyList<string> lackedImages)
    {
        // Orleans holds only a weak reference to this object. That is enough, because the link lives as long as its
        // node.
        var self = _self ??= grains.CreateObjectReference<INodeObserver>(this);
        var orders = await CallAsync(session => Head.SyncAsync(session, offer, lackedImages, self));
        Synced?.Invoke();
        return orders;
    }

    /// <inheritdoc/>
    public Task<TrainerOrder?> FindOrderAsync(AttemptId attempt) =>
        CallAsync(session => Head.FindOrderAsync(session, attempt));

    /// <inheritdoc/>
    public Task<ReportAnswer> ReportAsync(TrialKey trial, AttemptReport report) =>
        CallAsync(session => Head.ReportAsync(session, trial, report));

    /// <inheritdoc/>
    public Task LeaveAsync() => CallAsync(async session =>
    {
        await Head.LeaveAsync(session);
        return true;
    });

    /// <inheritdoc/>
    public Task PokeAsync()
    {
        Poked?.Invoke();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<LogPart?> ReadLogAsync(AttemptId attempt, LogFile file, long offset, int max) =>
        Logs?.ReadAsync(attempt, file, offset, max) ?? Task.FromResult<LogPart?>(null);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_self is not null) grains.DeleteObjectReference<INodeObserver>(_self);
        _helloGate.Dispose();
    }

    private async Task<T> CallAsync<T>(Func<string, Task<T>> call)
    {
        try
        {
            var session = _session ?? await OpenSessionAsync(lost: null);
            try
            {
                return await call(session);
            }
            catch (NoSuchSessionException)
            {
                return await call(await OpenSessionAsync(session));
            }
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            throw new HeadSilentException(error);
        }
    }

    private async Task<string> OpenSessionAsync(string? lost)
    {
        await _helloGate.WaitAsync();
        try
        {
            if (_session is { } known && known != lost) return known; // Another call has already opened a new session.
            _session = null;
            var answer = NodeAnswer.Of(await Head.HelloAsync(hello.ToWords()));
            return _session = answer.Session ?? throw new NodeRefusedException(answer.Refusal!);
        }
        finally
        {
            _helloGate.Release();
        }
    }
}
