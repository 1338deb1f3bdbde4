using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The overview of all sweeps, those with running trials first.</summary>
public sealed partial class SweepsPage
{
    /// <summary>The largest number of sweeps whose results are read for this page.</summary>
    private const int MostWithResults = 30;

    private IReadOnlyList<(SweepSummary Sweep, SweepResults? Results)> _sweeps = [];

    [Inject]
    private ResultsFeed Results { get; set; } = null!;

    private string PageTitleText => _sweeps.Count(static one => one.Sweep.Counts.Running > 0) is > 0 and var running
        ? $"{Wording.Count(running, "sweep")} running – sbnn" : "sbnn";

    private protected override async Task<Action> ReadAsync()
    {
        var sweeps = (await Feed.ReadSweepsAsync()).OrderByDescending(static s => s.Counts.Running > 0)
            .ThenByDescending(static s => s.Counts.Waiting > 0).ToList();
        var found = await Task.WhenAll(sweeps.Take(MostWithResults).Select(Results.FindAsync));
        return () => _sweeps = [.. sweeps.Select((sweep, i) => (sweep, found.ElementAtOrDefault(i)))];
    }
}
