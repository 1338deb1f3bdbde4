using System.Text;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>The table as a page of HTML that needs no other file.</summary>
public static class HtmlTable
{
    private const int LongestNumber = 14;

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(TableModel table)
    {
        var body = new StringBuilder($"<h1>{MarkupText.Escape(table.Title)}</h1>\n");
        AppendGrid(body, table.Columns, table.Rows);
        AppendNotes(body, table.Footnotes);
        AppendClaims(body, table.Claims);
        return HtmlPage.Render(table.Title, body);
    }

    /// <summary>
    /// Appends rows as an HTML table. Each cell repeats its column's heading, because a narrow screen shows a row as a
    /// list of headings and values.
    /// </summary>
    /// <param name="html">Where the table is appended.</param>
    /// <param name="columns">The columns; the first one names the row.</param>
    /// <param name="rows">The texts of the cells.</param>
    /// <param name="style">A class for the table.</param>
    internal static void AppendGrid(
        StringBuilder html, IReadOnlyList<TableHeading> columns, IEnumerable<IReadOnlyList<string>> rows,
        string? style = null)
    {
        html.Append("<div class=\"scroll\">\n").Append(style is null ? "<table>" : $"<table class=\"{style}\">");
        html.Append("\n<thead>\n<tr>");
        foreach (var column in columns)
            html.Append($"<th scope=\"col\"{Class(column)}>{MarkupText.Escape(column.Text)}</th>");
        html.Append("</tr>\n</thead>\n<tbody>\n");
        var heads = columns.Select(static column => MarkupText.Escape(column.Text)).ToList();
        foreach (var row in rows)
        {
            html.Append($"<tr><th scope=\"row\">{MarkupText.Escape(row[0])}</th>");
            for (var i = 1; i < columns.Count; i++)
            {
                var text = MarkupText.Escape(row[i]);
                html.Append($"<td data-head=\"{heads[i]}\"{Class(columns[i], row[i])}>{text}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }

    /// <summary>Appends the notes below the table.</summary>
    internal static void AppendNotes(StringBuilder html, IReadOnlyList<string> notes)
    {
        if (notes.Count == 0) return;
        html.Append("<ul class=\"notes\">\n");
        foreach (var note in notes) html.Append($"<li>{MarkupText.Escape(note)}</li>\n");
        html.Append("</ul>\n");
    }

    /// <summary>Appends the claims with their outcomes; nothing without claims.</summary>
    internal static void AppendClaims(StringBuilder html, IReadOnlyList<ClaimResult> claims)
    {
        if (claims.Count == 0) return;
        html.Append($"<h2>{ClaimsTable.Title}</h2>\n<p>{ClaimsTable.Summary(claims)}.</p>\n");
        AppendGrid(html, ClaimsTable.Columns, ClaimsTable.Rows(claims));
        AppendNotes(html, ClaimsTable.Notes(claims));
    }

    // A cell with text instead of a number, such as the reason why there is no number, may take several lines. Narrow
    // screens hide cells without a value ("–").
    private static string Class(TableHeading column, string cell = "")
    {
        var classes = string.Join(' ', new[]
        {
            column.IsNumber ? "number" : null, column.IsNumber && cell.Length > LongestNumber ? "long" : null,
            cell == SweepTable.Nothing ? "none" : null,
        }.OfType<string>());
        return classes.Length == 0 ? "" : $" class=\"{classes}\"";
    }
}
