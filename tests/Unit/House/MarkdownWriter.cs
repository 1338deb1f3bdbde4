using System.Text;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Writes a Markdown page with headings, wrapped paragraphs, code and tables.</summary>
internal sealed class MarkdownWriter
{
    private const int Columns = 120;

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public MarkdownWriter Heading(int level, string text)
    {
        if (_text.Length > 0) _text.Append('\n');
        _text.Append('#', level).Append(' ').Append(text).Append('\n');
        return this;
    }

    public MarkdownWriter Paragraph(string text)
    {
        _text.Append('\n');
        var column = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > Columns)
            {
                _text.Append('\n');
                column = 0;
            }
            else if (column > 0)
            {
                _text.Append(' ');
                column++;
            }

            _text.Append(word);
            column += word.Length;
        }

        _text.Append('\n');
        return this;
    }

    public MarkdownWriter Code(string language, string text)
    {
        _text.Append($"\n```{language}\n{text}\n```\n");
        return this;
    }

    /// <summary>Writes a table; writes nothing when it would have no rows.</summary>
    public MarkdownWriter Table(string[] headings, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return this;
        _text.Append('\n');
        WriteRow(headings);
        WriteRow([.. headings.Select(static _ => "---")]);
        all.ForEach(WriteRow);
        return this;
    }

    /// <summary>Returns a text in backticks; an empty text when the given text is null or empty.</summary>
    public static string Quote(string? text) => string.IsNullOrEmpty(text) ? "" : $"`{text}`";

    private void WriteRow(string[] cells)
    {
        var escaped = cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal));
        _text.Append("| ").AppendJoin(" | ", escaped).Append(" |\n");
    }
}
