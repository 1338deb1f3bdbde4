using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests the columns of operations (BOPs, FLOPs, OPs) and their verdicts.</summary>
public sealed class CostColumnsTests : IDisposable
{
    private static readonly TableColumn[] Costs = [TableColumn.Bops, TableColumn.Flops, TableColumn.Ops];

    private static readonly TrialSpec ReActNetA =
        Sample.Spec() with { Model = ModelKind.ReActNetA, Width = 64, Domain = DomainKind.Learned };

    private static readonly TrialSpec Dense =
        ReActNetA with { Method = MethodKind.ReActNet, Domain = DomainKind.Symmetric };

    // ReActNet-A as the paper prints it.
    private static readonly PublishedRow Printed = new() { Name = "A", Bops = 48, Flops = 0.12m, Ops = 0.87m };

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bops_OfSbnn_FollowFromTheReachedDensity_AsAMeanOverTheSeeds()
    {
        // Half of the operations of weights that are 1 remain: 5 % and 10 % of the dense network's 48.17.
        var table = await TableAsync(new SampleSweep()
            .Row("sbnn", ReActNetA with { Sparsity = 75 }, seeds: [Counts(9000, Layer(10)), Counts(9000, Layer(20))]));

        Assert.Equal(["sbnn", "3.61", "0.11", "0.16"], Assert.Single(table.Rows));
        Assert.DoesNotContain(table.Footnotes, static note =>
            note.Contains("exactly the target", StringComparison.Ordinal)
            || note.Contains("1000 classes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bops_OfSbnn_AreNotRun_UntilEachSeedIsFinished()
    {
        var table = await TableAsync(new SampleSweep()
            .Row("waits", ReActNetA with { Sparsity = 75 }, seeds: [Waits(), Waits()])
            .Row("half", ReActNetA with { Sparsity = 90 }, seeds: [Counts(9000, Layer(5)), Waits()]));

        Assert.Equal(
            [["waits", "not run", "0.12", "not run"], ["half", "incomplete", "0.11", "incomplete"]], table.Rows);
        Assert.Contains(table.Footnotes, static note => note.EndsWith(
            "If each layer had exactly the target's density, they would be 6.02 (waits) and 2.41 (half).",
            StringComparison.Ordinal));
        Assert.Contains(
            "Networks in ImageNet's layout are counted with its 1000 classes as long as those of the images are "
                + "unknown (waits).", table.Footnotes);
    }

    [Fact]
    public async Task Bops_OfSbnn_AreInParentheses_WhenTheTargetWasMissed()
    {
        var table = await TableAsync(new SampleSweep().Row(
            "missed", ReActNetA with { Sparsity = 90 }, seeds: [Ends(9000, missed: true, onesOfLayers: [40])]));

        Assert.Equal(["missed", "(9.63)", "0.12", "(0.27)"], Assert.Single(table.Rows));
    }

    [Fact]
    public async Task Operations_AreCounted_WhetherOrNotARowWasTrained()
    {
        var table = await TableAsync(new SampleSweep()
            .Row("dense", Dense, seeds: [Waits()])
            .Row("no sparsity", ReActNetA, seeds: [Fails()])
            .Row("unknown classes", Learned(95), seeds: [Waits()]));

        Assert.Equal(
            [
                ["dense", "48.17", "0.12", "0.87"], ["no sparsity", "48.17", "0.12", "0.87"],
                ["unknown classes", "–", "–", "–"],
            ],
            table.Rows);
    }

    [Theory]
    [InlineData(MethodKind.Subbit067, "8.84", "1.52")]
    [InlineData(MethodKind.Subbit056, "5.01", "1.46")]
    [InlineData(MethodKind.Subbit044, "2.97", "1.42")]
    public async Task Bops_OfSubbit_AreThoseOfItsPatterns(MethodKind method, string bops, string ops)
    {
        var network = new TrialSpec { Model = ModelKind.ReActNet18ImageNet, Method = method };

        var table = await TableAsync(new SampleSweep().Quote(new PublishedRow { Name = "Subbit" }, network));

        Assert.Equal(["Subbit", bops, "1.38", ops], Assert.Single(table.Rows));
        Assert.Contains("BOPs of Subbit: with P patterns and C filters, a layer costs min(P, C)/C of its dense "
            + "operations, and 1/18 more where P < C.", table.Footnotes);
    }

    [Fact]
    public async Task Bops_AreEmpty_ForANetworkOfFullPrecision()
    {
        var network = new TrialSpec { Model = ModelKind.MobileNetV1, Method = MethodKind.FullPrecision };

        var table = await TableAsync(new SampleSweep()
            .Quote(new PublishedRow { Name = "MobileNetV1", Flops = 5.7m, Ops = 5.7m, Quoted = true }, network));

        Assert.Equal(["MobileNetV1", "–", "5.69", "5.7 (quoted) =", "5.69", "5.7 (quoted) ="],
            Assert.Single(table.Rows));
        Assert.Contains("\"network\": {\n        \"image-size\": \"224\",\n        \"method\": \"full-precision\",\n"
            + "        \"model\": \"mobilenet-v1\",\n        \"width\": \"64\"\n      }",
            JsonTable.Render(table), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verdict_OnACount_IgnoresTheTraining_ButNotTheNetwork()
    {
        var source = new PublishedSource
        {
            Citation = "A paper",
            Setting = new Dictionary<string, string>
            {
                ["dataset"] = "imagenet",
                ["width"] = "64",
                ["model"] = "reactnet-a",
            },
        };
        var table = await TableAsync(new SampleSweep()
            .Row("waits", Dense, Printed, seeds: [Waits()])
            .Row("ten classes", Dense with { Domain = DomainKind.ClosedForm, Epochs = 4 }, Printed,
                seeds: [Waits(), Counts(9000, Layer(50))])
            .Row("narrow", Dense with { Width = 32 }, Printed, seeds: [Waits()])
            .Quote(Printed with { Name = "quoted" }, Dense.Effective())
            .Quote(Printed with { Name = "other" }, (Dense with { Model = ModelKind.ReActNet18ImageNet }).Effective()),
            source);

        Assert.Equal(
            [
                [Verdict.Reproduced, Verdict.Reproduced, Verdict.Reproduced],
                [Verdict.Reproduced, Verdict.NotReproduced, Verdict.NotReproduced],
                [Verdict.NotComparable, Verdict.NotComparable, Verdict.NotComparable],
                [Verdict.Reproduced, Verdict.Reproduced, Verdict.Reproduced],
                [Verdict.NotComparable, Verdict.NotComparable, Verdict.NotComparable],
            ],
            table.Metrics.Select(static row => row.Verdicts.Select(static one => one.Verdict)));
        Assert.Contains("Rule for counts that follow from the network alone, whatever its training: reproduced (=) if "
            + "ours − paper lies inside ±δ, else not reproduced (≠). δ is half a unit of the printed number's last "
            + "digit for BOPs, FLOPs, OPs.", table.Footnotes);
        Assert.Contains(table.Footnotes, static note => note.StartsWith(
            "Not comparable with the paper, except for counts: waits; ten classes, because of dataset ",
            StringComparison.Ordinal));
        Assert.Contains("Not comparable with the paper: other, because of model reactnet18-imagenet (published: "
            + "reactnet-a).", table.Footnotes);
    }

    [Fact]
    public async Task Verdict_OnTheBopsOfSbnn_FollowsTheRuleOfTrainedValues()
    {
        var source = new PublishedSource
        {
            Citation = "A paper",
            Setting = new Dictionary<string, string> { ["dataset"] = "synthetic" },
        };
        var (sbnn, printed) = (ReActNetA with { Sparsity = 75 }, Printed with { Bops = 4, Ops = 0.9m });
        var table = await TableAsync(new SampleSweep()
            .Row("one seed", sbnn, printed, seeds: [Counts(9000, Layer(16))])
            .Row("two seeds", sbnn with { Sparsity = 80 }, printed,
                seeds: [Counts(9000, Layer(16)), Counts(9001, Layer(16))])
            .Row("waits", sbnn with { Sparsity = 90 }, printed, seeds: [Waits()]), source);

        Assert.Equal(
            [
                [Verdict.Underpowered, Verdict.NotReproduced, Verdict.Underpowered],
                [Verdict.Reproduced, Verdict.NotReproduced, Verdict.NotReproduced],
                [Verdict.NotRun, Verdict.Reproduced, Verdict.NotRun],
            ],
            table.Metrics.Select(static row => row.Verdicts.Select(static one => one.Verdict)));
        Assert.Contains(table.Footnotes, static note => note.StartsWith("Rule of a verdict", StringComparison.Ordinal)
            && note.EndsWith("δ is half a unit of the printed number's last digit for BOPs, OPs.",
                StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("48", "0.5")]
    [InlineData("1.41", "0.005")]
    [InlineData("5.7", "0.05")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000005")]
    public void Tolerance_OfACount_IsHalfAUnitOfTheLastDigit(string printed, string tolerance)
    {
        var table = new TableSpec { Title = "t", Rows = [], Columns = [] };

        Assert.Equal(
            decimal.Parse(tolerance, CultureInfo.InvariantCulture),
            table.ToleranceFor(TableColumn.Ops, decimal.Parse(printed, CultureInfo.InvariantCulture)));
        Assert.Equal(2, (table with { Tolerance = new Dictionary<TableColumn, decimal> { [TableColumn.Ops] = 2 } })
            .ToleranceFor(TableColumn.Ops, 48));
    }

    // A layer of 100 weights at ten positions each.
    private static LayerRecord Layer(int ones) => new()
    {
        Order = 1,
        Weights = 100,
        Ones = ones,
        Hamming = [],
        EmptyFilters = 0,
        DenseBops = 1000,
        Tau = 1,
        Phi = 0,
    };

    private async Task<TableModel> TableAsync(SampleSweep sample, PublishedSource? source = null)
    {
        await using var ledger = await _folder.OpenAsync();
        return SweepTable.Of(await sample.RecordAsync(ledger, "Costs", source, Costs));
    }
}
