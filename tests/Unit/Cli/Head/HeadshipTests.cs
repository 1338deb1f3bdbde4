using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Head;

public sealed class HeadshipTests : IDisposable
{
    private static readonly TimeSpan DefaultTimeout = Headship.DefaultTimeout;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly List<string> _messages = [];

    private HomeFolder Home => new(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BecomeHeadOrAsk_FailsImmediately_WhenANodeUsesTheHome()
    {
        using var headLock = Home.TryBecomeHead();
        using var shown = Home.TryTakeNodeLock();

        var refused = await Assert.ThrowsAsync<BadInputException>(
            () => CreateHeadship(Timeout.InfiniteTimeSpan).BecomeHeadOrAskAsync(AskNoHead, Cancellation));

        Assert.StartsWith($"--home: {Home.Path} is in use by a node", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BecomeHeadOrAsk_ReturnsTheLock_WhenThereIsNoHead()
    {
        using var headLock = await CreateHeadship(DefaultTimeout).BecomeHeadOrAskAsync(AskNoHead, Cancellation);
        Assert.NotNull(headLock);
        Assert.Null(Home.TryBecomeHead());
    }

    [Fact]
    public async Task BecomeHeadOrAsk_AsksTheHead_WhenItHasPublishedItsAddress()
    {
        using var other = Home.TryBecomeHead();
        string? asked = null;
        var waiting = CreateHeadship(Timeout.InfiniteTimeSpan).BecomeHeadOrAskAsync(
            (_, head) =>
            {
                asked = head.Address;
                return Task.CompletedTask;
            },
            Cancellation);

        Home.WriteHeadFile("http://127.0.0.1:9");
        await TickAsync(RetryInterval);

        Assert.Null(await waiting);
        Assert.Equal("http://127.0.0.1:9", asked);
        Assert.Empty(_messages);
    }

    // A head that waits for a locked ledger has not published its address yet.
    [Fact]
    public async Task BecomeHeadOrAsk_WaitsWithoutLimitAndReportsTheWaitOnce_WhileTheHeadHasNoAddress()
    {
        var other = Home.TryBecomeHead()!;
        var waiting = CreateHeadship(Timeout.InfiniteTimeSpan).BecomeHeadOrAskAsync(AskNoHead, Cancellation);
        for (var i = 0; i < 10; i++) await TickAsync(TimeSpan.FromSeconds(3600));

        Assert.Equal(
            $"another sbnn is starting or ending on {_folder.Path}; waiting for that sbnn", Assert.Single(_messages));
        other.Dispose();
        await TickAsync(RetryInterval);
        using var headLock = await waiting;
        Assert.NotNull(headLock);
    }

    [Fact]
    public async Task BecomeHeadOrAsk_ThrowsUnreachable_AfterTheTimeout()
    {
        using var other = Home.TryBecomeHead();
        var waiting = CreateHeadship(DefaultTimeout).BecomeHeadOrAskAsync(AskNoHead, Cancellation);
        await TickAsync(TimeSpan.FromSeconds(3));
        await TickAsync(TimeSpan.FromSeconds(60));
        Assert.False(waiting.IsCompleted);
        await TickAsync(TimeSpan.FromSeconds(60));

        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() => waiting);
        Assert.Equal($"--home: {_folder.Path} is in use by another sbnn that does not answer (that sbnn has not "
            + "published its address yet)", error.Message);
        Assert.Equal($"another sbnn is starting or ending on {_folder.Path}; waiting for that sbnn, at most 120 s",
            Assert.Single(_messages));
    }

    [Fact]
    public async Task BecomeHeadOrAsk_ReturnsTheLock_WhenTheHeadEndsWhileItIsAsked()
    {
        var other = Home.TryBecomeHead()!;
        Home.WriteHeadFile("http://127.0.0.1:9");
        var waiting = CreateHeadship(Timeout.InfiniteTimeSpan).BecomeHeadOrAskAsync(
            (_, _) =>
            {
                other.Dispose();
                throw new HeadUnreachableException("the head has ended");
            },
            Cancellation);

        await TickAsync(RetryInterval);

        using var headLock = await waiting;
        Assert.NotNull(headLock);
    }

    [Fact]
    public async Task BecomeHeadOrAsk_CanBeCancelled_WhileItWaits()
    {
        using var other = Home.TryBecomeHead();
        using var stop = new CancellationTokenSource();
        var waiting = CreateHeadship(Timeout.InfiniteTimeSpan).BecomeHeadOrAskAsync(AskNoHead, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task AskNoHead(SweepsClient api, HeadIdentity head) =>
        throw new InvalidOperationException("the test expects no call to a head");

    private Headship CreateHeadship(TimeSpan timeout) => new(Home, _messages.Add, _time, timeout);

    // Waits until the next pause between retries has begun, and then advances the clock.
    private async Task TickAsync(TimeSpan time)
    {
        await Eventually.UntilAsync(() => _time.HasTimer(RetryInterval), "the next pause between retries");
        _time.Advance(time);
    }
}
