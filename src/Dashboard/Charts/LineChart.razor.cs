using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Dashboard.Charts;

/// <summary>A line chart over epochs. uPlot draws it (chart.js), and it is updated in place.</summary>
public sealed partial class LineChart : IAsyncDisposable
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private ElementReference _canvas;
    private IJSObjectReference? _module;
    private (IReadOnlyList<int> Epochs, IReadOnlyList<ChartSeries> Series)? _drawn;

    /// <summary>The heading.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>The unit of the values; empty for a number without a unit.</summary>
    [Parameter]
    public string Unit { get; set; } = "";

    /// <summary>The epochs, ascending.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<int> Epochs { get; set; } = [];

    /// <summary>The lines. Replace the list to redraw the chart.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    // A screen reader reads this text instead of the picture.
    private string Description => Epochs.Count == 0 ? $"{Title}: no epoch yet"
        : string.Create(CultureInfo.InvariantCulture, $"{Title} at epoch {Epochs[^1]}: ")
            + Wording.Listed(", ", Series.Where(static line => line.Values.Count > 0 && line.Values[^1] is not null)
                .Select(line => string.Create(CultureInfo.InvariantCulture,
                    $"{line.Label} {line.Values[^1]:0.####}{(Unit.Length > 0 ? $" {Unit}" : "")}")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_module is null) return;
        try
        {
            await _module.InvokeVoidAsync("remove", _key);
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has closed the page, so nothing is left to remove.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_drawn is { } drawn && drawn == (Epochs, Series)) return;
        _drawn = (Epochs, Series);
        try
        {
            _module ??= await Browser.InvokeAsync<IJSObjectReference>(
                "import", $"./{Assets["_content/Sbnn.Sweeps.Dashboard/chart.js"]}");
            await _module.InvokeVoidAsync("draw", _key, _canvas, Epochs,
                Series.Select(static line => new { line.Label, line.Values, line.IsDashed }), Unit);
        }
        catch (JSDisconnectedException)
        {
            // The browser has closed the page while the chart was being drawn.
        }
    }
}
