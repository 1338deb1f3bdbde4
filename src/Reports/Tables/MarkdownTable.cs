using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>The table as Markdown, with aligned columns so that the source is readable.</summary>
public static partial class MarkdownTable
{
    // Characters that have a meaning in Markdown at any position. An underscore within a word, as in a file's name, has
    // none.
    private const string Special = "\\|*`<[~";

    private static readonly TableHeading[] HistogramColumns =
    [
        new("layer", IsNumber: true), new("row", IsNumber: false),
        .. Enumerable.Range(0, HistogramFigure.Weights)
            .Select(static ones =>
                new TableHeading(string.Create(CultureInfo.InvariantCulture, $"{ones} %"), IsNumber: true)),
    ];

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(TableModel table)
    {
        var text = new StringBuilder($"# {Escape(table.Title)}\n\n");
        AppendGrid(text, table.Columns, table.Rows);
        text.Append('\n');
        foreach (var note in table.Footnotes) text.Append("- ").Append(Escape(note)).Append('\n');
        text.Append("\nValues in full precision: [table.csv](table.csv). When, where and in how many attempts the "
            + "trials ran: [manifest.json](manifest.json).\n");
        if (table.Claims.Count > 0) AppendClaims(text, table.Claims);
        if (table.Histograms is { } figure) AppendFigure(text, figure);
        return text.ToString();
    }

    private static void AppendClaims(StringBuilder text, IReadOnlyList<ClaimResult> claims)
    {
        text.Append($"\n## {ClaimsTable.Title}\n\n{ClaimsTable.Summary(claims)}.\n\n");
        AppendGrid(text, ClaimsTable.Columns, ClaimsTable.Rows(claims));
        text.Append('\n');
        foreach (var note in ClaimsTable.Notes(claims)) text.Append("- ").Append(Escape(note)).Append('\n');
    }

    private static void AppendFigure(StringBuilder text, HistogramFigure figure)
    {
        text.Append($"\n## {Escape(figure.Title)}\n\n![Bars of the kernels by Hamming weight: a panel for each layer "
            + $"and row](figure.svg)\n\n");
        AppendGrid(text, HistogramColumns, [.. figure.Panels.Select(Shares)]);
        text.Append("\nKernels by Hamming weight, in percent of the layer's: means over the seeds. In full precision, "
            + "with standard deviations: [figure.csv](figure.csv).\n");
    }

    // The cells of a panel's line, with shares in percent.
    private static List<string> Shares(HistogramPanel panel) =>
    [
        panel.Layer.ToString(CultureInfo.InvariantCulture), panel.Row,
        .. Enumerable.Range(0, HistogramFigure.Weights)
            .Select(ones => panel.Shares is { } shares ? NumberText.Fixed(shares[ones].Mean, 1) : panel.Gap ?? "–"),
    ];

    private static void AppendGrid(
        StringBuilder text, IReadOnlyList<TableHeading> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var cells = rows.Select(row => row.Select(Escape).ToList()).ToList();
        var heads = columns.Select(column => Escape(column.Text)).ToList();
        var widths = heads.Select((head, i) =>
            Math.Max(3, cells.Select(row => Width(row[i])).Append(Width(head)).Max())).ToList();
        Line(heads);
        text.Append('|')
            .AppendJoin('|',
                columns.Select((column, i) => column.IsNumber ? new string('-', widths[i] + 1) + ":"
                    : new string('-', widths[i] + 2))).Append("|\n");
        cells.ForEach(Line);

        void Line(List<string> row) =>
            text.Append("| ").AppendJoin(" | ", row.Select((cell, i) => Pad(cell, widths[i], columns[i].IsNumber)))
            .Append(" |\n");
    }

    private static string Pad(string cell, int width, bool alignRight)
    {
        var space = new string(' ', width - Width(cell));
        return alignRight ? space + cell : cell + space;
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;

    // Labels and notes come from the user, so all characters with a meaning in Markdown are escaped.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var (i, character) in text.Index())
        {
            if (Special.Contains(character) || IsEmphasis(text, i) || IsEntity(text, i) || IsEmoji(text, i))
                escaped.Append('\\');
            escaped.Append(character is '\r' or '\n' ? ' ' : character);
        }

        return escaped.ToString();
    }

    private static bool IsEmphasis(string text, int i) =>
        text[i] == '_' && !(IsInWord(text, i - 1) && IsInWord(text, i + 1));

    private static bool IsInWord(string text, int i) =>
        i >= 0 && i < text.Length && (char.IsLetterOrDigit(text[i]) || text[i] == '_');

    private static bool IsEntity(string text, int i) => text[i] == '&' && Entity.IsMatch(text, i);

    private static bool IsEmoji(string text, int i) => text[i] == ':' && Emoji.IsMatch(text, i);

    [GeneratedRegex(@"\G&(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")]
    private static partial Regex Entity { get; }

    [GeneratedRegex(@"\G:[A-Za-z0-9_+-]+:")]
    private static partial Regex Emoji { get; }
}
