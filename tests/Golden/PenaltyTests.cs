using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class PenaltyTests
{
    private const string Kind = "penalty";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    public static TheoryData<string, Precision> CasesInBoth => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(CasesInBoth))]
    public void The_penalty_of_all_layers_together_has_its_lambda_and_gradient(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = Load(id);
        var (target, gamma, loss) = Settings(golden);
        var weights = golden.In.GetProperty("weights").EnumerateArray().Select(w => GoldenCase.Tensor(w, precision.ScalarType())).ToList();
        var count = weights.Sum(w => w.numel());
        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), count);

        var penalty = new SparsityPenalty(new PenaltySettings(target, gamma), [.. weights.Select(w => w.numel())]);
        var ones = SparsityPenalty.CountOnes(weights);
        var (h, lambda, gradients) = penalty.Evaluate(ones, tensor(loss, precision.ScalarType()));

        Assert.Equal(golden.Out.GetProperty("U").GetInt64(), ones.sum().item<long>());
        golden.HasNumber("h", h.item<double>());
        golden.HasTensor("lambda", lambda, precision);
        Assert.Equal(weights.Count, gradients.shape[0]);
        for (var layer = 0; layer < weights.Count; layer++) golden.HasTensor("grad_every_weight", gradients[layer], precision);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_penalty_on_scalars_is_the_same(string id)
    {
        var golden = Load(id);
        var (target, gamma, loss) = Settings(golden);
        var (ones, count) = (golden.Out.GetProperty("U").GetInt64(), golden.Out.GetProperty("N").GetInt64());
        var h = PenaltyArithmetic.H(ones, count, target);
        var lambda = PenaltyArithmetic.Lambda(loss, h, target, gamma);
        golden.HasNumber("h", h);
        golden.HasNumber("lambda", lambda);
        golden.HasNumber("lambda_times_h", lambda * h);
        golden.HasNumber("total_loss", loss + lambda * h);
        golden.HasNumber("grad_every_weight", PenaltyArithmetic.GradientOnEveryWeight(lambda, count));
    }

    private static GoldenCase Load(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        Assert.SkipUnless(golden.In.GetProperty("variant").GetString() == "cifar", "the penalty of ReActNet-A is not built yet");
        return golden;
    }

    private static (double Target, double Gamma, double Loss) Settings(GoldenCase golden) => (
        GoldenCase.Number(golden.In.GetProperty("EC")), GoldenCase.Number(golden.In.GetProperty("gamma")),
        GoldenCase.Number(golden.In.GetProperty("base_loss")));
}
