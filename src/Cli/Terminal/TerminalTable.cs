using Sbnn.Sweeps.Reports.Tables;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Prints the finished table on the terminal: the cells of the written report in a frame, or row by row when the
/// terminal is too narrow for whole words.
/// </summary>
internal static class TerminalTable
{
    public static void Write(IAnsiConsole console, TableModel model)
    {
        console.Write(new Text($"{model.Title}\n")); // Text instead of markup, because the title comes from the user.
        if (Framed(model) is var framed && Measure(console, framed) <= console.Profile.Width) console.Write(framed);
        else WriteByRow(console, model);
        foreach (var note in model.Footnotes) console.WriteLine(note);
    }

    private static Table Framed(TableModel model)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in model.Columns)
            table.AddColumn(
                new TableColumn(new Text(column.Text)) { Alignment = column.IsNumber ? Justify.Right : Justify.Left });
        foreach (var row in model.Rows) table.AddRow([.. row.Select(static cell => new Text(cell))]);
        return table;
    }

    // The smallest width at which no word is broken.
    private static int Measure(IAnsiConsole console, Table table) =>
        ((IRenderable)table).Measure(RenderOptions.Create(console, console.Profile.Capabilities), int.MaxValue).Min;

    private static void WriteByRow(IAnsiConsole console, TableModel model)
    {
        foreach (var row in model.Rows)
        {
            console.WriteLine();
            console.WriteLine(row[0]);
            foreach (var (heading, cell) in model.Columns.Zip(row).Skip(1)
                .Where(static pair => pair.Second != SweepTable.Nothing))
                console.WriteLine($"  {heading.Text}: {cell}");
        }

        console.WriteLine();
    }
}
