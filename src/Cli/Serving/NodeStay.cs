using System.Globalization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// Decides when a node leaves, and why: its process got a signal, its deadline minus the margin has come, or it has run
/// no trainer for too long.
/// </summary>
internal sealed class NodeStay : IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly StayLimits _limits;
    private readonly Func<string?> _signal;
    private readonly TimeProvider _time;
    private readonly long _begunAt;
    private readonly DateTimeOffset _begun;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Task _watching;
    private volatile Func<TimeSpan> _idle;

    /// <param name="limits">The node's limits, which count from now.</param>
    /// <param name="signal">Returns the name of the signal that cancelled <paramref name="stop"/>.</param>
    /// <param name="time">The clock. Durations are measured with its timestamps, which no clock change affects.</param>
    /// <param name="stop">Cancelled by a signal.</param>
    public NodeStay(StayLimits limits, Func<string?> signal, TimeProvider time, CancellationToken stop)
    {
        (_limits, _signal, _time) = (limits, signal, time);
        (_begunAt, _begun) = (time.GetTimestamp(), time.GetUtcNow());
        _idle = Stayed; // The node has not connected yet.
        _over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _watching = WatchAsync();
    }

    /// <summary>Cancelled when the node must leave.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>
    /// Why the node leaves by itself; null when it stays, or leaves because of a signal.
    /// </summary>
    public string? OwnReason { get; private set; }

    /// <summary>Why the node leaves.</summary>
    public string Reason => OwnReason ?? $"{_signal()} was received";

    /// <summary>When the node leaves at the latest, for people; null without a deadline.</summary>
    public string? Plan => _limits.Deadline is not { } deadline ? null
        : $"this node leaves at {Local(deadline - _limits.Margin)}, "
            + $"{DurationText.Of(_limits.Margin)} before its deadline";

    /// <summary>From now on, measures how long the node has run no trainer with this function.</summary>
    public void Observe(Func<TimeSpan> idle) => _idle = idle;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _watching;
        _disposing.Dispose();
        _over.Dispose();
    }

    private TimeSpan Stayed() => _time.GetElapsedTime(_begunAt);

    private async Task WatchAsync()
    {
        if (_limits is { Deadline: null, IdleExit: null }) return;
        using var tick = new PeriodicTimer(CheckInterval, _time);
        try
        {
            while (await tick.WaitForNextTickAsync(_disposing.Token) && !_over.IsCancellationRequested)
            {
                if (FindReason() is not { } reason) continue;
                OwnReason = reason;
                await _over.CancelAsync();
                return;
            }
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            // The node has left.
        }
    }

    private string? FindReason()
    {
        if (_limits.Deadline is { } deadline && Stayed() >= deadline - _limits.Margin)
            return $"the deadline {Local(deadline)} minus the margin of {DurationText.Of(_limits.Margin)} has come";
        return _limits.IdleExit is { } most && _idle() >= most
            ? $"no trainer has run on this node for {DurationText.Of(most)}"
            : null;
    }

    private string Local(TimeSpan after) => TimeZoneInfo.ConvertTime(_begun + after, _time.LocalTimeZone)
        .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}

/// <summary>The limits of a node's stay.</summary>
/// <param name="Deadline">The time from the start of the node to its deadline; null: none.</param>
/// <param name="Margin">How long before its deadline the node leaves; shorter than the deadline.</param>
/// <param name="IdleExit">How long the node stays while it runs no trainer; null: without limit.</param>
internal sealed record StayLimits(TimeSpan? Deadline, TimeSpan Margin, TimeSpan? IdleExit);
