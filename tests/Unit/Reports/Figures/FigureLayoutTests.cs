using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Figures;

/// <summary>
/// Tests figures of unusual data: their texts must touch neither each other nor the edge, and their axes must have
/// labels.
/// </summary>
public sealed class FigureLayoutTests
{
    private const string Endless = "an-unbroken-label-that-is-much-wider-than-a-line-of-the-legend-αβτφ±−₀₁-and-more";

    private static readonly string Long = string.Join(' ', Enumerable.Repeat("a label of many words", 20));

    public static TheoryData<string> Names { get; } = [.. Drawings().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_DoNotOverlap_AndStayWithinTheFigure(string name)
    {
        var drawing = Drawings()[name];
        var page = new Box(0, 0, drawing.Width, drawing.Height);
        var texts = drawing.Shapes.OfType<TextShape>().ToList();

        Assert.All(texts, text => Assert.True(page.Contains(text.Box), $"'{text.Text}' leaves the figure: {text.Box}"));
        foreach (var (i, text) in texts.Index())
        {
            Assert.All(texts.Skip(i + 1), other =>
                Assert.False(text.Box.Overlaps(other.Box), $"'{text.Text}' overlaps '{other.Text}'"));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Png_IsAsLargeAsTheSvg(string name)
    {
        var drawing = Drawings()[name];
        using var png = SkiaSharp.SKBitmap.Decode(PngFile.Render(drawing));

        Assert.Equal((drawing.Width * PngFile.Scale, drawing.Height * PngFile.Scale), (png.Width, png.Height));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-50, -50)]
    [InlineData(-99.9, -0.1)]
    [InlineData(93.1, 93.25)]
    [InlineData(100, 100)]
    [InlineData(0, 0.001)]
    [InlineData(10, 99)]
    public void Axis_ShowsAllValues_AndHasTwoTicks(double least, double greatest)
    {
        var axis = ChartAxis.Of("x", [(decimal)least, (decimal)greatest], least: -100, most: 100, intervals: 5);

        Assert.InRange((decimal)least, axis.Low, axis.High);
        Assert.InRange((decimal)greatest, axis.Low, axis.High);
        Assert.InRange(axis.Ticks.Count, 2, 8);
        Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(tick => Math.Round(tick, axis.Decimals)).Distinct().Count());
    }

    [Fact]
    public void TextLines_SplitsAWordThatIsWiderThanALine_AndShortensTheLastLine()
    {
        var lines = TextLines.Of(Endless, width: 100, most: 3);

        Assert.Equal(3, lines.Count);
        Assert.StartsWith(lines[0] + lines[1] + lines[2].TrimEnd('…'), Endless, StringComparison.Ordinal);
        Assert.EndsWith("…", lines[2], StringComparison.Ordinal);
        Assert.All(lines, static line => Assert.InRange(FigureFont.Regular.WidthOf(line, 13), 1, 100));
    }

    [Fact]
    public void Font_HasEveryCharacterOfAReport_AndTheWidthsOfArial()
    {
        foreach (var font in (FigureFont[])[FigureFont.Regular, FigureFont.Bold])
            Assert.All("αβτφγΔ±−–×·→…†‡≤≥₀₁%ü", sign => Assert.True(font.Has(sign), $"no {sign}"));
        // Arial has the widths 556 and 278 thousandths of the font's size, and so must the bundled font.
        Assert.Equal(5.56m, Math.Round(FigureFont.Regular.WidthOf("0", 10), 2));
        Assert.Equal(2.78m, Math.Round(FigureFont.Regular.WidthOf(".", 10), 2));
        Assert.Equal(10m, FigureFont.Regular.WidthOf("中", 10));
    }

    private static Dictionary<string, Drawing> Drawings() => new()
    {
        ["empty"] = EmptyChart.Draw("Accuracy against BOPs PR", Long),
        ["scatter of one row"] = Scatter(1, static i => (-30, 90)),
        ["scatter of equal rows"] = Scatter(24, static i => (-50, 88.88m)),
        ["scatter of 60 rows"] = Scatter(60, static i => (-i, 90 - (i * i / 100m))),
        ["scatter of near rows"] = Scatter(20, static i => (-50 + (i * 0.1m), 90 + (i % 3))),
        ["scatter of extremes"] = Scatter(3, static i => (-50 * i, 50 * i)),
        ["scatter of long labels"] = Scatter(5, static i => (-50 * i, 50), Long),
        ["scatter of an endless label"] = Scatter(5, static i => (i, 99.99m), Endless),
        ["scatter of published rows alone"] = ScatterChart.Draw(new ScatterFigure("t", "x", "y",
            [.. Enumerable.Range(1, 9).Select(static i => new ScatterPoint("p", Ours: null, (-i, 90)))])),
        ["scatter with a target"] = ScatterChart.Draw(new ScatterFigure("U/N", "EC, %", "U/N, %",
            [.. Enumerable.Range(1, 9).Select(static i => new ScatterPoint("p", (Of(i), Of(i * i)), Paper: null))])
        {
            Target = new ScatterTarget("U/N = EC", Endless, 1.05m),
        }),
        ["curves of one epoch"] = Curves(2, 1, Endless),
        ["curves of 1000 epochs"] = Curves(24, 1000, Long),
        ["curves of equal values"] = Curves(8, 300, "row", static _ => 10),
        ["curves of all values"] = Curves(8, 300, "row", static epoch => epoch / 3m),
        ["kernels of one layer"] = Kernels(1, 1),
        ["kernels of many layers"] = Kernels(24, 53),
        ["histogram of one panel"] = Histogram(1, 1, Endless),
        ["histogram of Fig. 2"] = Histogram(3, 3, "{α, β} learned, 99 %"),
        ["histogram of many rows"] = Histogram(12, 2, Long),
        ["histogram without counts"] = HistogramChart.Draw(new HistogramFigure(Long, [Long, Long], [1],
            [new HistogramPanel(Long, 1, Shares: null, "target missed 12/12", ResumeCheck.Unchecked),
                new HistogramPanel(Long, 1, Shares: null, Gap: null, ResumeCheck.Unchecked)])),
    };

    private static Drawing Scatter(int rows, Func<int, (decimal X, decimal Y)> place, string label = "row") =>
        ScatterChart.Draw(new ScatterFigure(
            label == "row" ? "Accuracy" : label, "BOPs PR, %", "top-1 accuracy, %",
            [
                .. Enumerable.Range(0, rows).Select(i =>
                {
                    var (x, y) = place(i);
                    return new ScatterPoint(label, (Of(x), new Estimate(y, 0.5m, 3)), (x + 0.2m, y + 0.1m));
                }),
            ]));

    private static Drawing Curves(int rows, int epochs, string label, Func<int, decimal>? accuracy = null) =>
        CurvesChart.Draw(new CurvesFigure(
            "Learning curves",
            [
                .. Enumerable.Range(0, rows).Select(row => new LearningCurve(label, 2, 3,
                    [
                        .. Enumerable.Range(0, epochs).Select(epoch =>
                            new Estimate(accuracy?.Invoke(epoch) ?? (row + (epoch % 50)), 1, 2)),
                    ])
                {
                    Best = new BestRun(1, [.. Enumerable.Range(0, epochs).Select(static epoch => epoch % 60m)]),
                }),
            ],
            Omitted: 3));

    private static Drawing Kernels(int rows, int layers) => KernelsChart.Draw(new KernelsFigure(
        "K₀ and K₁ by layer",
        [
            .. Enumerable.Range(0, rows).Select(row => new RowKernels(Endless,
                [
                    .. Enumerable.Range(1, layers).Select(layer => new LayerKernels(
                        layer, new Estimate(100m * layer / (layers + row), 1, 2), new Estimate(0, 0, 2))),
                ])),
        ],
        Omitted: 0));

    private static Drawing Histogram(int rows, int layers, string label) => HistogramChart.Draw(new HistogramFigure(
        label,
        [.. Enumerable.Repeat(label, rows)],
        [.. Enumerable.Range(1, layers)],
        [
            .. Enumerable.Range(0, rows * layers).Select(panel => new HistogramPanel(label, panel, Shares(panel),
                Gap: null, ResumeCheck.Unchecked)),
        ]));

    // The first panel has one full bar, the second ten equal ones, the third falling ones.
    private static List<Estimate> Shares(int panel) =>
        [.. Enumerable.Range(0, 10).Select(ones => new Estimate(
            (panel % 3) switch { 0 => ones == 0 ? 100 : 0, 1 => 10, _ => 50m / (1 << ones) }, 2, 3))];

    private static Estimate Of(decimal value) => new(value, Sd: null, 1);
}
