using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Silo.Hooks;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Hooks;

/// <summary>Tests when hooks are called, with a real ledger and a real server.</summary>
[SupportedOSPlatform("linux")]
public sealed class FinishHooksTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private readonly WatchedTime _time = new();
    private SweepLedger _ledger = null!;
    private HookServer _server = null!;
    private FinishHooks _hooks = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Hooks => _folder.In("hooks.yaml");

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync(lockTimeout: TimeSpan.FromMilliseconds(50));
        _server = await HookServer.StartAsync(HttpStatusCode.OK);
        await File.WriteAllTextAsync(Hooks, $"b: {{url: '{_server.Url}'}}\na: {{url: '{_server.Url}'}}\n");
        _hooks = new FinishHooks(Hooks, _ledger.Reader, _ledger.Writer, _time, NullLogger<FinishHooks>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _hooks.Dispose();
        await _server.DisposeAsync();
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Names_ReturnsTheHooksOfTheFile_InOrder() => Assert.Equal(["a", "b"], _hooks.Names());

    [Fact]
    public async Task CallDue_SendsTheSummaryOnce()
    {
        await FinishAsync("a");

        await _hooks.CallDueAsync(Cancellation);
        await _hooks.CallDueAsync(Cancellation);

        var sent = JsonDocument.Parse(Assert.Single(_server.Requests).Body).RootElement;
        Assert.Equal("sweep", sent.GetProperty("sweep").GetProperty("name").GetString());
        Assert.Equal(1, sent.GetProperty("sweep").GetProperty("counts").GetProperty("finished").GetInt32());
        Assert.StartsWith("# sweep", sent.GetProperty("table").GetString(), StringComparison.Ordinal);
        Assert.Equal(["a: Delivered "], await CallsAsync());
    }

    [Fact]
    public async Task CallDue_RecordsAFailure_WhenTheFileNoLongerDefinesTheHook()
    {
        await FinishAsync("c", "a");

        await _hooks.CallDueAsync(Cancellation);

        Assert.Equal(["c: Failed the host no longer defines the hook", "a: Delivered "], await CallsAsync());
    }

    [Fact]
    public async Task CallDue_RecordsAFailure_WhenTheFileHasMistakes()
    {
        await FinishAsync("a");
        await File.WriteAllTextAsync(Hooks, "a: {url: x-token}", Cancellation);

        await _hooks.CallDueAsync(Cancellation);

        Assert.Equal(["a: Failed the host's definition of its hooks has mistakes"], await CallsAsync());
    }

    [Fact]
    public async Task CallDue_DoesNotRepeatACall_WhenTheLedgerWasLockedMeanwhile()
    {
        await FinishAsync("a", "b");
        using (Lock())
        {
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => _hooks.CallDueAsync(Cancellation));
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => _hooks.CallDueAsync(Cancellation));
        }

        Assert.Single(_server.Requests);
        await _hooks.CallDueAsync(Cancellation);

        Assert.Equal(2, _server.Requests.Count);
        Assert.Equal(["a: Delivered ", "b: Delivered "], await CallsAsync());
    }

    [Fact]
    public async Task Service_ContinuesAfterALock_AlthoughNothingElseChanges()
    {
        await FinishAsync("a");
        using (Lock())
        {
            await _hooks.StartAsync(Cancellation);
            await TickUntilAsync(() => _server.Requests.Count == 1, "the call");
            await Task.Delay(300, Cancellation); // The change fails after 50 ms.
            Assert.False(_hooks.ExecuteTask!.IsCompleted);
        }

        await TickUntilAsync(() => _folder.Query("SELECT count(*) FROM hook_calls") == "1", "the record");

        Assert.Single(_server.Requests);
        await _hooks.StopAsync(Cancellation);
        Assert.Equal(TaskStatus.Canceled, _hooks.ExecuteTask!.Status); // Not Faulted, which would stop the head.
    }

    [Fact]
    public async Task CallDue_CallsAgain_AfterItWasCancelledDuringACall()
    {
        await FinishAsync("a");
        await using var silent = await HookServer.StartAsync(answer: null);
        await File.WriteAllTextAsync(Hooks, $"a: {{url: '{silent.Url}'}}", Cancellation);
        using var stop = new CancellationTokenSource();
        var calling = _hooks.CallDueAsync(stop.Token);
        await Eventually.UntilAsync(() => silent.Requests.Count == 1, "the request");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.Equal(["a: Pending "], await CallsAsync());
        await File.WriteAllTextAsync(Hooks, $"a: {{url: '{_server.Url}'}}", Cancellation);
        await _hooks.CallDueAsync(Cancellation);

        Assert.Equal(["a: Delivered "], await CallsAsync());
    }

    private async Task FinishAsync(params string[] hooks)
    {
        var trial = Sample.Trial(1);
        await _ledger.Writer.RecordRevisionAsync(
            Sample.Submission("sweep", trial) with { Run = new RunSpec { OnFinish = hooks } });
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
        Assert.True(await _ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3)));
    }

    // Another program's lock, as long as the returned connection is open.
    private IDisposable Lock()
    {
        var connection = _folder.OpenOtherConnection();
        connection.Execute("BEGIN IMMEDIATE");
        return connection;
    }

    private async Task<IEnumerable<string>> CallsAsync() =>
        (await _ledger.Reader.ReadHooksAsync("sweep"))
            .Select(static hook => $"{hook.Name}: {hook.State} {hook.Reason}");

    private Task TickUntilAsync(Func<bool> condition, string what) => Eventually.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        what);
}
