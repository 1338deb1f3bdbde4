using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>A format of the table; the words are the extensions of the files.</summary>
public enum TableFormat
{
    /// <summary>Markdown.</summary>
    Md = 0,

    /// <summary>CSV, in full precision.</summary>
    Csv = 1,

    /// <summary>LaTeX with booktabs.</summary>
    Tex = 2,

    /// <summary>A page of HTML that needs no other file.</summary>
    Html = 3,

    /// <summary>JSON, in full precision; <c>docs/table.schema.json</c> describes it.</summary>
    Json = 4,
}

/// <summary>Renders each format.</summary>
public static class TableFormatExtensions
{
    /// <summary>The name of the table's file in a format.</summary>
    public static string FileName(this TableFormat format) => $"table.{EnumWords.Of(format)}";

    /// <summary>The table in a format: the whole file.</summary>
    public static string Render(this TableFormat format, TableModel table) => format switch
    {
        TableFormat.Md => MarkdownTable.Render(table),
        TableFormat.Csv => CsvTable.Render(table),
        TableFormat.Tex => LatexTable.Render(table),
        TableFormat.Html => HtmlTable.Render(table),
        TableFormat.Json => JsonTable.Render(table),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
