using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Unit.Api.Endpoints;
using Sbnn.Sweeps.Tests.Unit.Api.Views;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Client;

/// <summary>Tests that reads through a head return the same data as reads of its ledger.</summary>
public sealed class HeadSweepsTests : IAsyncLifetime, IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly KeyedTrial[] _trials = [.. Enumerable.Range(1, 2500).Select(static seed => Sample.Trial(seed))];
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;
    private SweepsClient _client = null!;
    private SweepViewReader _local = null!;
    private HeadSweeps _head = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trials));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("a", _trials[..1]));
        await _ledger.Writer.StartAttemptAsync(new(_trials[3].Key, 1), new("n"), 0);
        await _ledger.Writer.EndAttemptAsync(new(_trials[3].Key, 1), Sample.Conclusion(next: TrialState.Failed));
        await _ledger.Writer.StartAttemptAsync(new(_trials[2].Key, 1), new("n"), 0);
        _api = await ApiHost.StartAsync(_ledger.Reader);
        _client = new SweepsClient(new HeadAccess(_api.Address, Token: null));
        _head = new HeadSweeps(_client, _time, TestContext.Current.CancellationToken);
        _local = new SweepViewReader(_ledger.Reader, new FakeFacts(Head: true), _time);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadSweeps_ReturnsTheLedgersSweeps() =>
        Assert.Equal(await _local.ReadSweepsAsync(), await _head.ReadSweepsAsync());

    [Theory]
    [MemberData(nameof(Pages), DisableDiscoveryEnumeration = true)]
    public async Task Find_ReturnsTheLedgersTrials(PageRequest page) =>
        Assert.Equal(Text(await _local.FindAsync("b", page)), Text(await _head.FindAsync("b", page)));

    public static TheoryData<PageRequest> Pages =>
        [PageRequest.All, PageRequest.AllOf(TrialState.Failed), new PageRequest(0, 7), new PageRequest(0, 1001)];

    [Fact]
    public async Task Find_ReturnsNull_WhenThereIsNoSuchSweep()
    {
        Assert.Null(await _head.FindAsync("none", PageRequest.All));
        Assert.Null(await _head.FindSweepAsync("none"));
        Assert.Null(await _head.FindReportAsync("none"));
    }

    [Fact]
    public async Task FindReport_ReturnsTheTable() =>
        Assert.Equal(await _local.FindReportAsync("b"), await _head.FindReportAsync("b"));

    [Fact]
    public async Task Watch_ShowsAllTrialsFirst_ThenOnlyChangedTrials()
    {
        using var watch = _head.Watch("a");
        var shown = new List<string>();

        await RefreshAsync();
        await _ledger.Writer.StartAttemptAsync(new(_trials[0].Key, 1), new("n"), 0);
        var running = await RefreshAsync();
        await _ledger.Writer.SetDesiredStateAsync("a", DesiredState.Paused);
        await RefreshAsync();

        Assert.Equal(["1 Waiting", "1 Running", "1 Running"], shown);
        Assert.Equal(1, running.Counts.Running);

        async Task<Sbnn.Sweeps.Ledger.Sweeps.SweepSummary> RefreshAsync()
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return await watch.ShowChangesAsync(
                view => shown.AddRange(
                    view.Trials.Select(static trial => $"{trial.Progress.Spec.Seed} {trial.Progress.State}")));
        }
    }

    [Fact]
    public async Task Watch_BeginsWithOnePage_RunningAndFailedTrialsFirst()
    {
        using var watch = _head.Watch("b");
        IReadOnlyList<TrialState> shown = [];

        await watch.ShowChangesAsync(
            view => shown = [.. view.Trials.Select(static trial => trial.Progress.State)]);

        Assert.Equal(1000, shown.Count);
        Assert.Equal([TrialState.Running, TrialState.Failed, TrialState.Waiting], shown.Take(3));
    }

    private static string Text(SweepView? view) => JsonSerializer.Serialize(
        new
        {
            Sweep = view!.Summary.ToContract(),
            view.Total,
            view.Labels.Headers,
            Orders = view.Trials.Select(static trial => trial.Progress.Order),
            Trials = view.Trials.Select(ContractMapping.ToContract),
        },
        SbnnJson.Options);
}
