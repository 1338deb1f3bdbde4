namespace Sbnn.Sweeps.Tests.Support;

/// <summary>A clock that goes on only when told to, with its timers.</summary>
public sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _passed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>True when a timer goes off in exactly so many seconds.</summary>
    public bool HasTimer(double seconds)
    {
        lock (_lock) return _timers.Exists(timer => timer.Due == _passed + TimeSpan.FromSeconds(seconds));
    }

    public void Advance(double seconds)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _passed += TimeSpan.FromSeconds(seconds);
            due = _timers.FindAll(timer => timer.Due <= _passed);
            due.ForEach(static timer => timer.Due = null);
        }

        due.ForEach(static timer => timer.GoOff());
    }

    private sealed class ManualTimer(ManualTime time, Action goOff) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock) Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._passed + dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (time._lock) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
