using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class ClosedFormTests
{
    private const string Kind = "closed_form";

    public static TheoryData<string> Cases => GoldenVectors.Cases(Kind);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_closed_form_minimises_the_quantization_error(string id)
    {
        var golden = GoldenVectors.Load(Kind, id);
        var sums = LayerSums.Of([.. golden.In.GetProperty("w").GetProperty("values").EnumerateArray().Select(GoldenCase.Number)]);
        var found = ClosedForm.Optimal(sums);

        Assert.Equal(golden.Out.GetProperty("N").GetInt64(), sums.Count);
        Assert.Equal(golden.Out.GetProperty("U").GetInt64(), sums.Ones);
        golden.HasNumber("l1", sums.Norm1);
        golden.HasNumber("sum", sums.Sum);
        golden.HasNumber("LB_sq", found.SquaredError);
        Assert.Equal(golden.Out.GetProperty("degenerate").GetBoolean(), found.IsDegenerate);
        if (found.IsDegenerate)
        {
            var reached = golden.Out.GetProperty("reachable_is").GetString() == "beta" ? found.Beta : found.Alpha;
            golden.HasNumber("reachable_value", reached);
            return;
        }

        golden.HasNumber("tau", found.Tau);
        golden.HasNumber("phi", found.Phi);
        golden.HasNumber("alpha", found.Alpha);
        golden.HasNumber("beta", found.Beta);
        golden.HasNumber("eta", found.Eta);
        golden.HasNumber("xi", found.Xi);
        HasGradient(golden.Out.GetProperty("grad_check"), sums);

        var symmetric = ClosedForm.Symmetric(sums);
        golden.HasNumber("xnor_beta", symmetric.Beta);
        golden.HasNumber("xnor_LB_sq", symmetric.SquaredError);
    }

    private static void HasGradient(JsonElement check, LayerSums sums)
    {
        var (tau, phi) = (GoldenCase.Number(check.GetProperty("tau")), GoldenCase.Number(check.GetProperty("phi")));
        var (byTau, byPhi) = sums.Gradient(tau, phi);
        GoldenCase.IsNumber("dLBsq_dtau", check.GetProperty("dLBsq_dtau"), byTau);
        GoldenCase.IsNumber("dLBsq_dphi", check.GetProperty("dLBsq_dphi"), byPhi);
        GoldenCase.IsNumber("LB_sq", check.GetProperty("LB_sq"), sums.SquaredError(tau, phi));
    }
}
