using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

public sealed class ExpansionTests
{
    [Fact]
    public void Expand_VariesTheFirstAxisSlowest_AndTheSeedsFastest()
    {
        var trials = Expand("axes: [{domain: [symmetric, learned]}, {crop: [0, 4]}]\nseeds: [7, 3]").Trials;

        Assert.Equal(
            [
                (DomainKind.Symmetric, 0, 7), (DomainKind.Symmetric, 0, 3), (DomainKind.Symmetric, 4, 7),
                    (DomainKind.Symmetric, 4, 3),
                (DomainKind.Learned, 0, 7), (DomainKind.Learned, 0, 3), (DomainKind.Learned, 4, 7),
                (DomainKind.Learned, 4, 3),
            ],
            trials.Select(t => (t.Spec.Domain, t.Spec.Crop, t.Spec.Seed)));
    }

    [Fact]
    public void Expand_ChangesPairedKeysTogether_WithinOneAxis()
    {
        var expansion = Expand("axes: [{sparsity: [50, 75, 90, 95], gamma: [0, 0.02, 0.04, 0.07]}]");

        Assert.Equal([(50m, 0), (75m, 0.02), (90m, 0.04), (95m, 0.07)],
            expansion.Trials.Select(t => (t.Spec.Sparsity!.Value, t.Spec.Gamma)));
    }

    [Fact]
    public void Expand_MultipliesOnlyMatchingCells_OfAConditionalAxis()
    {
        var expansion =
            Expand("trial: {crop: 1}\naxes: [{domain: [symmetric, learned]}, {crop: [0, 4], when: {domain: "
                + "learned}}]\nseeds: 2");

        Assert.Equal(
            [(DomainKind.Symmetric, 1), (DomainKind.Learned, 0), (DomainKind.Learned, 4)],
            expansion.Trials.Where(t => t.Spec.Seed == 1).Select(t => (t.Spec.Domain, t.Spec.Crop)));
        Assert.Equal((6, 0, 0), (expansion.GridSize, expansion.Excluded, expansion.Merged));
    }

    [Fact]
    public void Expand_AllowsOneHyperparameterInTwoAxes_WhenTheirConditionsExcludeEachOther()
    {
        var expansion = Expand("""
            axes:
              - domain: [symmetric, learned]
              - crop: [0, 4]
                when: {domain: learned}
              - crop: [1, 2]
                when: {domain: symmetric}
            """);

        Assert.Equal([1, 2, 0, 4], expansion.Trials.Select(t => t.Spec.Crop));
    }

    [Fact]
    public void Expand_AllowsPoints_WithDifferentHyperparameters()
    {
        var expansion = Expand("trial: {width: 8}\naxes: [{points: [{crop: 0}, {width: 16, flip: false}]}]");

        Assert.Equal([(8, 0, true), (16, 4, false)],
            expansion.Trials.Select(t => (t.Spec.Width, t.Spec.Crop, t.Spec.Flip)));
    }

    [Fact]
    public void Expand_CountsAndOmits_ExcludedCells()
    {
        var expansion = Expand("""
            axes: [{domain: [symmetric, closed-form, learned]}, {sparsity: [none, 95]}]
            exclude: [{domain: [closed-form, learned], sparsity: none}]
            seeds: [1, 2]
            """);

        Assert.Equal((12, 4, 0, 8), (expansion.GridSize, expansion.Excluded, expansion.Merged, expansion.Trials.Count));
        Assert.DoesNotContain(expansion.Trials, t => t.Spec.Sparsity is null
            && t.Spec.Domain is not DomainKind.Symmetric);
    }

    [Fact]
    public void Expand_MergesTrials_WhenTheyDifferOnlyInGammaAndHaveNoTarget()
    {
        var expansion = Expand("axes: [{sparsity: [none, 95]}, {gamma: [0.02, 0.04]}]\nseeds: 3");

        Assert.Equal((12, 3, 9), (expansion.GridSize, expansion.Merged, expansion.Trials.Count));
        Assert.All(expansion.Trials.Where(t => t.Spec.Sparsity is null),
            t => Assert.Equal(new TrialSpec().Gamma, t.Spec.Gamma));
    }

    [Fact]
    public void Expand_MergesTrials_OfTwoFoldersWithTheSameImages()
    {
        var spec = Spec("trial: {dataset: image-folder}\naxes: [{folder: [a, b, c]}]");
        var digests = new Dictionary<DatasetLocation, string>
        {
            [new(DatasetKind.ImageFolder, "a")] = "one",
            [new(DatasetKind.ImageFolder, "b")] = "one",
            [new(DatasetKind.ImageFolder, "c")] = "two",
        };

        var expansion = spec.Expand(digests);

        Assert.Equal(digests.Keys, spec.Datasets());
        Assert.Equal(1, expansion.Merged);
        Assert.Equal([("a", "one"), ("c", "two")], expansion.Trials.Select(t => (t.Spec.Folder!, t.Spec.DataDigest!)));
    }

    [Fact]
    public void Expand_RequestsEachDigest_Once()
    {
        var asked = new List<DatasetLocation>();

        Spec("axes: [{crop: [0, 1, 2]}]\nseeds: 5").Expand(place =>
        {
            asked.Add(place);
            return "d";
        });

        Assert.Equal([new DatasetLocation(DatasetKind.Synthetic, null)], asked);
    }

    [Fact]
    public void Expand_ReturnsTheSameKeysInTheSameOrder_EachTime()
    {
        const string Yaml = "axes: [{domain: [symmetric, learned]}, {sparsity: [50, 95]}]\nseeds: 4";

        Assert.Equal(Expand(Yaml).Trials.Select(t => t.Key), Expand(Yaml).Trials.Select(t => t.Key));
        Assert.Equal(Expand(Yaml).Trials.Select(t => TrialKey.Of(t.Spec)), Expand(Yaml).Trials.Select(t => t.Key));
    }

    [Fact]
    public void Expand_AcceptsAGrid_OfTheMaximumSize()
    {
        var expansion =
            Expand("axes: [{crop: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}, {width: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}]\nseeds: "
                + "1000");

        Assert.Equal(SweepSpec.LargestGrid, expansion.Trials.Count);
    }

    [Fact]
    public void Expand_RejectsAGrid_WhenItIsTooLarge()
    {
        var axis = new Axis(
            [.. Enumerable.Range(1, 1000).Select(w => new Dictionary<string, object?> { ["width"] = w })]);
        var spec = Spec("") with { Axes = [axis], Seeds = [.. Enumerable.Range(1, 101)] };

        Assert.StartsWith(
            "x: axes: the axes and seeds multiply to 101,000 trials ",
            Assert.Throws<BadInputException>(() => spec.Expand(_ => "d")).Message, StringComparison.Ordinal);
    }

    private static SweepSpec Spec(string rest) => SpecReader.Parse($"name: x\n{rest}", "x.yaml", "");

    private static Expansion Expand(string rest) => Spec(rest).Expand(_ => "d");
}
