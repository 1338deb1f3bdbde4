using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>One metric of the rows against another: a point for each row, and one for each published row.</summary>
/// <param name="Title">The heading.</param>
/// <param name="XTitle">The horizontal metric with its unit.</param>
/// <param name="YTitle">The vertical metric with its unit.</param>
/// <param name="Points">The rows, in the order of the table.</param>
internal sealed record ScatterFigure(string Title, string XTitle, string YTitle, IReadOnlyList<ScatterPoint> Points)
{
    /// <summary>The greatest possible value of the horizontal metric.</summary>
    public decimal XMost { get; init; } = 100;

    /// <summary>The values of y that a target allows; null when the figure has no target.</summary>
    public ScatterTarget? Target { get; init; }

    /// <summary>Accuracy against BOPs PR; null when neither a row nor a published row has both.</summary>
    public static ScatterFigure? OfBops(IEnumerable<RowMetrics> rows) => Of(
        new ScatterFigure("Accuracy against BOPs PR", "BOPs PR, %", "top-1 accuracy, %",
        [
            .. rows.Select(static row => ScatterPoint.Of(row, row.BopsPr, row.Row.Published?.BopsPr)),
        ])
        { XMost = 0 });

    /// <summary>Accuracy against BParams PR; null when neither a row nor a published row has both.</summary>
    public static ScatterFigure? OfBParams(IEnumerable<RowMetrics> rows) => Of(
        new ScatterFigure("Accuracy against BParams PR", "BParams PR, %", "top-1 accuracy, %",
        [
            .. rows.Select(static row => ScatterPoint.Of(row, row.BParamsPr, row.Row.Published?.BParamsPr)),
        ]));

    /// <summary>U/N against the target EC; null when no row with a target has a result.</summary>
    public static ScatterFigure? OfOnes(IEnumerable<RowMetrics> rows) => Of(
        new ScatterFigure("U/N against its target", "EC, %", "U/N, %", [.. rows.Select(ScatterPoint.OfOnes)])
        {
            Target = new ScatterTarget("U/N = EC", $"at the target: {ReportedEpoch.Rule}", ReportedEpoch.Tolerance),
        });

    private static ScatterFigure? Of(ScatterFigure figure)
    {
        List<ScatterPoint> points =
            [.. figure.Points.Where(static point => point.Ours is not null || point.Paper is not null)];
        return points.Count == 0 ? null : figure with { Points = points };
    }
}

/// <summary>The values of y that a target allows.</summary>
/// <param name="Line">The name of the line y = x.</param>
/// <param name="Area">The name of the allowed values.</param>
/// <param name="Slope">The greatest allowed y for each unit of x.</param>
internal sealed record ScatterTarget(string Line, string Area, decimal Slope);
