using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Claims;

/// <summary>Tests that results of trials smaller than the published runs neither support nor refute a claim.</summary>
public sealed class ClaimScaleTests
{
    /// <summary>
    /// Small sweeps, each with the full sweep whose claims are evaluated on the small sweep's results.
    /// </summary>
    public static TheoryData<string, string> Small { get; } = new()
    {
        { "table1-small.yaml", "table1.yaml" },
        { "cifar10-small.yaml", "table1.yaml" },
        { "table2-small.yaml", "table2.yaml" },
        { "table3-small.yaml", "table3.yaml" },
    };

    [Theory]
    [MemberData(nameof(Small))]
    public void Claims_AreNeverSupported_OnASmallSweep(string small, string full)
    {
        var (spec, claims) = (Read(small), Read(full).Table.Claims!);

        Assert.All(Outcomes(spec, spec.Table with { Claims = claims }),
            static claim => Assert.Equal(ClaimOutcome.ReducedScale, claim.Outcome));
        // The outcome is the same without published rows, when the full recipe takes their place.
        Assert.All(Outcomes(spec, spec.Table with { Claims = claims, Source = null }),
            static claim => Assert.Equal(ClaimOutcome.ReducedScale, claim.Outcome));
    }

    [Theory]
    [InlineData("table1.yaml")]
    [InlineData("table2.yaml")]
    [InlineData("table3.yaml")]
    public void PapersClaims_AreDecided_AtThePapersSettings(string file)
    {
        var spec = Read(file);

        var results = Outcomes(spec, spec.Table);

        Assert.NotEmpty(results);
        Assert.All(results, static claim =>
        {
            Assert.NotNull(claim.Claim.Section);
            Assert.NotNull(claim.Claim.Text);
            Assert.Contains(claim.Outcome, (ClaimOutcome[])[ClaimOutcome.Supported, ClaimOutcome.Refuted]);
        });
    }

    [Theory]
    [InlineData("table1-small.yaml", "table1.yaml")]
    [InlineData("table2-small.yaml", "table2.yaml")]
    [InlineData("table3-small.yaml", "table3.yaml")]
    public void SmallTable_HasTheClaims_OfTheFullTable(string small, string full) =>
        Assert.Equal(Read(full).Table.Claims!.Select(ClaimsTable.Condition),
            Read(small).Table.Claims!.Select(ClaimsTable.Condition));

    [Theory]
    [InlineData("epochs", "299", "epochs 299 (published: 300)")]
    [InlineData("width", "63", "width 63 (published: 64)")]
    [InlineData("train-images", "49990", "train-images 49990 (published: all)")]
    [InlineData("test-images", "9990", "test-images 9990 (published: all)")]
    [InlineData("validation-images", "10", "validation-images 10 (published: none)")]
    [InlineData("dataset", "shapes", "dataset shapes (published: cifar10)")]
    public void Shortfalls_NameEachSmallerSetting(string parameter, string value, string shortfall)
    {
        var spec = Read("table1.yaml");
        var hyperparameter = Hyperparameters.Get(parameter);
        Assert.True(hyperparameter.TryParse(value, out var parsed));

        var results = Outcomes(spec, spec.Table, trial => hyperparameter.Set(trial, parsed));

        Assert.All(results, claim => Assert.Equal(
            (ClaimOutcome.ReducedScale, shortfall), (claim.Outcome, Assert.Single(claim.Reasons))));
    }

    [Theory]
    [InlineData("epochs", "501")]
    [InlineData("gamma", "0.08")]
    [InlineData("batch-size", "256")]
    public void Claims_AreInconclusive_WhenOtherSettingsDiffer(string parameter, string value)
    {
        var spec = Read("table2.yaml");
        var hyperparameter = Hyperparameters.Get(parameter);
        Assert.True(hyperparameter.TryParse(value, out var parsed));

        var results = Outcomes(spec, spec.Table, trial => hyperparameter.Set(trial, parsed));

        Assert.Contains(results, static claim => claim.Outcome == ClaimOutcome.Inconclusive);
        Assert.DoesNotContain(results, static claim => claim.Outcome == ClaimOutcome.ReducedScale);
    }

    private static SweepSpec Read(string file) => SpecReader.Read(Repository.PathOf("sweeps", file));

    // Returns the outcomes of the claims when every trial is finished, rows differ much, and seeds differ a little.
    private static IReadOnlyList<ClaimResult> Outcomes(
        SweepSpec spec, TableSpec table, Func<TrialSpec, TrialSpec>? change = null)
    {
        var trials = spec.Expand(static _ => new string('d', 64)).Trials;
        var cells = trials.Select(static trial => trial.Spec with { Seed = 0 }).Distinct().ToList();
        return SweepTable.Of(new SweepOutcome(spec.Name, 1, table,
        [
            .. trials.Select(trial =>
            {
                var rank = cells.IndexOf(trial.Spec with { Seed = 0 });
                var spread = trial.Spec.Seed * trial.Spec.Seed * rank;
                var epoch = new EpochMetrics
                {
                    Epoch = 1, Correct = 8000 + (100 * rank) + spread, Total = 10_000, Ones = 1, Weights = 1000,
                    Entropy = 0.1, K0 = 0.05 + (0.08 * rank) + (0.001 * spread), K1 = 0.1, BopsPr = -0.05 * rank,
                    BParamsPr = -(0.06 * rank) - (0.001 * spread), Layers = 1, OneValuedLayers = 0,
                };
                return new TrialOutcome
                {
                    Key = trial.Key, Spec = change is null ? trial.Spec : change(trial.Spec),
                    State = TrialState.Finished, Constraint = ConstraintOutcome.Reached, Classes = 10,
                    Reported = epoch, Last = epoch,
                    Layers =
                    [
                        new LayerRecord
                        {
                            Order = 1, Weights = 900, Ones = 100, Hamming = [0, 100, 0, 0, 0, 0, 0, 0, 0, 0],
                            EmptyFilters = 0, DenseBops = 900, Tau = 1, Phi = 0,
                        },
                    ],
                };
            }),
        ])).Claims;
    }
}
