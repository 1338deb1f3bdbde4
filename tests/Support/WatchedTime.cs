using Microsoft.Extensions.Time.Testing;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>A clock that only the test advances. It records when its timers are due.</summary>
public sealed class WatchedTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch)
{
    private readonly Lock _lock = new();
    private readonly List<Wait> _waits = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var wait = new Wait(this, base.CreateTimer(callback, state, dueTime, period), GetUtcNow() + dueTime);
        lock (_lock) _waits.Add(wait);
        return wait;
    }

    /// <summary>True when some timer is due after exactly this time.</summary>
    public bool HasTimer(TimeSpan due)
    {
        lock (_lock) return _waits.Exists(wait => wait.Due == GetUtcNow() + due);
    }

    private sealed class Wait(WatchedTime time, ITimer timer, DateTimeOffset due) : ITimer
    {
        public DateTimeOffset Due { get; private set; } = due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock) Due = time.GetUtcNow() + dueTime;
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            lock (time._lock) time._waits.Remove(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
