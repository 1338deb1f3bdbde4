using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>Learning curves: test accuracy by epoch of the rows with a finished trial.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Curves">The curves, in the order of the table.</param>
/// <param name="Omitted">The number of rows that the figure does not show, because it has too few line styles for
/// them.</param>
internal sealed record CurvesFigure(string Title, IReadOnlyList<LearningCurve> Curves, int Omitted)
{
    /// <summary>The figure of a table; null when no trial of its rows is finished.</summary>
    public static CurvesFigure? Of(string title, IEnumerable<RowMetrics> rows)
    {
        var trained = rows.Where(static row => row.Trials.Any(static trial => trial.Epochs.Count > 0)).ToList();
        return trained.Count == 0 ? null
            : new CurvesFigure(title, [.. trained.Take(Palette.Most).Select(LearningCurve.Of)],
                Math.Max(0, trained.Count - Palette.Most));
    }
}

/// <summary>A row's curve.</summary>
/// <param name="Label">The row's label.</param>
/// <param name="Seeds">Finished trials of the row.</param>
/// <param name="Trials">All trials of the row.</param>
/// <param name="Accuracies">Test accuracy in percent over the finished trials, for each epoch from the first.</param>
internal sealed record LearningCurve(string Label, int Seeds, int Trials, IReadOnlyList<Estimate> Accuracies)
{
    /// <summary>
    /// The curve of the best trial: among the trials with a reported epoch, the one with the highest accuracy at that
    /// epoch; among equals, that of the first seed. Null without a trial with a reported epoch, and when only one trial
    /// is finished.
    /// </summary>
    public BestRun? Best { get; init; }

    internal static LearningCurve Of(RowMetrics row)
    {
        var finished = row.Trials.Where(static trial => trial.Epochs.Count > 0).ToList();
        var epochs = finished.Min(static trial => trial.Epochs.Count);
        var best = finished.Where(static trial => trial.Reported is { Total: > 0 })
            .MaxBy(static trial => (decimal)trial.Reported!.Correct / trial.Reported.Total);
        return new LearningCurve(
            row.Row.Label, finished.Count, row.Trials.Count,
            [.. Enumerable.Range(0, epochs).Select(epoch =>
                Estimate.Of(finished.ConvertAll(trial => PercentOf(trial.Epochs[epoch])))!)])
        {
            Best = best is null || finished.Count == 1 ? null
                : new BestRun(best.Reported!.Epoch, [.. best.Epochs.Select(PercentOf)]),
        };
    }

    private static decimal PercentOf(EpochScore epoch) => epoch.Total > 0 ? 100m * epoch.Correct / epoch.Total : 0;
}

/// <summary>The curve of one trial.</summary>
/// <param name="Epoch">The epoch that the table reports, from 1.</param>
/// <param name="Accuracies">Test accuracy in percent, for each epoch from the first.</param>
internal sealed record BestRun(int Epoch, IReadOnlyList<decimal> Accuracies);
