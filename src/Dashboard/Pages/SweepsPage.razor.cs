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
/// The sweeps, and the trials of one: that of the address, else one that runs. The address holds what is chosen, so
/// that it can be kept, sent
/// and gone back from.
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
    private string? StateWord { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderWord { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageWord { get; set; }

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

    // What an address says is anybody's text: what is not understood is as if it were not there.
    private TrialState? Filter =>
        Enum.GetValues<TrialState>().Cast<TrialState?>()
            .FirstOrDefault(state => EnumWords.Of(state!.Value) == StateWord);

    private TrialOrder Order => Array.Find(Enum.GetValues<TrialOrder>(), order => EnumWords.Of(order) == OrderWord);

    private int PageAsked => int.TryParse(PageWord, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? Math.Clamp(number, 1, 1_000_000) : 1;

    private int PageCount => _page is null ? 0 : (_page.Total + TrialsOnPage - 1) / TrialsOnPage;

    // Trials may leave a filter while its last page is shown: then the page before it is.
    private int PageNumber => Math.Min(PageAsked, Math.Max(1, PageCount));

    private string Range => string.Create(
        CultureInfo.InvariantCulture,
        $"{((PageNumber - 1) * TrialsOnPage) + 1}–{Math.Min(PageNumber * TrialsOnPage, _page!.Total)} of "
            + $"{_page.Total}");

    public void Dispose() => _subscription?.Dispose();

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        // Only a page in a browser gets here: prerendering ends before.
        if (firstRender) _subscription = Feed.Subscribe(RedrawAsync);
    }

    private Task RedrawAsync() => InvokeAsync(async () =>
    {
        try
        {
            await LoadAsync();
            StateHasChanged();

            // An answer from the browser follows what was drawn before it; a closed connection would drop what is
            // still on its way.
            if (Feed.IsEnding) await Browser.InvokeVoidAsync("sbnnTheme.choice");
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // To this page's error boundary: other pages go on.
        }
    });

    private async Task LoadAsync()
    {
        var asked = (Name, Filter, Order, PageAsked);
        try
        {
            var sweeps = (await Feed.ReadSweepsAsync()).OrderByDescending(static s => s.Counts.Running > 0)
                .ThenByDescending(static s => s.Counts.Waiting > 0).ToList();
            var chosen = sweeps.Find(sweep => Name is null || sweep.Name == Name);
            var page = chosen is null ? null : await ReadPageAsync(chosen.Name);

            // Something else was chosen while this was read: its own reading is under way, and must not be undone.
            if (asked != (Name, Filter, Order, PageAsked)) return;
            (_sweeps, _chosen, _page, _problem) = (sweeps, chosen, page, null);
        }
        catch (LedgerUnavailableException error)
        {
            _problem = string.Create(
                CultureInfo.InvariantCulture,
                $"The ledger cannot be read ({error.Message}). What is shown is older than "
                    + $"{Time.GetLocalNow():HH:mm:ss}.");
        }
    }

    private async Task<SweepView?> ReadPageAsync(string sweep)
    {
        var page = await Views.FindAsync(sweep, Request(PageAsked));
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

    private void Turn(int number) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        Address(Filter, Order), new Dictionary<string, object?> { ["page"] = number == 1 ? null : number }));
}
