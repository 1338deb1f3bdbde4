using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public class ClosedFormTests
{
    private const string Kind = "closed_form";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ClosedForm_MinimisesTheQuantizationError(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        var w = GoldenCase.Tensor(golden.In.GetProperty("w"), float64);

        var (tau, phi) = Numbers(WeightDomain.ClosedForm(w));

        golden.AssertNumber("LB_sq", SquaredError(w, tau, phi));
        if (golden.Out.GetProperty("degenerate").GetBoolean())
        {
            golden.AssertNumber("reachable_value", golden.Out.GetProperty("reachable_is").GetString() == "beta" ? phi
                + tau : phi - tau);
            return;
        }

        golden.AssertNumber("tau", tau);
        golden.AssertNumber("phi", phi);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Symmetric_UsesTheMeanAbsoluteWeight(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load(Kind, id);
        Assert.SkipWhen(golden.Out.GetProperty("degenerate").GetBoolean(),
            "the weights of this vector have no symmetric domain");
        var w = GoldenCase.Tensor(golden.In.GetProperty("w"), float64);

        var (tau, phi) = Numbers(WeightDomain.Symmetric(w));

        golden.AssertNumber("xnor_beta", phi + tau);
        golden.AssertNumber("xnor_LB_sq", SquaredError(w, tau, phi));
    }

    // The square of the quantization error of Eq. 12.
    private static double SquaredError(Tensor w, double tau, double phi)
    {
        var weights = w.data<double>().ToArray();
        return weights.Sum(x => Math.Pow(x - (x > 0 ? phi + tau : phi - tau), 2));
    }

    private static (double Tau, double Phi) Numbers((Tensor Tau, Tensor Phi) domain) =>
        (domain.Tau.item<double>(), domain.Phi.item<double>());
}
