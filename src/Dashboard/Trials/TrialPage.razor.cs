using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Charts;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The page of one trial: its curves, layers, attempts, log, settings and provenance.</summary>
public sealed partial class TrialPage : IDisposable
{
    private TrialDetailView? _trial;
    private IReadOnlyList<int> _epochs = [];
    private IReadOnlyList<(string Title, string Unit, IReadOnlyList<ChartSeries> Series)> _charts = [];
    private string? _problem;
    private bool _isRead;
    private IDisposable? _subscription;

    /// <summary>The first digits of the trial's key.</summary>
    [Parameter]
    public string Key { get; set; } = "";

    [SupplyParameterFromQuery(Name = "sweep")]
    private string? Sweep { get; set; }

    [Inject]
    private SweepFeed Feed { get; set; } = null!;

    [Inject]
    private SweepViewReader Views { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private EpochRecord? Last => _trial!.Detail.Epochs is [.., var last] ? last.Metrics : null;

    private string Reason => ProgressWording.Reason(
        new TrialView(_trial!.Detail.Progress, _trial.Reason, Logs: null));

    private string Title => _trial is { Labels: { } labels, Detail.Progress: var progress }
        ? Wording.Listed(", ", labels.Headers.Zip(labels.Of(progress.Spec), static (name, value) => $"{name} {value}"))
        : $"Trial {_trial!.Detail.Progress.Key.Short}";

    private decimal? TargetPercent => _trial!.Detail.Progress.Spec is var spec && SparsityTarget.Exists(spec)
        ? 100 - spec.Sparsity : null;

    /// <inheritdoc/>
    public void Dispose() => _subscription?.Dispose();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    /// <inheritdoc/>
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
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    });

    private async Task LoadAsync()
    {
        var requested = (Key, Sweep);
        try
        {
            var trial = await Views.FindTrialAsync(Key, Sweep);
            if (requested != (Key, Sweep)) return; // The user has opened another trial during this load.
            (_trial, _problem, _isRead) = (trial, null, true);
            if (trial is null) return;
            _epochs = [.. trial.Detail.Epochs.Select(static epoch => epoch.Metrics.Epoch)];
            _charts = EpochCharts.Of(trial.Detail);
        }
        catch (BadInputException error)
        {
            _problem = error.Message;
        }
        catch (LedgerUnavailableException error)
        {
            _problem = string.Create(
                CultureInfo.InvariantCulture,
                $"The ledger cannot be read ({error.Message}). The page shows the state from before "
                    + $"{Time.GetLocalNow():HH:mm:ss}.");
        }
    }

    private static string Share(double? share) =>
        share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string ValueOrDash(string value) => value.Length == 0 ? "–" : value;
}
