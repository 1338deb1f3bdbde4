using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public class PenaltyTests
{
    private const string Kind = "penalty";

    public static TheoryData<string, Precision> CasesInBoth => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(CasesInBoth))]
    public void Evaluate_MatchesTheVectors_ForAllLayersTogether(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var (target, gamma, loss) = Settings(golden);
        var weights = golden.In.GetProperty("weights").EnumerateArray()
            .Select(w => GoldenCase.Tensor(w, precision.ScalarType())).ToList();
        var count = weights.Sum(w => w.numel());
        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), count);

        var penalty = new SparsityPenalty(
            new PenaltySettings(target, gamma, Model: ModelOf(golden)), [.. weights.Select(w => w.numel())]);
        var ones = SparsityPenalty.CountOnes(weights);
        var (h, lambda, gradients) = penalty.Evaluate(ones, tensor(loss, precision.ScalarType()));

        Assert.Equal(golden.Out.GetProperty("U").GetInt64(), ones.sum().item<long>());
        golden.AssertNumber("h", h.item<double>());
        golden.AssertTensor("lambda", lambda, precision);
        Assert.Equal(weights.Count, gradients.shape[0]);
        for (var layer = 0; layer < weights.Count; layer++)
            golden.AssertTensor("grad_every_weight", gradients[layer], precision);
    }

    [Fact]
    public void Evaluate_DividesThePenalty_AmongLayersAboveTheTarget()
    {
        using var scope = NewDisposeScope();
        long[] weights = [100, 300, 50];
        var penalty = new SparsityPenalty(new PenaltySettings(0.1, 0.2, PenaltyScope.PerLayer), weights);
        var (h, lambda, gradients) = penalty.Evaluate(tensor(new long[] { 30, 60, 5 }), tensor(3.0));

        var expected = 0.2 / 0.8 * 3; // γ/(1 − γ)·L
        Assert.Equal(expected, (lambda * h).item<double>(), 1e-12);
        Assert.Equal(0.2, expected / (expected + 3), 1e-12);
        var found = gradients.data<double>().ToArray();
        // λ_l·h_l = 2·N_l·h_l·gradient: the first layer has a quarter of the penalty and the second three quarters; the
        // third layer is below the target.
        Assert.Equal(expected / 4, 2 * 100 * (0.3 - 0.1) * found[0], 1e-12);
        Assert.Equal(expected * 3 / 4, 2 * 300 * (0.2 - 0.1) * found[1], 1e-12);
        Assert.Equal(0, found[2]);
    }

    [Fact]
    public void Evaluate_ReturnsTheSameForBothScopes_WhenAllLayersAreEqual()
    {
        using var scope = NewDisposeScope();
        long[] weights = [100, 300];
        var settings = new PenaltySettings(0.1, 0.2);
        var ones = tensor(new long[] { 30, 90 });
        var global = new SparsityPenalty(settings, weights).Evaluate(ones, tensor(3.0));
        var perLayer = new SparsityPenalty(settings with { Scope = PenaltyScope.PerLayer }, weights)
            .Evaluate(ones, tensor(3.0));
        Assert.Equal(global.H.item<double>(), perLayer.H.item<double>(), 1e-12);
        Assert.Equal(global.Lambda.item<double>(), perLayer.Lambda.item<double>(), 1e-12);
        Assert.Equal(global.Gradients.data<double>().ToArray(), perLayer.Gradients.data<double>().ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void Evaluate_ReturnsNoPenalty_BelowTheTarget()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in Enum.GetValues<PenaltyScope>())
        {
            var (h, lambda, gradients) = new SparsityPenalty(new PenaltySettings(0.1, 0.2, kind), [100, 300])
                .Evaluate(tensor(new long[] { 3, 9 }), tensor(3.0));
            Assert.Equal((0.0, 0.0, 0.0), (h.item<double>(), lambda.item<double>(), gradients.sum().item<double>()));
        }
    }

    [Theory]
    [InlineData(ModelKind.ResNet18, RecipeKind.Authors, 0)]
    [InlineData(ModelKind.ResNet18, RecipeKind.Corrected, 0.75)]
    [InlineData(ModelKind.ReActNetA, RecipeKind.Authors, 0.75)]
    [InlineData(ModelKind.ReActNetA, RecipeKind.Corrected, 0.75)]
    public void Evaluate_PenalisesATargetOf50Percent_UnlessTheRecipeExcludesIt(
        ModelKind model, RecipeKind recipe, double expected)
    {
        using var scope = NewDisposeScope();
        var (h, lambda, _) = new SparsityPenalty(new PenaltySettings(0.5, 0.2, Recipe: recipe, Model: model), [100])
            .Evaluate(tensor(new long[] { 90 }), tensor(3.0));
        Assert.Equal(expected, (lambda * h).item<double>(), 1e-12);
        Assert.Equal(expected > 0 ? 0.4 : 0, h.item<double>(), 1e-12);
    }

    [Fact]
    public void Evaluate_IsActiveCloserToTheTarget_InImageNetsLayout()
    {
        using var scope = NewDisposeScope();
        // h is 5e-5, between the two thresholds.
        var settings = new PenaltySettings(0.04995, 0.07, Model: ModelKind.ReActNetA);
        foreach (var (model, penalty) in new[] { (ModelKind.ReActNetA, 1.5 * 0.07 / 0.93), (ModelKind.ResNet18, 0) })
        {
            var (h, lambda, _) = new SparsityPenalty(settings with { Model = model }, [1000])
                .Evaluate(tensor(new long[] { 50 }), tensor(1.5));
            Assert.Equal((5e-5, penalty), (h.item<double>(), (lambda * h).item<double>()),
                (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12);
        }
    }

    private static ModelKind ModelOf(GoldenCase golden) => golden.In.GetProperty("variant").GetString() switch
    {
        "cifar" => ModelKind.ResNet18,
        "imagenet" => ModelKind.ReActNetA,
        var other => throw new InvalidDataException($"unknown variant '{other}'"),
    };

    private static (double Target, double Gamma, double Loss) Settings(GoldenCase golden) => (
        GoldenCase.Number(golden.In.GetProperty("EC")), GoldenCase.Number(golden.In.GetProperty("gamma")),
        GoldenCase.Number(golden.In.GetProperty("base_loss")));
}
