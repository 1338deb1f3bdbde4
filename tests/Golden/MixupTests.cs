using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class MixupTests
{
    private const string Kind = "mixup";

    public static TheoryData<string, Precision> Cases => GoldenVectors.CasesInBoth(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mixing_GivesMixedImagesLossAndGradient(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var labels = GoldenCase.Integers(golden.In.GetProperty("labels"));
        var mixing = new Mixing(GoldenCase.Number(golden.In.GetProperty("lam")),
            GoldenCase.Integers(golden.In.GetProperty("index")));
        var logits = GoldenCase.Tensor(golden.In.GetProperty("logits"), precision.ScalarType()).requires_grad_();

        // Our networks end in log-softmax. If the case's network does not, the cross-entropy applies it, which gives
        // the same numbers.
        var output = logits.log_softmax(1);
        var loss = mixing.Loss(output, labels);
        loss.backward();

        golden.HasTensor(
            "mixed_x", mixing.Mix(GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType())), precision);
        golden.HasTensor("loss", loss, precision);
        golden.HasTensor("grad_logits", logits.grad!, precision);
    }
}
