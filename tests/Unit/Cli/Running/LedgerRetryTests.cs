using Sbnn.Sweeps.Cli.Running;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Running;

/// <summary>How a run waits for its ledger, and what a stop does to the waiting.</summary>
public sealed class LedgerRetryTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _stop.Dispose();
    }

    /// <summary>A lock that was taken just then must not be lost: its process would hold it and not know.</summary>
    [Fact]
    public async Task UntilUsable_KeepsTheAnswer_WhenAStopComesAsItIsGiven()
    {
        var answer = new TaskCompletionSource<string>();
        var waiting = Retry().UntilUsableAsync(_ => answer.Task);

        await _stop.CancelAsync();
        answer.SetResult("the lock");

        Assert.Equal("the lock", await waiting);
    }

    [Fact]
    public async Task UntilUsable_EndsAtOnce_WhenAStopComesBeforeAnAnswerThatNeverDoes()
    {
        var waiting = Retry().UntilUsableAsync(static () => new TaskCompletionSource<string>().Task);

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private LedgerRetry Retry() => new(_captured.Console, TimeProvider.System, _stop.Token);
}
