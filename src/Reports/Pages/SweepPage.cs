using System.Text;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Importance;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Pages;

/// <summary>
/// A sweep's report on one page that can be mailed: outcome, table, importance, figures, hyperparameters, spec and
/// provenance. Like the manifest, it contains what differs between runs with equal results.
/// </summary>
internal static class SweepPage
{
    /// <summary>Renders the file, with '\n' line ends.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="table">The sweep's table.</param>
    /// <param name="importance">The importance of the sweep's hyperparameters.</param>
    /// <param name="hyperparameters">The sweep's hyperparameters.</param>
    /// <param name="figures">The figures with their captions, as SVG.</param>
    /// <param name="version">The version of sbnn that writes the page.</param>
    public static string Render(
        SweepOutcome sweep, TableModel table, SweepImportance importance,
        IReadOnlyList<HyperparameterUse> hyperparameters, IReadOnlyList<PageFigure> figures, string version)
    {
        var html = new StringBuilder($"<h1>{MarkupText.Escape(table.Title)}</h1>\n");
        AppendFacts(html, OutcomeFacts.Of(sweep, table, version));
        html.Append("<h2>Table</h2>\n");
        HtmlTable.AppendGrid(html, table.Columns, table.Rows);
        HtmlTable.AppendNotes(html, table.Footnotes);
        HtmlTable.AppendClaims(html, table.Claims);
        AppendImportance(html, importance);
        AppendFigures(html, figures);
        HyperparametersTable.Append(html, hyperparameters);
        AppendSpec(html, sweep.SpecText);
        TrialProvenance.Append(html, sweep);
        return HtmlPage.Render($"{table.Title} – {sweep.Name}", html);
    }

    private static void AppendFacts(StringBuilder html, IEnumerable<(string Name, string Value)> facts)
    {
        html.Append("<dl class=\"facts\">\n");
        foreach (var (name, value) in facts)
            html.Append($"<div><dt>{name}</dt><dd>{MarkupText.Escape(value)}</dd></div>\n");
        html.Append("</dl>\n");
    }

    private static void AppendImportance(StringBuilder html, SweepImportance importance)
    {
        html.Append($"<h2>{ImportanceTable.Title}</h2>\n<p>")
            .Append(MarkupText.Escape(ImportanceTable.Summary(importance))).Append("</p>\n");
        if (importance.Analysis is not { } analysis) return;
        HtmlTable.AppendGrid(html, ImportanceTable.Columns, ImportanceTable.Rows(analysis));
        HtmlTable.AppendNotes(html, [.. ImportanceTable.Notes(importance)]);
    }

    private static void AppendFigures(StringBuilder html, IReadOnlyList<PageFigure> figures)
    {
        if (figures.Count == 0) return;
        html.Append("<h2>Figures</h2>\n<div class=\"figures\">\n");
        foreach (var figure in figures)
        {
            html.Append(figure.IsWide ? "<figure class=\"wide\">\n" : "<figure>\n").Append(figure.Svg)
                .Append($"<figcaption>{MarkupText.Escape(figure.Caption)}</figcaption>\n</figure>\n");
        }

        html.Append("</div>\n");
    }

    private static void AppendSpec(StringBuilder html, string text)
    {
        if (text.Length == 0) return;
        html.Append("<h2>Spec</h2>\n<details>\n<summary>The sweep as submitted (YAML)</summary>\n<pre>\n")
            .Append(MarkupText.Escape(text.TrimEnd('\n'))).Append("\n</pre>\n</details>\n");
    }
}
