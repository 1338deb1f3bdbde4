using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Dashboard.Compare;

/// <summary>One of the compared trials or rows: its metrics by epoch, and its last values.</summary>
/// <param name="Label">The text that names it.</param>
/// <param name="Points">The metrics of each epoch, first to last.</param>
internal sealed record ComparedCurve(string Label, IReadOnlyList<ComparedPoint> Points)
{
    /// <summary>The address of its page; null for a row.</summary>
    public string? Address { get; init; }

    /// <summary>The query parameter that selects it.</summary>
    public required (string Name, string Value) Selection { get; init; }

    /// <summary>Its state or the number of its trials, in words.</summary>
    public required string State { get; init; }

    /// <summary>The settings, by name; empty for a row.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The points of a trial's epochs.</summary>
    public static IReadOnlyList<ComparedPoint> PointsOf(IEnumerable<RecordedEpoch> epochs) =>
        [.. epochs.Select(static epoch => ComparedPoint.Of(epoch.Metrics))];

    /// <summary>
    /// The points of a row: means over its finished trials, up to the last epoch that all of them have. The ledger's
    /// outcome has accuracies and ones of each epoch, but no losses.
    /// </summary>
    public static IReadOnlyList<ComparedPoint> PointsOf(RowMetrics row)
    {
        var finished = row.Trials.Where(static trial => trial.Epochs.Count > 0).ToList();
        var epochs = finished.Count == 0 ? 0 : finished.Min(static trial => trial.Epochs.Count);
        return
        [
            .. Enumerable.Range(0, epochs).Select(epoch => new ComparedPoint
            {
                Epoch = epoch + 1,
                Accuracy = finished.Average(trial =>
                    trial.Epochs[epoch] is { Total: > 0 } score ? 100.0 * score.Correct / score.Total : 0),
                Ones = finished.All(trial => trial.Epochs[epoch].Weights > 0)
                    ? finished.Average(trial => 100.0 * trial.Epochs[epoch].Ones / trial.Epochs[epoch].Weights) : null,
            }),
        ];
    }
}

/// <summary>Metrics at one epoch. Shares are in percent; null where a metric does not apply or is unknown.</summary>
internal sealed record ComparedPoint
{
    public required int Epoch { get; init; }

    public double? Accuracy { get; init; }

    public double? TrainLoss { get; init; }

    public double? TestLoss { get; init; }

    public double? Ones { get; init; }

    public double? K0 { get; init; }

    public double? K1 { get; init; }

    public double? BopsPr { get; init; }

    public double? BParamsPr { get; init; }

    public static ComparedPoint Of(EpochRecord epoch)
    {
        var isBinary = epoch.Weights > 0;
        return new ComparedPoint
        {
            Epoch = epoch.Epoch,
            Accuracy = (double)epoch.Accuracy,
            TrainLoss = epoch.TrainLoss,
            TestLoss = epoch.TestLoss,
            Ones = isBinary ? 100 * epoch.OnesFraction : null,
            K0 = isBinary ? 100 * epoch.K0 : null,
            K1 = isBinary ? 100 * epoch.K1 : null,
            BopsPr = isBinary ? 100 * epoch.BopsPr : null,
            BParamsPr = isBinary ? 100 * epoch.BParamsPr : null,
        };
    }
}
