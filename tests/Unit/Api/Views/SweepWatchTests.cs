using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Tests when a watched sweep is read and shown again.</summary>
public sealed class SweepWatchTests : IAsyncLifetime, IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [Sample.Trial(1), Sample.Trial(2)];
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _shown = [];
    private SweepLedger _ledger = null!;
    private SweepWatch _watch = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("s", _trials));
        _watch = new SweepViewReader(_ledger.Reader, new FakeFacts(Head: true), _time).Watch("s");
    }

    public ValueTask DisposeAsync()
    {
        _watch.Dispose();
        return _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ShowPage_ShowsNothing_WhenTheLedgerHasNotChanged()
    {
        var first = await ShowPageAsync();
        var second = await ShowPageAsync();

        Assert.Single(_shown);
        Assert.Same(first, second);
    }

    [Fact]
    public async Task ShowPage_ShowsThePageAgain_WhenTheLedgerHasChanged()
    {
        await ShowPageAsync();
        await _ledger.Writer.StartAttemptAsync(new(_trials[1].Key, 1), new("n"), 0);
        await ShowPageAsync();

        Assert.Equal(["1 waiting, 2 waiting", "2 running, 1 waiting"], _shown);
    }

    [Fact]
    public async Task ShowPage_WaitsTwoHundredTimesAsLongAsAReadTakes()
    {
        await ShowPageAsync(seconds: 0.01);
        await _ledger.Writer.StartAttemptAsync(new(_trials[1].Key, 1), new("n"), 0);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        await ShowPageAsync();
        Assert.Single(_shown);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await ShowPageAsync();
        Assert.Equal(2, _shown.Count);
    }

    [Fact]
    public async Task ShowPage_WaitsAtMostFiveSeconds()
    {
        await ShowPageAsync(seconds: 3);
        await _ledger.Writer.StartAttemptAsync(new(_trials[1].Key, 1), new("n"), 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        await ShowPageAsync();

        Assert.Equal(2, _shown.Count);
    }

    [Fact]
    public async Task ShowChanges_ShowsOnlyChangedTrials_AfterTheFirstCall()
    {
        await _watch.ShowChangesAsync(Show);
        await _ledger.Writer.StartAttemptAsync(new(_trials[1].Key, 1), new("n"), 0);
        await _watch.ShowChangesAsync(Show);

        Assert.Equal(["1 waiting, 2 waiting", "2 running"], _shown);
    }

    private Task<SweepSummary> ShowPageAsync(double seconds = 0) => _watch.ShowPageAsync(new PageRequest(0, 10), view =>
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Show(view);
    });

    private void Show(SweepView view) =>
        _shown.Add(string.Join(", ",
            view.Trials.Select(static trial => $"{trial.Progress.Spec.Seed} {EnumWords.Of(trial.Progress.State)}")));
}
