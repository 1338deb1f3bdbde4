using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Reports.Tables;
using Spectre.Console;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Terminal;

/// <summary>Tests the output of a finished table on a terminal.</summary>
public sealed class TerminalTableTests
{
    private static readonly TableModel Model = new(
        "A :warning: [red]title[/]",
        [new TableHeading("row", IsNumber: false), new TableHeading("top-1 %", IsNumber: true),
            new TableHeading("unbreakable-heading", IsNumber: false)],
        [["[b]first[/]", "91.20 ± 0.31", "word"], ["second", "target missed 1/2", "–"]],
        ["A note: [x](url)."],
        [],
        [],
        Histograms: null);

    [Fact]
    public void Write_PrintsUserTextUnchanged()
    {
        var text = Write(width: 120);

        Assert.Contains("A :warning: [red]title[/]", text, StringComparison.Ordinal);
        Assert.Contains("│ [b]first[/]", text, StringComparison.Ordinal);
        Assert.Contains("A note: [x](url).", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_PrintsRowByRow_WhenTheTerminalIsTooNarrow()
    {
        var text = Write(width: 30);

        Assert.Contains(
            "[b]first[/]\n  top-1 %: 91.20 ± 0.31\n  unbreakable-heading: word\n\nsecond\n  top-1 %: target missed "
                + "1/2\n", text, StringComparison.Ordinal);
    }

    private static string Write(int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        TerminalTable.Write(console, Model);
        return text.ToString().ReplaceLineEndings("\n");
    }
}
