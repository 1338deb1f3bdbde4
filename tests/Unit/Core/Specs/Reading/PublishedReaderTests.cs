using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs.Reading;

public sealed class PublishedReaderTests
{
    private static readonly Dictionary<string, string> NamesInTheCopy = new(StringComparer.Ordinal)
    {
        ["top1"] = "top1",
        ["acc"] = "top1",
        ["delta"] = "delta",
        ["bops_pr"] = "bops-pr",
        ["bparams_pr"] = "bparams-pr",
        ["k0"] = "k0",
        ["k1"] = "k1",
        ["bops"] = "bops",
        ["flops"] = "flops",
        ["ops"] = "ops",
    };

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 17)]
    [InlineData(3, 11)]
    [InlineData(4, 11)]
    public void Read_ReadsEveryRow_OfEachPublishedTable(int table, int rows)
    {
        var read = PublishedReader.Read(Repository.PathOf("sweeps", "published", $"table{table}.yaml"));

        Assert.Equal(rows, read.Rows.Count);
        Assert.EndsWith($"Table {table}", read.Source.Citation, StringComparison.Ordinal);
        Assert.All(read.Rows.Values, row => Assert.Contains(ValuesOf(row).Values, f => f is not null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_ReturnsThePrintedValues_OfEachTableOfThePaper(int table)
    {
        using var copy = File.OpenText(Repository.SharedFile("paper", "tables.yaml"));
        var yaml = new YamlStream();
        yaml.Load(copy);
        var printed = (YamlSequenceNode)yaml.Documents[0].RootNode[$"table{table}"]["rows"];
        var ours = PublishedReader.Read(
            Repository.PathOf("sweeps", "published", $"table{table}.yaml")).Rows.Values.ToList();
        Assert.Equal(printed.Children.Count, ours.Count);

        foreach (var (row, own) in printed.Children.Cast<YamlMappingNode>().Zip(ours))
        {
            var cells = row.Children.ToDictionary(
                c => ((YamlScalarNode)c.Key).Value!, c => ((YamlScalarNode)c.Value).Value!);
            var values = ValuesOf(own);
            foreach (var (key, text) in cells.Where(c => NamesInTheCopy.ContainsKey(c.Key)))
            {
                var name = NamesInTheCopy[key];
                Assert.Equal(text == "lost", own.Lost.Contains(name));
                Assert.Equal(text is "null" or "lost" ? null : decimal.Parse(text, CultureInfo.InvariantCulture),
                    values[name]);
                values.Remove(name);
            }

            Assert.All(values, left => Assert.Null(left.Value));
            Assert.Equal(cells.GetValueOrDefault("origin") == "quoted", own.Quoted);
            // Our notes on Table 4 also state what a count gives.
            if (cells.TryGetValue("note", out var note) && table == 4)
                Assert.StartsWith(note, own.Note, StringComparison.Ordinal);
            else if (note is not null) Assert.Equal(note, own.Note);
            if (table != 1)
                Assert.Equal(cells[table == 4 ? "model" : "method"]
                    .Replace("->", "→", StringComparison.Ordinal), own.Name);
        }
    }

    [Fact]
    public void Read_KeepsTheDecimals_OfPrintedValues()
    {
        var row = PublishedReader.Read(Repository.PathOf("sweeps", "published", "table3.yaml")).Rows["subbit-0.67"];

        Assert.Equal("62.60", row.Top1!.Value.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("rows: [{id: a, name: A, top1: 1}]",
        "p.yaml:1: citation: missing (allowed: the paper and the table's number)")]
    [InlineData("citation: c\nrows: [{id: a, name: A, top1: high}]",
        "p.yaml:2: rows[0].top1: high is not allowed (allowed: a number as printed, from -1000 to 1000; omit the key "
            + "when the paper prints no number)")]
    [InlineData("citation: c\nrows:\n  - {id: a, name: A, topp1: 1}",
        "p.yaml:3: rows[0].topp1: unknown key (allowed: id, name, setting, top1, delta, bops-pr, "
            + "bparams-pr, k0, k1, bops, flops, ops, lost, quoted, note); did you mean top1?")]
    [InlineData("citation: c\nrows:\n  - {id: a, name: A}\n  - {id: a, name: B}",
        "p.yaml:4: rows[1].id: duplicate id 'a'; ids must be unique")]
    [InlineData("citation: c\nrows: [{id: a, name: A, k0: 3, lost: [k0]}]",
        "p.yaml:2: rows[0].lost[0]: k0 has a value in this row, so it is not lost; remove the value, or remove k0 from "
            + "lost:")]
    [InlineData("citation: c\nrows: [{name: A}]",
        "p.yaml:2: rows[0].id: missing (allowed: a short name for the row: lower-case letters, digits, '-' and '.')")]
    [InlineData("citation: c\nsetting: {epoch: 3}\nrows: [{id: a, name: A}]",
        "p.yaml:2: setting.epoch: unknown key (allowed: <hyperparameters>); did you mean epochs?")]
    public void Parse_NamesTheMistake_InPublishedValues(string yaml, string message)
    {
        var error = Assert.Throws<BadInputException>(() => PublishedReader.Parse(yaml, "p.yaml"));

        Assert.Equal(message.Replace("<hyperparameters>",
            string.Join(", ", Sweeps.Core.Trials.Hyperparameters.All.Select(static parameter => parameter.Name)),
            StringComparison.Ordinal), error.Message);
    }

    private static Dictionary<string, decimal?> ValuesOf(PublishedRow row) => new(StringComparer.Ordinal)
    {
        ["top1"] = row.Top1,
        ["delta"] = row.Delta,
        ["bops-pr"] = row.BopsPr,
        ["bparams-pr"] = row.BParamsPr,
        ["k0"] = row.K0,
        ["k1"] = row.K1,
        ["bops"] = row.Bops,
        ["flops"] = row.Flops,
        ["ops"] = row.Ops,
    };
}
