using System.Xml.Linq;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Figures;

/// <summary>Tests the figure of a table, which shows kernels by Hamming weight as Fig. 2 of the paper does.</summary>
public sealed class HistogramTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Figure_IsWritten_AsSvgMarkdownAndCsv()
    {
        await using var ledger = await _folder.OpenAsync();
        await Sweep().RecordAsync(ledger, "Kernels", source: null, TableColumn.K0);

        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));

        var markdown = await ReadAsync("table.md");
        Assert.EndsWith(
            """

            ## Kernels <by\> weight

            ![Bars of the kernels by Hamming weight: a panel for each layer and row](figure.svg)

            | layer | row  |     0 % |     1 % |     2 % |     3 % |     4 % |     5 % |     6 % |     7 % |     8 % |     9 % |
            |------:|------|--------:|--------:|--------:|--------:|--------:|--------:|--------:|--------:|--------:|--------:|
            |     2 | 70 % |    60.0 |    20.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |    20.0 |
            |     2 | 99 % | not run | not run | not run | not run | not run | not run | not run | not run | not run | not run |
            |     1 | 70 % |    25.0 |    75.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |     0.0 |
            |     1 | 99 % | not run | not run | not run | not run | not run | not run | not run | not run | not run | not run |

            Kernels by Hamming weight, in percent of the layer's: means over the seeds. In full precision, with standard deviations: [figure.csv](figure.csv).

            """.Replace("<by\\>", "\\<by>", StringComparison.Ordinal),
            markdown, StringComparison.Ordinal);
        var csv = (await ReadAsync("figure.csv")).Split('\n');
        Assert.Equal(["layer,row,hamming_weight,share,share_sd,n,resume",
            "2,70 %,0,60,14.142135623731,2,resume-unchecked", "2,70 %,1,20,0,2,resume-unchecked"], csv[..3]);
        Assert.Equal("2,99 %,0,,,,", csv[11]);
        Assert.Equal(1 + (2 * 2 * 10) + 1, csv.Length);
    }

    [Fact]
    public async Task Svg_HasAPanelForEachLayerAndRow_WithBarsOfTheShares()
    {
        await using var ledger = await _folder.OpenAsync();
        var figure = SweepTable.Of(
            await Sweep().RecordAsync(ledger, "Kernels", source: null, TableColumn.K0)).Histograms!;

        var svg = XDocument.Parse(SvgFile.Render(HistogramChart.Draw(figure))).Root!;

        // A bar of 100 % is 120 pixels high. In order: 60, 20 and 20 % in the panel of layer 2, 25 and 75 % in that of
        // layer 1, and the legend.
        var bars = svg.Elements(Svg + "rect").Where(static bar => bar.Attribute("x") is not null).ToList();
        Assert.Equal(["72", "24", "24", "30", "90", "11"], bars.Select(static bar => bar.Attribute("height")!.Value));
        Assert.Equal(["#0072b2", "#0072b2", "#b5b5b5", "#0072b2", "#0072b2", "#0072b2"],
            bars.Select(static bar => bar.Attribute("fill")!.Value));
        Assert.All(bars.Take(3), static bar => Assert.Equal(71 + 120, Bottom(bar)));
        Assert.All(bars.Skip(3).Take(2), static bar => Assert.Equal(71 + 160 + 120, Bottom(bar)));
        var texts = svg.Elements(Svg + "text").Select(static text => text.Value).ToList();
        Assert.Equal(["Kernels <by> weight", "70 %", "99 %", "layer 2", "kernels, %", "layer 1", "kernels, %"],
            texts[..7]);
        Assert.Equal(2, texts.Count(static text => text == "not run"));
        Assert.Equal(4, texts.Count(static text => text == "9"));
        // The seeds differ in two bars, which have error bars of ± 14 %.
        Assert.Equal(2, svg.Elements(Svg + "path").Count(static path => path.Attribute("stroke")?.Value == "#222222"));
    }

    [Fact]
    public async Task Panel_IsEmpty_ForALayerWithout3x3Kernels()
    {
        await using var ledger = await _folder.OpenAsync();
        var sweep = new SampleSweep { Figure = new FigureSpec { Title = "One by one", Layers = [1], Rows = ["a"] } }
            .Row("a", Learned(90), seeds: [Counts(9000, Layer(1, []))]);

        var panel = Assert.Single(
            SweepTable.Of(await sweep.RecordAsync(ledger, "t", source: null, TableColumn.K0)).Histograms!.Panels);

        Assert.Equal((null, null), (panel.Shares, panel.Gap));
    }

    private static SampleSweep Sweep() =>
        new SampleSweep
        {
            Figure =
            new FigureSpec { Title = "Kernels <by> weight", Layers = [2, 1], Rows = ["70 %", "99 %"] }
        }
        .Row("50 %", Learned(50), seeds: [Ends(9000)])
        .Row("70 %", Learned(70),
            seeds: [Counts(9000, Layer(1, [1, 3]), Layer(2, [5, 2, 3])),
                Counts(9000, Layer(1, [1, 3]), Layer(2, [7, 2, 1]))])
        .Row("99 %", Learned(99), seeds: [Waits()]);

    // Returns a layer with the given numbers of kernels of Hamming weight 0, 1 and 9.
    private static LayerRecord Layer(int order, int[] kernels)
    {
        IReadOnlyList<long> hamming = kernels.Length == 0 ? []
            : [kernels[0], kernels[1], 0, 0, 0, 0, 0, 0, 0, kernels.ElementAtOrDefault(2)];
        var (weights, ones) = kernels.Length == 0 ? (90, 9)
            : (9 * kernels.Sum(), kernels[1] + (9 * kernels.ElementAtOrDefault(2)));
        return new LayerRecord
        {
            Order = order,
            Weights = weights,
            Ones = ones,
            Hamming = hamming,
            EmptyFilters = 0,
            DenseBops = 90,
            Tau = 1,
            Phi = 0
        };
    }

    private static decimal Bottom(XElement bar) =>
        decimal.Parse(bar.Attribute("y")!.Value, System.Globalization.CultureInfo.InvariantCulture)
        + decimal.Parse(bar.Attribute("height")!.Value, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> ReadAsync(string name) =>
        await File.ReadAllTextAsync(Path.Combine(_folder.In("out"), name), TestContext.Current.CancellationToken);
}
