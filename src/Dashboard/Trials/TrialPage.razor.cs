using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Charts;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The page of one trial: its curves, layers, attempts, log, settings and provenance.</summary>
public sealed partial class TrialPage
{
    private TrialDetailView? _trial;
    private IReadOnlyList<int> _epochs = [];
    private IReadOnlyList<(string Title, string Unit, IReadOnlyList<ChartSeries> Series)> _charts = [];
    private bool _isRead;

    /// <summary>The first digits of the trial's key.</summary>
    [Parameter]
    public string Key { get; set; } = "";

    [SupplyParameterFromQuery(Name = "sweep")]
    private string? Sweep { get; set; }

    [Inject]
    private SweepViewReader Views { get; set; } = null!;

    private EpochRecord? Last => _trial!.Detail.Epochs is [.., var last] ? last.Metrics : null;

    private string Reason => ProgressWording.Reason(
        new TrialView(_trial!.Detail.Progress, _trial.Reason, Logs: null));

    private string Title => _trial is { Labels: { } labels, Detail.Progress: var progress }
        ? Wording.Listed(", ", labels.Headers.Zip(labels.Of(progress.Spec), static (name, value) => $"{name} {value}"))
        : $"Trial {_trial!.Detail.Progress.Key.Short}";

    private decimal? TargetPercent => _trial!.Detail.Progress.Spec is var spec && SparsityTarget.Exists(spec)
        ? 100 - spec.Sparsity : null;

    private protected override async Task<Action> ReadAsync()
    {
        var trial = await Views.FindTrialAsync(Key, Sweep, _trial?.Detail);
        // Other trials change the ledger, too. Charts are drawn again only when this one has changed.
        if (trial is not null && ReferenceEquals(trial.Detail, _trial?.Detail)) return () => _trial = trial;
        IReadOnlyList<int> epochs = [.. (trial?.Detail.Epochs ?? []).Select(static epoch => epoch.Metrics.Epoch)];
        var charts = trial is null ? [] : EpochCharts.Of(trial.Detail);
        return () => (_isRead, _trial, _epochs, _charts) = (true, trial, epochs, charts);
    }

    private static string Share(double? share) =>
        share is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    private static string ValueOrDash(string value) => value.Length == 0 ? "–" : value;
}
