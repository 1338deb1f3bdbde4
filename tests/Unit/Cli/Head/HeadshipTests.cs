using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Head;

public sealed class HeadshipTests : IDisposable
{
    private static readonly TimeSpan UsualPatience = Headship.UsualPatience;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly List<string> _said = [];

    private HomeFolder Home => new(_folder.Path);

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BecomeOrAsk_RefusesAtOnce_WhenANodeHasTheHome()
    {
        using var mine = Home.TryBecomeHead();
        using var shown = Home.ShowNode();

        var refused = await Assert.ThrowsAsync<BadInputException>(
            () => Waiting(Timeout.InfiniteTimeSpan).BecomeOrAskAsync(AskNobody, Patience));

        Assert.StartsWith($"--home: {Home.Path} is in use by a node", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BecomeOrAsk_GivesTheLock_WhereNoHeadIs()
    {
        using var mine = await Waiting(UsualPatience).BecomeOrAskAsync(AskNobody, Patience);
        Assert.NotNull(mine);
        Assert.Null(Home.TryBecomeHead());
    }

    [Fact]
    public async Task BecomeOrAsk_AsksTheHead_OnceItAnswers()
    {
        using var other = Home.TryBecomeHead();
        string? asked = null;
        var waiting = Waiting(Timeout.InfiniteTimeSpan).BecomeOrAskAsync(
            (_, head) =>
            {
                asked = head.Address;
                return Task.CompletedTask;
            },
            Patience);

        Home.Announce("http://127.0.0.1:9");
        await TickAsync(BetweenTries);

        Assert.Null(await waiting);
        Assert.Equal("http://127.0.0.1:9", asked);
        Assert.Empty(_said);
    }

    // A head that waits for a locked ledger has not said yet where it answers.
    [Fact]
    public async Task BecomeOrAsk_WaitsWithoutEndAndSaysSoOnce_WhileAHeadDoesNotAnnounceItself()
    {
        var other = Home.TryBecomeHead()!;
        var waiting = Waiting(Timeout.InfiniteTimeSpan).BecomeOrAskAsync(AskNobody, Patience);
        for (var i = 0; i < 10; i++) await TickAsync(TimeSpan.FromSeconds(3600));

        Assert.Equal($"another sbnn starts or ends on {_folder.Path}; waiting for it", Assert.Single(_said));
        other.Dispose();
        await TickAsync(BetweenTries);
        using var mine = await waiting;
        Assert.NotNull(mine);
    }

    [Fact]
    public async Task BecomeOrAsk_GivesUpAsUnreachable_WhenThePatienceEnds()
    {
        using var other = Home.TryBecomeHead();
        var waiting = Waiting(UsualPatience).BecomeOrAskAsync(AskNobody, Patience);
        await TickAsync(TimeSpan.FromSeconds(3));
        await TickAsync(TimeSpan.FromSeconds(60));
        Assert.False(waiting.IsCompleted);
        await TickAsync(TimeSpan.FromSeconds(60));

        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() => waiting);
        Assert.Equal($"--home: {_folder.Path} is in use by another sbnn that cannot be asked (it does not say where it "
            + "answers)", error.Message);
        Assert.Equal($"another sbnn starts or ends on {_folder.Path}; waiting for it, 120 s at most",
            Assert.Single(_said));
    }

    [Fact]
    public async Task BecomeOrAsk_TakesItsPlace_WhenTheHeadGoesAwayWhileItIsAsked()
    {
        var other = Home.TryBecomeHead()!;
        Home.Announce("http://127.0.0.1:9");
        var waiting = Waiting(Timeout.InfiniteTimeSpan).BecomeOrAskAsync(
            (_, _) =>
            {
                other.Dispose();
                throw new HeadUnreachableException("it is gone");
            },
            Patience);

        await TickAsync(BetweenTries);

        using var mine = await waiting;
        Assert.NotNull(mine);
    }

    [Fact]
    public async Task BecomeOrAsk_IsCancelled_WhileItWaits()
    {
        using var other = Home.TryBecomeHead();
        using var stop = new CancellationTokenSource();
        var waiting = Waiting(Timeout.InfiniteTimeSpan).BecomeOrAskAsync(AskNobody, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task AskNobody(SweepsClient api, HeadIdentity head) =>
        throw new InvalidOperationException("there is nobody to ask");

    private Headship Waiting(TimeSpan patience) => new(Home, _said.Add, _time, patience);

    // Goes on once the next pause has begun.
    private async Task TickAsync(TimeSpan time)
    {
        await Eventually.UntilAsync(() => _time.HasTimer(BetweenTries), "the next pause");
        _time.Advance(time);
    }
}
