using System.Text;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The table as a LaTeX document with booktabs rules, which compiles as it is with pdfLaTeX and LuaLaTeX. Authors can
/// copy its tabular environments into a paper.
/// </summary>
public static class LatexTable
{
    /// <summary>
    /// The largest number of rows in one tabular. Further rows follow on another page, below the same heading.
    /// </summary>
    private const int RowsPerPage = 26;

    /// <summary>
    /// The largest number of claims in one tabular. It is smaller, because a claim takes several lines.
    /// </summary>
    private const int ClaimsPerPage = 12;

    private const string Preamble =
        $$$"""
        % Compile with pdflatex or lualatex. A paper that takes the tabular needs the package booktabs.
        \documentclass[10pt]{article}
        \ifdefined\directlua\else\usepackage[T1]{fontenc}\fi
        \IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
        \usepackage[a4paper,landscape,margin=15mm]{geometry}
        \usepackage{booktabs}
        \usepackage{graphicx}
        \pagestyle{empty}
        \setlength{\parindent}{0pt}
        % A character of another script: LuaLaTeX prints it if the font has it, pdfLaTeX prints its code.
        \ifdefined\directlua
          \newcommand{{{{LatexText.OtherCharacter}}}}[1]{\symbol{"#1}}
        \else
          \newcommand{{{{LatexText.OtherCharacter}}}}[1]{\texttt{U+#1}}
        \fi
        % A table that is wider than the page is scaled to the page's width.
        \newsavebox{\sbnnbox}
        \newcommand{\sbnnfit}[1]{\sbox{\sbnnbox}{#1}%
          \ifdim\wd\sbnnbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\sbnnbox}}\else\usebox{\sbnnbox}\fi}
        \begin{document}
        """;

    private static readonly string[] ClaimWidths = ["0.24", "0.24", "0.16", "0.17", "0.09"];

    /// <summary>Renders the file, with '\n' line ends and in ASCII.</summary>
    public static string Render(TableModel table)
    {
        var text = new StringBuilder(Preamble).Append('\n');
        text.Append($"{{\\large\\bfseries {LatexText.Escape(table.Title)}\\par}}\n\\bigskip\n");
        var pages = table.Rows.Chunk(RowsPerPage).ToList();
        foreach (var (i, page) in pages.Index())
        {
            if (i > 0) text.Append("\\clearpage\n");
            AppendTabular(text, table.Columns, page);
        }

        if (pages.Count == 0) AppendTabular(text, table.Columns, []);
        if (table.Footnotes.Count > 0) AppendNotes(text, table.Footnotes);
        foreach (var (i, page) in ClaimsTable.Rows(table.Claims).Chunk(ClaimsPerPage).Index())
        {
            if (i == 0)
                text.Append($"\\clearpage\n\\normalsize\n{{\\large\\bfseries {ClaimsTable.Title}: "
                    + $"{ClaimsTable.Summary(table.Claims)}\\par}}\n\\bigskip\n");
            else text.Append("\\clearpage\n");
            AppendClaims(text, page);
        }

        if (table.Claims.Count > 0) AppendNotes(text, ClaimsTable.Notes(table.Claims));
        return text.Append("\\end{document}\n").ToString();
    }

    private static void AppendTabular(
        StringBuilder text, IReadOnlyList<TableHeading> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var alignment = string.Concat(columns.Select(static column => column.IsNumber ? 'r' : 'l'));
        text.Append($"\\sbnnfit{{%\n\\begin{{tabular}}{{{alignment}}}\n\\toprule\n");
        AppendLine(text, columns.Select(static column => column.Text));
        text.Append("\\midrule\n");
        foreach (var row in rows) AppendLine(text, row);
        text.Append("\\bottomrule\n\\end{tabular}}\n");
    }

    // Claims are sentences, so their columns have widths and wrap. In such a cell only \tabularnewline ends the row.
    private static void AppendClaims(StringBuilder text, IEnumerable<IReadOnlyList<string>> rows)
    {
        var widths = string.Concat(ClaimWidths.Select(static width => $@"p{{{width}\linewidth}}"));
        text.Append($"{{\\small\n\\begin{{tabular}}{{{widths}}}\n\\toprule\n");
        AppendLine(text, ClaimsTable.Columns.Select(static column => column.Text));
        text.Append("\\midrule\n");
        foreach (var row in rows)
            text.AppendJoin(" & ", row.Select(static cell => $@"\raggedright {LatexText.Escape(cell)}"))
                .Append(" \\tabularnewline\n");
        text.Append("\\bottomrule\n\\end{tabular}\\par}\n");
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(" & ", cells.Select(LatexText.Escape)).Append(" \\\\\n");

    private static void AppendNotes(StringBuilder text, IReadOnlyList<string> notes)
    {
        text.Append("\\par\\bigskip\n\\footnotesize\n\\begin{itemize}\n\\setlength{\\itemsep}{0pt}\n");
        foreach (var note in notes) text.Append("\\item ").Append(LatexText.Escape(note)).Append('\n');
        text.Append("\\end{itemize}\n");
    }
}
