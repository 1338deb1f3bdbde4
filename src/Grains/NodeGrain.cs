using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Keeps a node's identity, the time of its last call and the observer for calls to the node, and forwards the node's
/// calls. This state is in memory only: after a restart of the head the node's next call finds no session, and the node
/// sends its hello again.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed partial class NodeGrain(
    INodeRegistry registry, NodeBoard board, IOptions<ClusterTiming> timing, TimeProvider time,
    ILogger<NodeGrain> logger, ILogKeeper? keeper = null)
    : Grain, INodeGrain, INodeLogs
{
    // The shortest time between two log lines about a refusal.
    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromMinutes(1);

    // A refused node tries to join again every second. If ten seconds pass without a refusal, the node no longer tries.
    private static readonly TimeSpan OtherRefusalIsShownFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(5);
    // The incarnations of earlier processes that a later process of the same home has replaced.
    private readonly HashSet<string> _replaced = [];
    private NodeHello? _node;
    private long? _refusedAt; // Timestamp of the last refusal in the log.
    private (string Reason, long At)? _other; // The last refusal of another node with this name, and its timestamp.
    private string? _session;
    private INodeObserver? _observer;
    private long _heard; // Timestamp of the last call of the session.

    private NodeName Name => new(this.GetPrimaryKeyString());

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(0);

    public Task<Dictionary<string, string>> HelloAsync(Dictionary<string, string> hello) =>
        Task.FromResult(Answer(hello).ToWords());

    public async Task<NodeOrders> SyncAsync(
        string session, NodeOffer offer, IReadOnlyList<string> lackedImages, INodeObserver node)
    {
        RequireSession(session);
        _observer = node;
        var isDraining = registry.IsDraining(Name);
        var other = _other is { } refused && time.GetElapsedTime(refused.At) < OtherRefusalIsShownFor
            ? refused.Reason : null;
        board.Record(new HeardNode(Name, _node!.Build, offer, time.GetUtcNow()) { RefusalOfOther = other });
        var orders = await Scheduler.SyncAsync(
            new NodeReport(Name, isDraining ? NodeOffer.None : offer) { LackedImages = lackedImages });
        return isDraining
            ? new NodeOrders([], [.. orders.Desired.Select(static order => order.Attempt), .. orders.Stopping])
            : orders;
    }

    public async Task<TrainerOrder?> FindOrderAsync(string session, AttemptId attempt)
    {
        RequireSession(session);
        return await TrialOf(attempt.Trial).FindOrderAsync(Name, attempt.Attempt);
    }

    public async Task<ReportAnswer> ReportAsync(string session, TrialKey trial, AttemptReport report)
    {
        RequireSession(session);
        var answer = await TrialOf(trial).ReportAsync(Name, report);
        // The node may exit once it has this answer, so its logs are kept before the answer is sent.
        if (report.End is not null && !answer.Stale) await KeepLogsAsync(new AttemptId(trial, report.Attempt));
        return answer;
    }

    public async Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max)
    {
        if (_observer is not { } node) return null;
        try
        {
            return await node.ReadLogAsync(attempt, file, offset, max).WaitAsync(LogTimeout, time);
        }
        catch (Exception error)
        {
            // The node is not available. The caller can still read the part of the log that the head keeps.
            LogNoLog(Name, attempt, error.Message);
            return null;
        }
    }

    public async Task LeaveAsync(string session)
    {
        RequireSession(session);
        var left = _node!;
        board.Record(new HeardNode(Name, left.Build, NodeOffer.None, time.GetUtcNow()) { HasLeft = true });
        (_node, _session, _observer) = (null, null, null); // Another machine may use the name immediately.
        LogLeft(Name);
        await Scheduler.LeaveAsync(Name, "has left");
        if (!left.IsTemporary) return;
        registry.Forget(Name, left.Identity);
        if (_node is null) board.Forget(Name);
    }

    public Task PokeAsync() => _observer?.PokeAsync() ?? Task.CompletedTask;

    private Task KeepLogsAsync(AttemptId attempt) =>
        keeper?.KeepAsync(attempt, file => ReadAsync(attempt, file, -LogPart.MaxBytes, LogPart.MaxBytes))
            ?? Task.CompletedTask;

    private NodeAnswer Answer(Dictionary<string, string> words)
    {
        if (!NodeHello.TryRead(words, out var hello)) return Refuse(
            hello, "the node's hello lacks a field that this head requires; install the head's version of sbnn on the "
                + "node");
        if (FindRefusal(hello) is { } reason) return Refuse(hello, reason);
        if (_node is { } before && before.Identity == hello.Identity && before.Incarnation != hello.Incarnation)
            _replaced.Add(before.Incarnation);
        (_node, _session, _heard) =
            (hello, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), time.GetTimestamp());
        board.Record(new HeardNode(Name, hello.Build, NodeOffer.None, time.GetUtcNow()));
        LogJoined(Name, hello.Build);
        return NodeAnswer.Joined(_session);
    }

    private string? FindRefusal(NodeHello hello)
    {
        if (hello.Name != Name) return $"the hello names node '{hello.Name}', but was sent to node '{Name}'";
        if (registry.FindRefusal(Name, hello.Identity, hello.Secret) is { } unknown) return unknown;
        if (hello.Protocol != NodeProtocol.Version)
            return $"the node uses protocol {hello.Protocol} (allowed: {NodeProtocol.Version}); its build is "
                + $"{hello.Build}; "
                + $"install the head's build, {NodeProtocol.Build}, on the node";
        if (hello.Recipes != NodeProtocol.Recipes)
        {
            return "the node's hyperparameters or recipe versions differ from the head's, so its results would differ, "
                + "too; "
                + $"its build is {hello.Build}; install the head's build, {NodeProtocol.Build}, on the node";
        }

        if (hello.Grace >= timing.Value.NodeLease)
        {
            return $"the node's trainers continue for {Wording.Duration(hello.Grace)} without the node, "
                + $"but this head restarts its trials on other nodes after {Wording.Duration(timing.Value.NodeLease)}; "
                + "start the node with a shorter --grace";
        }

        if (_replaced.Contains(hello.Incarnation))
            return $"a later process of the same home has joined as '{Name}'; stop one of the two processes";
        var silent = time.GetElapsedTime(_heard);
        return _node is { } joined && joined.Identity != hello.Identity && silent <= timing.Value.NodeLease
            ? $"another machine joined as '{Name}' and was heard {Wording.Duration(silent)} ago; choose another name "
                + $"for this machine, or wait {Wording.Duration(timing.Value.NodeLease - silent)} after the other "
                + "machine has left"
            : null;
    }

    private NodeAnswer Refuse(NodeHello? hello, string reason)
    {
        // The board's entry of a joined node is not overwritten. Its next update also shows that another node with the
        // same name was refused.
        if (_session is not null) _other = (reason, time.GetTimestamp());
        else
        {
            board.Record(new HeardNode(Name, hello?.Build ?? "unknown", NodeOffer.None, time.GetUtcNow())
            {
                Refusal = reason,
            });
        }

        // A refused node tries again every second. Some reasons contain a changing time, so even different reasons are
        // logged at most once a minute.
        if (_refusedAt is not { } last || time.GetElapsedTime(last) >= BetweenRefusals)
        {
            _refusedAt = time.GetTimestamp();
            LogRefused(Name, reason);
        }

        return NodeAnswer.Refused(reason);
    }

    private void RequireSession(string session)
    {
        // The node may have been removed since it joined.
        if (_node is not { } node || registry.FindRefusal(Name, node.Identity, node.Secret) is not null)
            _session = null;
        if (_session is null
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(session), Encoding.UTF8.GetBytes(_session)))
            throw new NoSuchSessionException($"node {Name}: the head does not know this session; send the hello again");
        _heard = time.GetTimestamp();
    }

    private ITrialGrain TrialOf(TrialKey trial) => GrainFactory.GetGrain<ITrialGrain>(trial.Hex);

    [LoggerMessage(LogLevel.Information, "Node {Node} joined, build {Build}")]
    private partial void LogJoined(NodeName node, string build);

    [LoggerMessage(LogLevel.Information, "Node {Node} left")]
    private partial void LogLeft(NodeName node);

    [LoggerMessage(LogLevel.Warning, "Node {Node} was refused: {Reason}")]
    private partial void LogRefused(NodeName node, string reason);

    [LoggerMessage(LogLevel.Information, "Node {Node}: the log of attempt {Attempt} cannot be read: {Reason}")]
    private partial void LogNoLog(NodeName node, AttemptId attempt, string reason);
}
