using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>The table as Markdown, its columns aligned for those who read the source.</summary>
public static class MarkdownTable
{
    private const string Special = "\\|*`<";

    private static readonly TableHeading[] HistogramColumns =
    [
        new("layer", IsNumber: true), new("row", IsNumber: false),
        .. Enumerable.Range(0, HistogramFigure.Weights)
            .Select(static ones => new TableHeading(string.Create(CultureInfo.InvariantCulture, $"{ones} %"), IsNumber: true)),
    ];

    /// <summary>The whole file, with '\n' line ends.</summary>
    public static string Render(TableModel table)
    {
        var text = new StringBuilder($"# {Escape(table.Title)}\n\n");
        AppendGrid(text, table.Columns, table.Rows);
        text.Append('\n');
        foreach (var note in table.Footnotes) text.Append("- ").Append(Escape(note)).Append('\n');
        text.Append("\nFigures in full precision: [table.csv](table.csv). When, where and in how many attempts the trials ran: [manifest.json](manifest.json).\n");
        if (table.Histograms is { } figure) AppendFigure(text, figure);
        return text.ToString();
    }

    private static void AppendFigure(StringBuilder text, HistogramFigure figure)
    {
        text.Append($"\n## {Escape(figure.Title)}\n\n![Bars of the kernels by Hamming weight: a panel for each layer and row](figure.svg)\n\n");
        AppendGrid(text, HistogramColumns, [.. figure.Panels.Select(Shares)]);
        text.Append("\nKernels by Hamming weight, in percent of the layer's: means over the seeds. In full precision, with standard deviations: [figure.csv](figure.csv).\n");
    }

    // A line for each panel, shares in percent.
    private static List<string> Shares(HistogramPanel panel) =>
    [
        panel.Layer.ToString(CultureInfo.InvariantCulture), panel.Row,
        .. Enumerable.Range(0, HistogramFigure.Weights)
            .Select(ones => panel.Shares is { } shares ? NumberText.Fixed(shares[ones].Mean, 1) : panel.Gap ?? "–"),
    ];

    private static void AppendGrid(StringBuilder text, IReadOnlyList<TableHeading> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var cells = rows.Select(row => row.Select(Escape).ToList()).ToList();
        var heads = columns.Select(column => Escape(column.Text)).ToList();
        var widths = heads.Select((head, i) => Math.Max(3, cells.Select(row => Width(row[i])).Append(Width(head)).Max())).ToList();
        Line(heads);
        text.Append('|').AppendJoin('|', columns.Select((column, i) => column.IsNumber ? new string('-', widths[i] + 1) + ":" : new string('-', widths[i] + 2))).Append("|\n");
        cells.ForEach(Line);

        void Line(List<string> row) => text.Append("| ").AppendJoin(" | ", row.Select((cell, i) => Pad(cell, widths[i], columns[i].IsNumber))).Append(" |\n");
    }

    private static string Pad(string cell, int width, bool toTheRight)
    {
        var space = new string(' ', width - Width(cell));
        return toTheRight ? space + cell : cell + space;
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;

    // Labels and notes are a user's words: they must come out as written, whatever signs they hold.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var sign in text)
        {
            if (Special.Contains(sign)) escaped.Append('\\');
            escaped.Append(sign is '\r' or '\n' ? ' ' : sign);
        }

        return escaped.ToString();
    }
}
