using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>A row of a <see cref="ScatterFigure"/>.</summary>
/// <param name="Label">The row's label.</param>
/// <param name="Ours">Our values; null when the row has no mean.</param>
/// <param name="Paper">The published ones; null when either is not printed.</param>
internal sealed record ScatterPoint(
    string Label, (Estimate X, Estimate Y)? Ours, (decimal X, decimal Y)? Paper)
{
    /// <summary>True when the paper quotes its numbers from other work.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>True when our values are those of trials that missed the target, at their last epoch.</summary>
    public bool IsMissed { get; init; }

    /// <summary>Creates the point of a row for accuracy against another metric.</summary>
    public static ScatterPoint Of(RowMetrics row, Estimate? metric, decimal? published) => new(
        row.Row.Label,
        metric is { } x && row.Top1 is { } top1 ? (x, top1) : null,
        published is { } printed && row.Row.Published?.Top1 is { } printedTop1 ? (printed, printedTop1) : null)
    {
        IsQuoted = row.Row.Published?.Quoted == true,
    };

    /// <summary>Creates the point of a row for U/N against the target.</summary>
    public static ScatterPoint OfOnes(RowMetrics row)
    {
        var target = row.Trials is [{ Spec.Sparsity: { } sparsity }, ..] ? Estimate.Of([100 - sparsity]) : null;
        var ones = row.Ones ?? row.Missed?.Ones;
        return new(row.Row.Label, target is not null && ones is not null ? (target, ones) : null, Paper: null)
        {
            IsMissed = row.Ones is null,
        };
    }
}
