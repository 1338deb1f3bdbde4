using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

public sealed class KeptWeightsTests : IAsyncLifetime, IDisposable
{
    private static readonly KeptWeights Weights = new(new string('b', 64), new string('1', 64));

    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;

    public async ValueTask InitializeAsync() => _ledger = await _folder.OpenAsync();

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindFinished_ReturnsTheDigestsOfTheAttemptWithTheResult()
    {
        var trial = Sample.Trial();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("s", trial));
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("first"), 0);
        await _ledger.Writer.EndAttemptAsync(new(trial.Key, 1), Sample.Conclusion());
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 2), new("second"), 0);
        Assert.Null(await _ledger.Reader.FindFinishedAsync(trial.Key));

        await _ledger.Writer.CommitResultAsync(new(trial.Key, 2), Sample.Result(trial, 1, 2, 3), Weights);

        var finished = (await _ledger.Reader.FindFinishedAsync(trial.Key))!;
        Assert.Equal((2, "second", Weights.Best, Weights.Last),
            (finished.Attempt, finished.Node.Value, finished.BestWeights, finished.LastWeights));
        Assert.True(Assert.Single(await _ledger.Reader.ReadTrialsAsync()).HasWeights);
        Assert.Empty(await _ledger.Reader.AuditAsync());
    }

    [Fact]
    public async Task FindFinished_ReturnsNoDigests_WhenTheWeightsWereNotKept()
    {
        var trial = Sample.Trial();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("s", trial));
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("n"), 0);
        await _ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3));

        var finished = (await _ledger.Reader.FindFinishedAsync(trial.Key))!;
        Assert.Equal((null, null), (finished.BestWeights, finished.LastWeights));
        Assert.False(Assert.Single(await _ledger.Reader.ReadTrialsAsync()).HasWeights);
    }

    [Fact]
    public async Task FindTrial_KeepsWeights_WhenAnyActiveSweepKeepsThem()
    {
        var trial = Sample.Trial();
        var keeping = Sample.Submission("keeping", trial) with { Run = new RunSpec { Keep = KeepKind.Weights } };
        await _ledger.Writer.RecordRevisionAsync(
            Sample.Submission("first", trial) with { Run = new RunSpec { Priority = 9 } });
        Assert.False((await _ledger.Reader.FindTrialAsync(trial.Key))!.KeepsWeights);

        await _ledger.Writer.RecordRevisionAsync(keeping);
        var found = (await _ledger.Reader.FindTrialAsync(trial.Key))!;
        Assert.Equal(("first", true), (found.Sweep, found.KeepsWeights));

        await _ledger.Writer.SetDesiredStateAsync("keeping", DesiredState.Cancelled);
        Assert.False((await _ledger.Reader.FindTrialAsync(trial.Key))!.KeepsWeights);
    }
}
