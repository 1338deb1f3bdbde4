using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The page of a sweep: its progress, its controls, and one of its views.</summary>
public sealed partial class SweepPage
{
    private SweepSummary? _sweep;
    private SweepView? _trials;
    private SweepResults? _results;
    private IReadOnlyList<SweepHook> _hooks = [];
    private TrialQuery _query = TrialQuery.Read(null, null, null, null, null);
    private bool _isRead;

    [Parameter]
    public string Name { get; set; } = "";

    [Parameter]
    public string? TabText { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [SupplyParameterFromQuery(Name = "find")]
    private string? FindText { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortText { get; set; }

    [Inject]
    private ResultsFeed Results { get; set; } = null!;

    [Inject]
    private SweepViewReader Views { get; set; } = null!;

    // Users can edit the address, so an unknown view is ignored.
    private SweepTab Tab => Array.Find(Enum.GetValues<SweepTab>(), tab => EnumWords.Of(tab) == TabText);

    private string PageTitleText => _sweep is { Counts: var counts }
        ? string.Create(CultureInfo.InvariantCulture, $"{counts.Finished}/{counts.Trials} {_sweep.Name} – sbnn")
        : "sbnn";

    private protected override async Task<Action> ReadAsync()
    {
        var query = TrialQuery.Read(StateText, OrderText, PageText, FindText, SortText);
        var sweep = (await Feed.ReadSweepsAsync()).FirstOrDefault(one => one.Name == Name);
        var trials = sweep is not null && Tab == SweepTab.Trials ? await ReadTrialsAsync(query) : null;
        var results = sweep is not null && Tab is not (SweepTab.Trials or SweepTab.Report)
            ? await Results.FindAsync(sweep) : null;
        var hooks = sweep is null ? [] : await Views.ReadHooksAsync(Name);
        return () => (_isRead, _sweep, _trials, _results, _hooks, _query) =
            (true, sweep, trials, results, hooks, query);
    }

    // When trials leave the choice, the requested page may become empty. Then the last page is shown.
    private async Task<SweepView?> ReadTrialsAsync(TrialQuery query)
    {
        var page = await Views.FindAsync(Name, query.Request(query.Page), query.Search);
        if (page is not { Trials: [], Total: > 0 }) return page;
        var last = (page.Total + TrialQuery.TrialsOnPage - 1) / TrialQuery.TrialsOnPage;
        return await Views.FindAsync(Name, query.Request(last), query.Search);
    }

    private string AddressOf(SweepTab tab) =>
        tab == SweepTab.Trials ? $"sweeps/{Name}" : $"sweeps/{Name}/{EnumWords.Of(tab)}";
}
