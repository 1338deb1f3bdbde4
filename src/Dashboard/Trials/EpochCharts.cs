using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Charts;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The charts of a trial's epochs. Charts that the trial's method lacks are omitted.</summary>
internal static class EpochCharts
{
    public static IReadOnlyList<(string Title, string Unit, IReadOnlyList<ChartSeries> Series)> Of(TrialDetail trial)
    {
        var (spec, epochs) = (trial.Progress.Spec, trial.Epochs);
        var hasValidation = epochs.Any(static epoch => epoch.Metrics.Validation is not null);
        var hasTarget = SparsityTarget.Exists(spec);
        var charts = new List<(string, string, IReadOnlyList<ChartSeries>)>
        {
            ("Top-1 accuracy", "%",
            [
                Line("test", static epoch => (double)epoch.Accuracy),
                .. Only(hasValidation, Line("validation", static epoch => Percent(epoch.Validation))),
            ]),
            ("Loss", "",
            [
                Line("training", static epoch => epoch.TrainLoss), Line("test", static epoch => epoch.TestLoss),
                .. Only(hasValidation, Line("validation", static epoch => epoch.Validation?.Loss)),
                .. Only(hasTarget, Line("penalty", static epoch => epoch.Penalty)),
            ]),
        };
        if (epochs.Any(static epoch => epoch.Metrics.Weights > 0))
        {
            charts.Add(("Ones (U/N)", "%",
            [
                Line("ones", static epoch => 100 * epoch.OnesFraction),
                .. Only(hasTarget, Line("target (EC)", _ => 100 * spec.ExpectedConnections) with { IsDashed = true }),
            ]));
            charts.Add(("Savings", "%",
            [
                Line("K₀", static epoch => 100 * epoch.K0), Line("K₁", static epoch => 100 * epoch.K1),
                Line("BOPs PR", static epoch => 100 * epoch.BopsPr),
                Line("BParams PR", static epoch => 100 * epoch.BParamsPr),
            ]));
        }

        if (hasTarget) charts.Add(("λ", "", [Line("λ (Eq. 17)", static epoch => epoch.Lambda)]));
        charts.Add(("Learning rate", "", [Line("learning rate", static epoch => epoch.LearningRate)]));
        return charts;

        ChartSeries Line(string label, Func<EpochRecord, double?> value) =>
            new(label, [.. epochs.Select(epoch => value(epoch.Metrics))]);
    }

    private static double? Percent(MeasuredAccuracy? measured) =>
        measured is { Total: > 0 } ? 100.0 * measured.Correct / measured.Total : null;

    private static IEnumerable<ChartSeries> Only(bool condition, ChartSeries line) => condition ? [line] : [];
}
