using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Sbnn.Sweeps.Silo.OnDemand;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.OnDemand;

/// <summary>Tests when the operator's command is called, with real shell commands.</summary>
[SupportedOSPlatform("linux")]
public sealed class OnDemandNodesTests : IDisposable
{
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(5);

    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly FakeLogger<OnDemandNodes> _log = new();
    private int _checks;
    private Func<int> _waiting = static () => 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Calls => _folder.In("calls");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Execute_PassesTheNumberOfWaitingTrials_ToTheCommand()
    {
        using var nodes = Start($"echo slots $SBNN_WANTED_SLOTS >> {Calls}");

        await CheckAsync();
        await UntilLoggedAsync(1);

        Assert.Equal(["slots 3"], await File.ReadAllLinesAsync(Calls, Cancellation));
        Assert.Equal(LogLevel.Information, _log.LatestRecord.Level);
        await nodes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Execute_DoesNotCall_WhileNoTrialHasWaitedForAMinute()
    {
        _waiting = static () => 0;
        using var nodes = Start($"echo >> {Calls}");

        for (var i = 0; i < 3; i++) await CheckAsync();

        Assert.False(File.Exists(Calls));
        await nodes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Execute_CallsAgainAfterFiveMinutes_WhileTrialsWait()
    {
        using var nodes = Start($"echo >> {Calls}; exit 3");
        await CheckAsync();
        await UntilLoggedAsync(1);
        Assert.Contains("exit code 3", _log.LatestRecord.Message, StringComparison.Ordinal);

        _time.Advance(OnDemandNodes.BetweenCalls - TimeSpan.FromSeconds(1));
        Assert.Single(await File.ReadAllLinesAsync(Calls, Cancellation));
        Assert.Equal(1, _checks);
        await CheckAsync();
        await UntilLoggedAsync(2);

        Assert.Equal(2, (await File.ReadAllLinesAsync(Calls, Cancellation)).Length);
        await nodes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Execute_KillsTheCommandAndItsChildren_AfterTwoMinutes()
    {
        using var nodes = Start($"sleep 600 & echo $! > {Calls}; wait");
        await CheckAsync();
        await Eventually.UntilAsync(() => File.Exists(Calls) && new FileInfo(Calls).Length > 0, "the call to begin");
        await Eventually.UntilAsync(() => _time.HasTimer(OnDemandNodes.Timeout), "the limit to be set");

        _time.Advance(OnDemandNodes.Timeout);
        await UntilLoggedAsync(1);

        Assert.Contains("did not end within 2 min", _log.LatestRecord.Message, StringComparison.Ordinal);
        var child = (await File.ReadAllTextAsync(Calls, Cancellation)).Trim();
        await Eventually.UntilAsync(
            () => !File.Exists($"/proc/{child}/status")
                || File.ReadAllText($"/proc/{child}/status").Contains("Z (zombie)", StringComparison.Ordinal),
            "the command's child to end");
        await nodes.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Execute_ContinuesAfterAFailure_WhenTheTrialsCannotBeCounted()
    {
        _waiting = static () => throw new TimeoutException("the head is busy");
        using var nodes = Start($"echo >> {Calls}");
        await CheckAsync();
        await UntilLoggedAsync(1);
        Assert.Contains("the head is busy", _log.LatestRecord.Message, StringComparison.Ordinal);

        _waiting = static () => 1;
        _time.Advance(OnDemandNodes.BetweenCalls);
        await UntilLoggedAsync(2);

        Assert.Single(await File.ReadAllLinesAsync(Calls, Cancellation));
        await nodes.StopAsync(Cancellation);
    }

    private OnDemandNodes Start(string command)
    {
        var nodes = new OnDemandNodes(
            command,
            atLeast =>
            {
                Assert.Equal(TimeSpan.FromMinutes(1), atLeast);
                Interlocked.Increment(ref _checks);
                return Task.FromResult(_waiting());
            },
            _time, _log);
        _ = nodes.StartAsync(Cancellation);
        return nodes;
    }

    // Advances the clock to the next check, and returns when the trials have been counted.
    private async Task CheckAsync()
    {
        await Eventually.UntilAsync(() => _time.HasTimer(Check) || _checks > 0, "the first check to be scheduled");
        var before = _checks;
        _time.Advance(Check);
        await Eventually.UntilAsync(() => _checks > before, "the check");
    }

    private Task UntilLoggedAsync(int messages) =>
        Eventually.UntilAsync(() => _log.Collector.Count == messages, "the end of the call");
}
