using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Rows;

/// <summary>Tests which settings must be equal for a row to be compared with a published row.</summary>
public sealed class ComparabilityTests
{
    private static readonly PublishedSource Source = new() { Citation = "c", Accuracy = AccuracyChoice.BestOfAll };

    private static readonly PublishedRow Published = new()
    {
        Name = "SBNN 95%",
        Top1 = 90.94m,
        Setting = new Dictionary<string, string>
        {
            ["method"] = "sbnn",
            ["domain"] = "learned",
            ["sparsity"] = "95",
            ["gamma"] = "0.07",
        },
    };

    private static readonly TrialSpec Same =
        new() { Domain = DomainKind.Learned, Sparsity = 95, Gamma = 0.07, DataDigest = "d" };

    [Fact]
    public void Differences_AreEmpty_WhenEveryStatedSettingAgrees() => Assert.Empty(DifferencesOf(Same));

    [Fact]
    public void Differences_NameEachSetting_OfThePublishedRowThatDiffers()
    {
        Assert.Equal(["gamma 0.1 (published: 0.07)"], DifferencesOf(Same with { Gamma = 0.1 }));
        Assert.Equal(["domain symmetric (published: learned)"],
            DifferencesOf(Same with { Domain = DomainKind.Symmetric }));
        Assert.Equal(["sparsity 96 (published: 95)"], DifferencesOf(Same with { Sparsity = 96 }));
        Assert.Contains("method ir-net (published: sbnn)", DifferencesOf(Same with { Method = MethodKind.IrNet }));
    }

    [Fact]
    public void Differences_NameTheAccuracy_WhenTheTableChoosesItsEpochOtherwise() =>
        Assert.Equal(["accuracy last (published: best-of-all)"], DifferencesOf(Same, AccuracyChoice.Last));

    [Theory]
    [InlineData("table1.yaml")]
    [InlineData("table2.yaml")]
    [InlineData("table3.yaml")]
    public void Sweep_AgreesWithEveryPublishedRow_ThatItTrains(string file)
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));
        var outcomes = spec.Expand(static _ => new string('d', 64)).Trials
            .Select(static trial => new TrialOutcome { Key = trial.Key, Spec = trial.Spec, State = TrialState.Waiting })
            .ToList();
        var rows = spec.Table.Rows.Where(static row => row is { IsQuote: false, Published: not null }).ToList();

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var metrics = RowMetrics.Of(row, spec.Table, outcomes);
            Assert.NotEmpty(metrics.Trials);
            Assert.Empty(metrics.Differences);
        });
    }

    [Theory]
    [InlineData("table1.yaml")]
    [InlineData("table2.yaml")]
    [InlineData("table3.yaml")]
    [InlineData("table4.yaml")]
    public void PublishedRow_StatesItsMethod_UnlessItIsQuoted(string file)
    {
        var published = PublishedReader.Read(Repository.PathOf("sweeps", "published", file));

        Assert.Equal(AccuracyChoice.BestOfAll, published.Source.Accuracy);
        Assert.All(published.Rows.Values.Where(static row => !row.Quoted),
            static row => Assert.Contains("method", (row.Setting ?? new Dictionary<string, string>()).Keys));
    }

    private static IReadOnlyList<string> DifferencesOf(
        TrialSpec spec, AccuracyChoice accuracy = AccuracyChoice.BestOfAll)
    {
        var row = new TableRowSpec
        {
            Label = "row",
            Where = new Dictionary<string, string>(),
            Published = Published,
        };
        var table = new TableSpec
        {
            Title = "table",
            Rows = [row],
            Columns = [TableColumn.Top1],
            Source = Source,
            Accuracy = accuracy,
        };
        var effective = spec.Effective();
        return RowMetrics.Of(row, table,
        [
            new TrialOutcome { Key = TrialKey.Of(effective), Spec = effective, State = TrialState.Waiting },
        ]).Differences;
    }
}
