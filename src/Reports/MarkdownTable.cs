using System.Globalization;
using System.Text;

namespace Sbnn.Sweeps.Reports;

/// <summary>The table as Markdown, its columns aligned for those who read the source.</summary>
public static class MarkdownTable
{
    private const string Special = "\\|*`<";

    /// <summary>The whole file, with '\n' line ends.</summary>
    public static string Render(TableModel table)
    {
        var cells = table.Rows.Select(row => row.Select(Escape).ToList()).ToList();
        var heads = table.Columns.Select(column => Escape(column.Text)).ToList();
        var widths = heads.Select((head, i) => Math.Max(3, cells.Select(row => Width(row[i])).Append(Width(head)).Max())).ToList();
        var text = new StringBuilder($"# {Escape(table.Title)}\n\n");
        Line(heads);
        text.Append('|').AppendJoin('|', table.Columns.Select((column, i) => column.IsNumber ? new string('-', widths[i] + 1) + ":" : new string('-', widths[i] + 2))).Append("|\n");
        cells.ForEach(Line);
        text.Append('\n');
        foreach (var note in table.Footnotes) text.Append("- ").Append(Escape(note)).Append('\n');
        text.Append("\nFigures in full precision: [table.csv](table.csv). When, where and in how many attempts the trials ran: [manifest.json](manifest.json).\n");
        return text.ToString();

        void Line(List<string> row) => text.Append("| ").AppendJoin(" | ", row.Select((cell, i) => Pad(cell, widths[i], table.Columns[i].IsNumber))).Append(" |\n");
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
