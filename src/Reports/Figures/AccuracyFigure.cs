using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>Accuracy against BOPs PR: a point for each row with a result, and one for each published row.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Points">The rows, in the order of the table.</param>
public sealed record AccuracyFigure(string Title, IReadOnlyList<AccuracyPoint> Points)
{
    /// <summary>The figure of a table; null when neither a row nor a published row has both metrics.</summary>
    public static AccuracyFigure? Of(string title, IEnumerable<RowMetrics> rows)
    {
        List<AccuracyPoint> points =
            [.. rows.Select(AccuracyPoint.Of).Where(static point => point.Ours is not null || point.Paper is not null)];
        return points.Count == 0 ? null : new AccuracyFigure(title, points);
    }
}

/// <summary>A row of the figure.</summary>
/// <param name="Label">The row's label.</param>
/// <param name="Ours">Our BOPs PR and accuracy, percent; null when the row has no mean.</param>
/// <param name="Paper">The published ones; null when either is not printed.</param>
public sealed record AccuracyPoint(
    string Label, (Estimate BopsPr, Estimate Top1)? Ours, (decimal BopsPr, decimal Top1)? Paper)
{
    /// <summary>True when the paper quotes its numbers from other work.</summary>
    public bool IsQuoted { get; init; }

    internal static AccuracyPoint Of(RowMetrics row) => new(
        row.Row.Label,
        row is { BopsPr: { } bops, Top1: { } top1 } ? (bops, top1) : null,
        row.Row.Published is { BopsPr: { } printedBops, Top1: { } printedTop1 } ? (printedBops, printedTop1) : null)
    {
        IsQuoted = row.Row.Published?.Quoted == true,
    };
}
