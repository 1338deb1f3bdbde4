using System.Globalization;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>
/// Compares every cell of the paper's Tables 1 to 4, rendered from <c>sweeps/published</c> alone, with the maintainers'
/// copy of the printed tables.
/// </summary>
public sealed class PublishedTablesTests
{
    // The name of a printed column in the copy, with the name of the table's column and its heading. "acc" and "top1"
    // are the same column.
    private static readonly (string Printed, string Column, string Heading)[] Columns =
    [
        ("top1", "top1", "paper top-1 %"),
        ("acc", "top1", "paper top-1 %"),
        ("delta", "delta", "paper Δ pp"),
        ("bops_pr", "bops-pr", "paper BOPs PR %"),
        ("bparams_pr", "bparams-pr", "paper BParams PR %"),
        ("k0", "k0", "paper K₀ %"),
        ("k1", "k1", "paper K₁ %"),
        ("bops", "bops", "paper BOPs 10⁸"),
        ("flops", "flops", "paper FLOPs 10⁸"),
        ("ops", "ops", "paper OPs 10⁸"),
    ];

    [Theory]
    [InlineData(1, 4, 2)]
    [InlineData(2, 17, 5)]
    [InlineData(3, 11, 6)]
    [InlineData(4, 11, 4)]
    public void Of_ShowsEachPrintedValue_ForAPublishedTableAlone(int number, int rows, int columns)
    {
        var printed = Printed(number);
        var table = Render(number, printed);
        Assert.Equal(rows, table.Rows.Count);
        Assert.Equal(rows, printed.Count);

        var headings = table.Columns.Select(static column => column.Text).ToList();
        var names = printed[0].Keys.Where(name => Columns.Any(column => column.Printed == name)).ToList();
        Assert.Equal(columns, names.Count);
        foreach (var (cells, shown) in printed.Zip(table.Rows))
        {
            foreach (var name in names)
            {
                var place = headings.IndexOf(Columns.First(column => column.Printed == name).Heading);
                // A column without a printed value is not part of the table.
                var text = place < 0 ? SweepTable.Nothing : shown[place];
                Assert.True(Expected(name, cells) == text, $"Table {number}, {shown[0]}, {name}: {text}");
            }
        }
    }

    // The text of a cell as it is printed, with a real minus sign, a plus sign before a difference, and the mark of a
    // quoted row.
    private static string Expected(string name, IReadOnlyDictionary<string, string> cells) => cells[name] switch
    {
        "null" => SweepTable.Nothing,
        "lost" => "not in our copy",
        var text => (name == "delta" && text[0] != '-' ? "+" : "") + text.Replace('-', '−')
            + (cells.GetValueOrDefault("origin") == "quoted" ? " (quoted)" : ""),
    };

    private static List<Dictionary<string, string>> Printed(int number)
    {
        using var copy = File.OpenText(Repository.SharedFile("paper", "tables.yaml"));
        var yaml = new YamlStream();
        yaml.Load(copy);
        return
        [
            .. ((YamlSequenceNode)yaml.Documents[0].RootNode[$"table{number}"]["rows"]).Children
                .Cast<YamlMappingNode>()
                .Select(static row => row.Children.ToDictionary(
                    static cell => ((YamlScalarNode)cell.Key).Value!,
                    static cell => ((YamlScalarNode)cell.Value).Value!)),
        ];
    }

    private static TableModel Render(int number, List<Dictionary<string, string>> printed)
    {
        var folder = Repository.PathOf("sweeps");
        var published = $"published/table{number}.yaml";
        var columns = Columns.Where(column => printed[0].ContainsKey(column.Printed)).Select(static c => c.Column);
        var quotes = PublishedReader.Read(Path.Combine(folder, published)).Rows.Keys
            .Select(static id => $"{{quote: {id}}}");
        var yaml = string.Create(CultureInfo.InvariantCulture, $$"""
            name: table{{number}}-published
            trial: {dataset: synthetic}
            seeds: [1]
            table:
              published: {{published}}
              columns: [{{string.Join(", ", columns)}}]
              rows: [{{string.Join(", ", quotes)}}]
            """);
        return SweepTable.Of(SpecOutcome.Of(SpecReader.Parse(yaml, "published.yaml", folder), yaml));
    }
}
