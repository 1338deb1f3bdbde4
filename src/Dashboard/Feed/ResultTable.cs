using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>A sweep's table as pages show it: the texts of the report, without the trials behind them.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">The columns; the first one names the row.</param>
/// <param name="Rows">The rows, in the order of the table.</param>
/// <param name="Footnotes">The notes below the table.</param>
/// <param name="Claims">The rows of the table of claims; empty without claims.</param>
/// <param name="ClaimNotes">The notes below the claims.</param>
/// <param name="Scatter">Accuracy against BOPs PR as SVG; null when no row has both.</param>
public sealed record ResultTable(
    string Title, IReadOnlyList<TableHeading> Columns, IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Footnotes,
    IReadOnlyList<IReadOnlyList<string>> Claims, IReadOnlyList<string> ClaimNotes, string? Scatter)
{
    /// <summary>The table of an outcome. Throws <see cref="Core.BadInputException"/> as
    /// <see cref="SweepTable.Of"/> does.</summary>
    public static ResultTable Of(SweepOutcome outcome)
    {
        var table = SweepTable.Of(outcome);
        return new ResultTable(
            table.Title,
            table.Columns,
            [.. table.Rows.Zip(table.Metrics, ResultRow.Of)],
            table.Footnotes,
            ClaimsTable.Rows(table.Claims),
            table.Claims.Count == 0 ? [] : ClaimsTable.Notes(table.Claims),
            TableFigures.AccuracyAgainstBops(table));
    }

    /// <summary>The rows with the highest mean accuracy, highest first.</summary>
    public IEnumerable<ResultRow> Best(int count) =>
        Rows.Where(static row => row.Top1 is not null).OrderByDescending(static row => row.Top1).Take(count);
}

/// <summary>A row of a sweep's table.</summary>
/// <param name="Cells">A text for each column.</param>
/// <param name="Verdict">The comparison of the accuracy with the published one.</param>
/// <param name="Top1">The mean accuracy in percent; null when it is incomplete.</param>
/// <param name="Top1Sd">Its standard deviation; null for one seed.</param>
/// <param name="Search">The search that finds the row's trials; empty for a quoted row.</param>
/// <param name="Keys">The keys of the row's trials.</param>
public sealed record ResultRow(
    IReadOnlyList<string> Cells, Verdict Verdict, decimal? Top1, decimal? Top1Sd, string Search,
    IReadOnlyList<string> Keys)
{
    /// <summary>The row's label.</summary>
    public string Label => Cells[0];

    internal static ResultRow Of(IReadOnlyList<string> cells, RowMetrics metrics) => new(
        cells, metrics.Verdict, metrics.Top1?.Mean, metrics.Top1?.Sd,
        string.Join(' ', metrics.Row.Where.Select(static where => $"{where.Key}={where.Value}")),
        [.. metrics.Trials.Select(static trial => trial.Key.Hex)]);
}
