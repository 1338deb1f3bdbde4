using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Sweeps;

public sealed class HookQueriesTests : IAsyncLifetime
{
    private static readonly DueHook B = new("sweep", 1, "b");
    private static readonly DueHook A = new("sweep", 1, "a");
    private static readonly SweepSubmission Submission =
        Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2)) with
        {
            Run = new RunSpec { OnFinish = ["b", "a"] },
        };

    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Submission);
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("without", Sample.Trial(1)));
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ReadDue_ReturnsTheHooksInTheSpecsOrder_WhenEveryTrialHasEnded()
    {
        Assert.Empty(await DueAsync());
        await FinishAsync(1);
        Assert.Empty(await DueAsync());
        await StartAsync(2, attempt: 1);
        Assert.Empty(await DueAsync());
        await FailAsync(2, attempt: 1);

        Assert.Equal([B, A], await DueAsync());
    }

    [Fact]
    public async Task ReadDue_ReturnsAHookOnce_WhateverItsOutcome()
    {
        await EndAsync();

        await _ledger.Writer.RecordHookAsync(B, HookOutcome.Delivered);
        Assert.Equal([A], await DueAsync());
        await _ledger.Writer.RecordHookAsync(A, HookOutcome.Failed("status 500"));

        Assert.Empty(await DueAsync());
        Assert.Equal(
            [
                new SweepHook { Name = "b", State = HookState.Delivered, At = _folder.Clock.Now },
                new SweepHook { Name = "a", State = HookState.Failed, Reason = "status 500", At = _folder.Clock.Now },
            ],
            await _ledger.Reader.ReadHooksAsync("sweep"));
        Assert.Empty(await _ledger.Reader.ReadHooksAsync("without"));
        Assert.Empty(await _ledger.Reader.ReadHooksAsync("missing"));
    }

    [Fact]
    public async Task ReadDue_ReturnsTheHooksAgain_AfterFailedTrialsWereRetried()
    {
        await EndAsync();
        await RecordBothAsync();

        Assert.Equal(1, await _ledger.Writer.RetryFailedAsync("sweep"));
        Assert.Empty(await DueAsync());
        Assert.All(await _ledger.Reader.ReadHooksAsync("sweep"),
            static hook => Assert.Equal(HookState.Pending, hook.State));
        await StartAsync(2, attempt: 2);
        await FailAsync(2, attempt: 2);

        Assert.Equal([B, A], await DueAsync());
    }

    [Fact]
    public async Task RetryFailed_KeepsTheCalls_WhenNothingFailed()
    {
        await FinishAsync(1);
        await FinishAsync(2);
        await RecordBothAsync();

        Assert.Equal(0, await _ledger.Writer.RetryFailedAsync("sweep"));

        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task Record_ChangesNothing_WhenTrialsWereRetriedDuringTheCall()
    {
        await EndAsync();
        await _ledger.Writer.RetryFailedAsync("sweep");

        await _ledger.Writer.RecordHookAsync(B, HookOutcome.Delivered);
        await StartAsync(2, attempt: 2);
        await FailAsync(2, attempt: 2);

        Assert.Equal([B, A], await DueAsync());
    }

    [Fact]
    public async Task ReadDue_ReturnsTheHooksOfANewRevision()
    {
        await EndAsync();
        await RecordBothAsync();

        await _ledger.Writer.RecordRevisionAsync(Submission);
        Assert.Empty(await DueAsync());
        await _ledger.Writer.RecordRevisionAsync(Submission with { Run = new RunSpec { OnFinish = ["a"] } });

        Assert.Equal([A with { Revision = 2 }], await DueAsync());
    }

    private Task<IReadOnlyList<DueHook>> DueAsync() => _ledger.Reader.ReadDueHooksAsync();

    private async Task EndAsync()
    {
        await FinishAsync(1);
        await StartAsync(2, attempt: 1);
        await FailAsync(2, attempt: 1);
    }

    private async Task RecordBothAsync()
    {
        await _ledger.Writer.RecordHookAsync(B, HookOutcome.Delivered);
        await _ledger.Writer.RecordHookAsync(A, HookOutcome.Failed("status 500"));
    }

    private async Task FinishAsync(int seed)
    {
        await StartAsync(seed, attempt: 1);
        Assert.True(await _ledger.Writer.CommitResultAsync(
            new(Sample.Trial(seed).Key, 1), Sample.Result(Sample.Trial(seed), 1, 2, 3)));
    }

    private async Task StartAsync(int seed, int attempt) => Assert.True(
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(seed).Key, attempt), new("node"), 0));

    private async Task FailAsync(int seed, int attempt) => Assert.True(await _ledger.Writer.EndAttemptAsync(
        new(Sample.Trial(seed).Key, attempt), Sample.Conclusion(next: TrialState.Failed)));
}
