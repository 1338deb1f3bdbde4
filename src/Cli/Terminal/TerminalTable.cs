using Sbnn.Sweeps.Reports.Tables;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>The finished table on the terminal: the cells of the written report, framed.</summary>
internal static class TerminalTable
{
    public static void Write(IAnsiConsole console, TableModel model)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(model.Title)) };
        foreach (var column in model.Columns)
            table.AddColumn(new TableColumn(Markup.Escape(column.Text)) { Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        foreach (var row in model.Rows) table.AddRow([.. row.Select(static cell => new Text(cell))]);
        console.Write(table);
        foreach (var note in model.Footnotes) console.WriteLine(note);
    }
}
