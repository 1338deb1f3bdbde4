using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Dashboard.Feed;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The finished trials as parallel coordinates: an axis for each distinguishing setting and each metric. The browser
/// draws and filters them (parallel.js).
/// </summary>
public sealed partial class ParallelView : IAsyncDisposable
{
    private ElementReference _plot;
    private ElementReference _bounds;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private TrialResults? _sent;

    [Parameter, EditorRequired]
    public SweepResults Results { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_chart is not null) await _chart.InvokeVoidAsync("dispose");
            if (_chart is not null) await _chart.DisposeAsync();
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has closed the page, with everything in it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (ReferenceEquals(_sent, Results.Trials)) return;
        _sent = Results.Trials;
        _module ??= await Browser.InvokeAsync<IJSObjectReference>(
            "import", $"./{Assets["_content/Sbnn.Sweeps.Dashboard/parallel.js"]}");
        _chart ??= await _module.InvokeAsync<IJSObjectReference>("create", _plot, _bounds);
        using var columns = new DotNetStreamReference(new MemoryStream(Write(_sent)));
        await _chart.InvokeVoidAsync("show", columns);
    }

    // By column, because 22,500 objects with the same names would be several times as long.
    private static byte[] Write(TrialResults trials)
    {
        var finished = Enumerable.Range(0, trials.States.Count)
            .Where(i => !double.IsNaN(trials.Metrics[0][i])).ToList();
        var settings = trials.Index.Axes.Select(axis => new Axis
        {
            Name = axis.Name,
            Words = axis.Values,
            Values = finished.Select(i => (double?)axis.Places[i]),
        });
        var metrics = TrialMetric.All.Zip(trials.Metrics, (metric, values) => new Axis
        {
            Name = metric.Heading,
            Decimals = metric.Decimals,
            Values = finished.Select(i =>
                double.IsNaN(values[i]) ? (double?)null : Math.Round(values[i], metric.Decimals + 1)),
        }).ToList();
        return JsonSerializer.SerializeToUtf8Bytes(
            new Plot
            {
                Axes = [.. settings, .. metrics.Skip(1), metrics[0]], // Accuracy is the last axis.
                Trials = finished.Count,
                Unfinished = trials.States.Count - finished.Count,
            },
            SbnnJson.Options);
    }

    /// <summary>The data of the plot, as parallel.js reads it.</summary>
    private sealed record Plot
    {
        public required IReadOnlyList<Axis> Axes { get; init; }

        /// <summary>The number of drawn trials.</summary>
        public required int Trials { get; init; }

        /// <summary>The number of trials without an accuracy.</summary>
        public required int Unfinished { get; init; }
    }

    /// <summary>An axis of the plot.</summary>
    private sealed record Axis
    {
        public required string Name { get; init; }

        /// <summary>The values of a setting, which the trials' values number from 0; null for a metric.</summary>
        public IReadOnlyList<string>? Words { get; init; }

        public int Decimals { get; init; }

        public required IEnumerable<double?> Values { get; init; }
    }
}
