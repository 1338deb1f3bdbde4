using Sbnn.Sweeps.Cli.Serving;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Serving;

public sealed class NodeStayTests : IDisposable
{
    private readonly WatchedTime _time = new();
    private readonly CancellationTokenSource _signal = new();

    public NodeStayTests() => _time.SetLocalTimeZone(TimeZoneInfo.Utc);

    public void Dispose() => _signal.Dispose();

    [Fact]
    public async Task Stay_IsOver_WhenTheDeadlineMinusTheMarginHasCome()
    {
        await using var stay = Begin(deadline: 3600, margin: 180);
        Assert.Equal("this node leaves at 1970-01-01 00:57:00, 3m before its deadline", stay.Plan);

        _time.Advance(TimeSpan.FromSeconds(3419));
        Assert.False(stay.Over.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.UntilAsync(() => stay.Over.IsCancellationRequested, "the stay to be over");
        Assert.Equal("the deadline 1970-01-01 01:00:00 minus the margin of 3m has come", stay.Reason);
        Assert.Equal(stay.Reason, stay.OwnReason);
    }

    [Fact]
    public async Task Stay_IsOver_WhenTheNodeHasBeenIdleForTooLong()
    {
        await using var stay = Begin(idleExit: 300);
        var idle = TimeSpan.Zero;
        stay.Observe(() => idle);
        idle = TimeSpan.FromSeconds(299);
        _time.Advance(TimeSpan.FromSeconds(1000));
        Assert.False(stay.Over.IsCancellationRequested);

        idle = TimeSpan.FromSeconds(300);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Eventually.UntilAsync(() => stay.Over.IsCancellationRequested, "the stay to be over");
        Assert.Equal("no trainer has run on this node for 5m", stay.OwnReason);
    }

    [Fact]
    public async Task Stay_IsOver_WhenTheNodeDoesNotConnectForThatLong()
    {
        await using var stay = Begin(idleExit: 5);

        _time.Advance(TimeSpan.FromSeconds(5));

        await Eventually.UntilAsync(() => stay.Over.IsCancellationRequested, "the stay to be over");
        Assert.NotNull(stay.OwnReason);
    }

    [Fact]
    public async Task Stay_IsOver_WhenASignalIsReceived()
    {
        await using var stay = Begin();
        Assert.Null(stay.Plan);

        await _signal.CancelAsync();

        Assert.True(stay.Over.IsCancellationRequested);
        Assert.Equal("SIGUSR1 was received", stay.Reason);
        Assert.Null(stay.OwnReason);
    }

    private NodeStay Begin(int? deadline = null, int margin = 0, int? idleExit = null) => new(
        new StayLimits(Seconds(deadline), TimeSpan.FromSeconds(margin), Seconds(idleExit)), static () => "SIGUSR1",
        _time, _signal.Token);

    private static TimeSpan? Seconds(int? count) => count is { } given ? TimeSpan.FromSeconds(given) : null;
}
