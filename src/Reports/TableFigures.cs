using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>Figures of a table for pages that show a report while it fills in.</summary>
public static class TableFigures
{
    /// <summary>
    /// Accuracy against BOPs PR, ours and the published, as a whole SVG file; null when no row has both.
    /// </summary>
    public static string? AccuracyAgainstBops(TableModel table) =>
        ScatterFigure.OfBops(table.Metrics) is { } figure ? SvgFile.Render(ScatterChart.Draw(figure)) : null;
}
