using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Running;

/// <summary>Tests that a watch retries while the head does not answer, up to a time limit.</summary>
public sealed class SweepWatcherTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose() => _captured.Dispose();

    [Fact]
    public async Task Run_ResumesAndPrintsTheTable_WhenTheHeadAnswersAgain()
    {
        var head = new FakeHead(_time) { IsAway = true };
        var watching = new SweepWatcher(head, _captured.Console, _time, TestContext.Current.CancellationToken)
            .RunAsync("s");
        await UntilAsync(() =>
            _captured.Error.Contains("the head does not answer; retrying\n", StringComparison.Ordinal));

        head.IsAway = false;
        await UntilAsync(() => watching.IsCompleted);

        Assert.Equal(0, await watching);
        Assert.Equal("the head does not answer; retrying\nthe connection works again\n", _captured.Error);
        Assert.EndsWith("the table\n", _captured.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Throws_WhenTheHeadIsAwayForTooLong()
    {
        var watching = new SweepWatcher(new FakeHead(_time) { IsAway = true }, _captured.Console, _time,
            TestContext.Current.CancellationToken).RunAsync("s");
        await UntilAsync(() => _captured.Error.Length > 0);

        _time.Advance(TimeSpan.FromMinutes(15));

        await UntilAsync(() => watching.IsCompleted);
        await Assert.ThrowsAsync<HeadUnreachableException>(() => watching);
    }

    private Task UntilAsync(Func<bool> condition) => Eventually.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "the watch to reach the expected state");

    // A head with one finished sweep, which does not answer while IsAway is true.
    private sealed class FakeHead(TimeProvider time) : ISweepTarget, ISweepReads, IWatchedSweep
    {
        public bool IsAway { get; set; }

        public string? Home => null;

        public HeadOutput? Head => null;

        public string Status => "";

        public string? Dashboard => null;

        public ISweepReads Reads => this;

        private SweepView Finished =>
            IsAway ? throw new HeadUnreachableException("the head does not answer") : new SweepView(
            new SweepSummary
            {
                Name = "s",
                Revision = 1,
                DesiredState = DesiredState.Active,
                Priority = 0,
                Counts = new TrialCounts
                {
                    Trials = 1,
                    Waiting = 0,
                    Running = 0,
                    Finished = 1,
                    Failed = 0,
                    Withdrawn = 0
                },
            },
            new TrialLabels([]), 0, [], End: null);

        public string Command(string arguments) => $"sbnn {arguments}";

        public SweepsClient Connect() => throw new NotSupportedException();

        public Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired) =>
            throw new NotSupportedException();

        public Task<Changed<ChangedPriority>> SetPriorityAsync(string sweep, int priority) =>
            throw new NotSupportedException();

        public Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep) => throw new NotSupportedException();

        public Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync() => throw new NotSupportedException();

        public Task<SweepSummary?> FindSweepAsync(string sweep) => throw new NotSupportedException();

        public Task<SweepView?> FindAsync(string sweep, PageRequest request) => Task.FromResult<SweepView?>(Finished);

        public Task<string?> FindReportAsync(string sweep) => Task.FromResult<string?>("the table");

        public Task<IReadOnlyList<SweepHook>> ReadHooksAsync(string sweep) => throw new NotSupportedException();

        public SweepWatch Watch(string sweep) => new(this, sweep, time);

        public Task<bool> HasChangedAsync() => Task.FromResult(true);

        public Task<SweepView?> FindAsync(PageRequest request) => FindAsync("s", request);

        public async Task<SweepView?> FindChangesAsync()
        {
            await Task.Yield();
            return Finished;
        }

        public void Dispose()
        {
            // The fake has no resources.
        }
    }
}
