using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Results;

public sealed class TrialDetailTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindDetail_ReadsAttemptsAndEpochs_OfAFinishedTrial()
    {
        var trial = Sample.Trial();
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("a", trial, Sample.Trial(2)));
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("b", Sample.Trial(3), trial));
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("first"), 0);
        await ledger.Writer.EndAttemptAsync(new(trial.Key, 1), Sample.Conclusion(AttemptEnding.Hung));
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 2), new("second"), 1);
        await ledger.Writer.CommitResultAsync(new(trial.Key, 2), Sample.Result(trial, 10, 30, 20));

        var detail = (await ledger.Reader.FindDetailAsync(trial.Key))!;

        Assert.Equal((trial.Spec, TrialState.Finished), (detail.Progress.Spec, detail.Progress.State));
        Assert.Equal(["a", "b"], detail.Sweeps);
        Assert.Equal([(1, "first", "hung"), (2, "second", "completed")],
            detail.Attempts.Select(static one => (one.Attempt, one.Node.ToString(), one.Ending)));
        Assert.Equal([10, 30, 20], detail.Epochs.Select(static epoch => epoch.Metrics.Correct));
        Assert.All(detail.Epochs, static epoch => Assert.Empty(epoch.Metrics.Layers));
        Assert.Equal((64, _folder.Clock.Now, ConstraintOutcome.Unconstrained),
            (detail.ResultSha256?.Length, detail.CommittedAt, detail.Constraint));
    }

    [Fact]
    public async Task FindDetail_ListsNoSweep_WhoseLatestRevisionLacksTheTrial()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("a", Sample.Trial(1)));
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("a", Sample.Trial(2)));

        Assert.Empty((await ledger.Reader.FindDetailAsync(Sample.Trial(1).Key))!.Sweeps);
        Assert.Null(await ledger.Reader.FindDetailAsync(Sample.Trial(3).Key));
    }

    [Fact]
    public async Task ReadEpochs_ReturnsOnlyTheRequestedEpochs_WithTheirLayers()
    {
        var trial = Sample.Trial();
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("a", trial));
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
        await ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 10, 30, 20));

        var epochs = await ledger.Reader.ReadEpochsAsync(trial.Key, after: 1, take: 1, withLayers: true);

        Assert.Equal([(2, 2)], epochs.Select(static epoch => (epoch.Metrics.Epoch, epoch.Metrics.Layers.Count)));
        Assert.Empty(await ledger.Reader.ReadEpochsAsync(Sample.Trial(2).Key, 0, 9, withLayers: false));
    }
}
