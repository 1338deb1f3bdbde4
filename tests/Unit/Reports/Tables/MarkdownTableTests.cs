using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests the table in Markdown.</summary>
public sealed class MarkdownTableTests
{
    [Theory]
    [InlineData("_u_ of ours", @"\_u\_ of ours")]
    [InlineData("in table_two.csv", "in table_two.csv")]
    [InlineData("[x](url)", @"\[x](url)")]
    [InlineData("~~gone~~", @"\~\~gone\~\~")]
    [InlineData("a &amp; b & c", @"a \&amp; b & c")]
    [InlineData(":warning: 10:30", @"\:warning: 10:30")]
    [InlineData("a | b * c ` d < e", @"a \| b \* c \` d \< e")]
    public void Render_EscapesUserText(string label, string markdown)
    {
        var table = new TableModel(label, [new TableHeading("row", IsNumber: false)], [[label]], [], [], [],
            Histograms: null);

        var lines = MarkdownTable.Render(table).Split('\n');

        Assert.Equal($"# {markdown}", lines[0]);
        Assert.Equal($"| {markdown} |", lines[4]);
    }
}
