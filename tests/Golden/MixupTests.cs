using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class MixupTests
{
    private const string Kind = "mixup";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ImagesLossAndGradient_MatchTheVectors_AfterMixup(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var labels = GoldenCase.Integers(golden.In.GetProperty("labels"));
        var mixing = new Mixing(GoldenCase.Number(golden.In.GetProperty("lam")),
            GoldenCase.Integers(golden.In.GetProperty("index")));
        var logits = GoldenCase.Tensor(golden.In.GetProperty("logits"), precision.ScalarType()).requires_grad_();

        // Our networks end in log-softmax. A case's network may end in logits; then its cross-entropy applies
        // log-softmax, so the numbers are the same.
        var output = logits.log_softmax(1);
        var loss = mixing.Loss(output, labels);
        loss.backward();

        golden.AssertTensor(
            "mixed_x", mixing.Mix(GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType())), precision);
        golden.AssertTensor("loss", loss, precision);
        golden.AssertTensor("grad_logits", logits.grad!, precision);
    }
}
