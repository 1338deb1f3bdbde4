using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Tests when a trial's epochs are read again.</summary>
public sealed class SweepViewReaderTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindTrial_ReadsTheEpochsAgain_UntilTheTrialIsFinished()
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Trial();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sample", trial));
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("n"), 0);
        await ledger.Writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Started(1), Sample.Trained(2, 1)]);
        var views = new SweepViewReader(ledger.Reader, new FakeFacts(Head: true), TimeProvider.System);

        var running = (await views.FindTrialAsync(trial.Key.Hex))!.Detail;
        await ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3));
        var finished = (await views.FindTrialAsync(trial.Key.Hex, known: running))!.Detail;
        var again = (await views.FindTrialAsync(trial.Key.Hex, known: finished))!.Detail;

        Assert.Equal((1, 3), (running.Epochs.Count, finished.Epochs.Count));
        Assert.Same(finished, again);
    }
}
