using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The trials of a sweep, page by page: filtered, sorted, and selected for a comparison.</summary>
public sealed partial class TrialsView : IDisposable
{
    /// <summary>The largest number of trials that can be compared.</summary>
    private const int MostCompared = 8;

    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(300);

    private readonly List<string> _selected = [];
    private string _text = "";
    private string _textInAddress = "";
    private CancellationTokenSource? _typing;

    [Parameter, EditorRequired]
    public SweepView Sweep { get; set; } = null!;

    [Parameter, EditorRequired]
    public TrialQuery Query { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private int PageCount => (Sweep.Total + TrialQuery.TrialsOnPage - 1) / TrialQuery.TrialsOnPage;

    private int PageNumber => Math.Min(Query.Page, Math.Max(1, PageCount));

    private string Range => string.Create(
        CultureInfo.InvariantCulture,
        $"{((PageNumber - 1) * TrialQuery.TrialsOnPage) + 1}–"
            + $"{Math.Min(PageNumber * TrialQuery.TrialsOnPage, Sweep.Total)} of {Sweep.Total}");

    private string ComparisonAddress => $"compare?{string.Join('&', _selected.Select(static key => $"trial={key}"))}";

    private string Example => Sweep.Trials is [{ Progress.Spec: var spec }, ..]
        ? $"Find: {Sweep.Labels.Headers[0]}={Sweep.Labels.Of(spec)[0]}, or a key" : "Find: seed=1, or a key";

    public void Dispose()
    {
        _typing?.Cancel();
        _typing?.Dispose();
    }

    protected override void OnParametersSet()
    {
        // The text in the address replaces the typed one only when it changes, because the page is redrawn while the
        // user types.
        if (Query.Search.Text == _textInAddress) return;
        if (_typing is null) _text = Query.Search.Text;
        _textInAddress = Query.Search.Text;
    }

    private string AddressOf(TrialQuery query) => query.AddressOf(Sweep.Summary.Name);

    private bool IsIn(TrialOrder order) => Query.Order == order && Query.Search.SortedBy is null;

    private TrialQuery InOrder(TrialOrder order) => Query with
    {
        Page = 1,
        Order = order,
        Search = Query.Search with { SortedBy = null, IsDescending = false },
    };

    private void GoToPage(int number) => Navigation.NavigateTo(AddressOf(Query with { Page = number }));

    private async Task FindSoonAsync()
    {
        Dispose();
        _typing = new CancellationTokenSource();
        var typing = _typing.Token;
        await Task.Delay(TypingPause, Time, typing).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!typing.IsCancellationRequested) Find();
    }

    private void Find()
    {
        Dispose();
        _typing = null;
        var query = Query with { Page = 1, Search = Query.Search with { Text = _text.Trim() } };
        Navigation.NavigateTo(AddressOf(query), replace: true);
    }

    private void Toggle(string key)
    {
        if (!_selected.Remove(key) && _selected.Count < MostCompared) _selected.Add(key);
    }
}
