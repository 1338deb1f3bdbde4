using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The sweeps, and the trials of one: that of the address, else one that runs. The address holds what is chosen, so that it can be kept, sent
/// and gone back from.
/// </summary>
public sealed partial class SweepsPage : IDisposable
{
    private const int TrialsOnPage = 50;

    private IReadOnlyList<SweepSummary> _sweeps = [];
    private SweepSummary? _chosen;
    private TrialPage? _page;
    private TrialLabels? _labels;
    private string? _problem;
    private IDisposable? _subscription;

    [Parameter]
    public string? Name { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateWord { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderWord { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageAsked { get; set; }

    [Inject]
    private SweepFeed Feed { get; set; } = null!;

    [Inject]
    private LedgerReader Ledger { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private ILogger<SweepsPage> Logger { get; set; } = null!;

    private TrialState? Filter => Enum.TryParse<TrialState>(StateWord, ignoreCase: true, out var state) ? state : null;

    private TrialOrder Order => Enum.TryParse<TrialOrder>(OrderWord, ignoreCase: true, out var order) ? order : TrialOrder.Activity;

    private int PageCount => _page is null ? 0 : (_page.Total + TrialsOnPage - 1) / TrialsOnPage;

    // Trials may leave a filter while its last page is shown: then the page before it is.
    private int PageNumber => Math.Clamp(PageAsked ?? 1, 1, Math.Max(1, PageCount));

    private string Range => string.Create(
        CultureInfo.InvariantCulture,
        $"{((PageNumber - 1) * TrialsOnPage) + 1}–{Math.Min(PageNumber * TrialsOnPage, _page!.Total)} of {_page.Total}");

    public void Dispose() => _subscription?.Dispose();

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _subscription = Feed.Subscribe(RedrawAsync); // Only a page in a browser gets here: prerendering ends before.
    }

    private Task RedrawAsync() => InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    private async Task LoadAsync()
    {
        try
        {
            _sweeps = [.. (await Feed.ReadSweepsAsync()).OrderByDescending(static s => s.Running > 0).ThenByDescending(static s => s.Waiting > 0)];
            _chosen = _sweeps.FirstOrDefault(sweep => Name is null || sweep.Name == Name);
            _page = _chosen is null ? null : await ReadPageAsync(_chosen.Name);
            _labels = _page is null ? null : await Feed.ReadLabelsAsync(_chosen!.Name, _page.Revision);
            _problem = null;
        }
        catch (Exception error)
        {
            LogNotLoaded(Logger, error);
            _problem = string.Create(
                CultureInfo.InvariantCulture, $"The ledger cannot be read ({error.Message}). What is shown is older than {Time.GetLocalNow():HH:mm:ss}.");
        }
    }

    private async Task<TrialPage?> ReadPageAsync(string sweep)
    {
        var page = await Ledger.FindPageAsync(sweep, Request(Math.Max(1, PageAsked ?? 1)));
        if (page is not { Trials: [], Total: > 0 }) return page;
        return await Ledger.FindPageAsync(sweep, Request((page.Total + TrialsOnPage - 1) / TrialsOnPage));
    }

    private PageRequest Request(int number) => new((number - 1) * TrialsOnPage, TrialsOnPage, Filter, Order);

    private string Address(TrialState? state) => Address(state, Order);

    private string Address(TrialState? state, TrialOrder order) => Navigation.GetUriWithQueryParameters(
        $"sweeps/{_chosen!.Name}",
        new Dictionary<string, object?>
        {
            ["state"] = state is { } only ? Knobs.WordOf(only) : null,
            ["order"] = order == TrialOrder.Activity ? null : Knobs.WordOf(order),
        });

    private void Turn(int number) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        Address(Filter, Order), new Dictionary<string, object?> { ["page"] = number == 1 ? null : number }));

    [LoggerMessage(LogLevel.Error, "The page of sweeps could not be read")]
    private static partial void LogNotLoaded(ILogger logger, Exception error);
}
