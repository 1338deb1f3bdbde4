using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Reports;

/// <summary>The table's figures in full precision as CSV (RFC 4180, but with '\n' line ends), one column for each figure, whatever the spec shows.</summary>
public static class CsvTable
{
    private static readonly (string Name, Func<RowFigures, object?> Value)[] Columns =
    [
        ("row", static r => r.Row.Label),
        ("domain", static r => Setting(r, "domain")),
        ("sparsity", static r => Setting(r, "sparsity")),
        ("gamma", static r => Setting(r, "gamma")),
        ("n", static r => r.Reported),
        ("N", static r => r.Trials.Count),
        ("gap", static r => r.Gap),
        ("top1_mean", static r => r.Top1?.Mean),
        ("top1_sd", static r => r.Top1?.Sd),
        ("delta", static r => r.Delta),
        ("bops_pr", static r => r.BopsPr?.Mean),
        ("bparams_pr", static r => r.BParamsPr?.Mean),
        ("k0", static r => r.K0?.Mean),
        ("k1", static r => r.K1?.Mean),
        ("ones", static r => r.Ones?.Mean),
        ("entropy", static r => r.Entropy?.Mean),
        ("published_row", static r => r.Row.Published?.Name),
        ("published_top1", static r => Printed(r, "top1", static p => p.Top1)),
        ("published_delta", static r => Printed(r, "delta", static p => p.Delta)),
        ("published_bops_pr", static r => Printed(r, "bops-pr", static p => p.BopsPr)),
        ("published_bparams_pr", static r => Printed(r, "bparams-pr", static p => p.BParamsPr)),
        ("published_k0", static r => Printed(r, "k0", static p => p.K0)),
        ("published_k1", static r => Printed(r, "k1", static p => p.K1)),
        ("top1_less_published", static r => r.OursLessPublished),
        ("verdict", static r => r.Verdict.InWords()),
        ("differs_in", static r => string.Join("; ", r.Differences)),
    ];

    /// <summary>The whole file: a header, then a line for each row. A figure that is not there is an empty field.</summary>
    public static string Render(TableModel table)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(static column => column.Name)).Append('\n');
        foreach (var row in table.Figures)
            text.AppendJoin(',', Columns.Select(column => Field(column.Value(row)))).Append('\n');
        return text.ToString();
    }

    private static object? Printed(RowFigures row, string figure, Func<PublishedRow, decimal?> value) =>
        row.Row.Published is not { } published ? null
        : value(published) ?? (published.Lost.Contains(figure) ? "lost" : (object?)null);

    private static string Setting(RowFigures row, string knob) =>
        string.Join(' ', row.Trials.Select(trial => RowFigures.Shown(knob, trial.Spec)).Distinct());

    private static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            decimal number => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
