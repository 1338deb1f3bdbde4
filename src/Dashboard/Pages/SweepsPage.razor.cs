using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The page of the sweeps, with the trials of one sweep: the sweep in the address, else a running one. The address
/// contains all choices, so that it can be bookmarked and shared, and the browser's back button works.
/// </summary>
public sealed partial class SweepsPage : IDisposable
{
    private const int TrialsOnPage = 50;

    private IReadOnlyList<SweepSummary> _sweeps = [];
    private SweepSummary? _chosen;
    private SweepView? _page;
    private string? _problem;
    private IDisposable? _subscription;

    [Parameter]
    public string? Name { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateText { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderText { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageText { get; set; }

    [Inject]
    private SweepFeed Feed { get; set; } = null!;

    [Inject]
    private SweepViewReader Views { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string PageTitleText => _chosen is { Counts: var counts }
        ? string.Create(CultureInfo.InvariantCulture, $"{counts.Finished}/{counts.Trials} {_chosen.Name} – sbnn")
        : "sbnn";

    // Users can edit the address, so values that are not valid are ignored.
    private TrialState? Filter =>
        Enum.GetValues<TrialState>().Cast<TrialState?>()
            .FirstOrDefault(state => EnumWords.Of(state!.Value) == StateText);

    private TrialOrder Order => Array.Find(Enum.GetValues<TrialOrder>(), order => EnumWords.Of(order) == OrderText);

    private int RequestedPage => int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? Math.Clamp(number, 1, 1_000_000) : 1;

    private int PageCount => _page is null ? 0 : (_page.Total + TrialsOnPage - 1) / TrialsOnPage;

    // When trials leave the filter, the last page may become empty; then the page before it is shown.
    private int PageNumber => Math.Min(RequestedPage, Math.Max(1, PageCount));

    private string Range => string.Create(
        CultureInfo.InvariantCulture,
        $"{((PageNumber - 1) * TrialsOnPage) + 1}–{Math.Min(PageNumber * TrialsOnPage, _page!.Total)} of "
            + $"{_page.Total}");

    public void Dispose() => _subscription?.Dispose();

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        // This runs only for a page in a browser, not for prerendering.
        if (firstRender) _subscription = Feed.Subscribe(RedrawAsync);
    }

    private Task RedrawAsync() => InvokeAsync(async () =>
    {
        try
        {
            await LoadAsync();
            StateHasChanged();

            // The browser answers after it has drawn the page. Without this wait, closing the connection could drop the
            // last update.
            if (Feed.IsEnding) await Browser.InvokeVoidAsync("sbnnTheme.choice");
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    });

    private async Task LoadAsync()
    {
        var requested = (Name, Filter, Order, RequestedPage);
        try
        {
            var sweeps = (await Feed.ReadSweepsAsync()).OrderByDescending(static s => s.Counts.Running > 0)
                .ThenByDescending(static s => s.Counts.Waiting > 0).ToList();
            var chosen = sweeps.Find(sweep => Name is null || sweep.Name == Name);
            var page = chosen is null ? null : await ReadPageAsync(chosen.Name);

            // When the user has changed the choice during this load, another load is in progress. Then the older result
            // must not replace the newer one.
            if (requested != (Name, Filter, Order, RequestedPage)) return;
            (_sweeps, _chosen, _page, _problem) = (sweeps, chosen, page, null);
        }
        catch (LedgerUnavailableException error)
        {
            _problem = string.Create(
                CultureInfo.InvariantCulture,
                $"The ledger cannot be read ({error.Message}). The page shows the state from before "
                    + $"{Time.GetLocalNow():HH:mm:ss}.");
        }
    }

    private async Task<SweepView?> ReadPageAsync(string sweep)
    {
        var page = await Views.FindAsync(sweep, Request(RequestedPage));
        if (page is not { Trials: [], Total: > 0 }) return page;
        return await Views.FindAsync(sweep, Request((page.Total + TrialsOnPage - 1) / TrialsOnPage));
    }

    private PageRequest Request(int number) => new((number - 1) * TrialsOnPage, TrialsOnPage, Filter, Order);

    private string Address(TrialState? state) => Address(state, Order);

    private string Address(TrialState? state, TrialOrder order) => Navigation.GetUriWithQueryParameters(
        $"sweeps/{_chosen!.Name}",
        new Dictionary<string, object?>
        {
            ["state"] = state is { } only ? EnumWords.Of(only) : null,
            ["order"] = order == TrialOrder.Activity ? null : EnumWords.Of(order),
        });

    private void GoToPage(int number) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        Address(Filter, Order), new Dictionary<string, object?> { ["page"] = number == 1 ? null : number }));
}
