using System.Text;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The hyperparameters of a sweep as a table: final value, values tried, source and selection rule. As CSV (a line for
/// each) and as a section of a page.
/// </summary>
internal static class HyperparametersTable
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "hyperparameters.csv";

    private const int MostOnPage = 12;

    private static readonly string[] Columns = ["hyperparameter", "symbol", "final", "tried", "source", "rule"];

    /// <summary>Renders the file.</summary>
    public static string Csv(IReadOnlyList<HyperparameterUse> uses) =>
        CsvText.Of(Columns, uses.Select(static use => Cells(use, int.MaxValue)));

    /// <summary>Appends the section; nothing without hyperparameters.</summary>
    public static void Append(StringBuilder html, IReadOnlyList<HyperparameterUse> uses)
    {
        if (uses.Count == 0) return;
        html.Append("<h2>Hyperparameters</h2>\n");
        HtmlTable.AppendGrid(html,
        [
            new("hyperparameter", IsNumber: false), new("symbol", IsNumber: false), new("final value", IsNumber: false),
            new("values tried", IsNumber: false), new("source", IsNumber: false),
            new("selection rule", IsNumber: false),
        ],
        uses.Select(static use =>
            Cells(use, MostOnPage).Select(static cell => cell ?? SweepTable.Nothing).ToList()));
        HtmlTable.AppendNotes(html, [.. Notes(uses)]);
    }

    private static string?[] Cells(HyperparameterUse use, int most) =>
    [
        use.Name, use.Symbol,
        use.Final switch
        {
            [] => null,
            [var value] => value,
            _ => $"varies: {Wording.Named(use.Final, most)}",
        },
        Wording.Named(use.Tried, most), use.Sources.Count == 0 ? null : string.Join(", ", use.Sources), use.Rule,
    ];

    private static IEnumerable<string> Notes(IReadOnlyList<HyperparameterUse> uses)
    {
        yield return "Final value: in the rows of the table. Values tried: in all trials, in the order of the grid. "
            + "Both count only trials on which the hyperparameter has an effect.";
        if (uses.Any(static use => use.Sources.Count > 0))
            yield return "Source: the key of the spec that sets the value; default: the spec does not set it.";
        if (uses.Any(static use => use.Tried.Count > MostOnPage))
            yield return $"{FileName} has the values in full.";
    }
}
