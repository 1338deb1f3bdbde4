using System.Text.Json;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

public sealed class ConvolutionTests
{
    public static TheoryData<string, Precision> Learned => GoldenVectors.CasesInBoth("ir_conv");

    public static TheoryData<string, Precision> Recomputed => GoldenVectors.CasesInBoth("closed_form_conv");

    [Theory]
    [MemberData(nameof(Learned))]
    public void OutputAndGradients_MatchTheVectors_WithALearnedDomain(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("ir_conv", id);
        using var layer = Layer(golden.In, DomainKind.Learned, precision);
        var (tau, phi) = layer.TauPhi();
        using (no_grad())
        {
            tau.copy_(GoldenCase.Tensor(golden.In.GetProperty("tau"), float64));
            phi.copy_(GoldenCase.Tensor(golden.In.GetProperty("phi"), float64));
        }

        var x = Run(golden, layer, precision);
        golden.AssertTensor("grad_x", x.grad!, precision);
        golden.AssertTensor("grad_w", layer.Weight.grad!, precision);
        golden.AssertTensor("grad_tau", tau.grad!, precision);
        golden.AssertTensor("grad_phi", phi.grad!, precision);
        Assert.Equal(golden.Out.GetProperty("ones").GetInt64(), LayerCounts.Of(layer.Weight, 1, 0).Ones);
    }

    [Theory]
    [MemberData(nameof(Recomputed))]
    public void OutputAndGradients_MatchTheVectors_WithARecomputedDomain(string id, Precision precision)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenVectors.Load("closed_form_conv", id);
        var domain = golden.In.GetProperty("mode").GetString() == "alpha_beta" ? DomainKind.ClosedForm
            : DomainKind.Symmetric;
        using var layer = Layer(golden.In, domain, precision);
        var (tau, phi) = layer.TauPhi();
        golden.AssertTensor("tau", tau, precision);
        golden.AssertTensor("phi", phi, precision);

        var x = Run(golden, layer, precision);
        golden.AssertTensor("grad_x", x.grad!, precision);
        golden.AssertTensor("grad_w_detached_domain", layer.Weight.grad!, precision);
    }

    private static SbnnConv2d Layer(JsonElement input, DomainKind domain, Precision precision)
    {
        var w = GoldenCase.Tensor(input.GetProperty("w"), float64);
        var stride = input.GetProperty("stride").GetInt32();
        var layer = new SbnnConv2d(
            new BinaryLayerShape((int)w.shape[1], (int)w.shape[0], (int)w.shape[2], stride, 1, 1), domain);
        layer.to(precision.ScalarType());
        layer.Surrogate =
            new SignSurrogate(GoldenCase.Number(input.GetProperty("t")), GoldenCase.Number(input.GetProperty("k")));
        Assert.Equal(input.GetProperty("padding").GetInt32(), layer.Shape.Padding);
        using var _ = no_grad();
        layer.Weight.copy_(w);
        return layer;
    }

    /// <summary>Runs forward and backward, and returns the input with its gradient.</summary>
    private static Tensor Run(GoldenCase golden, SbnnConv2d layer, Precision precision)
    {
        var x = GoldenCase.Tensor(golden.In.GetProperty("x"), precision.ScalarType()).requires_grad_();
        var y = layer.forward(SignFunction.Apply(x, layer.Surrogate));
        golden.AssertTensor("y", y, precision);
        (y * GoldenCase.Tensor(golden.In.GetProperty("grad_y"), precision.ScalarType())).sum().backward();
        return x;
    }
}
