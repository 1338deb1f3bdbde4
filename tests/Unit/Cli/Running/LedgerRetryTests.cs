using Sbnn.Sweeps.Cli.Running;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Running;

/// <summary>Tests how a run waits for its ledger, and how a stop ends the waiting.</summary>
public sealed class LedgerRetryTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _stop.Dispose();
    }

    /// <summary>
    /// A lock that was acquired at the moment of the stop must be returned, because otherwise the process would hold
    /// the lock without using or releasing it.
    /// </summary>
    [Fact]
    public async Task UntilUsable_ReturnsTheResult_WhenAStopComesAtTheSameTime()
    {
        var answer = new TaskCompletionSource<string>();
        var waiting = Retry().UntilUsableAsync(_ => answer.Task);

        await _stop.CancelAsync();
        answer.SetResult("the lock");

        Assert.Equal("the lock", await waiting);
    }

    [Fact]
    public async Task UntilUsable_EndsImmediately_WhenAStopComesDuringACallThatHangs()
    {
        var waiting = Retry().UntilUsableAsync(static () => new TaskCompletionSource<string>().Task);

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private LedgerRetry Retry() => new(_captured.Console, TimeProvider.System, _stop.Token);
}
